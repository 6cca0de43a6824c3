"""The embedded store's own history, told from what it keeps."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from political_monitoring.domain.facts import Episode, Fact
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.closing import as_stated
from political_monitoring.knowledge.embedded.readings import read_reading
from political_monitoring.knowledge.embedded.texts import read_text
from political_monitoring.knowledge.port import Event


def read_events(connection: sqlite3.Connection) -> Iterator[Event]:
    """Every event in its order, one at a time; the caller keeps the transaction open meanwhile."""
    steps = connection.execute(
        "SELECT e.at, e.withdrawn, d.id, d.key FROM events e JOIN documents d ON d.id = e.document "
        "ORDER BY e.number"
    )
    for at, withdrawn, version, key in steps:
        if withdrawn:
            yield Event(rows.from_micros(at), key)
            continue
        yield Event(rows.from_micros(at), key, _read_episode(connection, version))


def _read_episode(connection: sqlite3.Connection, version: int) -> Episode:
    """An episode as it was given: without what was derived from it, and with the ends that it states."""
    found = connection.execute(
        f"SELECT {rows.DOCUMENT_COLUMNS} FROM documents WHERE id = ?",  # noqa: S608 - constants
        (version,),
    ).fetchone()
    document = rows.read_document(found, read_text(connection, version))
    return Episode(
        document,
        rows.read_passages(connection, version, document.id, document.text),
        replace(read_reading(connection, version), facts=tuple(_facts_as_given(connection, version))),
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
