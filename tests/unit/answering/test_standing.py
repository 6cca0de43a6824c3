"""What has become of an answer's evidence, on a real graph that goes on changing."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.record import KeptAnswer, Origin, record_of
from political_monitoring.answering.standing import Standing, Weighed, weigh
from political_monitoring.domain.facts import Entity, Episode, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

BILL = Entity(
    "us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),), ("H.R. 1",), "US"
)


def status(name: str, day: int, value: str, words: str) -> Episode:
    on = dt.date(2026, 1, day)
    said = (Said(BILL, "status", words, value, on),)
    return episode(name, f"{words} on {on}. Nobody objected.", on, about=[BILL], said=said)


INTRODUCED = status("introduced", 5, "introduced", "The Example Act was introduced")
REPORTED = status("reported", 9, "reported", "The Example Act was reported by the committee")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2026, 2, 1, tzinfo=dt.UTC))


@pytest.fixture
def graph(clock: FrozenClock) -> Iterator[KnowledgeGraph]:
    home = str(load_settings().home)
    opened = open_graph(load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"}), clock)
    opened.add((INTRODUCED, REPORTED))
    yield opened
    opened.close()


def answered(graph: KnowledgeGraph, clock: FrozenClock) -> KeptAnswer:
    question = read_conversation([Message("user", "What is the status of H.R. 1?")], clock().date())
    answer = MultiAgentOrchestrator(graph, clock).answer_now(question)
    clock.advance(hours=1)
    return record_of("a", clock(), question, answer, Origin("public", "", "0"))


def standings(weighed: tuple[Weighed, ...]) -> dict[str, Standing]:
    return {one.citation.document_id: one.standing for one in weighed}


def test_what_nobody_touched_stands(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock)
    graph.add((status("other", 2, "introduced", "The Example Act was announced"),))
    assert kept.position is not None
    assert kept.position.events == 2
    assert standings(weigh(graph, kept)) == {"reported": Standing.STANDS, "introduced": Standing.STANDS}


def test_a_later_status_supersedes_the_one_that_was_cited(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock)
    graph.add((status("passed", 20, "passed_house", "The Example Act passed the House"),))
    weighed = weigh(graph, kept)
    # The earlier step had ended already when the answer was given.
    assert standings(weighed) == {"reported": Standing.SUPERSEDED, "introduced": Standing.STANDS}
    assert [one.ended for one in weighed if one.ended] == [dt.datetime(2026, 1, 20, tzinfo=dt.UTC)]


def test_a_revision_and_a_withdrawal_are_told_apart(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock)
    graph.retract(("introduced",))
    graph.add((status("reported", 9, "reported", "As corrected, the Example Act was reported"),))
    assert standings(weigh(graph, kept)) == {
        "reported": Standing.REVISED,
        "introduced": Standing.WITHDRAWN,
    }
    graph.add((INTRODUCED, REPORTED))
    assert set(standings(weigh(graph, kept)).values()) == {Standing.STANDS}
