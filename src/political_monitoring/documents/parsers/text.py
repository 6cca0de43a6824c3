"""Plain text."""

from political_monitoring.documents.characters import clean, decode
from political_monitoring.documents.parsers.parsed import Hints, Parsed, check_length, marked_headings

_LONGEST_TITLE = 120


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The text, cleaned, lines kept. A short first line with a blank one after it is the title."""
    text, guessed = decode(data, hints.charset)
    text = clean(text).strip("\n")
    check_length(len(text), hints.text_chars)
    return [
        Parsed(
            text,
            _title(text),
            marked_headings(text),
            origins={"title": "first line"},
            warnings=encoding_warning(guessed),
        )
    ]


def encoding_warning(guessed: str) -> tuple[str, ...]:
    """What the reader should know when the character encoding was a guess."""
    return (f"its character encoding was guessed to be {guessed}",) if guessed else ()


def _title(text: str) -> str:
    first, _, rest = text.partition("\n")
    is_title = 0 < len(first) <= _LONGEST_TITLE and rest.startswith("\n") and first[-1] not in ".:;,]-–—"
    return first.strip("# *") if is_title else ""
