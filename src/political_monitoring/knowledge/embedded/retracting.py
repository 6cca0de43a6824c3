"""Ending the knowledge of a document version in the embedded store. The caller holds the transaction."""

import sqlite3

from political_monitoring.knowledge.claims import Claim
from political_monitoring.knowledge.embedded import claiming, rows
from political_monitoring.knowledge.embedded.closing import Touched, close
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
    gone = claiming.release(connection, claims_of_version(connection, version))
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


def claims_of_version(connection: sqlite3.Connection, version: int) -> list[Claim]:
    """What a document version says of its entities."""
    kept = connection.execute("SELECT reading FROM readings WHERE document = ?", (version,)).fetchone()
    principal = connection.execute(
        "SELECT DISTINCT entity FROM mentions WHERE document = ? AND principal", (version,)
    )
    about = {row["entity"] for row in principal}
    return [Claim(one, one.id in about) for one in rows.read_reading(kept["reading"]).entities]


def record_event(connection: sqlite3.Connection, version: int, now: int, *, withdrawn: bool) -> None:
    """Enter a step into the graph's history."""
    connection.execute(
        "INSERT INTO events (at, document, withdrawn) VALUES (?, ?, ?)", (now, version, withdrawn)
    )
