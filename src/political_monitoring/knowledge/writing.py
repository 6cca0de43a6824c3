"""Writing episodes into the embedded store. One writer at a time; the caller holds the transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import Entity, Episode, Extraction, Fact, Mention
from political_monitoring.knowledge import rows, temporal
from political_monitoring.knowledge.names import split_words
from political_monitoring.knowledge.port import Added
from political_monitoring.knowledge.vectors import Encoder, passage_text

_UNCHANGED = Added("unchanged", 0, 0, 0, 0)
_ENCODED_AT_ONCE = 1_000


def add_episode(connection: sqlite3.Connection, episode: Episode, now: int) -> Added:
    """Write one document with all that was read out of it, except its passages' vectors.

    Args:
        now: microseconds; not before anything recorded so far.
    """
    document = episode.document
    live = connection.execute(
        "SELECT id, content_hash FROM documents WHERE key = ? AND expired_at IS NULL", (document.id,)
    ).fetchone()
    if live is not None and live["content_hash"] == document.content_hash:
        return _UNCHANGED
    touched = _expire(connection, live["id"], now) if live is not None else set()
    version = _insert_document(connection, document, now)
    _insert_passages(connection, version, episode.passages)
    extraction = episode.extraction
    mentions = (*extraction.mentions, *_unmentioned(extraction))
    _insert_mentions(connection, version, mentions)
    principal = {mention.entity_id for mention in mentions if mention.principal}
    entities = sum(_merge_entity(connection, one, one.id in principal) for one in extraction.entities)
    facts = {fact.id: fact for fact in extraction.facts}
    _insert_facts(connection, version, facts.values(), now)
    own = {(fact.subject, fact.predicate) for fact in facts.values()}
    superseded = sum(
        _close(connection, subject, predicate, now, version)
        for subject, predicate in sorted(touched | own)
        if temporal.is_functional(predicate)
    )
    state: Literal["added", "revised"] = "added" if live is None else "revised"
    return Added(state, len(episode.passages), entities, len(facts), superseded)


def _expire(connection: sqlite3.Connection, version: int, now: int) -> set[tuple[str, str]]:
    """End the knowledge of a document's old version; what its facts were about."""
    connection.execute("UPDATE documents SET expired_at = ? WHERE id = ?", (now, version))
    expired = connection.execute(
        "UPDATE facts SET expired_at = ? WHERE document = ? AND expired_at IS NULL "
        "RETURNING subject, predicate",
        (now, version),
    )
    return {(row["subject"], row["predicate"]) for row in expired.fetchall()}


def _insert_document(connection: sqlite3.Connection, document: Document, now: int) -> int:
    marks = ", ".join("?" * (rows.DOCUMENT_COLUMNS.count(",") + 2))
    version = connection.execute(
        f"INSERT INTO documents ({rows.DOCUMENT_COLUMNS}, recorded_at) VALUES ({marks})",  # noqa: S608 - constants
        (*rows.document_values(document), now),
    ).lastrowid
    if version is None:
        raise sqlite3.DatabaseError("the document got no row number")
    _index(connection, "title_words", version, document.title)
    return version


def _insert_passages(connection: sqlite3.Connection, version: int, passages: tuple[Passage, ...]) -> None:
    for passage in passages:
        number = connection.execute(
            'INSERT INTO passages (document, ordinal, start, "end", heading, text) VALUES (?, ?, ?, ?, ?, ?)',
            (version, passage.ordinal, passage.span.start, passage.span.end, passage.heading, passage.text),
        ).lastrowid
        if number is None:
            raise sqlite3.DatabaseError("the passage got no row number")
        _index(connection, "passage_words", number, f"{passage.heading} {passage.text}")


def last_passage(connection: sqlite3.Connection) -> int:
    """Row number of the newest passage; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])


def encode_passages(connection: sqlite3.Connection, encoder: Encoder, after: int) -> None:
    """Give vectors to the passages after this row number that have none."""
    missing = connection.execute(
        "SELECT p.id, d.title, p.heading, p.text FROM passages p JOIN documents d ON d.id = p.document "
        "WHERE p.id > ? AND p.id NOT IN (SELECT passage FROM vectors WHERE passage > ?)",
        (after, after),
    ).fetchall()
    for start in range(0, len(missing), _ENCODED_AT_ONCE):
        chunk = missing[start : start + _ENCODED_AT_ONCE]
        vectors = encoder.encode([passage_text(row["title"], row["heading"], row["text"]) for row in chunk])
        connection.executemany(
            "INSERT INTO vectors (passage, vector) VALUES (?, ?)",
            [(row["id"], vector.tobytes()) for row, vector in zip(chunk, vectors, strict=True)],
        )


def _index(connection: sqlite3.Connection, table: str, number: int, text: str) -> None:
    connection.execute(
        f"INSERT INTO {table} (rowid, words) VALUES (?, ?)",  # noqa: S608 - one of our three tables
        (number, " ".join(split_words(text))),
    )


def _unmentioned(extraction: Extraction) -> list[Mention]:
    """Entities named nowhere in the text are known from the document's address or title: it is about them."""
    mentioned = {mention.entity_id for mention in extraction.mentions}
    return [Mention(one.id, Span(0, 0), True) for one in extraction.entities if one.id not in mentioned]


def _insert_mentions(connection: sqlite3.Connection, version: int, mentions: tuple[Mention, ...]) -> None:
    connection.executemany(
        'INSERT INTO mentions (entity, document, start, "end", principal) VALUES (?, ?, ?, ?, ?)',
        [(one.entity_id, version, one.span.start, one.span.end, one.principal) for one in mentions],
    )


def _merge_entity(connection: sqlite3.Connection, entity: Entity, principal: bool) -> int:
    """Add what this document calls the entity; 1 if the graph had never heard of it."""
    new = connection.execute(
        "INSERT INTO entities VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (entity.id, entity.type, entity.jurisdiction),
    ).rowcount
    if not new and entity.jurisdiction:
        connection.execute(
            "UPDATE entities SET jurisdiction = ? WHERE key = ? AND jurisdiction = ''",
            (entity.jurisdiction, entity.id),
        )
    connection.executemany(
        "INSERT INTO identifiers VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(one.scheme, one.value, entity.id) for one in entity.identifiers],
    )
    for name in dict.fromkeys((entity.name, *entity.aliases)):
        if name.strip():
            _count_name(connection, entity.id, name, name == entity.name, principal)
    return max(new, 0)


def _count_name(connection: sqlite3.Connection, key: str, name: str, as_name: bool, principal: bool) -> None:
    counted = (as_name and principal, as_name)
    known = connection.execute("SELECT id FROM names WHERE entity = ? AND name = ?", (key, name)).fetchone()
    if known is not None:
        if as_name:
            connection.execute(
                "UPDATE names SET as_principal = as_principal + ?, as_name = as_name + ? WHERE id = ?",
                (*counted, known["id"]),
            )
        return
    words = split_words(name)
    number = connection.execute(
        "INSERT INTO names (entity, name, folded, squashed, as_principal, as_name) VALUES (?, ?, ?, ?, ?, ?)",
        (key, name, " ".join(words), "".join(words), *counted),
    ).lastrowid
    if number is None:
        raise sqlite3.DatabaseError("the name got no row number")
    _index(connection, "name_words", number, name)


def _insert_facts(connection: sqlite3.Connection, version: int, facts: Iterable[Fact], now: int) -> None:
    connection.executemany(
        "INSERT INTO facts (key, subject, predicate, object, value, words, valid_at, stated_end, invalid_at, "
        'recorded_at, confidence, document, passage, start, "end", quote) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                fact.id,
                fact.subject,
                fact.predicate,
                fact.object,
                fact.value,
                fact.words,
                rows.optional_micros(fact.valid_at),
                rows.optional_micros(fact.invalid_at),
                rows.optional_micros(fact.invalid_at),
                now,
                fact.confidence,
                version,
                fact.evidence.passage_id,
                fact.evidence.span.start,
                fact.evidence.span.end,
                fact.evidence.quote,
            )
            for fact in facts
        ],
    )


def _close(connection: sqlite3.Connection, subject: str, predicate: str, now: int, version: int) -> int:
    """Recompute where the facts of one functional predicate end; how many older ones ended earlier.

    A fact whose end changes expires and is recorded anew, so that a question about what was known before
    still sees it open.
    """
    found = connection.execute(
        f"SELECT f.row AS number, f.document AS version, f.stated_end, {rows.FACT_COLUMNS} "  # noqa: S608 - constants
        "FROM facts f JOIN documents d ON d.id = f.document "
        "WHERE f.subject = ? AND f.predicate = ? AND f.expired_at IS NULL",
        (subject, predicate),
    ).fetchall()
    facts = [rows.read_fact(row[3:]) for row in found]
    stated = [
        replace(fact, invalid_at=None if row["stated_end"] is None else rows.from_micros(row["stated_end"]))
        for fact, row in zip(facts, found, strict=True)
    ]
    superseded = 0
    for row, fact, end in zip(found, facts, temporal.validity_ends(stated), strict=True):
        if end == fact.invalid_at:
            continue
        _record_end(connection, row["number"], rows.optional_micros(end), now)
        earlier = end is not None and (fact.invalid_at is None or end < fact.invalid_at)
        superseded += earlier and row["version"] != version
    return superseded


def _record_end(connection: sqlite3.Connection, number: int, end: int | None, now: int) -> None:
    in_place = connection.execute(
        "UPDATE facts SET invalid_at = ? WHERE row = ? AND recorded_at = ?", (end, number, now)
    )
    if in_place.rowcount:
        return
    connection.execute(
        "INSERT INTO facts (key, subject, predicate, object, value, words, valid_at, stated_end, invalid_at, "
        'recorded_at, confidence, document, passage, start, "end", quote) '
        "SELECT key, subject, predicate, object, value, words, valid_at, stated_end, ?, ?, "
        'confidence, document, passage, start, "end", quote FROM facts WHERE row = ?',
        (end, now, number),
    )
    connection.execute("UPDATE facts SET expired_at = ? WHERE row = ?", (now, number))
