"""What happened to an entity, in the order in which it happened."""

import datetime as dt
from dataclasses import dataclass

from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.port import FactQuery, Hit, KnowledgeGraph, SearchQuery

MOST_CHANGES = 40


@dataclass(frozen=True, slots=True)
class Change:
    """Something dated that one document reports about an entity.

    Attributes:
        day: when it happened, or, for a document without a dated fact, the document's date.
        facts: what the document states, dated `day`; may be empty.
        hit: the document's best passage about the entity; None when only the facts were found.
    """

    day: dt.date
    document_id: str
    facts: tuple[Fact, ...]
    hit: Hit | None


def timeline(
    graph: KnowledgeGraph,
    entity_id: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    time: AsOf | None = None,
) -> tuple[Fact, ...]:
    """Dated facts about the entity that began within these days, oldest first, also superseded ones."""
    query = FactQuery(subjects=(entity_id,), time=time or AsOf(), history=True, since=since, until=until)
    return tuple(fact for fact in graph.facts(query) if fact.valid_at)


def what_changed(
    graph: KnowledgeGraph,
    entity_id: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    time: AsOf | None = None,
) -> tuple[Change, ...]:
    """Facts that began, and documents about the entity that appeared, within these days; oldest first.

    A window that ends before `time.world` is asked as of its end, so that nothing later leaks in.
    """
    time = time or AsOf()
    if until and (time.world is None or end_of_day(until) < time.world):
        time = AsOf(end_of_day(until), time.known)
    by_document: dict[tuple[dt.date, str], list[Fact]] = {}
    for fact in timeline(graph, entity_id, since, until, time):
        if fact.valid_at:
            by_document.setdefault((fact.valid_at.date(), fact.evidence.document_id), []).append(fact)
    hits = _documents_about(graph, entity_id, since, until, time)
    changes = [
        Change(day, document_id, tuple(facts), hits.pop(document_id, None))
        for (day, document_id), facts in by_document.items()
    ]
    changes += [Change(hit.date, hit.document_id, (), hit) for hit in hits.values() if hit.date]
    return tuple(sorted(changes, key=lambda change: (change.day, change.document_id)))


def _documents_about(
    graph: KnowledgeGraph, entity_id: str, since: dt.date | None, until: dt.date | None, time: AsOf
) -> dict[str, Hit]:
    found = graph.search(
        SearchQuery(
            text="",
            time=time,
            since=since,
            until=until,
            entities=(entity_id,),
            order="recency",
            limit=MOST_CHANGES,
        )
    )
    return {hit.document_id: hit for hit in found}
