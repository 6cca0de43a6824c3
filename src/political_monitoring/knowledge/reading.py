"""Documents, facts and entities read from the embedded store."""

import datetime as dt
import sqlite3
from collections.abc import Sequence

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Fact, Identifier
from political_monitoring.knowledge import rows
from political_monitoring.knowledge.port import FactQuery, GraphStats
from political_monitoring.knowledge.temporal import Window


def read_document(
    connection: sqlite3.Connection, document_id: str
) -> tuple[Document, tuple[Passage, ...]] | None:
    """The current version with its passages in order."""
    found = connection.execute(
        f"SELECT id, {rows.DOCUMENT_COLUMNS} FROM documents WHERE key = ? AND expired_at IS NULL",  # noqa: S608
        (document_id,),
    ).fetchone()
    if found is None:
        return None
    passages = connection.execute(
        'SELECT ordinal, start, "end", heading, text FROM passages WHERE document = ? ORDER BY ordinal',
        (found["id"],),
    )
    return rows.read_document(found), tuple(rows.read_passage(document_id, row) for row in passages)


def read_documents(connection: sqlite3.Connection) -> list[Document]:
    """The current version of every document, in the order of their ids."""
    found = connection.execute(
        f"SELECT {rows.DOCUMENT_COLUMNS} FROM documents WHERE expired_at IS NULL ORDER BY key"  # noqa: S608
    )
    return [rows.read_document(row) for row in found]


def read_facts(connection: sqlite3.Connection, query: FactQuery, now: dt.datetime) -> list[Fact]:
    """Facts that hold and are known at the query's times, in the order of the port."""
    window = Window.of(query.time, now)
    conditions, values = _conditions(query, window)
    found = connection.execute(
        f"SELECT {rows.FACT_COLUMNS} FROM facts f JOIN documents d ON d.id = f.document "  # noqa: S608 - values bound
        f"WHERE {' AND '.join(conditions)} "
        "ORDER BY f.valid_at IS NULL, f.valid_at, d.day, d.key, f.start, f.key LIMIT ?",
        (*values, query.limit),
    )
    known = rows.optional_micros(window.known)
    return [rows.read_fact(row, known) for row in found]


def _conditions(query: FactQuery, window: Window) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []

    def require(condition: str, *bound: object) -> None:
        conditions.append(condition)
        values.extend(bound)

    for column, wanted in (
        ("subject", query.subjects),
        ("object", query.objects),
        ("predicate", query.predicates),
    ):
        if wanted:
            require(f"f.{column} IN ({_marks(wanted)})", *wanted)
    if window.known is None:
        require("f.expired_at IS NULL")
    else:
        known = rows.to_micros(window.known)
        require("f.recorded_at <= ? AND (f.expired_at IS NULL OR f.expired_at > ?)", known, known)
    world = rows.to_micros(window.world)
    between = query.since is not None or query.until is not None
    if query.since is not None:
        require("f.valid_at >= ?", _midnight(query.since))
    if query.until is not None:
        require("f.valid_at < ?", _midnight(query.until) + _DAY)
    if window.dated:
        day = window.world.astimezone(dt.UTC).date().toordinal()
        require("(f.valid_at <= ? OR f.valid_at IS NULL AND d.day BETWEEN 1 AND ?)", world, day)
    elif not between:
        require("(f.valid_at IS NULL OR f.valid_at <= ?)", world)
    if not query.history:
        require("(f.invalid_at IS NULL OR f.invalid_at > ?)", world)
    return conditions, values


_DAY = 86_400_000_000


def _midnight(day: dt.date) -> int:
    return rows.to_micros(dt.datetime.combine(day, dt.time.min, dt.UTC))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def read_entity(connection: sqlite3.Connection, entity_id: str) -> Entity | None:
    """An entity by the name that most documents about it use; what else it is called are aliases."""
    found = connection.execute(
        "SELECT type, jurisdiction FROM entities WHERE key = ?", (entity_id,)
    ).fetchone()
    if found is None:
        return None
    names = connection.execute(
        "SELECT name FROM names WHERE entity = ? "
        "ORDER BY as_principal DESC, as_name DESC, length(name) DESC, name",
        (entity_id,),
    ).fetchall()
    identifiers = connection.execute(
        "SELECT scheme, value FROM identifiers WHERE entity = ? ORDER BY scheme, value", (entity_id,)
    )
    return Entity(
        id=entity_id,
        type=found["type"],
        name=names[0]["name"] if names else entity_id,
        identifiers=tuple(Identifier(*row) for row in identifiers),
        aliases=tuple(row["name"] for row in names[1:]),
        jurisdiction=found["jurisdiction"],
    )


def read_stats(connection: sqlite3.Connection) -> GraphStats:
    """Counts of what is known now."""
    found = connection.execute(
        "SELECT (SELECT count(*) FROM documents WHERE expired_at IS NULL), "
        "(SELECT count(*) FROM passages p JOIN documents d ON d.id = p.document WHERE d.expired_at IS NULL), "
        "(SELECT count(*) FROM entities), (SELECT count(*) FROM facts WHERE expired_at IS NULL)"
    ).fetchone()
    return GraphStats(*found)
