"""The embedded store's own proof of soundness."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.vectors import open_encoder
from political_monitoring.settings import GraphSettings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import CHAIN


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def graph(path: Path, clock: FrozenClock) -> Iterator[SqliteGraph]:
    opened = SqliteGraph(path, clock, open_encoder(GraphSettings()))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE facts SET quote = 'invented' WHERE row = 1", "quotes words"),
        ("UPDATE facts SET invalid_at = 0 WHERE row = 1", "ends 1970-01-01"),
        ("UPDATE facts SET ordered = 1", "is not marked"),
        ("UPDATE facts SET recorded_at = 0 WHERE row = 2", "was recorded before"),
        ("UPDATE documents SET expired_at = 1 WHERE id = 1", "version is not"),
        (
            "INSERT INTO title_words (title_words, rowid, words) VALUES ('delete', 1, 'introduced')",
            "title_words",
        ),
        ("INSERT INTO passage_words (rowid, words) VALUES (99, 'nothing')", "row 99 of passage_words"),
        ("UPDATE names SET claims = 9", "not what the documents claim"),
        ("DELETE FROM identifiers", "identifier"),
        ("UPDATE entities SET types = '{}'", "entity"),
        ("UPDATE vectors SET passage = 99 WHERE id = 1", "vector"),
        ("DELETE FROM events WHERE number = 1", "does not tell"),
        ("INSERT INTO events (at, document, withdrawn) VALUES (1, 1, 1)", "was withdrawn"),
        ("DELETE FROM readings WHERE document = 1", "cannot be read back"),
        ("UPDATE readings SET reading = x'00' WHERE document = 1", "cannot be read back"),
        ("UPDATE descriptions SET description = '[]'", "cannot be read back"),
        ("UPDATE descriptions SET description = replace(description, 'Bill', 'Law')", "entity"),
        ("DELETE FROM texts WHERE document = 1", "cannot be read back"),
        ("UPDATE texts SET text = x'01' WHERE document = 1", "cannot be read back"),
        ("UPDATE documents SET length = 9 WHERE id = 1", "characters and not 9"),
        ('UPDATE passages SET "end" = 999 WHERE id = 1', "passage 'a#0'"),
        ("UPDATE passages SET start = 9 WHERE id = 1", "row 1 of passage_words"),
        ("UPDATE mentions SET principal = 0", "index of mentions"),
        ("DELETE FROM mentions WHERE document = 2", "index of mentions"),
        ("UPDATE mentions SET document = 99 WHERE document = 1", "belongs to a row of documents"),
    ],
)
def test_damage_is_told_in_a_sentence(path: Path, graph: SqliteGraph, damage: str, sentence: str) -> None:
    graph.add(CHAIN)
    assert graph.check() == []
    stored = sqlite3.connect(path)
    stored.execute(damage)
    stored.commit()
    stored.close()
    assert any(sentence in problem for problem in graph.check()), graph.check()


@pytest.mark.parametrize(("table", "column"), [("texts", "text"), ("readings", "reading")])
def test_what_is_damaged_is_no_traceback_for_who_reads_it(
    path: Path, graph: SqliteGraph, table: str, column: str
) -> None:
    graph.add(CHAIN)
    with closing(sqlite3.connect(path, isolation_level=None)) as stored:
        stored.execute(f"UPDATE {table} SET {column} = x'01000000'")
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        list(graph.history())
