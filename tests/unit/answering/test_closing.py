"""How an answer ends, on a graph whose sources contradict each other."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from political_monitoring.answering.closing import rests
from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.draft import Draft, note
from political_monitoring.answering.events import Answer
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.understanding import understand
from political_monitoring.answering.writing import write
from political_monitoring.domain.facts import Entity, Episode, Identifier
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.evidence.coverage import Coverage
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

DAY = dt.date(2026, 1, 20)
TODAY = dt.date(2026, 6, 1)
BILL = Entity(
    "us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),), ("H.R. 1",), "US"
)
CASE = Entity("enforcementaction:widget cartel", "EnforcementAction", "Widget cartel", (), (), "EU")


def _said(name: str, source: str, entity: Entity, predicate: str, words: str, value: str) -> Episode:
    said = (Said(entity, predicate, words, value, DAY),)
    return episode(name, f"{words}. So it was told.", DAY, source=source, about=[entity], said=said)


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    home = str(load_settings().home)
    settings = load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2026, 2, 1, tzinfo=dt.UTC)))
    opened.add(
        (
            _said("signed", "The Times", BILL, "status", "The Example Act was signed into law", "signed"),
            _said("vetoed", "The Post", BILL, "status", "The Example Act was vetoed", "vetoed"),
            _said(
                "five", "Agency", CASE, "fine_amount", "The Widget cartel pays EUR 5 million", "5000000 EUR"
            ),
            _said(
                "six", "Courier", CASE, "fine_amount", "The Widget cartel pays EUR 6 million", "6000000 EUR"
            ),
        )
    )
    yield opened
    opened.close()


def ask(graph: KnowledgeGraph, text: str) -> Answer:
    orchestrator = MultiAgentOrchestrator(graph, FrozenClock(dt.datetime(2026, 6, 1, tzinfo=dt.UTC)))
    return orchestrator.answer_now(read_conversation([Message("user", text)], TODAY))


def closing_of(answer: Answer) -> str:
    return answer.text.rpartition("\n\n")[2]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was H.R. 1 signed?", "The sources contradict each other about"),
        ("Wurde H.R. 1 unterzeichnet?", "Die Quellen widersprechen sich über"),
    ],
)
def test_both_sides_of_a_contradiction_are_named_with_their_citations(
    graph: KnowledgeGraph, question: str, words: str
) -> None:
    answer = ask(graph, question)
    assert answer.rests_on
    (found,) = answer.rests_on.contradictions
    assert {side.value for side in found.sides} == {"signed", "vetoed"}
    numbers = {number for side in found.sides for number in side.citations}
    cited = {one.number: one.document_id for one in answer.citations}
    assert {cited[number] for number in numbers} == {"signed", "vetoed"}
    assert all(side.citations for side in found.sides)
    assert answer.text.count(words) == 1
    assert all(f"[{number}]" in answer.text for number in numbers)
    assert answer.rests_on.sources == 2
    for one in answer.citations:
        assert all(answer.text[start:end] == f"[{one.number}]" for start, end in one.positions)


def test_what_the_answer_itself_has_named_is_counted_and_not_repeated(graph: KnowledgeGraph) -> None:
    answer = ask(graph, "How high is the fine of the Widget cartel?")
    assert answer.text.count("contradict each other") == 1
    assert "contradict" in answer.text.partition("\n\n")[0]
    assert closing_of(answer).endswith("; it names 1 contradiction between sources.")
    assert answer.rests_on
    assert len(answer.rests_on.contradictions) == 1


def test_what_the_answer_does_not_use_is_no_matter_of_it(graph: KnowledgeGraph) -> None:
    graph.add((episode("lamps", "The lamps of the Example Act are green.", DAY, about=[BILL]),))
    answer = ask(graph, "Which colour have the lamps of the Example Act?")
    assert {one.document_id for one in answer.citations} == {"lamps"}
    assert answer.rests_on
    assert answer.rests_on.contradictions == ()


def test_an_answer_without_evidence_rests_on_nothing(graph: KnowledgeGraph) -> None:
    assert closing_of(ask(graph, "What of the moon?")) == "Rests on no source; as of 1 June 2026."
    assert closing_of(ask(graph, "Wer war auf dem Mond?")) == "Beruht auf keiner Quelle; Stand 1. Juni 2026."
    found = ask(graph, "What of the moon?").rests_on
    assert found
    assert (found.sources, found.publishers, found.as_of) == (0, 0, TODAY)
    assert found.gaps


def test_what_it_rests_on_is_json_in_the_form_of_a_case_file(graph: KnowledgeGraph) -> None:
    found = ask(graph, "When was H.R. 1 signed?").rests_on
    assert found
    assert json.loads(json.dumps(found.as_data())) == TypeAdapter(Coverage).dump_python(found, mode="json")


def test_an_answer_that_asks_back_rests_on_nothing_yet(graph: KnowledgeGraph) -> None:
    understanding = understand(read_conversation([Message("user", "And it?")], TODAY), graph, TODAY)
    back = write(Draft((), (note("Which one is meant?", ""),), aside=True), understanding, graph).answer
    assert back.text == "Which one is meant?"
    assert back.rests_on
    assert back.rests_on.sources == 0


GROUND = Coverage(DAY, 3, 2, dt.date(2026, 2, 1), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "What of H.R. 1?",
            "Rests on 3 sources from 2 independent publishers; newest: 1 February 2026; as of 20 January 2026 "
            "(published after that day: 1). Not covered: One tool failed. Cost: 0.0125 for 300 tokens.",
        ),
        (
            "Was ist mit H.R. 1?",
            "Beruht auf 3 Quellen von 2 unabhängigen Herausgebern; neueste: 1. Februar 2026; Stand 20. Januar 2026 "
            "(später veröffentlicht: 1). Nicht erfasst: One tool failed. Kosten: 0,0125 für 300 Token.",
        ),
    ],
)
def test_gaps_and_cost_are_said(graph: KnowledgeGraph, text: str, expected: str) -> None:
    understanding = understand(read_conversation([Message("user", text)], TODAY), graph, TODAY)
    coverage = replace(GROUND, gaps=("One tool failed.",) * 2, cost=ModelUse(1, 0, 200, 100, 12_500))
    (part,) = rests(coverage, understanding, 0).parts
    assert part.text == expected
    (part,) = rests(replace(coverage, cost=ModelUse(1, 0, 200, 100, 0)), understanding, 0).parts
    assert "300" not in part.text
