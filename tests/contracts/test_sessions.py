"""What the store of conversations promises, on each database it runs on."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.chat.session_archive import SessionArchive, Turn, open_sessions
from political_monitoring.settings import DatabaseSettings, Settings

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database=DatabaseSettings.model_validate({"dsn": dsn}))


@pytest.fixture
def archive(settings: Settings) -> Iterator[SessionArchive]:
    with closing(open_sessions(settings)) as opened:
        yield opened


def turn(name: str, follows: str | None = None, minutes: int = 0) -> Turn:
    return Turn(
        answer_id=name,
        follows=follows,
        asked_at=NOON + dt.timedelta(minutes=minutes),
        question=f"What of {name}?",
        answer=f"{name} \N{REGIONAL INDICATOR SYMBOL LETTER E} [1].",
        sources=({"number": 1, "title": "nul \0 and half \ud800"},),
    )


def add(archive: SessionArchive, session: str, *turns: Turn, key: str = "k") -> None:
    for one in turns:
        archive.append(key, session, "public", one)


def test_turns_come_back_in_their_order(archive: SessionArchive) -> None:
    add(archive, "s", turn("a"), turn("b", minutes=1), turn("c", follows="a", minutes=2))
    found = archive.turns("k", "s")
    assert [(one.answer_id, one.follows) for one in found] == [("a", None), ("b", "a"), ("c", "a")]
    assert found[0] == turn("a")
    assert archive.session_of("k", "b") == "s"
    assert archive.turns("k", "nowhere") == []
    assert archive.session_of("k", "nothing") is None


def test_a_conversation_belongs_to_one_caller(archive: SessionArchive) -> None:
    add(archive, "s", turn("a"))
    add(archive, "s", turn("b"), key="other")
    assert [one.answer_id for one in archive.turns("k", "s")] == ["a"]
    assert archive.session_of("other", "a") is None
    assert {one.key_id for one in archive.named("s")} == {"k", "other"}
    assert archive.delete("other", "s")
    assert not archive.delete("other", "s")
    assert archive.turns("other", "s") == []
    assert len(archive.turns("k", "s")) == 1


def test_lists_show_what_went_on_last(archive: SessionArchive) -> None:
    add(archive, "older", turn("a"), turn("b", minutes=9))
    add(archive, "newer", turn("c", minutes=5))
    add(archive, "foreign", turn("d", minutes=7), key="other")
    assert [one.id for one in archive.newest(9)] == ["older", "foreign", "newer"]
    assert [one.id for one in archive.newest(1, "k")] == ["older"]
    found = archive.find("k", "older")
    assert found is not None
    assert (found.title, found.turns) == ("What of a?", 2)
    assert (found.started_at, found.last_at) == (NOON, NOON + dt.timedelta(minutes=9))
    assert archive.find("k", "foreign") is None


def test_conversations_before_a_moment_are_deleted(archive: SessionArchive) -> None:
    for number in range(4):
        add(archive, f"{number}", turn(f"a{number}", minutes=number))
    assert archive.delete_before(NOON + dt.timedelta(minutes=2)) == 2
    assert [one.id for one in archive.newest(9)] == ["3", "2"]


@pytest.mark.parametrize(("minutes", "most", "left"), [(9, 9, 4), (9, 3, 3), (1, 9, 2), (1, 1, 1)])
def test_the_oldest_go_by_age_and_by_number(
    archive: SessionArchive, minutes: int, most: int, left: int
) -> None:
    for number in range(4):
        add(archive, f"{number}", turn(f"a{number}", minutes=number))
    gone = archive.prune(NOON + dt.timedelta(minutes=3 - minutes), most)
    assert [one.id for one in archive.newest(9)] == ["3", "2", "1", "0"][:left]
    assert gone == 4 - left


def test_turns_that_come_at_once_all_have_a_place(settings: Settings, archive: SessionArchive) -> None:
    """Two replicas may answer in one conversation at the same time."""

    def write(worker: int) -> None:
        with closing(open_sessions(settings)) as own:
            for number in range(5):
                add(own, "s", turn(f"{worker}-{number}"))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(write, range(4)))
    found = archive.turns("k", "s")
    assert len(found) == 20
    assert [one.follows for one in found] == [None, *(one.answer_id for one in found[:-1])]
