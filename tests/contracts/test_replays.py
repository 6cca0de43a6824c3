"""A kept answer is replayed on each graph it may come from, while the graph goes on changing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from political_monitoring.answering.capsules import Capsule, pack, unpack
from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.differences import Cause
from political_monitoring.answering.events import AnswerDone
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.record import KeptAnswer, Origin, record_of
from political_monitoring.answering.replay import Moved, Replay, Verdict, replay
from political_monitoring.clock import Clock
from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

BILL = Entity(
    "us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),), ("H.R. 1",), "US"
)
_WORKSPACES = count()


def status(name: str, day: int, value: str, words: str) -> Episode:
    on = dt.date(2026, 1, day)
    said = (Said(BILL, "status", words, value, on),)
    return episode(name, f"{words} on {on}. Nobody objected.", on, about=[BILL], said=said)


INTRODUCED = status("introduced", 5, "introduced", "The Example Act was introduced")
REPORTED = status("reported", 9, "reported", "The Example Act was reported by the committee")
PASSED = status("passed", 20, "passed_house", "The Example Act passed the House")
CORRECTED = status("reported", 9, "reported", "As corrected, the Example Act was reported")


@pytest.fixture(scope="module")
def falkordb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    falkordb = pytest.importorskip("political_monitoring.testing.falkordb", reason="no Graphiti backend here")
    with falkordb.running_falkordb(tmp_path_factory.mktemp("falkordb")) as running:
        yield running.uri


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("graphiti", marks=[pytest.mark.integration, pytest.mark.timeout(300)]),
    ]
)
def graph_settings(request: pytest.FixtureRequest, polmon_home: Path) -> Settings:
    given = {"POLMON_HOME": str(polmon_home), "POLMON_GRAPH_VECTORS": "off"}
    if request.param == "graphiti":
        given |= {
            "POLMON_GRAPH_BACKEND": "graphiti",
            "POLMON_GRAPH_URI": request.getfixturevalue("falkordb_uri"),
            "POLMON_GRAPH_WORKSPACE": f"replays{next(_WORKSPACES)}",
        }
    return load_settings(given)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2026, 2, 1, tzinfo=dt.UTC))


@pytest.fixture
def graph(graph_settings: Settings, clock: FrozenClock) -> Iterator[KnowledgeGraph]:
    opened = open_graph(graph_settings, clock)
    opened.add((INTRODUCED, REPORTED))
    yield opened
    opened.close()


Kept = tuple[KeptAnswer, Capsule]


def answered(
    graph: KnowledgeGraph,
    clock: FrozenClock,
    text: str = "What is the status of H.R. 1?",
    time: AsOf | None = None,
) -> Kept:
    """An answer as the archive gives it back, some days before the test goes on."""
    question = read_conversation([Message("user", text)], clock().date(), time)
    done = MultiAgentOrchestrator(graph, clock).work_now(question)
    assert done.work
    kept = record_of("a", clock(), question, done.answer, Origin("public", "", "0.1"))
    clock.advance(days=3)
    return kept, unpack(pack(Capsule(done.answer, done.work)))


def replayed(graph: KnowledgeGraph, clock: FrozenClock, kept: Kept, **options: object) -> Replay:
    def ask(question: Question, present: Clock) -> AnswerDone:
        return MultiAgentOrchestrator(graph, present).work_now(question)

    version = str(options.pop("version", "0.1"))
    return replay(*kept, graph, ask, clock, version=version, ask_model=bool(options.pop("ask_model", False)))


def reasons(found: Replay) -> set[tuple[str, Cause, bool]]:
    return {(one.document_id, one.cause, one.gone) for one in found.reasons}


def test_where_nothing_happened_every_answer_is_the_same(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    found = replayed(graph, clock, answered(graph, clock))
    assert found.reproduction.same
    assert found.verdict is Verdict.SAME
    assert found.then == found.recorded
    assert found.now
    assert found.now != found.recorded, "it is of another day"
    assert (found.reasons, found.moved, found.differs_at) == ((), (), "")


def test_a_document_that_supersedes_is_the_world(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock)
    graph.add((PASSED,))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same
    assert found.verdict is Verdict.WORLD
    assert found.then == found.recorded
    assert "passed the House" in (found.now or "")
    assert ("passed", Cause.NEW_DOCUMENT, False) in reasons(found)
    (new,) = (one for one in found.reasons if one.cause is Cause.NEW_DOCUMENT)
    assert new.when == clock()
    assert new.fact == "us-bill:119-hr-1 status passed_house"


def test_a_document_that_supersedes_is_named_where_it_takes_the_place_of_another(
    graph: KnowledgeGraph, clock: FrozenClock
) -> None:
    kept = answered(graph, clock, "Who introduced H.R. 1?")
    graph.retract(("introduced", "reported"))
    graph.add((PASSED,))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same, "what is gone from the graph of today is still in its past"
    assert {one for _, one, gone in reasons(found) if gone} <= {Cause.WITHDRAWN}


def test_a_retraction_is_the_world_and_what_it_had_ended_holds_again(
    graph: KnowledgeGraph, clock: FrozenClock
) -> None:
    kept = answered(graph, clock)
    graph.retract(("reported",))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same
    assert found.verdict is Verdict.WORLD
    assert ("reported", Cause.WITHDRAWN, True) in reasons(found)
    assert [one.when for one in found.reasons if one.cause is Cause.WITHDRAWN] == [clock()]


def test_a_revision_is_told_from_both_sides(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock)
    graph.add((CORRECTED,))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same
    assert found.verdict is Verdict.WORLD
    assert {("reported", Cause.REVISED, True), ("reported", Cause.REVISED, False)} <= reasons(found)


def test_a_question_of_a_day_and_of_what_was_known_stays_as_it_was(
    graph: KnowledgeGraph, clock: FrozenClock
) -> None:
    kept = answered(graph, clock, time=AsOf.on(dt.date(2026, 1, 10), dt.date(2026, 2, 2)))
    graph.add((PASSED,))
    graph.retract(("introduced",))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same
    assert found.verdict is Verdict.SAME
    assert found.now == found.recorded


def test_another_text_of_ours_is_not_laid_at_the_door_of_the_world(
    graph: KnowledgeGraph, clock: FrozenClock
) -> None:
    kept, capsule = answered(graph, clock)
    older = replace(capsule, answer=replace(capsule.answer, text=f"In short: {capsule.answer.text}"))
    found = replayed(graph, clock, (kept, older), version="0.2")
    assert not found.reproduction.same
    assert found.verdict is Verdict.OURS
    assert found.differs_at == "verify"
    assert found.moved == (Moved("version", "0.1", "0.2"),)
    graph.add((PASSED,))
    assert replayed(graph, clock, (kept, older)).verdict is Verdict.BOTH


def test_a_step_that_reads_otherwise_is_named(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept, capsule = answered(graph, clock)
    understanding = replace(capsule.work.understanding, asks_whether=True)
    older = Capsule(
        replace(capsule.answer, text="Yes.\n\nRests on nothing."),
        replace(capsule.work, understanding=understanding, reasoner="llm"),
    )
    found = replayed(graph, clock, (kept, older), ask_model=True)
    assert found.verdict is Verdict.OURS
    assert {one.what for one in found.moved} == {"reasoner"}


def test_what_a_model_wrote_is_not_asked_for_again(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept, capsule = answered(graph, clock)
    work = replace(capsule.work, reasoner="llm", model="small", prompts=("write.3",))
    graph.add((PASSED,))
    graph.retract(("introduced",))

    def never(_question: Question, _present: Clock) -> AnswerDone:
        raise AssertionError("a model was asked")

    found = replay(kept, replace(capsule, work=work), graph, never, clock, version="0.1")

    assert found.reproduction.same
    assert (found.verdict, found.then, found.now) == (Verdict.NOT_ASKED, None, None)
    assert reasons(found) >= {
        ("introduced", Cause.WITHDRAWN, True),
        ("reported", Cause.SUPERSEDED, True),
        ("passed", Cause.NEW_FACT, False),
    }
    asked = replayed(graph, clock, (kept, replace(capsule, work=work)), ask_model=True)
    assert {one.what: (one.then, one.now) for one in asked.moved} == {
        "reasoner": ("llm", "local"),
        "model": ("small", ""),
        "prompts": ("write.3", ""),
    }


def test_a_graph_that_lacks_the_version_says_so(
    graph: KnowledgeGraph, clock: FrozenClock, tmp_path: Path
) -> None:
    kept, capsule = answered(graph, clock)
    elsewhere = load_settings({"POLMON_HOME": str(tmp_path), "POLMON_GRAPH_VECTORS": "off"})
    other = open_graph(elsewhere, clock)
    other.add((INTRODUCED,))
    found = replayed(other, clock, (kept, capsule))
    other.close()
    assert found.reproduction.missing == ("reported",)
    assert not found.reproduction.same


def test_an_answer_of_an_empty_graph(graph_settings: Settings, clock: FrozenClock) -> None:
    graph = open_graph(graph_settings, clock)
    kept = answered(graph, clock)
    graph.add((INTRODUCED,))
    found = replayed(graph, clock, kept)
    graph.close()
    assert found.reproduction.same
    assert found.verdict is Verdict.WORLD
    assert ("introduced", Cause.NEW_DOCUMENT, False) in reasons(found)


def test_german_answers_are_replayed_too(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    kept = answered(graph, clock, "Wie ist der Stand von H.R. 1?")
    assert "Beruht auf" in kept[1].answer.text
    graph.add((PASSED,))
    found = replayed(graph, clock, kept)
    assert found.reproduction.same
    assert found.verdict is Verdict.WORLD
    assert "Beruht auf" in (found.now or "")
