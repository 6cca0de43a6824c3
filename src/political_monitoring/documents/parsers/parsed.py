"""What a parser is told, what it hands back, and how it builds a text with headings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from political_monitoring.documents.characters import clean, one_line
from political_monitoring.domain.documents import Heading
from political_monitoring.errors import DocumentTooLarge

_MARKED_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S[^\n]*)$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_LONGEST_HEADING = 300


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about the bytes before they are parsed."""

    text_chars: int
    """Longest text that may come out of one document, characters."""
    charset: str = ""
    """Character encoding that the server declared."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document as its format declares it; everything but the text may be missing."""

    text: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    id: str = ""
    """Id the document itself gives, to be kept."""
    identity: str = ""
    """What stays the same when the document is received again, if anything but its address does."""
    date: str = ""
    """Publication date in the document's own spelling."""
    source: str = ""
    url: str = ""
    language: str = ""
    kind: str = ""
    jurisdiction: str = ""
    where: str = ""
    """Where the fields above stand, as a person would say it: "front matter"."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """The same for single fields, by name, where it differs: {"title": "first heading"}."""
    warnings: tuple[str, ...] = ()


Parser = Callable[[bytes, Hints], list[Parsed]]
"""Reads one file. Its DocumentErrors are predicates of a sentence about the file: "is encrypted"."""


def check_length(length: int, longest: int) -> None:
    """DocumentTooLarge for a text of more than `longest` characters."""
    if length > longest:
        raise DocumentTooLarge(f"holds more than {longest:,} characters of text; split it")


def marked_headings(text: str) -> tuple[Heading, ...]:
    """Headings written as `## Heading` lines, with their offsets; the text stays as it is."""
    return tuple(
        Heading(found.start(), len(found[1]), one_line(found[2].strip("# \t"), _LONGEST_HEADING))
        for found in _MARKED_HEADING.finditer(text)
    )


def keyword_fields(keywords: str) -> dict[str, str]:
    """The `name=value` pairs among a file's keywords, for formats without fields of their own."""
    pairs = (keyword.partition("=") for keyword in keywords.split(","))
    return {name.strip().lower(): one_line(value) for name, equals, value in pairs if equals}


@dataclass(slots=True)
class TextBuilder:
    """Collects blocks into one text, blocks apart by a blank line, and remembers where headings stand."""

    longest: int
    """Characters after which DocumentTooLarge is raised."""
    _blocks: list[str] = field(default_factory=list)
    _headings: list[Heading] = field(default_factory=list)
    _length: int = 0

    def block(self, text: str) -> None:
        """Add a paragraph, list item or table row; line breaks inside it stay."""
        text = _BLANK_LINES.sub("\n\n", clean(text)).strip("\n")
        if not text:
            return
        self._blocks.append(text)
        self._length += len(text) + 2
        check_length(self._length, self.longest)

    def heading(self, text: str, level: int, name: str = "") -> None:
        """Add a heading of `level` 1 (highest) to 6; `name` is what it is called above passages, if not its words."""
        if line := one_line(text, _LONGEST_HEADING):
            self.mark(level, name or line)
            self.block(line)

    def mark(self, level: int, name: str) -> None:
        """Note that something called `name` begins with the block that is added next."""
        self._headings.append(Heading(self._length, min(max(level, 1), 6), one_line(name, _LONGEST_HEADING)))

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "\n\n".join(self._blocks)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings added so far, in order."""
        return tuple(self._headings)
