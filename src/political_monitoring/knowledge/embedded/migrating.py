"""What a migration of the embedded store has to work out from older tables.

Each function knows the tables as they were at its step, and as they are made there.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Extraction, Identifier, Mention
from political_monitoring.knowledge.claims import NameUse, claims_of, order_names
from political_monitoring.knowledge.embedded import claiming
from political_monitoring.knowledge.embedded.closing import facts_by_order
from political_monitoring.knowledge.embedded.readings import number_entities, read_reading, write_reading


def note_readings(connection: sqlite3.Connection) -> None:
    """Give every document version of the first release the claims that it has made.

    It kept the names of an entity without saying which document used them: each document that mentions the
    entity is taken to have used them all.
    """
    entities = _entities(connection)
    mentions = _Grouped(connection, "mentions")
    for (version,) in connection.execute("SELECT id FROM documents ORDER BY id").fetchall():
        named = mentions.of(version)
        known = dict.fromkeys(one.entity_id for one in named if one.entity_id in entities)
        kept = ([_told(entities[key]) for key in known], (), len(named))
        packed = zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8"))
        connection.execute("INSERT INTO readings VALUES (?, ?)", (version, packed))


def move_readings(connection: sqlite3.Connection) -> None:
    """Write each reading as it is kept from here on: descriptions by number, mentions inside."""
    mentions = _Grouped(connection, "old_mentions")
    for version, packed in connection.execute("SELECT document, reading FROM old_readings ORDER BY document"):
        told, warnings, mentioned = json.loads(zlib.decompress(packed))
        entities = tuple(
            Entity(key, type_, name, tuple(Identifier(*one) for one in numbers), tuple(aliases), jurisdiction)
            for key, type_, name, numbers, aliases, jurisdiction in told
        )
        named = tuple(mentions.of(version)[:mentioned])
        extraction = Extraction(entities, named, (), tuple(warnings))
        keys = (*(one.id for one in entities), *(one.entity_id for one in named))
        write_reading(connection, version, extraction, number_entities(connection, keys))


def count_claims(connection: sqlite3.Connection) -> None:
    """Count what the live documents claim."""
    live = connection.execute("SELECT id FROM documents WHERE expired_at IS NULL ORDER BY id")
    for (version,) in live:
        claims = claims_of(read_reading(connection, version))
        claiming.claim(connection, claims, number_entities(connection, (one.entity.id for one in claims)))


def mark_ordered(connection: sqlite3.Connection) -> None:
    """Mark the facts whose document has another value for the same subject, predicate and day."""
    marked = [(row["number"],) for row, ordered in facts_by_order(connection) if ordered]
    connection.executemany("UPDATE facts SET ordered = 1 WHERE row = ?", marked)


def _told(entity: Entity) -> tuple[object, ...]:
    numbers = [(one.scheme, one.value) for one in entity.identifiers]
    return entity.id, entity.type, entity.name, numbers, entity.aliases, entity.jurisdiction


def _entities(connection: sqlite3.Connection) -> dict[str, Entity]:
    identifiers: dict[str, list[Identifier]] = {}
    for scheme, value, key in connection.execute("SELECT scheme, value, entity FROM identifiers"):
        identifiers.setdefault(key, []).append(Identifier(scheme, value))
    uses: dict[str, dict[str, NameUse]] = {}
    for key, name, *counts in connection.execute("SELECT entity, name, as_principal, as_name FROM names"):
        uses.setdefault(key, {})[name] = NameUse(*counts)
    found = {}
    for key, type_, jurisdiction in connection.execute("SELECT key, type, jurisdiction FROM entities"):
        names = order_names(uses.get(key, {}))
        found[key] = Entity(
            key,
            type_,
            names[0] if names else key,
            tuple(identifiers.get(key, ())),
            tuple(names[1:]),
            jurisdiction,
        )
    return found


class _Grouped:
    """Mentions by version. Versions and their mentions were written in one order, so both are read in one pass."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._groups = _mentions(connection, table)
        self._next = next(self._groups, None)

    def of(self, version: int) -> list[Mention]:
        """The mentions of a version; to be asked in the order of the versions."""
        if self._next is None or self._next[0] != version:
            return []
        found = self._next[1]
        self._next = next(self._groups, None)
        return found


def _mentions(connection: sqlite3.Connection, table: str) -> Iterator[tuple[int, list[Mention]]]:
    found: Iterable[sqlite3.Row] = connection.execute(
        f'SELECT document, entity, start, "end", principal FROM {table} ORDER BY rowid'  # noqa: S608 - constants
    )
    for version, group in groupby(found, key=lambda row: int(row["document"])):
        yield version, [Mention(row[1], Span(row[2], row[3]), bool(row[4])) for row in group]
