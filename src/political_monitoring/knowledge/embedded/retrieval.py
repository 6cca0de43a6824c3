"""Hybrid search in the embedded store: words, meaning, entities and time."""

import datetime as dt
import logging
import sqlite3
from collections.abc import Iterable

import numpy as np

from political_monitoring.domain.documents import Span
from political_monitoring.errors import TryLater
from political_monitoring.knowledge import ranking
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.catalogue import NEVER, Catalogue, Mask
from political_monitoring.knowledge.embedded.readings import NAMED
from political_monitoring.knowledge.embedded.texts import read_text
from political_monitoring.knowledge.names import split_parts, split_words
from political_monitoring.knowledge.port import Hit, SearchQuery
from political_monitoring.knowledge.ranking import Floats, Numbers
from political_monitoring.knowledge.vectors import Encoder, cosines, differing_signs

_MOST_WORDS = 80
"""Different words of a query that are looked up; the rest of a very long one is left to its meaning."""
_MOST_PARTS = 400
_CANDIDATES = 1_000
"""Passages scored exactly, by words and again by meaning."""
_MOST_STEPS = 10_000
"""Status facts of an entity that are looked at; the newest ones."""
_LIVE = "f.expired_at IS NULL"
_KNOWN = "f.recorded_at <= ? AND (f.expired_at IS NULL OR f.expired_at > ?)"

_logger = logging.getLogger(__name__)
_Found = tuple[int, int, float]
"""Index of a document, index of its passage (-1: the first), score."""


def search(
    connection: sqlite3.Connection, catalogue: Catalogue, query: SearchQuery, encoder: Encoder | None
) -> list[Hit]:
    """The best passage of each of the best documents."""
    if not catalogue.document.size or query.limit < 1:
        return []
    visible = _visible(catalogue, query)
    words = _score_words(connection, catalogue, query.text)
    found: list[_Found] = []
    if query.entities and (query.order == "recency" or not query.text.strip()):
        found = _by_recency(connection, catalogue, query, visible, words)[: query.limit]
    if len(found) < query.limit and query.text.strip():
        visible[[document for document, _, _ in found]] = False
        found += _below(found, _by_relevance(connection, catalogue, query, encoder, visible, words))
    return _hits(connection, found[: query.limit])


def _by_relevance(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    query: SearchQuery,
    encoder: Encoder | None,
    visible: Mask,
    words: Floats,
) -> list[_Found]:
    """Documents by the fused score of their best passage, those of a short list by what the rest of them holds too.

    Only passages that stand out by their words or by the signs of their vectors are scored exactly.
    """
    best = float(words.max(initial=0))
    shown = None if visible.all() else visible[catalogue.document]
    lifted = words / np.float32(best or 1)
    bonus = _bonus(connection, catalogue, query)
    if bonus is not None:
        lifted += bonus[catalogue.document]
    if shown is not None:
        lifted *= shown
    chosen = ranking.strongest(lifted, _CANDIDATES)
    vector = _encode(catalogue, query.text, encoder)
    if vector is not None and catalogue.vectors is not None:
        size = catalogue.document.size
        differences = differing_signs(catalogue.vectors.signs[:, :size], vector)
        if shown is not None:
            differences[~shown] = vector.size + 1
        near = ranking.least_different(differences, _CANDIDATES)
        chosen = ranking.union(size, chosen, near if shown is None else near[shown[near]])
    if not chosen.size:
        return []
    alike = None
    if vector is not None and catalogue.vectors is not None:
        alike = cosines(catalogue.vectors.values[chosen], vector)
    documents = catalogue.document[chosen]
    scores = ranking.fuse(words[chosen], alike, best)
    if bonus is not None:
        scores += bonus[documents]
    starts = np.flatnonzero(np.diff(documents, prepend=-1)).astype(np.int32)
    listed = ranking.best_passages(scores, documents, starts, max(query.limit, ranking.SHORT_LIST))
    found = [(document, int(chosen[place]), score) for document, place, score in listed]
    return _as_a_whole(connection, catalogue, query.text, found, best)[: query.limit]


def _as_a_whole(
    connection: sqlite3.Connection, catalogue: Catalogue, text: str, found: list[_Found], best: float
) -> list[_Found]:
    """The same documents, ordered anew: a text of many passages may tell in several what is asked."""
    if best <= 0 or len(found) < 2:
        return found
    documents, passages = np.array([one[:2] for one in found], np.int32).T
    scores = np.array([score for _, _, score in found])
    starts, ends = (np.searchsorted(catalogue.document, documents + one).astype(np.int32) for one in (0, 1))
    holding = (catalogue.rows_with(connection, "passage_words", word) for word in _words(text))
    size = catalogue.document.size
    more = ranking.spread_scores(size, holding, starts, ends, passages, size / catalogue.day.size)
    scores = scores + ranking.DOCUMENT_WEIGHT * more / best
    order = np.lexsort((-documents, -scores))
    return [(int(documents[one]), int(passages[one]), float(scores[one])) for one in order]


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(split_words(text)))[:_MOST_WORDS]


def _visible(catalogue: Catalogue, query: SearchQuery) -> Mask:
    """Which documents exist for the query."""
    known = query.time.known
    if known is None:
        visible: Mask = catalogue.expired == NEVER
    else:
        moment = rows.to_micros(known)
        visible = (catalogue.recorded <= moment) & (catalogue.expired > moment)
    if query.time.world is not None:
        visible &= (catalogue.day > 0) & (catalogue.day <= query.time.world.astimezone(dt.UTC).toordinal())
    if query.since is not None:
        visible &= catalogue.day >= query.since.toordinal()
    if query.until is not None:
        visible &= (catalogue.day > 0) & (catalogue.day <= query.until.toordinal())
    for name, label in catalogue.labels.items():
        if wanted := getattr(query.scope, name):
            visible &= label.among(wanted)
    return visible


def _score_words(connection: sqlite3.Connection, catalogue: Catalogue, text: str) -> Floats:
    """Per passage: how well it and its title match by words and, where compounds are written, by parts of them."""
    words = _words(text)

    def by_word(table: str) -> list[Numbers]:
        return [catalogue.rows_with(connection, table, word) for word in words]

    passages = ranking.word_scores(catalogue.document.size, by_word("passage_words"))
    titles = ranking.word_scores(catalogue.day.size, by_word("title_words"))
    titles *= ranking.title_norms(catalogue.title_words)
    if catalogue.compounding:
        parts = split_parts(" ".join(words))[:_MOST_PARTS]

        def by_part(table: str) -> list[Numbers]:
            return [catalogue.rows_with_part(connection, table, part) for part in parts]

        passages += np.float32(ranking.PART_WEIGHT) * ranking.word_scores(
            catalogue.document.size, by_part("passage_parts")
        )
        titles += (
            np.float32(ranking.TITLE_PART_WEIGHT)
            * ranking.word_scores(catalogue.day.size, by_part("title_parts"))
            * ranking.title_norms(catalogue.title_letters)
        )
    passages += np.float32(ranking.TITLE_WEIGHT) * titles[catalogue.document]
    return passages


def _encode(catalogue: Catalogue, text: str, encoder: Encoder | None) -> Floats | None:
    """The question's vector; None when nothing can be compared with it, or the encoder does not answer."""
    if encoder is None or catalogue.vectors is None:
        return None
    try:
        vector: Floats = encoder.encode([text])[0]
    except TryLater as error:
        _logger.warning("searching by words only: %s", error)
        return None
    dimensions = catalogue.vectors.values.shape[1]
    if vector.size != dimensions:
        _logger.warning(
            "searching by words only: %s gives vectors of %d dimensions, the graph's have %d",
            encoder.model,
            vector.size,
            dimensions,
        )
        return None
    return vector


def _bonus(connection: sqlite3.Connection, catalogue: Catalogue, query: SearchQuery) -> Floats | None:
    """Per document: how much the entities asked for lift it."""
    if not query.entities:
        return None
    bonus = np.zeros(catalogue.day.size, np.float32)
    for entity in query.entities:
        for document, standing in _documents_with(connection, entity):
            bonus[document] += ranking.MENTION_BONUS if standing == NAMED else ranking.ABOUT_BONUS
    return bonus


def _documents_with(connection: sqlite3.Connection, entity: str) -> list[tuple[int, int]]:
    """(document index, NAMED, ABOUT or OWN) for each document that names the entity."""
    found = connection.execute(
        "SELECT document - 1, principal FROM mentions WHERE entity = (SELECT id FROM entities WHERE key = ?)",
        (entity,),
    )
    return [(row[0], row[1]) for row in found]


def _by_recency(
    connection: sqlite3.Connection, catalogue: Catalogue, query: SearchQuery, visible: Mask, words: Floats
) -> list[_Found]:
    """Documents about the entities: those that changed a status, then their own, then others, each newest first.

    When no document is about them, those that name them.
    """
    about: dict[int, int] = {}
    for entity in query.entities:
        for document, standing in _documents_with(connection, entity):
            about[document] = max(about.get(document, NAMED), standing)
    shown = [document for document in about if visible[document]]
    principal = [document for document in shown if about[document] != NAMED]
    shown = principal or shown
    evidence = _status_changes(connection, query, set(shown))
    others = [document for document in shown if document not in evidence]
    others.sort(key=lambda document: (-about[document], -int(catalogue.day[document]), document))
    passages = _best_passage_of(catalogue, others, words)
    ordered = [*evidence.items(), *((document, passages[document]) for document in others)]
    return [
        (document, passage, 2.0 - rank / (len(ordered) + 1))
        for rank, (document, passage) in enumerate(ordered)
    ]


def _status_changes(connection: sqlite3.Connection, query: SearchQuery, shown: set[int]) -> dict[int, int]:
    """Document index -> index of the passage that reports the change, newest change first."""
    known = rows.optional_micros(query.time.known)
    world = int(NEVER) if query.time.world is None else rows.to_micros(query.time.world)
    dated: list[tuple[int, int]] = []
    passages: dict[int, int] = {}
    for entity in query.entities:
        found = connection.execute(
            "SELECT f.valid_at, f.value, f.document - 1 AS document, p.id - 1 AS passage FROM facts f "  # noqa: S608
            "JOIN documents d ON d.id = f.document "
            'JOIN passages p ON p.document = f.document AND f.start >= p.start AND f.start < p."end" '
            "WHERE f.subject = (SELECT id FROM entities WHERE key = ?) AND f.predicate = 'status' "
            f"AND f.valid_at <= ? AND f.value IS NOT NULL AND {_LIVE if known is None else _KNOWN} "
            # Of two documents that report one change, the shorter one is about the change. Read from the end.
            "ORDER BY f.valid_at DESC, f.invalid_at IS NOT NULL, f.invalid_at DESC, f.confidence, d.length DESC, "
            "f.start DESC LIMIT ?",
            (entity, world, *(() if known is None else (known, known)), _MOST_STEPS),
        ).fetchall()
        steps = [tuple(row) for row in reversed(found) if row["document"] in shown]
        moments = {document: moment for moment, _, document, _ in steps}
        passages |= {document: passage for _, _, document, passage in steps}
        changed = ranking.changes_of_status(
            [(moment, value, document) for moment, value, document, _ in steps]
        )
        dated += [(moments[document], document) for document in changed]
    newest = sorted(dated, key=lambda one: -one[0])
    return {document: passages[document] for _, document in newest}


def _best_passage_of(catalogue: Catalogue, documents: Iterable[int], words: Floats) -> dict[int, int]:
    """Of each document the passage that holds most of the query's words; the first one if none does."""
    best = {}
    for document in documents:
        start, end = np.searchsorted(catalogue.document, [document, document + 1])
        best[document] = int(start + np.argmax(words[start:end])) if end > start else -1
    return best


def _below(found: list[_Found], more: list[_Found]) -> list[_Found]:
    """`more` with scores under those already found."""
    if not found or not more:
        return more
    ceiling, best = 1.0, more[0][2]
    return [(document, passage, ceiling * score / best) for document, passage, score in more]


def _hits(connection: sqlite3.Connection, found: list[_Found]) -> list[Hit]:
    hits = []
    for document, passage, score in found:
        row = connection.execute(
            "SELECT d.key, d.title, d.source, d.url, d.day, d.language, "
            'p.ordinal, p.start, p."end", p.heading '
            "FROM documents d JOIN passages p ON p.document = d.id WHERE d.id = ? AND p.id = ?",
            (document + 1, passage + 1),
        ).fetchone()
        if row is None:
            continue
        span = Span(row["start"], row["end"])
        hits.append(
            Hit(
                document_id=row["key"],
                passage_id=rows.passage_id(row["key"], row["ordinal"]),
                score=score,
                title=row["title"],
                source=row["source"],
                url=row["url"],
                date=rows.from_day(row["day"]),
                language=row["language"],
                heading=row["heading"],
                text=read_text(connection, document + 1, span),
                span=span,
            )
        )
    return hits
