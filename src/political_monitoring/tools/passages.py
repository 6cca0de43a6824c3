"""Searching, then reading on: the passages of the documents that a search finds."""

import datetime as dt

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import Hit, KnowledgeGraph
from political_monitoring.tools.search import search

READ = 5
"""Documents read beyond the passage found, best first."""
MOST_PASSAGES = 40
_SHORTEST_WORD = 4


def find_passages(
    graph: KnowledgeGraph,
    text: str,
    today: dt.date,
    time: AsOf | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int = 10,
) -> list[Hit]:
    """Passages that may answer a question: of each document found the best one, of the first few all.

    Of a long document those MOST_PASSAGES are read that share most words with the question.
    """
    hits = search(graph, text, today=today, time=time, since=since, until=until, limit=limit)
    words = {word for word in text.casefold().split() if len(word) >= _SHORTEST_WORD}
    read: list[Hit] = []
    for hit in hits[:READ]:
        read += [hit, *_others(graph, hit, words)]
    return read + hits[READ:]


def _others(graph: KnowledgeGraph, hit: Hit, words: set[str]) -> list[Hit]:
    found = graph.document(hit.document_id)
    if found is None:
        return []
    document, passages = found
    others = [passage for passage in passages if passage.id != hit.passage_id]

    def shared(passage: Passage) -> int:
        lower = passage.text.casefold()
        return sum(word in lower for word in words)

    chosen = sorted(others, key=shared, reverse=True)[:MOST_PASSAGES]
    return [_as_hit(hit, document, passage) for passage in sorted(chosen, key=lambda one: one.ordinal)]


def _as_hit(hit: Hit, document: Document, passage: Passage) -> Hit:
    return Hit(
        document_id=document.id,
        passage_id=passage.id,
        score=hit.score,
        title=document.title,
        source=document.source,
        url=document.url,
        date=document.date,
        language=document.language,
        heading=passage.heading,
        text=passage.text,
        span=passage.span,
    )
