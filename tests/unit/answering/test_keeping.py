"""Answers are kept beside the work: none waits for it, and none fails with it."""

import datetime as dt
import logging
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from political_monitoring.answering import keeping
from political_monitoring.answering.archive import AnswerArchive, open_archive
from political_monitoring.answering.capsules import unpack
from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.keeping import AnswerKeeper
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.planning import ToolCall
from political_monitoring.answering.record import KeptAnswer
from political_monitoring.database.engine import transaction
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import Position
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock

TODAY = dt.date(2026, 6, 1)
POSITION = Position(3, dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
ANSWER = Answer("It is in force.", (), dt.date(2026, 1, 1), ("Nothing else is known.",), POSITION)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2026, 6, 1, tzinfo=dt.UTC))


def asked(text: str = "What is the status of the AI Act?") -> Question:
    return read_conversation([Message("user", text)], TODAY, AsOf.on(known=dt.date(2026, 5, 2)))


def kept(settings: Settings) -> list[KeptAnswer]:
    with closing(open_archive(settings)) as archive:
        found = [archive.find(line.id) for line in archive.newest(100_000)]
    return [one for one in found if one]


def test_what_was_answered_is_in_the_record(clock: FrozenClock) -> None:
    settings = load_settings()
    with closing(AnswerKeeper(settings, clock, "r7")) as keeper:
        keeper.keep("a", clock(), asked(), ANSWER)
    (found,) = kept(settings)
    assert (found.id, found.asked_at, found.text) == ("a", clock(), ANSWER.text)
    assert found.question == "What is the status of the AI Act?"
    assert (found.as_of, found.known_at) == (ANSWER.as_of, asked().time.known)
    assert (found.position, found.gaps) == (POSITION, ANSWER.gaps)
    assert (found.origin.workspace, found.origin.release) == ("public", "r7")
    assert found.origin.version


def test_a_key_in_a_question_is_not_kept(clock: FrozenClock, polmon_home: Path) -> None:
    with closing(AnswerKeeper(load_settings(), clock)) as keeper:
        keeper.keep("a", clock(), asked("With api_key=hunter2 and Bearer hunter3, who?"), ANSWER)
    assert [one.question for one in kept(load_settings())] == ["With api_key=**** and Bearer ****, who?"]
    stored = b"".join(path.read_bytes() for path in polmon_home.glob("ledger.db*"))
    assert b"hunter" not in stored


def test_a_deleted_question_is_not_in_the_file(clock: FrozenClock, polmon_home: Path) -> None:
    def stored() -> bytes:
        return b"".join(path.read_bytes() for path in polmon_home.glob("ledger.db*"))

    with closing(AnswerKeeper(load_settings(), clock)) as keeper:
        for number in range(30):
            keeper.keep(f"{number}", clock(), asked("What of the Zirkonium merger? " * 90), ANSWER)
    assert b"Zirkonium" in stored()
    with closing(open_archive(load_settings())) as archive:
        assert archive.delete_before(clock() + dt.timedelta(days=1)) == 30
    assert b"Zirkonium" not in stored()


def test_nothing_waits_while_the_ledger_is_locked(clock: FrozenClock) -> None:
    settings = load_settings()
    archive = open_archive(settings)
    locked, answered = Event(), Event()

    def hold() -> None:
        with transaction(archive._engine):
            locked.set()
            answered.wait(20)

    holder = Thread(target=hold)
    holder.start()
    assert locked.wait(20)
    keeper = AnswerKeeper(settings, clock)
    for number in range(5):
        keeper.keep(f"{number}", clock(), asked(), ANSWER)
    # Reached although nobody can write yet.
    answered.set()
    holder.join()
    keeper.close()
    archive.close()
    assert len(kept(settings)) == 5


def test_a_ledger_that_cannot_be_used_is_logged_and_no_error(
    clock: FrozenClock, polmon_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (polmon_home / "ledger.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with closing(AnswerKeeper(load_settings(), clock)) as keeper:
        keeper.keep("first", clock(), asked(), ANSWER)
        keeper.keep("second", clock(), asked(), ANSWER)
    first, second = (record.getMessage() for record in caplog.records)
    assert "first was not kept" in first
    assert "ledger.db" in first
    assert "second was not kept" in second, "after a failure nothing is tried for a while"


def test_a_mistake_of_ours_is_logged_with_its_trace(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: AnswerArchive, kept: KeptAnswer, _capsule: bytes | None) -> None:
        raise ValueError(kept.id)

    monkeypatch.setattr(AnswerArchive, "keep", broken)
    with closing(AnswerKeeper(load_settings(), clock)) as keeper:
        keeper.keep("a", clock(), asked(), ANSWER)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert caplog.records[0].exc_info


def test_an_answer_is_kept_also_where_the_work_behind_it_cannot_be(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings()
    with closing(open_graph(settings, clock)) as graph:
        done = MultiAgentOrchestrator(graph, clock).work_now(asked())
    assert done.work
    odd = Finding(ToolCall("search", {"text": object()}), result=[])
    with closing(AnswerKeeper(settings, clock)) as keeper:
        keeper.keep("sound", clock(), asked(), done.answer, done.work)
        keeper.keep("odd", clock(), asked(), done.answer, replace(done.work, findings=(odd,)))
    assert {one.id for one in kept(settings)} == {"sound", "odd"}
    with closing(open_archive(settings)) as archive:
        assert unpack(archive.capsule("sound") or b"").answer == done.answer
        assert archive.capsule("odd") is None
    assert "The work behind the answer odd was not kept" in caplog.text


def test_too_many_that_wait_are_not_kept(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 2)
    started, go_on = Event(), Event()
    write = AnswerArchive.keep

    def slow(archive: AnswerArchive, kept: KeptAnswer, capsule: bytes | None) -> None:
        started.set()
        go_on.wait(20)
        write(archive, kept, capsule)

    monkeypatch.setattr(AnswerArchive, "keep", slow)
    keeper = AnswerKeeper(load_settings(), clock)
    for name in ("a", "b", "c"):
        keeper.keep(name, clock(), asked(), ANSWER)
    assert started.wait(20)
    go_on.set()
    keeper.close()
    assert {one.id for one in kept(load_settings())} == {"a", "b"}
    assert "c was not kept" in caplog.text


def test_an_answer_after_the_end_is_no_error(clock: FrozenClock, caplog: pytest.LogCaptureFixture) -> None:
    keeper = AnswerKeeper(load_settings(), clock)
    keeper.close()
    keeper.keep("late", clock(), asked(), ANSWER)
    assert "late was not kept" in caplog.text


def test_the_record_stays_within_its_limits(clock: FrozenClock) -> None:
    settings = load_settings({"POLMON_HOME": str(load_settings().home), "POLMON_ANSWERS_MOST": "2"})
    for number in range(4):
        with closing(AnswerKeeper(settings, clock)) as keeper:
            keeper.keep(f"{number}", clock(), asked(), ANSWER)
        clock.advance(minutes=1)
    assert [one.id for one in kept(settings)] == ["3", "2"]
    clock.advance(days=365)
    with closing(AnswerKeeper(settings, clock)) as keeper:
        keeper.keep("next year", clock(), asked(), ANSWER)
    assert [one.id for one in kept(settings)] == ["next year"]
