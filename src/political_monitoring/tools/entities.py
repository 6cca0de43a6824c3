"""What is known about one entity."""

import datetime as dt
from dataclasses import dataclass, replace

from political_monitoring.domain.facts import AsOf, Entity, Fact
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.tools.publication import publication_days


@dataclass(frozen=True, slots=True)
class EntityDetails:
    """An entity with what holds for it at a time, oldest first."""

    entity: Entity
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to an entity: the fact's object is the entity, its subject the actor.

    Of who leads a body the fact says it the other way round: its object is the actor.
    """

    actor: Entity
    fact: Fact


def details(graph: KnowledgeGraph, entity_id: str, time: AsOf | None = None) -> EntityDetails | None:
    """Names, identifiers and the facts that hold at `time`; None when there is no such entity."""
    entity = graph.entity(entity_id)
    if entity is None:
        return None
    return EntityDetails(entity, tuple(graph.facts(FactQuery(subjects=(entity_id,), time=time or AsOf()))))


@dataclass(frozen=True, slots=True)
class NearName:
    """An entity whose name is like one that was asked for."""

    entity: Entity
    asked: str


def nearest_names(graph: KnowledgeGraph, names: tuple[str, ...], limit: int = 3) -> tuple[NearName, ...]:
    """Entities whose names are like these names, for each the best `limit`; it is not said that they are meant."""
    return tuple(
        NearName(entity, name)
        for name in names
        for entity, score in graph.find_entities(name, limit)
        if score >= _ALIKE
    )


_ALIKE = 0.5
"""Below this score names share little more than a word such as "Act"."""


def facts_about(
    graph: KnowledgeGraph,
    entity_id: str,
    predicates: tuple[str, ...] = (),
    time: AsOf | None = None,
) -> tuple[Fact, ...]:
    """Facts with these predicates (empty: any) that hold or once held by `time`, oldest first.

    Those of one moment follow in the order in which they were published; undated ones come last.
    """
    query = FactQuery(subjects=(entity_id,), predicates=predicates, time=time or AsOf(), history=True)
    facts = graph.facts(query)
    published = publication_days(graph, facts)

    def position(fact: Fact) -> tuple[dt.datetime, dt.date]:
        never = dt.datetime.max.replace(tzinfo=dt.UTC)
        return fact.valid_at or never, published.get(fact.evidence.document_id, dt.date.max)

    return tuple(sorted(facts, key=position))


def acts_upon(graph: KnowledgeGraph, entity_id: str, time: AsOf | None = None) -> tuple[Act, ...]:
    """Who introduced, fined, annulled ... the entity by `time`, oldest first."""
    query = FactQuery(objects=(entity_id,), time=time or AsOf(), history=True)
    acts = ((graph.entity(fact.subject), fact) for fact in graph.facts(query))
    return tuple(Act(actor, fact) for actor, fact in acts if actor)


def positions(
    graph: KnowledgeGraph, entity_id: str, predicates: tuple[str, ...] = (), time: AsOf | None = None
) -> tuple[Act, ...]:
    """Who supports, opposes, votes on the entity in one way or another, or leads it, at `time`, oldest first.

    Only what these predicates say; empty: all of them.
    """
    predicates = predicates or _POSITIONS
    wanted = FactQuery(predicates=predicates, time=time or AsOf(), limit=_MOST_POSITIONS)
    facts = graph.facts(replace(wanted, objects=(entity_id,)))
    acts = [(fact.subject, fact) for fact in facts if fact.predicate not in _OF_THE_ENTITY]
    if said := tuple(name for name in predicates if name in _OF_THE_ENTITY):
        held = graph.facts(replace(wanted, subjects=(entity_id,), predicates=said, linking=True))
        acts += [(fact.object, fact) for fact in held if fact.object]
    actors = {one: graph.entity(one) for one, _ in acts}
    return tuple(Act(actor, fact) for one, fact in acts if (actor := actors[one]))


_POSITIONS = (
    *("supports", "opposes", "lobbies_for", "lobbies_against", "votes_for", "votes_against"),
    *("abstains_from", "misses_vote", "led_by"),
)
_OF_THE_ENTITY = frozenset({"led_by"})
"""Predicates that have the entity as their subject."""
_MOST_POSITIONS = 1_000
