"""Searching, then reading on: the passages of the documents that a search finds."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import UserError
from political_monitoring.knowledge.port import Hit, KnowledgeGraph, Scope, SearchQuery
from political_monitoring.tools import search
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, Since, Some, Until
from political_monitoring.tools.publication import document_then
from political_monitoring.tools.stating import Found

READ = 5
"""Documents read beyond the passage found, best first."""
MOST_PASSAGES = 40
_SHORTEST_WORD = 4

Words = Annotated[
    str, Field(min_length=1, max_length=20_000, description="words, a title, a number or a question")
]
Today = Annotated[dt.date, Field(description="the day that words such as yesterday count from")]


def find_passages(  # noqa: PLR0913 - each is one way to narrow a search
    graph: KnowledgeGraph,
    text: Words,
    today: Today,
    *,
    since: Since = None,
    until: Until = None,
    read_on: Annotated[bool, Field(description="of the first documents all passages")] = False,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> list[Found]:
    """Passages that may answer a question, best first: of each document found the best one.

    The question's own date words count ("in June 2024", "since 2023") where nothing else sets the day. With
    `read_on`, of a long document those MOST_PASSAGES are read that share most words with the question.
    """
    hits = search.search(
        graph, text, today=today, time=time, since=since, until=until, scope=scope, limit=limit
    )
    if not read_on:
        return hits
    words = {word for word in text.casefold().split() if len(word) >= _SHORTEST_WORD}
    read: list[Hit] = []
    for hit in hits[:READ]:
        read += [hit, *_others(graph, hit, words, time)]
    return read + hits[READ:]


def search_by_date_range(
    graph: KnowledgeGraph,
    text: Words,
    since: Annotated[dt.date, Field(description="documents of this day or later")],
    until: Annotated[dt.date, Field(description="documents of this day or earlier")],
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> list[Found]:
    """Passages of documents dated within these days, both included, best first; undated documents are left out.

    Raises:
        UserError: the window ends before it begins.
    """
    if since > until:
        raise UserError(f"since ({since}) is after until ({until}).")
    return graph.search(SearchQuery(text=text, time=time, since=since, until=until, scope=scope, limit=limit))


def _others(graph: KnowledgeGraph, hit: Hit, words: set[str], time: AsOf) -> list[Hit]:
    found = document_then(graph, hit.document_id, AsOf(known=time.known))
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
