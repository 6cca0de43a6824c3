"""Entities of the embedded store: counts of the live documents' claims, from which each entity follows.

The counts make adding and withdrawing a document cost the same however many documents name the entity. An
entity that nobody claims any more keeps its row, for questions about the past, and nothing else.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge.claims import Claim, most_claimed, names_of
from political_monitoring.knowledge.names import join_words, split_words


def claim(connection: sqlite3.Connection, claims: Iterable[Claim], numbers: Mapping[str, int]) -> int:
    """Count what a document says of its entities; how many nobody had claimed.

    Args:
        numbers: row number of each entity.
    """
    return sum(_count(connection, one, numbers[one.entity.id], 1) == 0 for one in claims)


def release(connection: sqlite3.Connection, claims: Iterable[Claim], numbers: Mapping[str, int]) -> int:
    """Take back what a document said of its entities; how many nobody claims any more."""
    return sum(_count(connection, one, numbers[one.entity.id], -1) == 1 for one in claims)


def _count(connection: sqlite3.Connection, claim: Claim, number: int, by: int) -> int:
    """Count one claim in (1) or out (-1); how many claims about the entity there were before."""
    entity = claim.entity
    before = _count_traits(connection, entity, number, by)
    for scheme, value in dict.fromkeys((one.scheme, one.value) for one in entity.identifiers):
        connection.execute(
            "INSERT INTO identifiers (scheme, value, entity, claims) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET claims = claims + excluded.claims",
            (scheme, value, number, by),
        )
    if by < 0:
        connection.execute("DELETE FROM identifiers WHERE entity = ? AND claims <= 0", (number,))
    for name in names_of(entity):
        first = name == entity.name
        _count_name(connection, number, name, (by * (first and claim.principal), by * first, by))
    return before


def _count_traits(connection: sqlite3.Connection, entity: Entity, number: int, by: int) -> int:
    known = connection.execute(
        "SELECT claims, types, jurisdictions FROM entities WHERE id = ?", (number,)
    ).fetchone()
    before = int(known["claims"])
    # Of an entity that has gone the last type stays, but counts no more.
    types = Counter[str](json.loads(known["types"]) if before else {})
    jurisdictions = Counter[str](json.loads(known["jurisdictions"]) if before else {})
    types[entity.type] += by
    if entity.jurisdiction:
        jurisdictions[entity.jurisdiction] += by
    gone = before + by == 0
    connection.execute(
        "UPDATE entities SET type = ?, jurisdiction = ?, claims = ?, types = ?, jurisdictions = ? WHERE id = ?",
        (
            entity.type if gone else most_claimed(+types),
            entity.jurisdiction if gone else most_claimed(+jurisdictions),
            before + by,
            counts_value(types),
            counts_value(jurisdictions),
            number,
        ),
    )
    return before


def counts_value(counts: Counter[str]) -> str:
    """How counts are kept in a column: JSON, without what counts nothing."""
    return json.dumps(+counts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _count_name(connection: sqlite3.Connection, entity: int, name: str, by: tuple[int, int, int]) -> None:
    known = connection.execute(
        "SELECT id, claims FROM names WHERE entity = ? AND name = ?", (entity, name)
    ).fetchone()
    if known is None:
        words = split_words(name)
        number = connection.execute(
            "INSERT INTO names (entity, name, squashed, as_principal, as_name, claims) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (entity, name, "".join(words), *by),
        ).lastrowid
        connection.execute("INSERT INTO name_words (rowid, words) VALUES (?, ?)", (number, " ".join(words)))
    elif known["claims"] + by[2] == 0:
        connection.execute("DELETE FROM names WHERE id = ?", (known["id"],))
        # The index keeps no text: it must be told the words that it is to forget.
        connection.execute(
            "INSERT INTO name_words (name_words, rowid, words) VALUES ('delete', ?, ?)",
            (known["id"], join_words(name)),
        )
    else:
        connection.execute(
            "UPDATE names SET as_principal = as_principal + ?, as_name = as_name + ?, claims = claims + ? "
            "WHERE id = ?",
            (*by, known["id"]),
        )
