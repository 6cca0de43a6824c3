"""Whether the embedded store is what it must be: everything derived in it is derived once more and compared."""

import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby, islice

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge import temporal
from political_monitoring.knowledge.claims import NameUse, names_of
from political_monitoring.knowledge.embedded import retracting, rows
from political_monitoring.knowledge.embedded.claiming import counts_value
from political_monitoring.knowledge.embedded.closing import as_stated, facts_by_order
from political_monitoring.knowledge.embedded.schema import COMPOUNDING_CODES
from political_monitoring.knowledge.names import join_parts, join_words

_TOLD = 10
"""Problems of one kind that are told; a store that lost a table has millions."""
_AT_ONCE = 5_000
_INDEXED: dict[str, tuple[str, Callable[[str], str]]] = {
    "passage_words": ("SELECT id, heading || ' ' || text FROM passages", join_words),
    "title_words": ("SELECT id, title FROM documents", join_words),
    "name_words": ("SELECT id, name FROM names", join_words),
    "passage_parts": (
        "SELECT p.id, p.heading || ' ' || p.text FROM passages p "  # noqa: S608 - constants
        f"JOIN documents d ON d.id = p.document WHERE d.language IN ({COMPOUNDING_CODES})",
        join_parts,
    ),
    "title_parts": (f"SELECT id, title FROM documents WHERE language IN ({COMPOUNDING_CODES})", join_parts),  # noqa: S608
}
"""Word index -> row numbers and texts, and how the index takes the words that it must hold of them."""


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """A sentence for each problem, at most ten of a kind. Reads everything: minutes for a large store."""
    damage = list(islice(_damage(connection), _TOLD))
    if damage:
        # What cannot be read reliably is not worth comparing.
        return damage
    kinds = [
        _strange_texts(connection),
        _strange_ends(connection),
        _strange_order(connection),
        _strange_events(connection),
        _strange_vectors(connection),
        _strange_claims(connection),
        *(_strange_words(connection, table) for table in _INDEXED),
    ]
    return [problem for kind in kinds for problem in islice(kind, _TOLD)]


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    for (found,) in connection.execute(f"PRAGMA integrity_check({_TOLD})"):
        if found != "ok":
            yield f"the file is damaged: {found}"
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to a row of {parent} that is not there"


def _strange_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Passages and quotations that are not their document's text at their place."""
    documents = connection.execute("SELECT id, key, text FROM documents ORDER BY id")
    for version, key, text in documents:
        for passage in rows.read_passages(connection, version, key):
            if passage.span.of(text) != passage.text:
                yield f"passage {passage.id!r} is not the document's text at its place"
        quoted = connection.execute(
            'SELECT key, start, "end", quote FROM facts WHERE document = ?', (version,)
        )
        for fact, start, end, quote in quoted:
            if Span(start, end).of(text) != quote:
                yield f"fact {fact!r} of document {key!r} quotes words that do not stand at their place"


def _strange_ends(connection: sqlite3.Connection) -> Iterator[str]:
    """Facts that end elsewhere than the facts about the same thing together say."""
    found = connection.execute(
        f"SELECT f.stated_end, {rows.FACT_COLUMNS} FROM facts f JOIN documents d ON d.id = f.document "  # noqa: S608
        "WHERE f.expired_at IS NULL ORDER BY f.subject, f.predicate"
    )
    for (_, predicate), group in groupby(found, key=lambda row: (row["subject"], row["predicate"])):
        series = [(row["stated_end"], rows.read_fact(row[1:])) for row in group]
        facts = [fact for _, fact in series]
        stated = [as_stated(fact, end) for end, fact in series]
        functional = temporal.is_functional(predicate)
        ends = temporal.validity_ends(stated) if functional else [fact.invalid_at for fact in stated]
        for fact, end in zip(facts, ends, strict=True):
            if fact.invalid_at != end:
                yield (
                    f"fact {fact.id!r} of document {fact.evidence.document_id!r} ends "
                    f"{fact.invalid_at or 'nowhere'}, but what is known says {end or 'nowhere'}"
                )
    for (key,) in connection.execute(
        "SELECT f.key FROM facts f JOIN documents d ON d.id = f.document "
        "WHERE f.expired_at IS NULL AND d.expired_at IS NOT NULL"
    ):
        yield f"fact {key!r} is known although its document's version is not"


def _strange_order(connection: sqlite3.Connection) -> Iterator[str]:
    for row, ordered in facts_by_order(connection):
        if bool(row["ordered"]) != ordered:
            yield f"fact {row['fact']!r} is not marked as what its document says of the day demands"


def _strange_events(connection: sqlite3.Connection) -> Iterator[str]:
    for (key,) in connection.execute(
        "SELECT d.key FROM documents d LEFT JOIN events e ON e.document = d.id AND NOT e.withdrawn "
        "AND e.at = d.recorded_at GROUP BY d.id HAVING count(e.number) <> 1"
    ):
        yield f"the history does not tell once when a version of document {key!r} was recorded"
    for (key,) in connection.execute(
        "SELECT d.key FROM events e JOIN documents d ON d.id = e.document "
        "WHERE e.withdrawn AND (d.expired_at IS NULL OR d.expired_at <> e.at)"
    ):
        yield f"the history tells that document {key!r} was withdrawn, but it was not then"
    for (key,) in connection.execute(
        "SELECT key FROM documents WHERE id NOT IN (SELECT document FROM readings)"
    ):
        yield f"what was read out of a version of document {key!r} is not there"


def _strange_vectors(connection: sqlite3.Connection) -> Iterator[str]:
    for (passage,) in connection.execute(
        "SELECT passage FROM vectors WHERE passage NOT IN (SELECT id FROM passages)"
    ):
        yield f"there is a vector for a passage that is not there (row {passage})"


class _Counts:
    """What the live documents claim, counted from their readings."""

    def __init__(self) -> None:
        self.entities: Counter[str] = Counter()
        self.types: dict[str, Counter[str]] = defaultdict(Counter)
        self.jurisdictions: dict[str, Counter[str]] = defaultdict(Counter)
        self.identifiers: Counter[tuple[str, str, str]] = Counter()
        self.names: dict[tuple[str, str], NameUse] = defaultdict(NameUse)

    def add(self, entity: Entity, principal: bool) -> None:
        """Count one claim."""
        self.entities[entity.id] += 1
        self.types[entity.id][entity.type] += 1
        if entity.jurisdiction:
            self.jurisdictions[entity.id][entity.jurisdiction] += 1
        for scheme, value in {(one.scheme, one.value) for one in entity.identifiers}:
            self.identifiers[entity.id, scheme, value] += 1
        for name in names_of(entity):
            use, first = self.names[entity.id, name], name == entity.name
            use.principal += first and principal
            use.name += first
            use.documents += 1


def _strange_claims(connection: sqlite3.Connection) -> Iterator[str]:
    """Entities, identifiers and names that are not what the live documents claim."""
    counts = _Counts()
    for version, key in connection.execute("SELECT id, key FROM documents WHERE expired_at IS NULL"):
        try:
            claims = retracting.claims_of_version(connection, version)
        except (zlib.error, ValueError, TypeError):
            yield f"what was read out of document {key!r} cannot be read back"
            return
        for one in claims:
            counts.add(one.entity, one.principal)
    entities = connection.execute("SELECT key, claims, types, jurisdictions FROM entities WHERE claims <> 0")
    kept = {key: (claims, types, places) for key, claims, types, places in entities}
    due = {
        key: (claims, counts_value(counts.types[key]), counts_value(counts.jurisdictions[key]))
        for key, claims in counts.entities.items()
    }
    yield from _differences("entity", kept, due)
    identifiers = connection.execute("SELECT entity, scheme, value, claims FROM identifiers")
    yield from _differences(
        "identifier", {(key, *rest): claims for key, *rest, claims in identifiers}, counts.identifiers
    )
    names = connection.execute("SELECT entity, name, as_principal, as_name, claims FROM names")
    yield from _differences("name", {(key, name): NameUse(*uses) for key, name, *uses in names}, counts.names)


def _differences[K, V](what: str, kept: dict[K, V], due: dict[K, V]) -> Iterator[str]:
    for key in kept.keys() | due.keys():
        if kept.get(key) != due.get(key):
            yield f"{what} {str(key)[:200]!r} is not what the documents claim: {kept.get(key)}, not {due.get(key)}"


def _strange_words(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    """Rows of a word index that do not hold the words of their text.

    The index keeps no text, so the texts are indexed once more, in parts, with the same options, and the words
    of each row are compared by the sum of their hashes.
    """
    due = _sums_due(connection, table)
    kept = _sums(connection, "main", table)
    for row in kept.keys() | due.keys():
        if kept.get(row, 0) != due.get(row, 0):
            yield f"the words in row {row} of {table} are not those of its text"


def _sums_due(connection: sqlite3.Connection, table: str) -> dict[int, int]:
    options = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    again = f"{table}_again"
    connection.execute(options.replace(table, f"temp.{again}", 1))
    texts, taken = _INDEXED[table]
    found = connection.execute(texts)
    sums: dict[int, int] = {}
    while part := found.fetchmany(_AT_ONCE):
        connection.executemany(
            f"INSERT INTO temp.{again} (rowid, words) VALUES (?, ?)",  # noqa: S608 - one of our tables
            [(row, taken(text)) for row, text in part],
        )
        sums |= _sums(connection, "temp", again)
        connection.execute(f"INSERT INTO temp.{again} ({again}) VALUES ('delete-all')")  # noqa: S608 - as above
    connection.execute(f"DROP TABLE temp.{again}")
    return sums


def _sums(connection: sqlite3.Connection, schema: str, table: str) -> dict[int, int]:
    """Row number -> sum of the hashes of its words."""
    terms = f"{table}_terms"
    connection.execute(
        f"CREATE VIRTUAL TABLE temp.{terms} USING fts5vocab('{schema}', '{table}', 'instance')"
    )
    sums: dict[int, int] = defaultdict(int)
    for term, row in connection.execute(f"SELECT term, doc FROM temp.{terms}"):  # noqa: S608 - one of our tables
        sums[row] += hash(term)
    connection.execute(f"DROP TABLE temp.{terms}")
    return sums
