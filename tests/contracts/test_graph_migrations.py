"""Stores that an earlier release has written: brought up to date as a whole or not at all, and nothing is lost."""

import datetime as dt
import json
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.domain.facts import AsOf, Entity, Episode
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.embedded.schema import MIGRATIONS
from political_monitoring.knowledge.names import join_parts, split_words
from political_monitoring.knowledge.port import FactQuery, SearchQuery
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.graph import BILL, holding, status

TOLD = (status("a", 1, "reported"), status("b", 3, "reported"), status("a", 1, "introduced"))
_COMPOUND = "Der Rüstungsexportbericht wurde vorgelegt."
GERMAN = episode("g", _COMPOUND, dt.date(2025, 4, 1), language="de", about=(BILL,))
# Longer than a part of a stored text, with a NUL, at which SQLite's own functions stop.
LONG = episode("l", "\0" + "Ünruly text of many parts. " * 2_000 + "It was rejected.", about=(BILL,))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "old.db"


def test_a_store_of_the_first_release_is_brought_up_to_date(path: Path, clock: FrozenClock) -> None:
    write_first_release(path, TOLD)
    with closing(SqliteGraph(path, clock)) as graph:
        assert graph.check() == []
        renamed = Entity(BILL.id, "Bill", "Better Act", BILL.identifiers)
        assert graph.entity(BILL.id) == Entity(
            BILL.id, "Bill", "Example Act", BILL.identifiers, ("EXA",), "US"
        )
        assert [one.id for one, _ in graph.find_entities("Example Act")] == [BILL.id]
        assert [event.document_id for event in graph.history()] == ["a", "b", "a"]
        graph.add((status("b", 3, "rejected", renamed),))
        assert graph.retract(("a",))[0].entities == 0
        assert graph.entity(BILL.id) == renamed
        assert graph.retract(("b",))[0].entities == 1
        assert graph.check() == []


def test_everything_in_an_old_store_is_still_said(path: Path, tmp_path: Path, clock: FrozenClock) -> None:
    told = (*TOLD, GERMAN, LONG)
    write_first_release(path, told)
    with closing(SqliteGraph(path, clock)) as graph:
        assert [holding(graph, AsOf.on(dt.date(2025, month, 2))) for month in (1, 3)] == [
            {"introduced"},
            {"reported"},
        ]
        known = FactQuery(time=AsOf(known=rows.from_micros(2)), history=True)
        assert [fact.value for fact in graph.facts(known)] == ["reported", "reported"]
        for one in told[1:]:
            assert graph.document(one.document.id) == (one.document, one.passages)
        assert graph.document("a") == (TOLD[2].document, TOLD[2].passages)
        events = [event.episode for event in graph.history()]
        assert [event.document for event in events if event] == [one.document for one in told]
        assert [event.extraction.facts for event in events if event] == [one.extraction.facts for one in told]
        with closing(SqliteGraph(tmp_path / "again.db", clock)) as again:
            again.add(tuple(event for event in events if event))
            assert again.fingerprint() == graph.fingerprint()


@pytest.mark.parametrize("version", [1, 2, 3])
def test_parts_of_german_words_are_found_in_an_old_store(
    path: Path, clock: FrozenClock, version: int
) -> None:
    write_first_release(path, (*TOLD, GERMAN))
    bring_to(path, version)
    with closing(SqliteGraph(path, clock)) as graph:
        assert [hit.document_id for hit in graph.search(SearchQuery("Waffenexport"))] == ["g"]
        assert graph.check() == []


def test_what_each_document_claimed_is_known_of_a_later_release(path: Path, clock: FrozenClock) -> None:
    write_first_release(path, TOLD)
    bring_to(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as stored:
        for version, name in ((1, "Example Act"), (2, "Only Here"), (3, "Example Act")):
            claim = (BILL.id, "Bill", name, [("us-bill", "119-hr-1")], [], "US")
            packed = zlib.compress(json.dumps(([claim], ["a warning"], 1)).encode())
            stored.execute("UPDATE readings SET reading = ? WHERE document = ?", (packed, version))
    with closing(SqliteGraph(path, clock)) as graph:
        assert graph.check() == []
        before = graph.entity(BILL.id)
        assert before is not None
        assert {before.name, *before.aliases} == {"Example Act", "Only Here"}
        assert [event.episode.extraction.warnings for event in graph.history() if event.episode] == [
            ("a warning",)
        ] * 3
        graph.retract(("b",))
        assert graph.entity(BILL.id) == Entity(BILL.id, "Bill", "Example Act", BILL.identifiers, (), "US")


def test_values_that_a_document_orders_are_marked(path: Path, clock: FrozenClock) -> None:
    text = "It was introduced. It was reported."
    on = dt.date(2025, 1, 1)
    said = [Said(BILL, "status", f"was {value}", value=value, on=on) for value in ("introduced", "reported")]
    write_first_release(path, (episode("a", text, on, about=(BILL,), said=said),))
    with closing(sqlite3.connect(path, isolation_level=None)) as stored:
        stored.execute("UPDATE facts SET invalid_at = valid_at WHERE value = 'introduced'")
    with closing(SqliteGraph(path, clock)) as graph:
        assert graph.check() == []
        assert holding(graph, AsOf()) == {"reported"}


KILLED = """
import os, signal, sys
from pathlib import Path
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.embedded import schema
from political_monitoring.knowledge.embedded.graph import SqliteGraph


def kill(connection):
    os.kill(os.getpid(), signal.SIGKILL)


schema.MIGRATIONS = (*schema.MIGRATIONS, (kill,))
SqliteGraph(Path(sys.argv[1]), utc_now)
"""


@pytest.mark.integration
def test_a_migration_that_is_killed_has_changed_nothing(path: Path, clock: FrozenClock) -> None:
    write_first_release(path, (*TOLD, GERMAN, LONG))
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == -9
    with closing(sqlite3.connect(path)) as stored:
        assert stored.execute("PRAGMA user_version").fetchone() == (1,)
        tables = {name for (name,) in stored.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "texts" not in tables
    with closing(SqliteGraph(path, clock)) as graph:
        assert graph.check() == []
        assert graph.stats().documents == 4


def bring_to(path: Path, version: int) -> None:
    """What later releases made of the first one's store, without what they counted in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as stored:
        stored.row_factory = sqlite3.Row
        stored.create_function("join_parts", 1, join_parts)
        for steps in MIGRATIONS[1:version]:
            for step in steps:
                if isinstance(step, str):
                    stored.execute(step)
                else:
                    step(stored)
        stored.execute(f"PRAGMA user_version = {version}")


def write_first_release(path: Path, told: tuple[Episode, ...]) -> None:
    """A store as the first release wrote it. A later episode of one document is a later version."""
    stored = sqlite3.connect(path, isolation_level=None)
    for step in MIGRATIONS[0]:
        assert isinstance(step, str)
        stored.execute(step)
    stored.execute("PRAGMA user_version = 1")
    names = [one.document.id for one in told]
    passages = 0
    for version, one in enumerate(told, start=1):
        document = one.document
        later = names[version:].index(document.id) + version + 1 if document.id in names[version:] else None
        key, title, _, *declared = rows.document_values(document)
        stored.execute(
            f"INSERT INTO documents VALUES ({', '.join('?' * 17)})",
            (version, key, title, document.text, *declared, version, later),
        )
        index(stored, "title_words", version, document.title)
        for passage in one.passages:
            passages += 1
            place = (passage.span.start, passage.span.end)
            stored.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                (passages, version, passage.ordinal, *place, passage.heading, passage.text),
            )
            index(stored, "passage_words", passages, f"{passage.heading} {passage.text}")
        stored.execute("INSERT INTO mentions VALUES (?, ?, 0, 1, 1)", (BILL.id, version))
        for fact in one.extraction.facts:
            end = 1_740_787_200_000_000 if document.id == "a" and fact.value == "introduced" else None
            stored.execute(
                "INSERT INTO facts (key, subject, predicate, value, words, valid_at, invalid_at, recorded_at, "
                'expired_at, confidence, document, passage, start, "end", quote) '
                "VALUES (?, ?, 'status', ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                (
                    *(fact.id, BILL.id, fact.value, fact.words, rows.optional_micros(fact.valid_at)),
                    *(end, version, later, version, fact.evidence.passage_id),
                    *(fact.evidence.span.start, fact.evidence.span.end, fact.evidence.quote),
                ),
            )
    stored.execute("INSERT INTO entities VALUES (?, 'Bill', 'US')", (BILL.id,))
    stored.execute("INSERT INTO identifiers VALUES ('us-bill', '119-hr-1', ?)", (BILL.id,))
    for number, name in enumerate(("Example Act", "EXA"), start=1):
        words, first = split_words(name), number == 1
        stored.execute(
            "INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, BILL.id, name, " ".join(words), "".join(words), 3 * first, 3 * first),
        )
        index(stored, "name_words", number, name)
    stored.execute("UPDATE generation SET number = ?, recorded_at = ?", (len(told), len(told)))
    stored.close()


def index(stored: sqlite3.Connection, table: str, number: int, text: str) -> None:
    stored.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (number, " ".join(split_words(text))))
