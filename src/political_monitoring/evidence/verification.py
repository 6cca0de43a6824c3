"""Whether quoted words really stand where a citation says they stand."""

from dataclasses import dataclass
from typing import Protocol

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Evidence
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.port import Contradiction, FactQuery

_AROUND = 300
"""Characters shown on each side of a quotation whose passage is not known."""


class Ground(Protocol):
    """What an answer is checked against: a graph, or what one held when the answer was given."""

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """A document and its passages."""

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """What contradicts each other among the facts of a query."""


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A document that was read to check quotations; `content_hash` is None when there was none of that id."""

    document_id: str
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """What stands around a citation: characters `start` to `end` of the document's text.

    Attributes:
        number: of the citation.
        heading: path of headings above it, or "".
    """

    number: int
    start: int
    end: int
    heading: str
    text: str


class Verifier:
    """Checks quotations of one answer against the stored documents, reading each document once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._found: dict[str, tuple[Document, tuple[Passage, ...]] | None] = {}

    @property
    def documents(self) -> dict[str, Document]:
        """The documents read so far, by id."""
        return {key: found[0] for key, found in self._found.items() if found}

    @property
    def read(self) -> tuple[ReadVersion, ...]:
        """Which version of each document was read so far."""
        return tuple(
            ReadVersion(key, found[0].content_hash if found else None) for key, found in self._found.items()
        )

    def stands(self, evidence: Evidence) -> bool:
        """True when the document holds exactly these words, and at least one, at exactly this place."""
        document = self.document(evidence.document_id)
        if document is None or not evidence.quote.strip():
            return False
        span, quote = evidence.span, evidence.quote
        return span.end - span.start == len(quote) and span.of(document.text) == quote

    def document(self, document_id: str) -> Document | None:
        """The stored document; None when there is none."""
        if document_id not in self._found:
            self._found[document_id] = self._ground.document(document_id)
        found = self._found[document_id]
        return found[0] if found else None

    def passage(self, citation: Citation) -> CitedPassage:
        """What stands around a citation of a document that was read.

        Raises:
            KeyError: it was not.
        """
        found = self._found[citation.document_id]
        if found is None:
            raise KeyError(citation.document_id)
        document, passages = found
        home = next((one for one in passages if one.id == citation.passage_id), None)
        start, end = (
            (home.span.start, home.span.end) if home else (citation.start - _AROUND, citation.end + _AROUND)
        )
        start, end = max(0, min(start, citation.start)), min(len(document.text), max(end, citation.end))
        return CitedPassage(
            citation.number, start, end, home.heading if home else "", document.text[start:end]
        )
