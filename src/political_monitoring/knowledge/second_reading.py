"""What ingestion asks of a reader that comes after ours, and reads in the graph itself."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from political_monitoring.clock import Clock
from political_monitoring.domain.documents import Document
from political_monitoring.domain.model_use import ModelReading
from political_monitoring.settings import Settings


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What came of one document: what it cost, and what to know about it."""

    model: ModelReading
    warnings: tuple[str, ...] = ()


class SecondReader(Protocol):
    """Reads documents that are in the graph, one at a time, and writes what it finds beside what we wrote."""

    def read(self, document: Document) -> SecondReading | None:
        """Read a document once; None: that version was read before, or is not in the graph any more.

        Raises:
            StoreUnavailable: the graph cannot be read or written.
        """

    def close(self) -> None:
        """Stop what is under way and let go of connections."""


@contextmanager
def second_reading(settings: Settings, clock: Clock) -> Iterator[SecondReader | None]:
    """The second reader of the mode of extraction, for the block; None: it has none.

    Raises:
        StoreUnavailable: the graph's database, or the model's account, cannot be used.
        MissingDependency: a package that it needs is not installed.
    """
    if settings.extraction.mode != "graphiti":
        yield None
        return
    from political_monitoring.knowledge.open import open_graphiti_reader

    with closing(open_graphiti_reader(settings, clock)) as reader:
        yield reader
