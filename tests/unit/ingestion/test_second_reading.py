"""A reader that comes after ours: which documents it gets, when, and what becomes of its failures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from political_monitoring.documents.load import Item, item_hash, iter_items
from political_monitoring.domain.documents import Document
from political_monitoring.domain.model_use import ModelReading, ModelUse
from political_monitoring.errors import ModelError, StoreUnavailable
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.pipeline import PIPELINE_VERSION, Reader, commit, prepare
from political_monitoring.ingestion.report import ItemReport
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.knowledge.second_reading import SecondReading, second_reading
from political_monitoring.settings import Settings
from political_monitoring.testing.clock import FrozenClock

USED = ModelReading(ModelUse(calls=3), beside=2)


@dataclass
class Second:
    """Looks whether the document is in the graph, and says what it was told to."""

    graph: KnowledgeGraph
    error: Exception | None = None
    read_before: bool = False
    seen: list[str] = field(default_factory=list)

    def read(self, document: Document) -> SecondReading | None:
        assert self.graph.document(document.id) is not None
        self.seen.append(document.id)
        if self.error:
            raise self.error
        return None if self.read_before else SecondReading(USED, ("a remark",))

    def close(self) -> None:
        pass


@pytest.fixture
def twice(
    records: Callable[..., Path], reader: Reader, graph: KnowledgeGraph, ledger: Ledger, settings: Settings
) -> Callable[[Second], tuple[ItemReport, ...]]:
    """Commits three items: two documents, and one that repeats the first."""
    path = records(("a", "The bill passed."), ("b", "The bill failed."), ("c", "The bill passed."))

    def run(second: Second) -> tuple[ItemReport, ...]:
        items = [item for item in iter_items([str(path)], settings) if isinstance(item, Item)]
        with ledger.run("test", (str(path),)) as run_id:
            found = [Found(item.ref, item_hash(item)) for item in items]
            ledger.claim(run_id, found, PIPELINE_VERSION, force=True)
            outcomes = [prepare(item, reader) for item in items]
            return commit(outcomes, graph, ledger, run_id, second)

    return run


def test_what_is_in_the_graph_is_read_there_and_nothing_else(
    twice: Callable[[Second], tuple[ItemReport, ...]], graph: KnowledgeGraph
) -> None:
    second = Second(graph)
    reports = [document for item in twice(second) for document in item.documents]
    assert second.seen == ["a", "b"]
    assert [(one.state, one.model, one.warnings[-1:]) for one in reports] == [
        ("added", USED, ("a remark",)),
        ("added", USED, ("a remark",)),
        ("duplicate", None, ()),
    ]


def test_what_was_read_before_costs_nothing(
    twice: Callable[[Second], tuple[ItemReport, ...]], graph: KnowledgeGraph
) -> None:
    reports = [document for item in twice(Second(graph, read_before=True)) for document in item.documents]
    assert [one.model for one in reports] == [None] * 3


@pytest.mark.parametrize("error", [ModelError("nothing usable"), KeyError("a defect")])
def test_a_failure_is_a_warning_and_our_reading_stays(
    twice: Callable[[Second], tuple[ItemReport, ...]], graph: KnowledgeGraph, error: Exception
) -> None:
    items = twice(Second(graph, error))
    assert [item.state for item in items] == ["committed", "committed", "duplicate"]
    warnings = [document.warnings for item in items for document in item.documents]
    sentence = "nothing usable" if isinstance(error, ModelError) else "because of a defect in the product"
    assert [len(one) for one in warnings] == [1, 1, 0]
    assert sentence in warnings[0][0]


def test_without_the_database_nothing_is_settled(
    twice: Callable[[Second], tuple[ItemReport, ...]], graph: KnowledgeGraph, ledger: Ledger
) -> None:
    """The next run finds the items unsettled and reads on."""
    with pytest.raises(StoreUnavailable):
        twice(Second(graph, StoreUnavailable("gone")))
    again = Second(graph)
    assert [item.state for item in twice(again)] == ["unchanged", "unchanged", "duplicate"]
    assert again.seen == ["a", "b"]


def test_other_modes_have_no_second_reader(settings: Settings, clock: FrozenClock) -> None:
    for mode in ("local", "llm"):
        with second_reading(settings.reading_by(mode), clock) as second:
            assert second is None
