"""What happened to an entity, in the order in which it happened, and beside what else."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.errors import UserError
from political_monitoring.knowledge import network
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope, SearchQuery
from political_monitoring.tools.arguments import (
    ANYWHERE,
    PRESENT,
    EntityName,
    EntityNames,
    Predicates,
    Since,
    Some,
    Types,
    Until,
)
from political_monitoring.tools.entities import newest
from political_monitoring.tools.stating import Found, Reference, StatedFact

MOST_CHANGES = 40
"""Documents without a fact of their own."""
MOST_FACTS_CHANGED = 100
_EVENTS_BESIDE = 10
"""Of one event, those told beside it."""
_READ_BESIDE = 10_000
"""Facts about the time of one event that are looked through."""
_DAY = dt.timedelta(days=1)


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
    facts: tuple[StatedFact, ...]
    hit: Found | None


@dataclass(frozen=True, slots=True)
class Concurrence:
    """An event of an entity and those of others about the same time, the nearest first."""

    event: StatedFact
    others: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened to one entity and what it did, oldest first."""

    entity: Reference
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A moment at which one of the compared entities came to something that others came to as well."""

    entity: Reference
    fact: StatedFact
    days_after_first: int


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that two or more entities reached, such as a stage; the first to reach it first."""

    name: str
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class ComparedTimelines:
    """Timelines beside each other, and what is common to two or more of them."""

    timelines: tuple[Timeline, ...]
    common: tuple[Milestone, ...]


def get_entity_timeline(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    since: Since = None,
    until: Until = None,
    predicates: Predicates = (),
    types: Types = (),
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> tuple[StatedFact, ...]:
    """What happened to an entity and what it did, by day, oldest first, also what has been superseded.

    Of more than `limit` the newest are given.
    """
    view = network.View(time, True, predicates, types, scope)
    return tuple(network.timeline(graph, entity, since, until, view, network.MOST_FACTS)[-limit:])


def what_changed(
    graph: KnowledgeGraph,
    entity: EntityName,
    since: Since = None,
    until: Until = None,
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
) -> tuple[Change, ...]:
    """Facts of an entity that began, and documents about it that appeared, within these days; oldest first.

    A window that ends before `time.world` is asked as of its end, so that nothing later leaks in.
    """
    if until and (time.world is None or end_of_day(until) < time.world):
        time = AsOf(end_of_day(until), time.known)
    query = FactQuery(subjects=(entity,), time=time, history=True, since=since, until=until, scope=scope)
    by_document: dict[tuple[dt.date, str], list[Fact]] = {}
    for fact in newest(graph, query, MOST_FACTS_CHANGED):
        if fact.valid_at:
            by_document.setdefault((fact.valid_at.date(), fact.evidence.document_id), []).append(fact)
    about = SearchQuery("", time, since, until, (entity,), "recency", scope, MOST_CHANGES)
    hits = {hit.document_id: hit for hit in graph.search(about)}
    changes = [
        Change(day, document_id, tuple(facts), hits.pop(document_id, None))
        for (day, document_id), facts in by_document.items()
    ]
    changes += [Change(hit.date, hit.document_id, (), hit) for hit in hits.values() if hit.date]
    return tuple(sorted(changes, key=lambda change: (change.day, change.document_id)))


def find_concurrent_events(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    days: Annotated[int, Field(ge=0, le=365, description="how many days before and after count")] = 7,
    since: Since = None,
    until: Until = None,
    types: Types = (),
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> tuple[Concurrence, ...]:
    """What happened to others about the time at which something happened to an entity, its newest events first.

    Of each event the ten nearest in time are told.
    """
    view = network.View(time, True, scope=scope)
    events = network.timeline(graph, entity, since, until, view, network.MOST_FACTS)[-limit:]
    beside = [Concurrence(event, _beside(graph, entity, event, days, types, view)) for event in events]
    return tuple(reversed([one for one in beside if one.others]))


def _beside(
    graph: KnowledgeGraph, entity: str, event: Fact, days: int, types: tuple[str, ...], view: network.View
) -> tuple[Fact, ...]:
    if event.valid_at is None:
        return ()
    day = event.valid_at.date()
    query = FactQuery(
        time=view.time,
        history=True,
        since=day - days * _DAY,
        until=day + days * _DAY,
        types=types,
        scope=view.scope,
        limit=_READ_BESIDE,
    )
    others = [fact for fact in graph.facts(query) if entity not in (fact.subject, fact.object)]

    def distance(fact: Fact) -> tuple[int, str]:
        return abs((fact.valid_at.date() - day).days) if fact.valid_at else days, fact.id

    return tuple(sorted(others, key=distance)[:_EVENTS_BESIDE])


def compare_timelines(
    graph: KnowledgeGraph,
    entities: EntityNames,
    *,
    since: Since = None,
    until: Until = None,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 25,
) -> ComparedTimelines:
    """What happened to two to five entities, side by side, with the stages they share and the days between.

    Raises:
        UserError: two of the names mean the same entity.
    """
    if len(set(entities)) < len(entities):
        raise UserError("two of the names mean the same entity: compare different ones.")
    view = network.View(time, True, scope=scope)
    read = {one: network.timeline(graph, one, since, until, view, network.MOST_FACTS) for one in entities}
    timelines = tuple(Timeline(one, tuple(facts[-limit:])) for one, facts in read.items())
    return ComparedTimelines(timelines, _common(read))


def _common(read: dict[str, list[Fact]]) -> tuple[Milestone, ...]:
    """What begins in two timelines or more: a normalised stage, else a relation; in the order of the first."""
    stages = load_ontology().stages
    begun: dict[str, dict[str, Fact]] = defaultdict(dict)
    for entity, facts in read.items():
        for fact in facts:
            staged = fact.predicate == "status" and fact.subject == entity
            if staged or fact.predicate != "status":
                stage = stages.get(fact.value or "") if staged else None
                name = stage.group if stage else fact.value if staged and fact.value else fact.predicate
                begun[name].setdefault(entity, fact)
    milestones = [Milestone(name, _reached(firsts)) for name, firsts in begun.items() if len(firsts) > 1]
    return tuple(sorted(milestones, key=lambda one: (network.by_time(one.reached[0].fact), one.name)))


def _reached(firsts: dict[str, Fact]) -> tuple[Reached, ...]:
    ordered = sorted(firsts.items(), key=lambda one: network.by_time(one[1]))
    begin = ordered[0][1].valid_at
    return tuple(
        Reached(entity, fact, (fact.valid_at - begin).days if begin and fact.valid_at else 0)
        for entity, fact in ordered
    )
