"""Documents, the passages they are read in, and where in the text something stands."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of characters (Python string indices) in a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}..{self.end} runs backwards or starts before the text")

    def of(self, text: str) -> str:
        """The characters of `text` inside the span."""
        return text[self.start : self.end]

    def shifted(self, offset: int) -> "Span":
        """The same range, `offset` characters further on."""
        return Span(self.start + offset, self.end + offset)


class Origin(StrEnum):
    """Where a piece of metadata was found."""

    DECLARED = "declared"
    """A metadata field of the format: front matter, meta tag, feed entry, JSON key."""
    TEXT = "text"
    """Words in the document itself."""
    FILE = "file"
    """The file's name or its properties."""
    GUESSED = "guessed"
    """Derived statistically (a language guess)."""
    ABSENT = "absent"
    """Nowhere: an undated document stays undated."""


@dataclass(frozen=True, slots=True)
class Document:
    """One received document, as text.

    `text` is final: every span in the product counts characters of exactly this string. For a JSON or
    JSONL record it is the record's own `text`, unchanged.
    """

    id: str
    title: str
    text: str
    content_hash: str
    """SHA-256, hexadecimal, of title, date and text: equal content, equal hash."""
    source: str = ""
    """Publisher or data source, as a person would name it."""
    url: str | None = None
    date: dt.date | None = None
    """Publication or event date; None when the document does not say."""
    date_origin: Origin = Origin.ABSENT
    language: str = "und"
    """ISO 639-1 code, or "und" when it could not be told."""
    media_type: str = "text/plain"
    kind: str = ""
    """Document type in the source's words (press_release, legislation, event ...), or empty."""
    jurisdiction: str = ""
    """EU, US, DE, UK ..., or empty."""
    headings: tuple["Heading", ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader should know about how the text was obtained."""
    origins: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Where each field was found, in words for a person: ("date", "front matter"). It is said when the document is
    read; a graph need not keep it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found while parsing; passages never run across one."""

    offset: int
    """Character offset in the document's text at which the heading's line begins."""
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable stretch of a document, about 100 words."""

    document_id: str
    ordinal: int
    span: Span
    text: str
    heading: str = ""
    """Path of headings above the passage, as a reader would cite it: "Chapter II > Article 6"."""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.document_id}#{self.ordinal}")
