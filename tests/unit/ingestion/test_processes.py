"""Preparing in this process, when there is little to do."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from political_monitoring.documents.load import Item, iter_items
from political_monitoring.errors import MissingDependency
from political_monitoring.ingestion import processes
from political_monitoring.ingestion.pipeline import Reader, open_reader
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.settings import Settings

Records = Callable[..., Path]


@pytest.fixture
def items(records: Records, settings: Settings) -> list[Item]:
    path = records(*((f"d{n}", f"The text of number {n}.") for n in range(6)))
    return [item for item in iter_items([str(path)], settings) if isinstance(item, Item)]


@pytest.fixture
def no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_Pool", None)


@pytest.mark.usefixtures("no_pool")
@pytest.mark.parametrize(("count", "size"), [(8, 6), (1, 2), (1, 6)])
def test_one_process_or_one_batch_needs_no_pool(
    settings: Settings, items: list[Item], count: int, size: int
) -> None:
    batches = [items[start : start + size] for start in range(0, 6, size)]
    outcomes = [outcome for batch in LocalPreparer(settings, count).prepare(batches) for outcome in batch]
    assert [outcome.ref for outcome in outcomes] == [item.ref for item in items]
    assert all(outcome.episodes for outcome in outcomes)


def test_nothing_to_do_opens_no_reader(settings: Settings) -> None:
    def never(_: Settings) -> Reader:
        raise AssertionError("no reader is needed")

    assert list(LocalPreparer(settings, 2, never).prepare([])) == []


def test_batches_are_taken_as_they_are_worked_on(settings: Settings, items: list[Item]) -> None:
    taken = 0

    def batches() -> Iterator[Sequence[Item]]:
        nonlocal taken
        for item in items:
            taken += 1
            yield [item]

    prepared = LocalPreparer(settings, 1).prepare(batches())
    for number in range(1, 5):
        next(prepared)
        assert taken <= number + 1
    prepared.close()


def test_what_the_extractor_lacks_ends_the_run(settings: Settings, items: list[Item]) -> None:
    def lacking(_: Settings) -> Reader:
        raise MissingDependency("spaCy is not installed")

    with pytest.raises(MissingDependency, match="spaCy is not installed"):
        list(LocalPreparer(settings, 1, lacking).prepare([items]))


def test_the_reader_is_opened_once(settings: Settings, items: list[Item]) -> None:
    opened = []

    def counting(settings: Settings) -> Reader:
        opened.append(1)
        return open_reader(settings)

    list(LocalPreparer(settings, 1, counting).prepare([[item] for item in items]))
    assert opened == [1]
