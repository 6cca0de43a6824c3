"""Finding entities in the embedded store by identifier, name, cut-off title or a word of their documents."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge import ranking
from political_monitoring.knowledge.embedded.catalogue import NEVER, Catalogue
from political_monitoring.knowledge.embedded.reading import read_entity
from political_monitoring.knowledge.names import (
    BY_TEXT,
    CANDIDATES,
    COMPOUND,
    COMPOUND_DOCUMENTS,
    CONGRESS,
    CUT_OFF,
    IDENTIFIER,
    LONGEST_NAME,
    MOST_WORDS,
    Asked,
    split_words,
)

_IDENTIFIERS = "FROM identifiers i JOIN entities e ON e.id = i.entity"


def find_entities(
    connection: sqlite3.Connection, catalogue: Catalogue, text: str, limit: int
) -> list[tuple[Entity, float]]:
    """Entities called `text` or named in it, best first; see names.Asked.score for the scores.

    An entity that only its documents' text calls so (a compound that no title has) scores below 0.6.
    """
    scores = dict.fromkeys(_by_identifier(connection, text.strip()), 1.0)
    if not scores:
        words = split_words(text)[:MOST_WORDS]
        asked = Asked(text)
        for entity, name in set(_named(connection, catalogue, words)):
            scores[entity] = max(scores.get(entity, 0.0), asked.score(split_words(name)))
        if len(words) == 1 and max(scores.values(), default=0.0) < BY_TEXT:
            scores |= _by_text(connection, catalogue, words[0])
    uses = _uses(connection, scores)
    ordered = sorted(scores, key=lambda key: (-scores[key], -uses[key], key))
    found = ((read_entity(connection, key), scores[key]) for key in ordered if scores[key] > 0)
    return list(islice(((one, score) for one, score in found if one is not None), limit))


def _by_identifier(connection: sqlite3.Connection, text: str) -> list[str]:
    """An entity id, "scheme:value", or a bare value; a US bill without its congress is the newest one's."""
    known = connection.execute("SELECT key FROM entities WHERE key = ? AND claims > 0", (text,)).fetchone()
    if known is not None:
        return [known["key"]]
    found = IDENTIFIER.fullmatch(text)
    if found is None:
        rows = connection.execute(
            f"SELECT DISTINCT e.key AS entity {_IDENTIFIERS} WHERE i.value = ? COLLATE NOCASE", (text,)
        )
        return [row["entity"] for row in rows]
    scheme, value = found.groups()
    rows = connection.execute(
        f"SELECT e.key AS entity {_IDENTIFIERS} WHERE i.scheme = ? AND i.value = ?", (scheme, value)
    )
    exact = [row["entity"] for row in rows]
    if exact or scheme != "us-bill" or CONGRESS.match(value):
        return exact
    bills = connection.execute(
        f"SELECT i.value, e.key AS entity {_IDENTIFIERS} WHERE i.scheme = ? AND i.value LIKE ?",
        (scheme, f"%-{value}"),
    ).fetchall()
    numbered = [(int(m[1]), row["entity"]) for row in bills if (m := CONGRESS.match(row["value"]))]
    newest = max(numbered, default=(0, ""))[0]
    return [entity for congress, entity in numbered if congress == newest]


def _named(
    connection: sqlite3.Connection, catalogue: Catalogue, words: list[str]
) -> Iterator[tuple[str, str]]:
    """(entity, name) that could be meant: equal to a stretch of the words, beginning with them, or alike."""
    squashed = "".join(words)
    stretches = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1)
    } | {squashed}
    yield from _select(connection, f"squashed IN ({_marks(len(stretches))})", sorted(stretches))
    if len(squashed) >= CUT_OFF:
        above = squashed + "\U0010ffff"
        yield from _select(connection, "squashed >= ? AND squashed < ?", (squashed, above))
    postings = [
        catalogue.rows_with(connection, "name_words", word, loose=True) for word in dict.fromkeys(words)
    ]
    scores = ranking.word_scores(catalogue.names, postings)
    best = np.argsort(-scores, kind="stable")[:CANDIDATES]
    numbers = [int(number) + 1 for number in best if scores[number] > 0]
    yield from _select(connection, f"n.id IN ({_marks(len(numbers))})", numbers)


def _select(
    connection: sqlite3.Connection, where: str, values: Iterable[object]
) -> Iterator[tuple[str, str]]:
    rows = connection.execute(
        f"SELECT e.key, n.name FROM names n JOIN entities e ON e.id = n.entity WHERE {where}",  # noqa: S608 - bound
        tuple(values),
    )
    yield from ((row["key"], row["name"]) for row in rows.fetchall())


def _by_text(connection: sqlite3.Connection, catalogue: Catalogue, word: str) -> dict[str, float]:
    """Entities that the documents using a rare long word are about, by their share of these documents."""
    if len(word) < COMPOUND:
        return {}
    passages = catalogue.rows_with(connection, "passage_words", word)
    documents = np.unique(catalogue.document[passages])
    documents = documents[catalogue.expired[documents] == NEVER]
    if not 0 < documents.size <= COMPOUND_DOCUMENTS:
        return {}
    numbers = [int(document) + 1 for document in documents]
    rows = connection.execute(
        "SELECT e.key FROM mentions m JOIN entities e ON e.id = m.entity "  # noqa: S608 - values bound
        f"WHERE m.principal AND m.document IN ({_marks(len(numbers))})",
        numbers,
    )
    counted = Counter(row["key"] for row in rows)
    return {entity: BY_TEXT * count / len(numbers) for entity, count in counted.items()}


def _uses(connection: sqlite3.Connection, entities: Iterable[str]) -> Counter[str]:
    """How often documents about each entity name it: of two with one name the better known is meant."""
    keys = tuple(entities)
    rows = connection.execute(
        "SELECT e.key, sum(n.as_principal) * 1000 + sum(n.as_name) AS uses "  # noqa: S608 - values bound
        "FROM entities e JOIN names n ON n.entity = e.id "
        f"WHERE e.key IN ({_marks(len(keys))}) GROUP BY e.id",
        keys,
    )
    return Counter({row["key"]: row["uses"] for row in rows})


def _marks(count: int) -> str:
    return ", ".join("?" * count)
