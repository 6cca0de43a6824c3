"""The embedded store's own proof of soundness, and stores that an earlier release has written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.embedded.schema import MIGRATIONS
from political_monitoring.knowledge.names import split_words
from political_monitoring.knowledge.vectors import open_encoder
from political_monitoring.settings import GraphSettings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import BILL, CHAIN, status


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
        ("DELETE FROM readings WHERE document = 1", "is not there"),
        ("UPDATE readings SET reading = x'00' WHERE document = 1", "cannot be read back"),
        ("UPDATE passages SET text = 'else' WHERE id = 1", "passage 'a#0'"),
        ("UPDATE mentions SET document = 99", "belongs to a row of documents"),
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


def test_a_store_of_the_first_release_is_brought_up_to_date(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "old.db"
    write_first_release(path)
    graph = SqliteGraph(path, clock)
    assert graph.check() == []
    renamed = Entity(BILL.id, "Bill", "Better Act", BILL.identifiers)
    assert graph.entity(BILL.id) == Entity(BILL.id, "Bill", "Example Act", BILL.identifiers, ("EXA",), "US")
    assert [one.id for one, _ in graph.find_entities("Example Act")] == [BILL.id]
    assert [event.document_id for event in graph.history()] == ["a", "b", "a"]
    graph.add((status("b", 3, "rejected", renamed),))
    assert graph.retract(("a",))[0].entities == 0
    assert graph.entity(BILL.id) == renamed
    assert graph.retract(("b",))[0].entities == 1
    assert graph.check() == []
    graph.close()


def write_first_release(path: Path) -> None:
    """A store as the first release wrote it: one document in two versions, and another."""
    stored = sqlite3.connect(path, isolation_level=None)
    for step in MIGRATIONS[0]:
        assert isinstance(step, str)
        stored.execute(step)
    stored.execute("PRAGMA user_version = 1")
    told = (status("a", 1, "reported"), status("b", 3, "reported"), status("a", 1, "introduced"))
    for version, one in enumerate(told, start=1):
        document, expired = one.document, 3 if version == 1 else None
        stored.execute(
            f"INSERT INTO documents (id, {rows.DOCUMENT_COLUMNS}, recorded_at, expired_at) "
            f"VALUES ({', '.join('?' * 17)})",
            (version, *rows.document_values(document), version, expired),
        )
        (passage,) = one.passages
        place = (passage.span.start, passage.span.end)
        stored.execute(
            "INSERT INTO passages VALUES (?, ?, 0, ?, ?, ?, ?)",
            (version, version, *place, passage.heading, passage.text),
        )
        for table, text in (
            ("passage_words", f"{passage.heading} {passage.text}"),
            ("title_words", document.title),
        ):
            words = " ".join(split_words(text))
            stored.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (version, words))
        stored.execute("INSERT INTO mentions VALUES (?, ?, 0, 1, 1)", (BILL.id, version))
        (fact,) = one.extraction.facts
        end = 1_740_787_200_000_000 if version == 3 else None
        stored.execute(
            "INSERT INTO facts VALUES (?, ?, ?, 'status', NULL, ?, ?, ?, NULL, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            (
                *(version, fact.id, BILL.id, fact.value, fact.words, rows.optional_micros(fact.valid_at)),
                *(end, version, expired, version, passage.id),
                *(fact.evidence.span.start, fact.evidence.span.end, fact.evidence.quote),
            ),
        )
    stored.execute("INSERT INTO entities VALUES (?, 'Bill', 'US')", (BILL.id,))
    stored.execute("INSERT INTO identifiers VALUES ('us-bill', '119-hr-1', ?)", (BILL.id,))
    for number, name in enumerate(("Example Act", "EXA"), start=1):
        words = split_words(name)
        first = number == 1
        stored.execute(
            "INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, BILL.id, name, " ".join(words), "".join(words), 3 * first, 3 * first),
        )
        stored.execute("INSERT INTO name_words (rowid, words) VALUES (?, ?)", (number, " ".join(words)))
    stored.execute("UPDATE generation SET number = 3, recorded_at = 3")
    stored.close()
