"""Citations: numbered by first use, each with its quotation and the places of its marks in the answer."""

import datetime as dt
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from political_monitoring.documents.places import place_of
from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Evidence


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of an answer.

    Attributes:
        content_hash: of the document's version that was cited.
        place: the part of an act it stands in, as the field writes it ("Art. 6(1)", "Recital 12"), or "".
        start, end: the quotation's place in the document's text: `text[start:end] == quote`.
        positions: half-open ranges of the "[n]" marks in the answer's text, in characters.
    """

    number: int
    document_id: str
    content_hash: str
    title: str
    source: str
    url: str | None
    date: dt.date | None
    passage_id: str
    quote: str
    start: int
    end: int
    place: str = ""
    positions: tuple[tuple[int, int], ...] = ()

    @property
    def quote_hash(self) -> str:
        """SHA-256 of the quoted words, hexadecimal."""
        return sha256(self.quote.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def reference(self) -> str:
        """Title and place: "Digital Services Act, Art. 6(1)"."""
        return f"{self.title}, {self.place}" if self.place else self.title


class Quoting(Protocol):
    """Where something quotes a document."""

    @property
    def document_id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def overlaps(quoting: Quoting, evidence: Evidence) -> bool:
    """Whether some of the words quoted are some of those that the evidence is."""
    span = evidence.span
    same = quoting.document_id == evidence.document_id
    return same and span.start < quoting.end and quoting.start < span.end


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence and the evidence whose marks follow it."""

    text: str
    evidence: tuple[Evidence, ...] = ()


class CitationList:
    """Writes the marks of one answer and remembers what they stand for.

    The same words of the same document keep one number however often they are used.
    """

    def __init__(self) -> None:
        self._citations: dict[tuple[str, Span], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._citations.values())

    def render(self, parts: tuple[Part, ...], documents: dict[str, Document], offset: int) -> str:
        """The parts as text with their marks.

        Args:
            parts: verified parts of one sentence.
            documents: the cited documents by id.
            offset: characters of the answer before this sentence.
        """
        text = ""
        for part in parts:
            text += part.text
            for evidence in part.evidence:
                citation = self._cite(evidence, documents[evidence.document_id])
                text += " " if text and not text[-1].isspace() else ""
                mark = f"[{citation.number}]"
                place = (offset + len(text), offset + len(text) + len(mark))
                key = (evidence.document_id, evidence.span)
                self._citations[key] = replace(citation, positions=(*citation.positions, place))
                text += mark
        return text

    def _cite(self, evidence: Evidence, document: Document) -> Citation:
        key = (evidence.document_id, evidence.span)
        if key not in self._citations:
            self._citations[key] = Citation(
                number=len(self._citations) + 1,
                document_id=document.id,
                content_hash=document.content_hash,
                title=document.title,
                source=document.source,
                url=document.url,
                date=document.date,
                passage_id=evidence.passage_id,
                quote=evidence.quote,
                start=evidence.span.start,
                end=evidence.span.end,
                place=place_of(document, evidence.span),
            )
        return self._citations[key]
