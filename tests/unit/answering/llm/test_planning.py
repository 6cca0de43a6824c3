"""The model's reading and plan, tied to the graph and held to the registry."""

import datetime as dt
import json

import pytest

from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.llm.forms import PlannedCall, Understood
from political_monitoring.answering.llm.naming import Named, name_entities, understanding_of
from political_monitoring.answering.llm.planning import MOST_RESULTS, check, ours
from political_monitoring.answering.planning import MOST_CALLS
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.tools.registry import TOOLS

TODAY = dt.date(2026, 6, 1)
AI_ACT = "celex:32024R1689"
TAKING_ENTITY = sorted(name for name, tool in TOOLS.items() if "entity" in tool.parameters["properties"])
LIMITED = sorted(name for name in TAKING_ENTITY if "limit" in TOOLS[name].parameters["properties"])


def asked(text: str, as_of: dt.date | None = None, system: str = "") -> Question:
    messages = [Message("system", system)] if system else []
    return read_conversation([*messages, Message("user", text)], TODAY, AsOf.on(as_of) if as_of else None)


def read(graph: KnowledgeGraph, question: Question, **understood: object) -> Understanding:
    local = understand(question, graph, TODAY)
    form = Understood.model_validate(understood)
    return understanding_of(form, name_entities(form, local, graph), local, question, TODAY)


def call(tool: str, **arguments: object) -> PlannedCall:
    return PlannedCall(tool=tool, arguments=json.dumps(arguments))


def test_names_become_entities_and_what_the_words_set_stays(graph: KnowledgeGraph) -> None:
    question = asked("Where does the AI law of the Union stand on 2024-07-01?")
    found = read(
        graph, question, intent="status", entities=["AI Act"], as_of="2020-01-01", since="2020-01-01"
    )
    assert [one.id for one in found.entities] == [AI_ACT]
    assert found.as_of == dt.date(2024, 7, 1)
    assert found.intent == "status"


@pytest.mark.parametrize(
    "understood",
    [
        {
            "intent": "conquest",
            "as_of": "2024-13-01",
            "since": "soon",
            "language": "fr",
            "entities": ["", " "],
        },
        {"as_of": "2999-01-01", "since": "2024-05-01", "until": "2024-04-01", "entities": ["Nobody's Act"]},
    ],
)
def test_nonsense_changes_nothing(graph: KnowledgeGraph, understood: dict[str, object]) -> None:
    question = asked("What is the status of the AI Act?")
    assert read(graph, question, **understood) == understand(question, graph, TODAY)


def test_the_language_is_the_models_unless_a_system_message_is_there(graph: KnowledgeGraph) -> None:
    assert read(graph, asked("AI Act Status?"), language="de").language == "de"
    assert read(graph, asked("AI Act Status?", system="Be brief."), language="de").language == "en"


def test_calls_are_those_of_the_registry_with_ids_bounds_and_the_questions_times(
    graph: KnowledgeGraph,
) -> None:
    question = asked("What is the status of the AI Act?", dt.date(2024, 7, 1))
    understanding = understand(question, graph, TODAY)
    given = ours(understanding, TODAY)
    planned = [
        call("no_such_tool"),
        call(LIMITED[0], entity="AI Act", limit=1_000_000, as_of="2099-01-01"),
        call(TAKING_ENTITY[0], no_such_argument=1),
        PlannedCall(tool=TAKING_ENTITY[0], arguments="[]"),
        PlannedCall(tool=TAKING_ENTITY[0], arguments="{"),
        call(LIMITED[0], entity="AI Act", limit=1_000_000),
    ]
    act = graph.entity(AI_ACT)
    assert act
    checked = check(planned, Named({"ai act": (act,)}), given)
    assert checked.dropped == 5
    [one] = checked.calls
    assert one.arguments["entity"] == AI_ACT
    assert one.arguments["limit"] == MOST_RESULTS
    assert one.arguments["as_of"] == understanding.time.world


def test_there_are_only_so_many_calls(graph: KnowledgeGraph) -> None:
    question = asked("What is the status of the AI Act?")
    given = ours(understand(question, graph, TODAY), TODAY)
    planned = [call(TAKING_ENTITY[0], entity=f"nobody:{n}") for n in range(50)]
    checked = check(planned, Named({}), given)
    assert len(checked.calls) == MOST_CALLS
    assert checked.dropped == 50 - MOST_CALLS
