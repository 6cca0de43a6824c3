"""Records of {id, title, date, source, url, language, text}: one, or an array of them."""

import json
import re
from typing import Any

from political_monitoring.documents.characters import decode, one_line
from political_monitoring.documents.parsers.parsed import Hints, Parsed, check_length, marked_headings
from political_monitoring.errors import EmptyDocument, UnreadableDocument, UnsupportedFormat

REQUIRED = ("id", "title", "text")
OPTIONAL = ("date", "source", "url", "language", "kind", "type", "jurisdiction")
SHAPE = "{id, title, date, source, url, language, text}"
_LONGEST_ID = 500
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The records. Their `text` is kept to the character, because others count its characters too.

    Raises:
        UnreadableDocument: not JSON, a field of the wrong type, or characters that cannot be stored.
        UnsupportedFormat: JSON, but not such records.
        EmptyDocument: a record without text, or no record.
    """
    content = read_json(data, hints)
    if isinstance(content, list):
        if not content:
            raise EmptyDocument("holds an empty list")
        return [_record(entry, hints, f"record {number} ") for number, entry in enumerate(content, 1)]
    return [_record(content, hints, "")]


def read_json(data: bytes, hints: Hints) -> Any:
    """What the JSON holds.

    Raises:
        UnreadableDocument: not JSON, or too deep.
    """
    text, _ = decode(data, hints.charset)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}"
        raise UnreadableDocument(f"is not valid JSON: {error.msg} {where}") from None
    except (RecursionError, ValueError):
        raise UnreadableDocument("is not usable JSON: nested too deeply or a number too long") from None


def _record(entry: Any, hints: Hints, where: str) -> Parsed:
    if not isinstance(entry, dict):
        raise UnsupportedFormat(f"{where}is JSON but not a record of {SHAPE}")
    if missing := [repr(name) for name in REQUIRED if entry.get(name) is None]:
        raise UnsupportedFormat(f"{where}is not a record of {SHAPE}: without {', '.join(missing)}")
    for name in (*REQUIRED, *OPTIONAL):
        if not isinstance(entry.get(name), str | None):
            kind = type(entry[name]).__name__
            raise UnreadableDocument(f"{where}has a wrong {name!r}: it must be text, not {kind}")
    text: str = entry["text"]
    _check_text(text, hints, where)
    fields = {name: one_line(entry.get(name) or "") for name in (*OPTIONAL, "title")}
    return Parsed(
        text,
        title=fields["title"],
        headings=marked_headings(text),
        id=_checked_id(entry["id"], where),
        date=fields["date"],
        source=fields["source"],
        url=fields["url"],
        language=fields["language"],
        kind=fields["kind"] or fields["type"],
        jurisdiction=fields["jurisdiction"],
        where="JSON record",
    )


def _check_text(text: str, hints: Hints, where: str) -> None:
    if not text.strip():
        raise EmptyDocument(f"{where}has an empty 'text'")
    check_length(len(text), hints.text_chars)
    if _NOT_STORABLE.search(text):
        raise UnreadableDocument(f"{where}has a wrong 'text': NUL characters or halves of surrogate pairs")


def _checked_id(given: str, where: str) -> str:
    if not given.strip() or given != one_line(given, _LONGEST_ID):
        allowed = f"one line of 1 to {_LONGEST_ID} plain characters"
        raise UnreadableDocument(f"{where}has a wrong 'id': it must be {allowed}")
    return given
