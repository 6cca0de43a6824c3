"""Writing episodes into the embedded store. One writer at a time; the caller holds the transaction."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Episode, Extraction, Fact
from political_monitoring.knowledge.claims import claims_of
from political_monitoring.knowledge.embedded import claiming, retracting, rows, texts
from political_monitoring.knowledge.embedded.closing import Touched, close, ordered_facts
from political_monitoring.knowledge.embedded.readings import number_entities, write_reading
from political_monitoring.knowledge.names import COMPOUNDING, join_parts, join_words
from political_monitoring.knowledge.port import Added

_UNCHANGED = Added("unchanged", 0, 0, 0, 0)


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
    touched = Touched(retracting.last_fact(connection))
    if live is not None:
        retracting.expire(connection, live["id"], now, touched)
    extraction = episode.extraction
    version = _insert_document(connection, document, now)
    _insert_passages(connection, version, episode.passages, document.language in COMPOUNDING)
    facts = {fact.id: fact for fact in extraction.facts}
    numbers = number_entities(connection, _entities_of(extraction))
    write_reading(connection, version, extraction, numbers)
    entities = claiming.claim(connection, claims_of(extraction), numbers)
    if live is not None:
        # Only now: an entity that both versions name must not go and come.
        retracting.release(connection, live["id"])
    _insert_facts(connection, version, tuple(facts.values()), now, numbers)
    for fact in facts.values():
        touched.came(numbers[fact.subject], fact.predicate, rows.optional_micros(fact.valid_at))
    superseded = close(connection, touched, now, version).earlier
    retracting.record_event(connection, version, now, withdrawn=False)
    state: Literal["added", "revised"] = "added" if live is None else "revised"
    return Added(state, len(episode.passages), entities, len(facts), superseded)


def _insert_document(connection: sqlite3.Connection, document: Document, now: int) -> int:
    marks = ", ".join("?" * (rows.DOCUMENT_COLUMNS.count(",") + 2))
    version = connection.execute(
        f"INSERT INTO documents ({rows.DOCUMENT_COLUMNS}, recorded_at) VALUES ({marks})",  # noqa: S608 - constants
        (*rows.document_values(document), now),
    ).lastrowid
    if version is None:
        raise sqlite3.DatabaseError("the document got no row number")
    connection.execute("INSERT INTO texts VALUES (?, ?)", (version, texts.pack(document.text)))
    _index(connection, "title_words", version, join_words(document.title))
    if document.language in COMPOUNDING:
        _index(connection, "title_parts", version, join_parts(document.title))
    return version


def _insert_passages(
    connection: sqlite3.Connection, version: int, passages: tuple[Passage, ...], compounding: bool
) -> None:
    for passage in passages:
        number = connection.execute(
            'INSERT INTO passages (document, ordinal, start, "end", heading) VALUES (?, ?, ?, ?, ?)',
            (version, passage.ordinal, passage.span.start, passage.span.end, passage.heading),
        ).lastrowid
        if number is None:
            raise sqlite3.DatabaseError("the passage got no row number")
        _index(connection, "passage_words", number, join_words(f"{passage.heading} {passage.text}"))
        if compounding:
            _index(connection, "passage_parts", number, join_parts(f"{passage.heading} {passage.text}"))


def _index(connection: sqlite3.Connection, table: str, number: int, words: str) -> None:
    connection.execute(
        f"INSERT INTO {table} (rowid, words) VALUES (?, ?)",  # noqa: S608 - one of our tables
        (number, words),
    )


def _entities_of(extraction: Extraction) -> Iterator[str]:
    """Ids of all entities that an extraction names."""
    yield from (one.id for one in extraction.entities)
    yield from (one.entity_id for one in extraction.mentions)
    for fact in extraction.facts:
        yield fact.subject
        if fact.object is not None:
            yield fact.object


def _insert_facts(
    connection: sqlite3.Connection, version: int, facts: Sequence[Fact], now: int, numbers: Mapping[str, int]
) -> None:
    ordered = ordered_facts(facts)
    connection.executemany(
        "INSERT INTO facts (key, subject, predicate, object, value, words, valid_at, stated_end, invalid_at, "
        'recorded_at, confidence, document, passage, start, "end", quote, ordered) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                fact.id,
                numbers[fact.subject],
                fact.predicate,
                None if fact.object is None else numbers[fact.object],
                fact.value,
                fact.words,
                rows.optional_micros(fact.valid_at),
                rows.optional_micros(fact.invalid_at),
                rows.optional_micros(fact.invalid_at),
                now,
                fact.confidence,
                version,
                rows.ordinal_of(fact.evidence.passage_id),
                fact.evidence.span.start,
                fact.evidence.span.end,
                fact.evidence.quote,
                fact.id in ordered,
            )
            for fact in facts
        ],
    )
