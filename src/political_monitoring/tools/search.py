"""Search as a person asks: the question's own identifiers, titles and days decide what is looked for."""

import datetime as dt
from collections.abc import Iterable

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.knowledge.port import Hit, KnowledgeGraph, Scope, SearchQuery
from political_monitoring.tools.arguments import ANYWHERE
from political_monitoring.tools.query import Reading, blank, find_titles, read_query

_MOST_ENTITIES = 8
_SAME = 0.9
"""From this score on a name is the title asked for, at most cut off."""
_NAMED = 0.6
"""From this score on one name contains the other."""
_MOSTLY = 0.75
"""From this score on a name makes up half of the question; a description that mentions a law is not about it."""
_LONG_TEXT = 24
"""Words beyond which a text describes: what it names loosely is seldom what it is about."""
_LONG_WORD = 12
"""Letters of a German compound that may be a law's short name found in texts only."""
_BYSTANDERS = frozenset({"Institution", "Committee", "Party", "Politician", "Jurisdiction", "PolicyArea"})
"""Types that act in procedures; the question is seldom where they stand."""


def search(  # noqa: PLR0913 - each is one way to narrow a search
    graph: KnowledgeGraph,
    text: str,
    *,
    today: dt.date,
    time: AsOf | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    scope: Scope = ANYWHERE,
    limit: int = 10,
    dated: bool = True,
) -> list[Hit]:
    """Passages that answer a question, best first, one for each document.

    A question for the status of a procedure, or for what happened to it within a window, gets the documents
    about it, newest first and those that changed its status before others. What a question counts over a period may
    have been reported after it: such a period only has a beginning.

    Args:
        today: the day that "yesterday" counts from.
        time: wins over the question's own date words, each of its two times by itself.
        since, until: win over the question's own window.
        scope: only documents within it.
        dated: False leaves the question's own date words alone.
    """
    reading = read_query(text, today)
    asked = time or AsOf()
    if dated:
        since = since or reading.since
        if not reading.counts:
            asked = AsOf(asked.world or AsOf.on(reading.as_of).world, asked.known)
            until = until or reading.until
    about_time = reading.asks_status or (bool(reading.since or reading.until) and not reading.counts)
    subjects = _subjects(graph, reading, about_time)
    # Of what a government or a ministry was named in, the newest is seldom what a question wants.
    by_time = about_time and any(entity.type not in _BYSTANDERS for entity in subjects)
    return graph.search(
        SearchQuery(
            text=text,
            time=asked,
            since=since,
            until=until,
            entities=tuple(entity.id for entity in subjects),
            order="recency" if by_time else "relevance",
            scope=scope,
            limit=limit,
        )
    )


def resolve_entities(graph: KnowledgeGraph, reading: Reading) -> list[Entity]:
    """Entities that a question names, those named by number or title first."""
    exact = _by_number_or_title(graph, reading)
    return _unique([*exact, *_scored(graph, _outside_titles(reading), _NAMED)])[:_MOST_ENTITIES]


def _subjects(graph: KnowledgeGraph, reading: Reading, about_time: bool) -> list[Entity]:
    """What the question is about: by number, else by title, else by name; procedures before those who act."""
    describes = len(reading.text.split()) > _LONG_TEXT and not about_time
    named = _by_number_or_title(graph, reading, exactly=describes)
    if not named and about_time:
        named = _scored(graph, reading.asking, _NAMED)
        if not named and reading.asks_status:
            named = _by_word(graph, reading.asking)
    elif not named and not describes:
        named = _scored(graph, _outside_titles(reading), _MOSTLY)
    acts = [entity for entity in named if entity.type not in _BYSTANDERS]
    return (acts or named)[:_MOST_ENTITIES]


def _by_number_or_title(graph: KnowledgeGraph, reading: Reading, exactly: bool = False) -> list[Entity]:
    """By a number, but a title that holds one is asked for itself: "Act implementing Directive 2003/35/EC"."""
    outside = _by_identifier(graph, reading, _outside_titles(reading))
    return (
        outside
        or _by_title(graph, reading, _SAME)
        or _by_identifier(graph, reading, reading.text)
        or ([] if exactly else _by_title(graph, reading, _NAMED))
    )


def _by_identifier(graph: KnowledgeGraph, reading: Reading, text: str) -> list[Entity]:
    """A bill's number starts anew with each congress: the one in session on the day, else the newest."""
    day = reading.as_of or reading.until or reading.since
    found: list[Entity] = []
    for one in find_identifiers(text, day):
        found += _scored(graph, str(one.identifier), 1.0)
    known = {str(identifier) for entity in found for identifier in entity.identifiers}
    for identifier in dict.fromkeys(one.identifier for one in find_identifiers(text)):
        if not any(other == str(identifier) or other.endswith(f"-{identifier.value}") for other in known):
            found += _scored(graph, str(identifier), 1.0)
    return _unique(found)


def _by_title(graph: KnowledgeGraph, reading: Reading, least: float) -> list[Entity]:
    """Of titles that are not quite the same only the nearest counts."""
    most = _MOST_ENTITIES if least >= _SAME else 1
    return _unique(one for title in reading.titles for one in _scored(graph, title, least)[:most])


def _by_word(graph: KnowledgeGraph, text: str) -> list[Entity]:
    words = [word.strip(".,;:?!") for word in text.split()]
    long = sorted({word for word in words if len(word) >= _LONG_WORD}, key=lambda word: (-len(word), word))
    for word in long:
        if found := graph.find_entities(word, 1):
            return [found[0][0]]
    return []


def _outside_titles(reading: Reading) -> str:
    spans: list[Span] = find_titles(reading.text)
    return blank(reading.text, spans).replace("·", " ")


def _scored(graph: KnowledgeGraph, text: str, least: float) -> list[Entity]:
    return [entity for entity, score in graph.find_entities(text, _MOST_ENTITIES) if score >= least]


def _unique(entities: Iterable[Entity]) -> list[Entity]:
    return list({entity.id: entity for entity in entities}.values())
