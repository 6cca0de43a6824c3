"""What the ingestion pipeline asks of an extractor."""

from typing import Protocol

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Extraction


class Extractor(Protocol):
    """Reads entities and facts out of one document. Pure: no store, no network, same result every time."""

    def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
        """Every fact's evidence quotes the document: `quote == span.of(document.text)`."""
