"""Ending the knowledge of a document version in the embedded store. The caller holds the transaction."""

import sqlite3

from political_monitoring.knowledge.claims import claims_of
from political_monitoring.knowledge.embedded import claiming
from political_monitoring.knowledge.embedded.closing import Touched, close
from political_monitoring.knowledge.embedded.readings import number_entities, read_reading
from political_monitoring.knowledge.port import Retracted

_UNKNOWN = Retracted("unknown", 0, 0, 0)


def retract_document(connection: sqlite3.Connection, document_id: str, now: int) -> Retracted:
    """Withdraw a document: what only it supported is no longer known, what it had ended holds again.

    Args:
        now: microseconds; not before anything recorded so far.
    """
    live = connection.execute(
        "SELECT id FROM documents WHERE key = ? AND expired_at IS NULL", (document_id,)
    ).fetchone()
    if live is None:
        return _UNKNOWN
    version = live["id"]
    touched = Touched(last_fact(connection))
    facts = expire(connection, version, now, touched)
    gone = release(connection, version)
    moved = close(connection, touched, now)
    record_event(connection, version, now, withdrawn=True)
    return Retracted("retracted", facts, gone, moved.later)


def expire(connection: sqlite3.Connection, version: int, now: int, touched: Touched) -> int:
    """End the knowledge of a version's text and facts; how many facts these were."""
    connection.execute("UPDATE documents SET expired_at = ? WHERE id = ?", (now, version))
    expired = connection.execute(
        "UPDATE facts SET expired_at = ? WHERE document = ? AND expired_at IS NULL "
        "RETURNING subject, predicate, valid_at, ordered",
        (now, version),
    ).fetchall()
    for subject, predicate, valid_at, ordered in expired:
        touched.went(subject, predicate, valid_at, bool(ordered))
    return len(expired)


def last_fact(connection: sqlite3.Connection) -> int:
    """Row number of the newest fact; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(row), 0) FROM facts").fetchone()[0])


def release(connection: sqlite3.Connection, version: int) -> int:
    """Take back what a version said of its entities; how many nobody claims any more."""
    claims = claims_of(read_reading(connection, version))
    numbers = number_entities(connection, (one.entity.id for one in claims))
    return claiming.release(connection, claims, numbers)


def record_event(connection: sqlite3.Connection, version: int, now: int, *, withdrawn: bool) -> None:
    """Enter a step into the graph's history."""
    connection.execute(
        "INSERT INTO events (at, document, withdrawn) VALUES (?, ?, ?)", (now, version, withdrawn)
    )
