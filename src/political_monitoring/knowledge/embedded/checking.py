"""Whether the embedded store is what it must be: everything derived in it is derived once more and compared."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import chain, groupby, islice, pairwise

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge import temporal
from political_monitoring.knowledge.claims import NameUse, claims_of, names_of
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.claiming import counts_value
from political_monitoring.knowledge.embedded.closing import DAY, as_stated, facts_by_order
from political_monitoring.knowledge.embedded.readings import named_in, read_reading
from political_monitoring.knowledge.embedded.schema import COMPOUNDING_CODES
from political_monitoring.knowledge.embedded.texts import read_text
from political_monitoring.knowledge.names import join_parts, join_words

_TOLD = 10
"""Problems of one kind that are told; a store that lost a table has millions."""
_AT_ONCE = 5_000
_PASSAGES = 'SELECT p.id, p.heading, p.document, p.start, p."end" FROM passages p JOIN documents d ON d.id = p.document'
_COMPOUNDING = f"WHERE d.language IN ({COMPOUNDING_CODES})"
_INDEXED: dict[str, tuple[str, Callable[[str], str]]] = {
    "passage_words": (_PASSAGES, join_words),
    "title_words": ("SELECT id, title FROM documents", join_words),
    "name_words": ("SELECT id, name FROM names", join_words),
    "passage_parts": (f"{_PASSAGES} {_COMPOUNDING}", join_parts),
    "title_parts": (f"SELECT d.id, d.title FROM documents d {_COMPOUNDING}", join_parts),  # noqa: S608 - constants
}
"""Word index -> row numbers and texts, or what the texts are made of, and how the index takes the words of them."""


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """A sentence for each problem, at most ten of a kind. Reads everything: minutes for a large store."""
    damage = list(islice(_damage(connection), _TOLD)) or list(islice(_unreadable(connection), _TOLD))
    if damage:
        # What cannot be read reliably is not worth comparing.
        return damage
    kinds = [
        _strange_texts(connection),
        _strange_mentions(connection),
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


def _unreadable(connection: sqlite3.Connection) -> Iterator[str]:
    """Texts and readings that cannot be read back."""
    for version, key, length in connection.execute("SELECT id, key, length FROM documents ORDER BY id"):
        try:
            text = read_text(connection, version)
            read_reading(connection, version)
        except sqlite3.DatabaseError:
            yield f"the text of document {key!r}, or what was read out of it, cannot be read back"
            continue
        if len(text) != length:
            yield f"the text of document {key!r} has {len(text)} characters and not {length}"


def _strange_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Passages that are not in their document's text, and quotations that do not stand in it at their place."""
    for version, key in connection.execute("SELECT id, key FROM documents ORDER BY id"):
        text = read_text(connection, version)
        passages = connection.execute(
            'SELECT ordinal, start, "end" FROM passages WHERE document = ?', (version,)
        )
        for ordinal, start, end in passages:
            if not 0 <= start <= end <= len(text):
                yield f"passage {rows.passage_id(key, ordinal)!r} does not lie in the document's text"
        quoted = connection.execute(
            'SELECT key, start, "end", quote FROM facts WHERE document = ?', (version,)
        )
        for fact, start, end, quote in quoted:
            if Span(start, end).of(text) != quote:
                yield f"fact {fact!r} of document {key!r} quotes words that do not stand at their place"


def _strange_mentions(connection: sqlite3.Connection) -> Iterator[str]:
    """Entities that a document names and the index of mentions does not, or the other way round."""
    kept = connection.execute(
        "SELECT m.document, e.key, m.principal FROM mentions m JOIN entities e ON e.id = m.entity "
        "ORDER BY m.document"
    )
    groups = groupby(kept, key=lambda row: int(row["document"]))
    current = next(groups, None)
    for version, key in connection.execute("SELECT id, key FROM documents ORDER BY id"):
        named = {}
        if current is not None and current[0] == version:
            named = {row["key"]: int(row["principal"]) for row in current[1]}
            current = next(groups, None)
        if named != named_in(read_reading(connection, version)):
            yield f"the index of mentions does not hold the entities that document {key!r} names"


def _strange_ends(connection: sqlite3.Connection) -> Iterator[str]:
    """Facts that end elsewhere than the facts about the same thing together say."""
    found = connection.execute(
        f"SELECT f.stated_end, {rows.FACT_COLUMNS} FROM facts f "  # noqa: S608 - constants
        "JOIN documents d ON d.id = f.document WHERE f.expired_at IS NULL "
        "ORDER BY f.subject, f.predicate, f.valid_at"
    )
    days = chain((list(group) for _, group in groupby(found, key=_day_of_series)), ([],))
    for day, following in pairwise(days):
        # What a day needs to know of the others is where the next one begins.
        given = [
            *day,
            *(row for row in following[:1] if _day_of_series(row)[:2] == _day_of_series(day[0])[:2]),
        ]
        facts = [rows.read_fact(row[1:]) for row in given]
        stated = [as_stated(fact, row["stated_end"]) for fact, row in zip(facts, given, strict=True)]
        functional = temporal.is_functional(facts[0].predicate)
        ends = temporal.validity_ends(stated) if functional else [fact.invalid_at for fact in stated]
        for fact, end in islice(zip(facts, ends, strict=True), len(day)):
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


def _day_of_series(row: sqlite3.Row) -> tuple[str, str, int | None]:
    return row["subject"], row["predicate"], None if row["valid_at"] is None else row["valid_at"] // DAY


def _strange_order(connection: sqlite3.Connection) -> Iterator[str]:
    """Facts that are not marked as their document orders them, or do not stand in the order of their recording."""
    for row, ordered in facts_by_order(connection):
        if bool(row["ordered"]) != ordered:
            yield f"fact {row['fact']!r} is not marked as what its document says of the day demands"
    for (key,) in connection.execute(
        "SELECT key FROM (SELECT key, recorded_at, lag(recorded_at) OVER (ORDER BY row) AS before FROM facts) "
        "WHERE recorded_at < before"
    ):
        yield f"fact {key!r} was recorded before the one that stands before it"


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
    for (version,) in connection.execute("SELECT id FROM documents WHERE expired_at IS NULL"):
        for one in claims_of(read_reading(connection, version)):
            counts.add(one.entity, one.principal)
    entities = connection.execute("SELECT key, claims, types, jurisdictions FROM entities WHERE claims <> 0")
    kept = {key: (claims, types, places) for key, claims, types, places in entities}
    due = {
        key: (claims, counts_value(counts.types[key]), counts_value(counts.jurisdictions[key]))
        for key, claims in counts.entities.items()
    }
    yield from _differences("entity", kept, due)
    identifiers = connection.execute(
        "SELECT e.key, i.scheme, i.value, i.claims FROM identifiers i JOIN entities e ON e.id = i.entity"
    )
    yield from _differences(
        "identifier", {(key, *rest): claims for key, *rest, claims in identifiers}, counts.identifiers
    )
    names = connection.execute(
        "SELECT e.key, n.name, n.as_principal, n.as_name, n.claims "
        "FROM names n JOIN entities e ON e.id = n.entity"
    )
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
            [(row, taken(_words_of(connection, *told))) for row, *told in part],
        )
        sums |= _sums(connection, "temp", again)
        connection.execute(f"INSERT INTO temp.{again} ({again}) VALUES ('delete-all')")  # noqa: S608 - as above
    connection.execute(f"DROP TABLE temp.{again}")
    return sums


def _words_of(
    connection: sqlite3.Connection, text: str, version: int = 0, start: int = 0, end: int = 0
) -> str:
    """A title or name, or a passage's heading with its text."""
    return f"{text} {read_text(connection, version, Span(start, end))}" if version else text


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
