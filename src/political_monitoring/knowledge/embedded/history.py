"""The embedded store's own history, told from what it keeps."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Episode, Extraction, Fact, Mention
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.closing import as_stated
from political_monitoring.knowledge.port import Event


def read_events(connection: sqlite3.Connection) -> Iterator[Event]:
    """Every event in its order, one at a time; the caller keeps the transaction open meanwhile."""
    mentions = _mentions_by_version(connection)
    current = next(mentions, None)
    steps = connection.execute(
        "SELECT e.at, e.withdrawn, d.id, d.key FROM events e JOIN documents d ON d.id = e.document "
        "ORDER BY e.number"
    )
    for at, withdrawn, version, key in steps:
        if withdrawn:
            yield Event(rows.from_micros(at), key)
            continue
        # Versions and their mentions are written in one order, so both are read in one pass.
        named: list[Mention] = []
        if current is not None and current[0] == version:
            named = current[1]
            current = next(mentions, None)
        yield Event(rows.from_micros(at), key, _read_episode(connection, version, named))


def _mentions_by_version(connection: sqlite3.Connection) -> Iterator[tuple[int, list[Mention]]]:
    found = connection.execute(
        'SELECT document, entity, start, "end", principal FROM mentions ORDER BY rowid'
    )
    for version, group in groupby(found, key=lambda row: int(row["document"])):
        yield version, [Mention(row[1], Span(row[2], row[3]), bool(row[4])) for row in group]


def _read_episode(connection: sqlite3.Connection, version: int, named: list[Mention]) -> Episode:
    """An episode as it was given: without what was derived from it, and with the ends that it states."""
    found = connection.execute(
        f"SELECT {rows.DOCUMENT_COLUMNS}, r.reading FROM documents d "  # noqa: S608 - constants
        "JOIN readings r ON r.document = d.id WHERE d.id = ?",
        (version,),
    ).fetchone()
    document = rows.read_document(found)
    reading = rows.read_reading(found["reading"])
    return Episode(
        document,
        rows.read_passages(connection, version, document.id),
        Extraction(
            entities=reading.entities,
            mentions=tuple(named[: reading.mentioned]),
            facts=tuple(_facts_as_given(connection, version)),
            warnings=reading.warnings,
        ),
    )


def _facts_as_given(connection: sqlite3.Connection, version: int) -> Iterator[Fact]:
    found = connection.execute(
        f"SELECT f.stated_end, {rows.FACT_COLUMNS} FROM facts f "  # noqa: S608 - constants
        "JOIN documents d ON d.id = f.document WHERE f.document = ? ORDER BY f.row",
        (version,),
    )
    told = set()
    for row in found:
        fact = rows.read_fact((*row[1:9], None, None, *row[11:]))
        # A fact whose end moved was recorded again, under the same id.
        if fact.id not in told:
            told.add(fact.id)
            yield as_stated(fact, row["stated_end"])
