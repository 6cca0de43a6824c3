"""A body has one head at a time, whichever document comes first."""

import datetime as dt
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import AsOf, Episode
from political_monitoring.extraction.local import open_local
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock

AGENCY = "Institution:bundesnetzagentur"
TEXTS = {
    dt.date(2012, 3, 1): "Jochen Homann ist seit dem 1. März 2012 Präsident der Bundesnetzagentur.",
    dt.date(2022, 3, 1): "Klaus Müller ist seit dem 1. März 2022 Präsident der Bundesnetzagentur.",
    dt.date(2023, 5, 4): "Klaus Müller leitet die Bundesnetzagentur.",
}
ORDERS = list(permutations(TEXTS))


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    opened = open_graph(load_settings(), FrozenClock())
    yield opened
    opened.close()


def episode(on: dt.date) -> Episode:
    document = Document(
        id=f"doc-{on}", title="", text=TEXTS[on], content_hash=str(on), date=on, language="de"
    )
    passages = split_passages(document)
    return Episode(document, passages, open_local("off").extract(document, passages))


def heads(graph: KnowledgeGraph, time: AsOf) -> set[str | None]:
    query = FactQuery(subjects=(AGENCY,), predicates=("led_by",), time=time)
    return {fact.object for fact in graph.facts(query)}


@pytest.mark.parametrize("order", ORDERS)
def test_a_successor_ends_the_predecessors_time(graph: KnowledgeGraph, order: tuple[dt.date, ...]) -> None:
    for on in order:
        graph.add([episode(on)])

    assert heads(graph, AsOf()) == {"Politician:klaus müller"}
    assert heads(graph, AsOf.on(dt.date(2021, 1, 1))) == {"Politician:jochen homann"}
    assert heads(graph, AsOf.on(dt.date(2022, 6, 1))) == {"Politician:klaus müller"}


def test_two_bodies_do_not_end_each_other(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graph.add([episode(dt.date(2012, 3, 1))])
    text = "Andreas Mundt ist seit dem 1. Januar 2010 Präsident des Bundeskartellamts."
    document = Document(
        id="d", title="", text=text, content_hash="h", date=dt.date(2024, 1, 1), language="de"
    )
    passages = split_passages(document)
    graph.add([Episode(document, passages, open_local("off").extract(document, passages))])

    assert heads(graph, AsOf()) == {"Politician:jochen homann"}
