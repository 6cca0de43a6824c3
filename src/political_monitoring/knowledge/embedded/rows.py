"""Between the rows of the embedded store and the product's own types."""

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from political_monitoring.domain.documents import Document, Heading, Origin, Passage, Span
from political_monitoring.domain.facts import Evidence, Fact

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

DOCUMENT_COLUMNS = (
    "key, title, length, content_hash, source, url, day, date_origin, language, media_type, kind, "
    "jurisdiction, headings, warnings"
)
FACT_COLUMNS = (
    "f.key, (SELECT key FROM entities WHERE id = f.subject) AS subject, f.predicate, "
    "(SELECT key FROM entities WHERE id = f.object) AS object, f.value, f.words, f.valid_at, f.invalid_at, "
    'f.recorded_at, f.expired_at, f.confidence, d.key, f.passage, f.start, f."end", f.quote'
)
"""Of facts f and documents d."""


def to_micros(moment: dt.datetime) -> int:
    """Microseconds since 1970; exact, also before it."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> dt.datetime:
    """The aware moment in UTC."""
    return _EPOCH + dt.timedelta(microseconds=micros)


def optional_micros(moment: dt.datetime | None) -> int | None:
    """As `to_micros`; None stays None."""
    return None if moment is None else to_micros(moment)


def to_day(day: dt.date | None) -> int:
    """A day's ordinal; 0 for undated."""
    return day.toordinal() if day else 0


def from_day(ordinal: int) -> dt.date | None:
    """The day of an ordinal; None for 0."""
    return dt.date.fromordinal(ordinal) if ordinal else None


def document_values(document: Document) -> tuple[object, ...]:
    """Values for DOCUMENT_COLUMNS."""
    return (
        document.id,
        document.title,
        len(document.text),
        document.content_hash,
        document.source,
        document.url,
        to_day(document.date),
        str(document.date_origin),
        document.language,
        document.media_type,
        document.kind,
        document.jurisdiction,
        json.dumps([(h.offset, h.level, h.text) for h in document.headings], ensure_ascii=False),
        json.dumps(document.warnings, ensure_ascii=False),
    )


def read_document(row: sqlite3.Row, text: str) -> Document:
    """A document from DOCUMENT_COLUMNS and its text."""
    return Document(
        id=row["key"],
        title=row["title"],
        text=text,
        content_hash=row["content_hash"],
        source=row["source"],
        url=row["url"],
        date=from_day(row["day"]),
        date_origin=Origin(row["date_origin"]),
        language=row["language"],
        media_type=row["media_type"],
        kind=row["kind"],
        jurisdiction=row["jurisdiction"],
        headings=tuple(Heading(*heading) for heading in json.loads(row["headings"])),
        warnings=tuple(json.loads(row["warnings"])),
    )


def read_passages(
    connection: sqlite3.Connection, version: int, document_id: str, text: str
) -> tuple[Passage, ...]:
    """The passages of one version of a document, in order.

    Args:
        text: the document's, of which they are stretches.
    """
    found = connection.execute(
        'SELECT ordinal, start, "end", heading FROM passages WHERE document = ? ORDER BY ordinal', (version,)
    )
    spans = ((ordinal, Span(start, end), heading) for ordinal, start, end, heading in found)
    return tuple(
        Passage(document_id, ordinal, span, span.of(text), heading) for ordinal, span, heading in spans
    )


def passage_id(document_id: str, ordinal: int) -> str:
    """As Passage.id."""
    return f"{document_id}#{ordinal}"


def ordinal_of(passage: str) -> int:
    """The ordinal in a passage's id."""
    return int(passage.rpartition("#")[2])


def read_fact(row: sqlite3.Row | Sequence[Any], known: int | None = None) -> Fact:
    """A fact from FACT_COLUMNS; what was recorded after `known` (microseconds) stays unsaid."""
    (
        *statement,
        valid_at,
        invalid_at,
        recorded_at,
        expired_at,
        confidence,
        document,
        passage,
        start,
        end,
        quote,
    ) = row
    key, subject, predicate, object_, value, words = statement
    if known is not None and expired_at is not None and expired_at > known:
        expired_at = None
    return Fact(
        id=key,
        subject=subject,
        predicate=predicate,
        evidence=Evidence(document, passage_id(document, passage), Span(start, end), quote),
        object=object_,
        value=value,
        words=words,
        valid_at=None if valid_at is None else from_micros(valid_at),
        invalid_at=None if invalid_at is None else from_micros(invalid_at),
        recorded_at=None if recorded_at is None else from_micros(recorded_at),
        expired_at=None if expired_at is None else from_micros(expired_at),
        confidence=confidence,
    )
