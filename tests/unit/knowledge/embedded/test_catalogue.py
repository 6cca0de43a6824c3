"""What readers keep in memory: right for each generation, extended at the cost of what is new."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from political_monitoring.knowledge.embedded.catalogue import NEVER, Catalogue, load_catalogue
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.port import Scope, SearchQuery
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[SqliteGraph]:
    opened = SqliteGraph(tmp_path / "graph.db", FrozenClock())
    yield opened
    opened.close()


@pytest.fixture
def stored(graph: SqliteGraph, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "graph.db")
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def same(one: Catalogue, other: Catalogue) -> bool:
    columns = ("day", "recorded", "expired", "title_words", "document")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns) and all(
        np.array_equal(one.labels[name].among([value]), other.labels[name].among([value]))
        for name in one.labels
        for value in one.labels[name].numbers
    )


def test_extending_gives_what_reading_anew_gives(graph: SqliteGraph, stored: sqlite3.Connection) -> None:
    kept = None
    for number in range(40):
        graph.add((episode(f"doc{number}", f"Text {number}.", language="de" if number % 3 else "en"),))
        if number % 7 == 0:  # a revision: the old version expires
            graph.add((episode(f"doc{number // 2}", f"Another text {number}."),))
        kept = load_catalogue(stored, kept, None)
        assert same(kept, load_catalogue(stored, None, None))


def test_an_old_generation_is_not_disturbed(graph: SqliteGraph, stored: sqlite3.Connection) -> None:
    graph.add((episode("a", "Tariffs on steel."), episode("b", "Ferries.")))
    old = load_catalogue(stored, None, None)
    assert old.rows_with(stored, "passage_words", "steel").tolist() == [0]
    graph.add((episode("a", "Tariffs on copper."), episode("c", "Steel again.")))
    new = load_catalogue(stored, old, None)
    assert new.rows_with(stored, "passage_words", "steel").tolist() == [0, 3]
    assert (old.expired == NEVER).all()
    assert new.expired[0] != NEVER
    assert old.rows_with(stored, "passage_words", "steel").tolist() == [0]


def test_a_column_grows_in_place(graph: SqliteGraph, stored: sqlite3.Connection) -> None:
    graph.add((episode("a", "One."),))
    old = load_catalogue(stored, None, None)
    graph.add((episode("b", "Two."),))
    new = load_catalogue(stored, old, None)
    assert np.shares_memory(old.day, new.day)
    assert (old.day.size, new.day.size) == (1, 2)


def test_a_scope_of_values_nobody_declared_is_empty(graph: SqliteGraph) -> None:
    graph.add((episode("a", "Tariffs.", dt.date(2025, 1, 1), source="Gazette"),))

    def found(scope: Scope) -> list[str]:
        return [hit.document_id for hit in graph.search(SearchQuery("tariffs", scope=scope))]

    assert found(Scope(sources=("Gazette", "Other"))) == ["a"]
    assert found(Scope(sources=("Other",))) == []


def test_parts_of_german_compounds_are_found(graph: SqliteGraph) -> None:
    graph.add(
        (
            episode("a", "Genehmigung der Rüstungsexporte.", language="de"),
            episode("b", "Genehmigung der Straßenbahn.", language="de"),
            episode("c", "Licences for exports.", language="en"),
        )
    )
    hits = graph.search(SearchQuery("Waffenexport"))
    assert [hit.document_id for hit in hits] == ["a"]
