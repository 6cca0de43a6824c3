"""What was read out of each document version, as it was given; facts stand in a table of their own.

Documents describe an entity in few ways and many times, so each different description is stored once and a
reading holds its number.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Extraction, Identifier, Mention
from political_monitoring.knowledge.claims import implied_mentions


def number_entities(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    """The number by which rows of other tables name each entity; a new entity gets a row that nobody claims."""
    numbers = {}
    for key in dict.fromkeys(keys):
        known = connection.execute("SELECT id FROM entities WHERE key = ?", (key,)).fetchone()
        numbers[key] = (
            known[0]
            if known is not None
            else connection.execute(
                "INSERT INTO entities (key, type, jurisdiction) VALUES (?, '', '') RETURNING id", (key,)
            ).fetchone()[0]
        )
    return numbers


def write_reading(
    connection: sqlite3.Connection, version: int, extraction: Extraction, numbers: Mapping[str, int]
) -> None:
    """Keep an extraction's entities, mentions and warnings.

    Args:
        numbers: of all entities that it names.
    """
    described = [_describe(connection, numbers[one.id], one) for one in extraction.entities]
    places = {one.id: place for place, one in enumerate(extraction.entities)}
    others: list[int] = []
    mentions, before = [], 0
    for one in extraction.mentions:
        if one.entity_id not in places:
            places[one.entity_id] = len(described) + len(others)
            others.append(numbers[one.entity_id])
        start, length = one.span.start - before, one.span.end - one.span.start
        mentions += [places[one.entity_id], start, length, int(one.principal)]
        before = one.span.start
    kept = (described, others, mentions, extraction.warnings)
    packed = zlib.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))
    connection.execute("INSERT INTO readings VALUES (?, ?)", (version, packed))
    connection.executemany(
        "INSERT INTO mentions VALUES (?, ?, ?)",
        [(numbers[key], version, how) for key, how in named_in(extraction).items()],
    )


def read_reading(connection: sqlite3.Connection, version: int) -> Extraction:
    """What was read out of a document version, without its facts.

    Raises:
        sqlite3.DatabaseError: it is not there, damaged, or refers to what is not there.
    """
    found = connection.execute("SELECT reading FROM readings WHERE document = ?", (version,)).fetchone()
    if found is None:
        raise sqlite3.DatabaseError(f"what was read out of document version {version} is not there")
    try:
        return _unpack(connection, found[0])
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        raise sqlite3.DatabaseError(
            f"what was read out of document version {version} cannot be read: {error}"
        ) from error


NAMED, ABOUT, OWN = range(3)
"""A document names an entity; is about it among others, as a rule of procedure is about a bill; is its own document."""


def named_in(extraction: Extraction) -> dict[str, int]:
    """How a document names each entity that it names, by id: one of the three above.

    It is the own document of those principals that it names before any other principal.
    """
    mentions = (*extraction.mentions, *implied_mentions(extraction))
    starts: dict[str, int] = {}
    for one in mentions:
        starts[one.entity_id] = min(starts.get(one.entity_id, one.span.start), one.span.start)
    principals = {one.entity_id for one in mentions if one.principal}
    first = min((one.span.start for one in mentions if one.principal), default=0)
    return {
        key: NAMED if key not in principals else OWN if start <= first else ABOUT
        for key, start in starts.items()
    }


def _unpack(connection: sqlite3.Connection, packed: bytes) -> Extraction:
    described, others, flat, warnings = json.loads(zlib.decompress(packed))
    found = connection.execute(
        "SELECT d.id, e.key, d.description FROM descriptions d JOIN entities e ON e.id = d.entity "
        "WHERE d.id IN (SELECT value FROM json_each(?))",
        (json.dumps(described),),
    )
    known = {number: _entity(key, description) for number, key, description in found}
    entities = tuple(known[number] for number in described)
    keys = [one.id for one in entities] + [_key(connection, number) for number in others]
    mentions, start = [], 0
    for place, distance, length, principal in zip(*(flat[at::4] for at in range(4)), strict=True):
        start += distance
        mentions.append(Mention(keys[place], Span(start, start + length), bool(principal)))
    return Extraction(entities, tuple(mentions), (), tuple(warnings))


def _describe(connection: sqlite3.Connection, number: int, entity: Entity) -> int:
    """Row number of a description of an entity; a new one is written."""
    identifiers = [(one.scheme, one.value) for one in entity.identifiers]
    told = (entity.type, entity.name, identifiers, entity.aliases, entity.jurisdiction)
    description = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    # The index holds a checksum in place of the words, and finds one of many descriptions of an entity by it.
    values = (number, zlib.crc32(description.encode("utf-8")), description)
    known = connection.execute(
        "SELECT id FROM descriptions WHERE entity = ? AND checksum = ? AND description = ?", values
    ).fetchone()
    if known is None:
        known = connection.execute(
            "INSERT INTO descriptions (entity, checksum, description) VALUES (?, ?, ?) RETURNING id", values
        ).fetchone()
    return int(known[0])


def _entity(key: str, description: str) -> Entity:
    type_, name, identifiers, aliases, jurisdiction = json.loads(description)
    return Entity(
        key, type_, name, tuple(Identifier(*one) for one in identifiers), tuple(aliases), jurisdiction
    )


def _key(connection: sqlite3.Connection, number: int) -> str:
    return str(connection.execute("SELECT key FROM entities WHERE id = ?", (number,)).fetchone()[0])
