"""What a migration of the embedded store has to work out from older tables."""

import sqlite3

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Extraction, Identifier, Mention
from political_monitoring.knowledge.claims import NameUse, claims_of, order_names
from political_monitoring.knowledge.embedded import claiming, rows
from political_monitoring.knowledge.embedded.closing import facts_by_order


def claim_anew(connection: sqlite3.Connection) -> None:
    """Give every document version the claims that it has made, and count those of the live ones.

    Older stores kept the names of an entity without saying which document used them: each document that
    mentions the entity is taken to have used them all.
    """
    entities = _entities(connection)
    for table in ("entities", "identifiers", "names"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
    connection.execute("INSERT INTO name_words (name_words) VALUES ('delete-all')")
    versions = connection.execute("SELECT id, expired_at FROM documents ORDER BY id").fetchall()
    mentions = _mentions(connection)
    for version, expired_at in versions:
        named = mentions.pop(version, [])
        known = dict.fromkeys(one.entity_id for one in named if one.entity_id in entities)
        extraction = Extraction(tuple(entities[key] for key in known), tuple(named))
        connection.execute("INSERT INTO readings VALUES (?, ?)", (version, rows.reading_value(extraction)))
        if expired_at is None:
            claiming.claim(connection, claims_of(extraction))
    # Entities that only former versions name are kept for questions about the past.
    connection.executemany(
        "INSERT INTO entities (key, type, jurisdiction) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(one.id, one.type, one.jurisdiction) for one in entities.values()],
    )


def mark_ordered(connection: sqlite3.Connection) -> None:
    """Mark the facts whose document has another value for the same subject, predicate and day."""
    marked = [(row["number"],) for row, ordered in facts_by_order(connection) if ordered]
    connection.executemany("UPDATE facts SET ordered = 1 WHERE row = ?", marked)


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


def _mentions(connection: sqlite3.Connection) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    for key, version, start, end, principal in connection.execute(
        'SELECT entity, document, start, "end", principal FROM mentions ORDER BY rowid'
    ):
        found.setdefault(version, []).append(Mention(key, Span(start, end), bool(principal)))
    return found
