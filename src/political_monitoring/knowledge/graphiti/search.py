"""Hybrid search in a group: words and meaning found by the database, fused and ordered as in the embedded graph."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from political_monitoring.domain.documents import Span
from political_monitoring.knowledge import ranking
from political_monitoring.knowledge.graphiti.foreign import foreign_with_words
from political_monitoring.knowledge.graphiti.reading import node_uuids
from political_monitoring.knowledge.graphiti.recency import HIT, by_recency, passage_conditions
from political_monitoring.knowledge.graphiti.rows import columns
from political_monitoring.knowledge.graphiti.store import GraphStore, Row
from political_monitoring.knowledge.graphiti.vectors import Encoder, encode
from political_monitoring.knowledge.names import LONG_WORD, split_words
from political_monitoring.knowledge.port import Hit, SearchQuery

_MOST_WORDS = 80
"""Different words of a query that are looked up; the rest of a very long one is left to its meaning."""
_CANDIDATES = 200
"""Passages that words, meaning and the entities asked for each put forward, at least."""
_PER_HIT = 5


@dataclass(slots=True)
class _Found:
    """A passage put forward."""

    row: Row
    words: float = 0.0
    cosine: float = 0.0


@dataclass(slots=True)
class _Candidates:
    """What one query puts forward, by the passage's uuid."""

    found: dict[str, _Found] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        one = self.found.setdefault(row["uuid"], _Found(row))
        one.words = max(one.words, row.get("words") or 0.0)
        one.cosine = max(one.cosine, row.get("cosine") or 0.0)


def search(store: GraphStore, query: SearchQuery, encoder: Encoder | None) -> list[Hit]:
    """The best passage of each of the best documents."""
    if query.limit < 1:
        return []
    about = _documents_about(store, query.entities)
    found: list[tuple[Row, float]] = []
    if query.entities and (query.order == "recency" or not query.text.strip()):
        found = by_recency(store, query, about)[: query.limit]
    if len(found) < query.limit and query.text.strip():
        candidates = _put_forward(store, query, encoder, about)
        shown = {row["version"] for row, _ in found}
        found += _below(found, _ranked(candidates, about, shown, query.limit))
    return [_hit(row, score) for row, score in found[: query.limit]]


def _put_forward(
    store: GraphStore, query: SearchQuery, encoder: Encoder | None, about: dict[str, bool]
) -> _Candidates:
    """Passages that share words with the query, are alike in meaning, or stand in documents about its entities."""
    candidates = _Candidates()
    limit = max(_CANDIDATES, _PER_HIT * query.limit)
    conditions = passage_conditions(store, query)
    cosine = "null"
    (vector,), _ = encode(encoder, [query.text])
    if vector is not None:
        conditions.parameters |= {"vector": vector, "dimensions": vector.size}
        # Vectors of another encoder cannot be compared; FalkorDB works out a CASE's branches before it chooses.
        cosine = store.cosine(
            "CASE WHEN p.dimensions = $dimensions THEN p.embedding ELSE null END", "$vector"
        )
    returned = f"RETURN {columns('p', HIT)}, {cosine} AS cosine"

    def take(match: str, order: str, and_returned: str = "", **parameters: object) -> None:
        # Only the best are read in full.
        best = f"WITH p, {order} AS score ORDER BY score DESC LIMIT {limit}"
        for row in store.read(
            f"{match} {best} {returned}{and_returned}", **conditions.parameters, **parameters
        ):
            candidates.take(row)

    if words := _words_query(store, query.text):
        matching = store.matching("Passage", "passage_words", "$words")
        take(f"{matching} WITH node AS p, score {conditions}", "score", ", score AS words", words=words)
        for row in foreign_with_words(store, query, words, limit):
            candidates.take(row)
    if cosine != "null":
        take(f"MATCH (p:Passage) {conditions} AND p.dimensions = $dimensions", cosine)
    if about:
        match = f"UNWIND $about AS version MATCH (p:Passage {{version: version}}) {conditions}"
        take(match, f"coalesce({cosine}, 0.0)", about=list(about))
    return candidates


def _words_query(store: GraphStore, text: str) -> str:
    words = list(dict.fromkeys(split_words(text)))[:_MOST_WORDS]
    return store.any_of([f"{word}*" if len(word) >= LONG_WORD else word for word in words])


def _documents_about(store: GraphStore, entities: Sequence[str]) -> dict[str, bool]:
    """Versions that name one of the entities; True when a document is about it."""
    if not entities:
        return {}
    found = store.read(
        "UNWIND $uuids AS uuid MATCH (n:Entity {uuid: uuid})<-[m:MENTIONS]-(d) "
        "WHERE m.group_id = $group AND m.handed IS NULL "
        "RETURN d.uuid AS version, m.principal AS principal",
        uuids=node_uuids(store, entities),
        group=store.group,
    )
    about: dict[str, bool] = {}
    for row in found:
        about[row["version"]] = about.get(row["version"], False) or bool(row["principal"])
    return about


def _ranked(
    candidates: _Candidates, about: dict[str, bool], shown: set[str], limit: int
) -> list[tuple[Row, float]]:
    """The best documents, each by its best passage."""
    found = [one for one in candidates.found.values() if one.row["version"] not in shown]
    # Documents by the time they were written last: of equal scores the newer stands first.
    found.sort(key=lambda one: (one.row["day"] or 0, one.row["version"], one.row["ordinal"]))
    versions = {
        version: number for number, version in enumerate(dict.fromkeys(o.row["version"] for o in found))
    }
    documents = np.array([versions[one.row["version"]] for one in found], np.int32)
    scores = ranking.fuse(
        np.array([one.words for one in found], np.float32),
        np.array([one.cosine for one in found], np.float32),
    )
    for number, one in enumerate(found):
        principal = about.get(one.row["version"])
        if principal is not None:
            scores[number] += ranking.ABOUT_BONUS if principal else ranking.MENTION_BONUS
    starts = np.flatnonzero(np.diff(documents, prepend=-1)).astype(np.int32)
    best = ranking.best_passages(scores, documents, starts, limit)
    return [(found[passage].row, score) for _, passage, score in best]


def _below(found: list[tuple[Row, float]], more: list[tuple[Row, float]]) -> list[tuple[Row, float]]:
    """`more` with scores under those already found."""
    if not found or not more:
        return more
    best = more[0][1]
    return [(row, score / best) for row, score in more]


def _hit(row: Row, score: float) -> Hit:
    return Hit(
        document_id=row["document"],
        passage_id=f"{row['document']}#{row['ordinal']}",
        score=score,
        title=row["title"],
        source=row["publisher"],
        url=row["url"],
        date=dt.date.fromordinal(row["day"]) if row["day"] else None,
        language=row["language"],
        heading=row["heading"],
        text=row["text"],
        span=Span(row["begins"], row["ends"]),
    )
