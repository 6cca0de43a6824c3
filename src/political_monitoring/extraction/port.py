"""What the ingestion pipeline asks of an extractor."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Extraction

Pending = Callable[[], Extraction]
"""An extraction under way; calling it waits for the result."""


class Extractor(Protocol):
    """Reads entities and facts out of one document; writes nothing."""

    def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
        """Every fact's evidence quotes the document: `quote == span.of(document.text)`."""


@runtime_checkable
class WaitingExtractor(Extractor, Protocol):
    """One that waits for somebody else: it can wait for several documents at once."""

    def begin(self, document: Document, passages: tuple[Passage, ...]) -> Pending:
        """Begin with a document and return at once."""

    def close(self) -> None:
        """Stop what is under way."""


def begin(extractor: Extractor, document: Document, passages: tuple[Passage, ...]) -> Pending:
    """Begin with a document, or be done with it where there is nothing to wait for."""
    if isinstance(extractor, WaitingExtractor):
        return extractor.begin(document, passages)
    extraction = extractor.extract(document, passages)
    return lambda: extraction
