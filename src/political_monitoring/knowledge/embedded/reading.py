"""Documents, facts and entities read from the embedded store."""

import datetime as dt
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Fact, Identifier
from political_monitoring.knowledge.claims import NameUse, order_names
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.retracting import last_fact
from political_monitoring.knowledge.embedded.texts import read_text
from political_monitoring.knowledge.fingerprint import fingerprint
from political_monitoring.knowledge.port import FactQuery, GraphStats, Position, Version
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
    text = read_text(connection, found["id"])
    return rows.read_document(found, text), rows.read_passages(connection, found["id"], document_id, text)


def read_versions(connection: sqlite3.Connection, document_id: str, limit: int) -> list[Version]:
    """The newest versions with their passages, the last one first."""
    found = connection.execute(
        f"SELECT id, {rows.DOCUMENT_COLUMNS}, recorded_at, expired_at FROM documents WHERE id IN ("  # noqa: S608
        "SELECT id FROM documents WHERE key = ? AND expired_at IS NULL UNION ALL "
        # There is an index of the versions that have expired, not of all.
        "SELECT id FROM documents WHERE key = ? AND expired_at > 0) ORDER BY id DESC LIMIT ?",
        (document_id, document_id, limit),
    )
    return [
        Version(
            rows.read_document(row, text),
            rows.read_passages(connection, row["id"], document_id, text),
            rows.from_micros(row["recorded_at"]),
            None if row["expired_at"] is None else rows.from_micros(row["expired_at"]),
        )
        for row in found.fetchall()
        for text in [read_text(connection, row["id"])]
    ]


def read_documents(connection: sqlite3.Connection) -> list[Document]:
    """The current version of every document, in the order of their ids."""
    found = connection.execute(
        f"SELECT id, {rows.DOCUMENT_COLUMNS} FROM documents WHERE expired_at IS NULL ORDER BY key"  # noqa: S608
    )
    return [rows.read_document(row, read_text(connection, row["id"])) for row in found]


def read_facts(connection: sqlite3.Connection, query: FactQuery, now: dt.datetime) -> list[Fact]:
    """Facts that hold and are known at the query's times, in the order of the port.

    Dated and undated ones are asked for apart: each half comes from an index in its order, so that a few facts
    of an entity with millions cost what a few facts cost.
    """
    window = Window.of(query.time, now)
    conditions = _Conditions()
    _add_identity(query, conditions)
    _add_knowledge(connection, query, window, conditions)
    if not query.history:
        conditions.require("(f.invalid_at IS NULL OR f.invalid_at > ?)", rows.to_micros(window.world))
    most = _MOST if query.limit is None else min(max(query.limit, 0), _MOST)
    found = _select(connection, conditions, _dated(query, window), f"{_begin(query)}, ", most)
    if query.since is None and query.until is None and len(found) < most:
        found += _select(connection, conditions, _undated(window), "", most - len(found))
    known = rows.optional_micros(window.known)
    return [rows.read_fact(row, known) for row in found]


def _select(
    connection: sqlite3.Connection, conditions: "_Conditions", more: "_Conditions", order: str, most: int
) -> list[sqlite3.Row]:
    return connection.execute(
        f"SELECT {rows.FACT_COLUMNS} FROM facts f JOIN documents d ON d.id = f.document "  # noqa: S608 - values bound
        f"WHERE {' AND '.join(conditions.texts + more.texts)} "
        f"ORDER BY {order}d.day, d.key, f.start, f.key LIMIT ?",
        (*conditions.values, *more.values, most),
    ).fetchall()


class _Conditions:
    """Conditions of a query, all of which must hold, with the values bound to them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[object] = []

    def require(self, text: str, *bound: object) -> None:
        self.texts.append(text)
        self.values.extend(bound)

    def require_one_of(self, column: str, wanted: Sequence[str]) -> None:
        if wanted:
            self.require(f"{column} IN ({_marks(wanted)})", *wanted)


def _add_identity(query: FactQuery, conditions: _Conditions) -> None:
    """What the facts are about, and where they stand."""
    for column, keys in (("f.subject", query.subjects), ("f.object", query.objects)):
        if len(keys) == 1:
            # One alone comes in the order of its index.
            conditions.require(f"{column} = (SELECT id FROM entities WHERE key = ?)", *keys)  # noqa: S608 - bound
        elif keys:
            conditions.require(
                f"{column} IN (SELECT id FROM entities WHERE key IN ({_marks(keys)}))",  # noqa: S608 - bound
                *keys,
            )
    conditions.require_one_of("f.predicate", query.predicates)
    conditions.require_one_of("d.key", query.documents)
    conditions.require_one_of("d.kind", query.scope.kinds)
    conditions.require_one_of("d.jurisdiction", query.scope.jurisdictions)
    conditions.require_one_of("d.source", query.scope.sources)
    conditions.require_one_of("d.language", query.scope.languages)
    if query.types:
        conditions.require(
            f"f.subject IN (SELECT id FROM entities WHERE type IN ({_marks(query.types)}))",  # noqa: S608 - bound
            *query.types,
        )
    if query.linking:
        conditions.require("f.object IS NOT NULL")


def _add_knowledge(
    connection: sqlite3.Connection, query: FactQuery, window: Window, conditions: _Conditions
) -> None:
    """When the facts were known. They are recorded in the order of their rows."""
    if query.recorded_since is not None:
        conditions.require("f.row > ?", _last_recorded(connection, query.recorded_since))
    if query.recorded_until is not None:
        conditions.require("f.row <= ?", _last_recorded(connection, query.recorded_until))
    if query.forgotten_by is not None:
        conditions.require("f.expired_at <= ?", rows.to_micros(query.forgotten_by))
    if window.known is None:
        conditions.require("f.expired_at IS NULL")
        return
    known = rows.to_micros(window.known)
    conditions.require("f.row <= ?", _last_recorded(connection, window.known))
    if query.forgotten_by is not None:
        conditions.require("f.expired_at > ?", known)
    else:
        conditions.require("(f.expired_at IS NULL OR f.expired_at > ?)", known)


def _last_recorded(connection: sqlite3.Connection, moment: dt.datetime) -> int:
    """Row number of the newest fact recorded by then."""

    def recorded(row: int) -> int:
        found = connection.execute(
            "SELECT recorded_at FROM facts WHERE row >= ? ORDER BY row LIMIT 1", (row,)
        )
        return int(found.fetchone()[0])

    return bisect_right(range(1, last_fact(connection) + 1), rows.to_micros(moment), key=recorded)


def _begin(query: FactQuery) -> str:
    """When a fact begins to hold. What came of late is few: no index over all of time (SQLite's unary plus)."""
    return "f.valid_at" if query.recorded_since is None else "+f.valid_at"


def _dated(query: FactQuery, window: Window) -> _Conditions:
    """Of facts with a day: when they began to hold."""
    conditions = _Conditions()
    conditions.require(f"{_begin(query)} IS NOT NULL")
    if query.since is not None:
        conditions.require(f"{_begin(query)} >= ?", _midnight(query.since))
    if query.until is not None:
        conditions.require(f"{_begin(query)} < ?", _midnight(query.until) + _DAY)
    if window.dated or (query.since is None and query.until is None):
        conditions.require(f"{_begin(query)} <= ?", rows.to_micros(window.world))
    return conditions


def _undated(window: Window) -> _Conditions:
    """Of facts without a day: whether their document existed by the day asked for."""
    conditions = _Conditions()
    conditions.require("f.valid_at IS NULL")
    if window.dated:
        conditions.require("d.day BETWEEN 1 AND ?", window.world.astimezone(dt.UTC).date().toordinal())
    return conditions


_DAY = 86_400_000_000
_MOST = 2**62
"""As many as SQLite can count."""


def _midnight(day: dt.date) -> int:
    return rows.to_micros(dt.datetime.combine(day, dt.time.min, dt.UTC))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def read_entity(connection: sqlite3.Connection, entity_id: str) -> Entity | None:
    """An entity by the name that most documents about it use; what else it is called are aliases."""
    found = connection.execute(
        "SELECT id, type, jurisdiction FROM entities WHERE key = ? AND claims > 0", (entity_id,)
    ).fetchone()
    if found is None:
        return None
    uses = connection.execute(
        "SELECT name, as_principal, as_name, claims FROM names WHERE entity = ?", (found["id"],)
    )
    names = order_names({name: NameUse(*counts) for name, *counts in uses})
    identifiers = connection.execute(
        "SELECT scheme, value FROM identifiers WHERE entity = ? ORDER BY scheme, value", (found["id"],)
    )
    return Entity(
        id=entity_id,
        type=found["type"],
        name=names[0] if names else entity_id,
        identifiers=tuple(Identifier(*row) for row in identifiers),
        aliases=tuple(names[1:]),
        jurisdiction=found["jurisdiction"],
    )


def read_stats(connection: sqlite3.Connection) -> GraphStats:
    """Counts of what is known now."""
    found = connection.execute(
        "SELECT (SELECT count(*) FROM documents WHERE expired_at IS NULL), "
        "(SELECT count(*) FROM passages p JOIN documents d ON d.id = p.document WHERE d.expired_at IS NULL), "
        "(SELECT count(*) FROM entities WHERE claims > 0), (SELECT count(*) FROM facts WHERE expired_at IS NULL)"
    ).fetchone()
    return GraphStats(*found)


def read_position(connection: sqlite3.Connection) -> Position:
    """The number of the last event, and when it was recorded."""
    last = connection.execute("SELECT number, at FROM events ORDER BY number DESC LIMIT 1").fetchone()
    return Position(0, None) if last is None else Position(last["number"], rows.from_micros(last["at"]))


def read_fingerprint(connection: sqlite3.Connection) -> str:
    """The hash of what is known now, read thing by thing."""
    return fingerprint(_live_documents(connection), _live_entities(connection), _live_facts(connection))


def _live_documents(connection: sqlite3.Connection) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
    found = connection.execute(
        f"SELECT id, {rows.DOCUMENT_COLUMNS} FROM documents WHERE expired_at IS NULL ORDER BY key"  # noqa: S608
    )
    for row in found:
        text = read_text(connection, row["id"])
        yield rows.read_document(row, text), rows.read_passages(connection, row["id"], row["key"], text)


def _live_entities(connection: sqlite3.Connection) -> Iterator[Entity]:
    for row in connection.execute("SELECT key FROM entities WHERE claims > 0 ORDER BY key"):
        entity = read_entity(connection, row["key"])
        if entity is not None:
            yield entity


def _live_facts(connection: sqlite3.Connection) -> Iterator[Fact]:
    """Document by document: sorting all of them at once would hold them in memory."""
    documents = connection.execute("SELECT id FROM documents WHERE expired_at IS NULL ORDER BY key")
    for (version,) in documents:
        found = connection.execute(
            f"SELECT {rows.FACT_COLUMNS} FROM facts f JOIN documents d ON d.id = f.document "  # noqa: S608 - constants
            "WHERE f.document = ? AND f.expired_at IS NULL ORDER BY f.key",
            (version,),
        )
        yield from (rows.read_fact(row) for row in found)
