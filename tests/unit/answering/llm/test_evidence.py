"""What the tools found, as numbered items."""

import datetime as dt
import re

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.llm.contents import to_repair, to_write
from political_monitoring.answering.llm.evidence import MOST_CHARACTERS, MOST_ITEMS, evidence_of
from political_monitoring.answering.llm.forms import Sentence
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.planning import plan
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.tools.registry import find_tool

TODAY = dt.date(2026, 6, 1)
QUESTION = read_conversation([Message("user", "What is the status of the AI Act?")], TODAY)


def looked_up(graph: KnowledgeGraph, as_of: dt.date | None = None) -> tuple[Understanding, list[Finding]]:
    time = AsOf.on(as_of) if as_of else None
    question = read_conversation([Message("user", QUESTION.text)], TODAY, time)
    understanding = understand(question, graph, TODAY)
    calls = plan(understanding, TODAY).calls
    return understanding, [Finding(one, find_tool(one.tool).find(graph, one.arguments)) for one in calls]


def test_passages_with_facts_come_first_and_each_passage_once(graph: KnowledgeGraph) -> None:
    items = evidence_of(*looked_up(graph), graph)
    assert list(items) == [f"E{n + 1}" for n in range(len(items))]
    assert items["E1"].document.id == "ai-force"
    places = [(one.document.id, one.passage.id) for one in items.values()]
    assert len(set(places)) == len(places) <= MOST_ITEMS
    assert sum(len(one.text) for one in items.values()) <= MOST_CHARACTERS


def test_what_the_graph_read_out_of_a_passage_stands_with_it(graph: KnowledgeGraph) -> None:
    understanding, findings = looked_up(graph)
    facts = graph.facts(FactQuery(subjects=("celex:32024R1689",), history=True))
    items = evidence_of(understanding, [Finding(findings[0].call, {"found": [facts]})], graph)
    lines = [line for item in items.values() for line in item.facts]
    assert "Artificial Intelligence Act – status: in_force, from 2024-08-01" in lines
    assert dt.date(2024, 8, 1) in {day for item in items.values() for day in item.days}


def test_an_end_that_was_not_known_on_the_day_is_not_told(graph: KnowledgeGraph) -> None:
    facts = graph.facts(FactQuery(subjects=("celex:32024R1689",), predicates=("status",), history=True))
    told = {}
    for day in (dt.date(2023, 6, 30), TODAY):
        understanding, findings = looked_up(graph, day)
        items = evidence_of(understanding, [Finding(findings[0].call, facts)], graph)
        told[day] = [line for item in items.values() for line in item.facts if "proposed" in line]
    begins = "Artificial Intelligence Act – status: proposed, from 2021-04-21"
    assert list(told.values()) == [[begins], [f"{begins}, until 2024-05-21"]]


def test_everything_given_to_the_model_stands_between_markers_that_it_cannot_hold(
    graph: KnowledgeGraph,
) -> None:
    understanding, findings = looked_up(graph)
    items = evidence_of(understanding, findings, graph)
    text = to_repair(to_write(understanding, items, QUESTION), [(Sentence(text="x"), "it is too long")])
    rest = re.sub(r"\[(\w+) (\w+) begins\]\n.*?\n\[\1 \2 ends\]", "", text, flags=re.DOTALL)
    assert not rest.strip()
    codes = re.findall(r"\[E\d+ (\w+) begins\]", text)
    assert len(set(codes)) == len(items)
    for item in items.values():
        assert not [code for code in codes if code in item.text]
