"""When is looked up again, and what for."""

import datetime as dt
from collections.abc import Callable

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.lookup import Findings
from political_monitoring.answering.second_look import missing
from political_monitoring.answering.synthesis import synthesise
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.tools.registry import AGENTS_TOOLS

TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def read(graph: KnowledgeGraph) -> Callable[[str], Understanding]:
    return lambda text: understand(read_conversation([Message("user", text)], TODAY), graph, TODAY)


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        ("What is the status of the AI Act?", ["search"] * 2 + ["get_holdings"]),
        (
            "What happened to the AI Act between 2019-01-01 and 2019-12-31?",
            ["what_changed"] * 2 + ["get_holdings"],
        ),
        ("What is the status of the Widgets Act?", ["find_nearest_names", "get_holdings"]),
        ("What is the status of H.R. 99999?", ["get_holdings"]),
        ("Thank you!", []),
    ],
)
def test_a_gap_is_looked_at_again(read: Callable[[str], Understanding], text: str, tools: list[str]) -> None:
    asked = read(text)
    calls = missing(asked, Findings(), synthesise(asked, Findings())).calls

    assert [call.tool for call in calls][-len(tools) :] == tools if tools else not calls
    assert {call.tool for call in calls} <= set(AGENTS_TOOLS)


def test_an_answer_leaves_no_gap(ask: Callable[..., Answer]) -> None:
    assert "The collection holds" not in ask("What is the status of the AI Act?").text
    assert "The collection holds" in ask("What is the status of the Fooland Widget Act?").text
