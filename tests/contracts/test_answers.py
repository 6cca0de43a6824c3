"""What the record of answers promises, on each database it runs on."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from political_monitoring.answering.archive import AnswerArchive, open_archive
from political_monitoring.answering.direct import keep_directly
from political_monitoring.answering.record import KeptAnswer, KeptCitation, Origin
from political_monitoring.knowledge.port import Position
from political_monitoring.settings import AnswersSettings, DatabaseSettings, Settings

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def archive(dsn: str, tmp_path: Path) -> Iterator[AnswerArchive]:
    opened = open_archive(Settings(home=tmp_path, database=DatabaseSettings.model_validate({"dsn": dsn})))
    yield opened
    opened.close()


def answer(name: str, *documents: str, asked_at: dt.datetime = NOON) -> KeptAnswer:
    return KeptAnswer(
        id=name,
        asked_at=asked_at,
        question=f"What of {name}?",
        as_of=dt.date(2026, 2, 1),
        known_at=NOON - dt.timedelta(days=7),
        text=f"{name} \N{REGIONAL INDICATOR SYMBOL LETTER E} [1].",
        gaps=("Nothing more is known.",),
        citations=tuple(
            KeptCitation(number, one, "c" * 64, f"{one}#0", 3, 9, "d" * 64)
            for number, one in enumerate(documents, 1)
        ),
        position=Position(7, NOON - dt.timedelta(hours=1)),
        origin=Origin("public", "r1", "0.1"),
    )


def test_an_answer_comes_back_as_it_was_kept(archive: AnswerArchive) -> None:
    kept = answer("a", "x", "y", "x")
    bare = replace(answer("b"), as_of=None, known_at=None, position=None, gaps=())
    archive.keep(kept)
    archive.keep(bare)
    assert archive.find("a") == kept
    assert archive.find("b") == bare
    assert archive.find("c") is None


def test_an_answer_is_written_once(archive: AnswerArchive) -> None:
    archive.keep(answer("a", "x"))
    archive.keep(replace(answer("a", "y", "z"), question="Another?"))
    assert archive.find("a") == answer("a", "x")


def test_answers_are_found_by_what_they_rest_on(archive: AnswerArchive) -> None:
    archive.keep(answer("older", "x", "y"))
    archive.keep(answer("newer", "x", "x", asked_at=NOON + dt.timedelta(minutes=1)))
    archive.keep(answer("other", "z"))

    found = archive.resting_on(["x", "y", "nowhere"])

    assert {key: [one.id for one in lines] for key, lines in found.items()} == {
        "x": ["newer", "older"],
        "y": ["older"],
    }
    assert found["y"][0].question == "What of older?"
    assert [one.id for one in archive.newest(9, ["y", "z"])] == ["older", "other"]
    assert [one.id for one in archive.newest(2)] == ["newer", "older"]


def test_more_documents_than_a_statement_holds(archive: AnswerArchive) -> None:
    names = [f"d{number}" for number in range(1_100)]
    archive.keep(answer("a", names[0], names[-1]))
    assert archive.resting_on(names).keys() == {names[0], names[-1]}


def test_ids_that_a_database_cannot_hold_are_found_again(archive: AnswerArchive) -> None:
    archive.keep(answer("a", "nul\0", "half \ud800"))
    assert archive.resting_on(["nul\0", "half \ud800"]).keys() == {"nul\0", "half \ud800"}


def test_what_is_deleted_is_gone_with_what_it_cites(archive: AnswerArchive) -> None:
    archive.keep(answer("a", "x"))
    archive.keep(answer("b", "x"))
    assert archive.delete("a")
    assert not archive.delete("a")
    assert archive.find("a") is None
    assert [one.id for one in archive.resting_on(["x"])["x"]] == ["b"]


def test_answers_before_a_day_are_deleted(archive: AnswerArchive) -> None:
    for number in range(4):
        archive.keep(answer(f"{number}", asked_at=NOON + dt.timedelta(days=number)))
    assert archive.delete_before(NOON + dt.timedelta(days=2)) == 2
    assert [one.id for one in archive.newest(9)] == ["3", "2"]


@pytest.mark.parametrize(
    ("days", "most", "left"),
    [(9, 9, ["3", "2", "1", "0"]), (9, 3, ["3", "2", "1"]), (1, 9, ["3", "2"]), (1, 1, ["3"])],
)
def test_the_oldest_go_by_age_and_by_number(
    archive: AnswerArchive, days: int, most: int, left: list[str]
) -> None:
    for number in range(4):
        archive.keep(answer(f"{number}", asked_at=NOON + dt.timedelta(days=number)))
    gone = archive.prune(NOON + dt.timedelta(days=3 - days), most)
    assert [one.id for one in archive.newest(9)] == left
    assert gone == 4 - len(left)


def test_the_probe_leaves_nothing_behind(archive: AnswerArchive) -> None:
    archive.probe()
    archive.probe()
    assert archive.newest(9) == []


def test_the_work_behind_an_answer_is_kept_and_goes_with_it(archive: AnswerArchive) -> None:
    packed = bytes(range(256)) * 40
    archive.keep(answer("a"), packed)
    archive.keep(answer("a"), b"another")
    archive.keep(answer("b"))
    assert archive.capsule("a") == packed
    assert archive.capsule("b") is None
    assert archive.delete("a")
    assert archive.capsule("a") is None
    archive.keep(answer("a"), b"anew")
    assert archive.capsule("a") == b"anew"


def test_the_oldest_work_makes_room_and_its_answer_stays(archive: AnswerArchive) -> None:
    for number in range(4):
        archive.keep(answer(f"{number}", asked_at=NOON + dt.timedelta(days=number)), b"x" * 100)
    assert archive.prune(NOON, 9, capsule_bytes=299) == 0
    assert [archive.capsule(f"{number}") is not None for number in range(4)] == [False, False, True, True]
    assert len(archive.newest(9)) == 4
    archive.prune(NOON, 9, capsule_bytes=0)
    assert archive.capsule("3") is None


def test_what_is_written_without_sqlalchemy_is_the_same(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    kept = replace(
        answer("a", "x", "half \ud800 nul\0"), gaps=("A gap \ud800.",), asked_at=NOON.replace(microsecond=1)
    )
    bare = replace(answer("b"), as_of=None, known_at=None, position=None, gaps=())
    assert not keep_directly(settings, NOON, kept, None), "there is no ledger yet"
    with closing(open_archive(settings)) as archive:
        assert keep_directly(settings, NOON, kept, b"\0packed\xff")
        assert keep_directly(settings, NOON, kept, b"again")
        assert keep_directly(settings, NOON, bare, None)
        archive.keep(replace(kept, id="c"), b"\0packed\xff")
        archive.keep(replace(bare, id="d"))
        assert replace(archive.find("a") or bare, id="c") == archive.find("c")
        assert replace(archive.find("b") or kept, id="d") == archive.find("d")
        assert archive.capsule("a") == archive.capsule("c") == b"\0packed\xff"
        assert archive.resting_on(["half \ud800 nul\0"]).keys() == {"half \ud800 nul\0"}
    with closing(sqlite3.connect(settings.workspace_path / "ledger.db")) as stored:
        for table, key in (("answers", "id"), ("answer_citations", "answer_id"), ("capsules", "answer_id")):
            for one, other in (("a", "c"), ("b", "d")):
                rows = [
                    [
                        row[1:]
                        for row in stored.execute(f"SELECT {key}, * FROM {table} WHERE {key} = ?", (name,))
                    ]
                    for name in (one, other)
                ]
                assert [[cell for cell in row if cell != one] for row in rows[0]] == [
                    [cell for cell in row if cell != other] for row in rows[1]
                ]


@pytest.mark.parametrize(
    "limits", [{"most": 1}, {"days": 1}, {"capsule_megabytes": 0}], ids=["number", "age", "size"]
)
def test_what_has_to_make_room_is_left_to_the_archive(tmp_path: Path, limits: dict[str, int]) -> None:
    settings = Settings(home=tmp_path, answers=AnswersSettings.model_validate(limits))
    with closing(open_archive(settings)) as archive:
        archive.keep(answer("old"))
        assert not keep_directly(settings, NOON + dt.timedelta(days=2), answer("new"), b"x")
        assert archive.find("new") is None


def test_a_ledger_of_another_shape_is_left_to_the_archive(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    file = settings.workspace_path / "ledger.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE answers (id TEXT)")
        other.commit()
    assert not keep_directly(settings, NOON, answer("a"), None)
    file.write_bytes(b"no database" * 100)
    assert not keep_directly(settings, NOON, answer("a"), None)
