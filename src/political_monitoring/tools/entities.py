"""What is known about one entity."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.errors import NotFound
from political_monitoring.knowledge.network import entity_then
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope, SearchQuery
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, History, Predicates, Some
from political_monitoring.tools.publication import publication_days
from political_monitoring.tools.stating import Found, Stated, StatedFact, StatedInFull

MOST_FACTS = 1_000
"""Of one entity."""


@dataclass(frozen=True, slots=True)
class EntityDetails:
    """An entity with what holds for it at a time, oldest first, and the newest documents about it."""

    entity: StatedInFull
    facts: tuple[StatedFact, ...]
    documents: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to an entity: the fact's object is the entity, its subject the actor.

    Of who leads a body the fact says it the other way round: its object is the actor.
    """

    actor: Stated
    fact: StatedFact


@dataclass(frozen=True, slots=True)
class Relationships:
    """Facts that link an entity to others, oldest first: what it does to them, and what they do to it."""

    does: tuple[StatedFact, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class NearName:
    """An entity whose name is like one that was asked for."""

    entity: Stated
    asked: str


def find_nearest_names(
    graph: KnowledgeGraph,
    names: Annotated[
        tuple[str, ...], Field(min_length=1, max_length=5, description="names, as people write them")
    ],
    *,
    limit: Some = 3,
) -> tuple[NearName, ...]:
    """Entities whose names are like these names, the best of each; it is not said that they are meant."""
    return tuple(
        NearName(entity, name)
        for name in names
        for entity, score in graph.find_entities(name, limit)
        if score >= _ALIKE
    )


_ALIKE = 0.5
"""Below this score names share little more than a word such as "Act"."""


def get_entity_details(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> EntityDetails:
    """Names and identifiers of an entity, the facts that hold for it, and the newest documents about it.

    Raises:
        NotFound: nothing was known of it at that time.
    """
    facts = newest(graph, FactQuery(subjects=(entity,), time=time, scope=scope), limit)
    about = SearchQuery("", time=time, entities=(entity,), order="recency", scope=scope, limit=3)
    documents = graph.search(about)
    found = entity_then(graph, entity, time.known)
    if found is None or not (facts or documents or _is_linked(graph, entity, time)):
        raise NotFound(
            f"Nothing is known of {found.name if found else entity} at that time and in that scope."
        )
    return EntityDetails(found, tuple(facts), tuple(documents))


def get_entity_relationships(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    direction: Annotated[
        Literal["both", "from", "to"], Field(description="what it does, what is done to it, or both")
    ] = "both",
    predicates: Predicates = (),
    history: History = False,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> Relationships:
    """Whom an entity fines, amends, supports ... and who does so to it, oldest first, each with its evidence."""
    query = FactQuery(predicates=predicates, time=time, history=history, linking=True, scope=scope)
    does = newest(graph, replace(query, subjects=(entity,)), limit) if direction != "to" else []
    undergone = newest(graph, replace(query, objects=(entity,)), limit) if direction != "from" else []
    return Relationships(tuple(does), _acts(graph, [(fact.subject, fact) for fact in undergone], time))


def get_entity_history(
    graph: KnowledgeGraph,
    entity: EntityName,
    predicates: Predicates = (),
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 100,
) -> tuple[StatedFact, ...]:
    """Everything that holds or once held for an entity, superseded values too, oldest first.

    Facts of one moment follow in the order in which they were published; undated ones come last. Of more than
    `limit` the newest are given.
    """
    query = FactQuery(subjects=(entity,), predicates=predicates, time=time, history=True, scope=scope)
    facts = newest(graph, query, limit)
    published = publication_days(graph, facts, time)

    def position(fact: Fact) -> tuple[dt.datetime, dt.date]:
        never = dt.datetime.max.replace(tzinfo=dt.UTC)
        return fact.valid_at or never, published.get(fact.evidence.document_id, dt.date.max)

    return tuple(sorted(facts, key=position))


def newest(graph: KnowledgeGraph, query: FactQuery, limit: int) -> list[Fact]:
    """The last facts of a query, oldest first; undated ones count as last."""
    return graph.facts(replace(query, limit=MOST_FACTS))[-limit:]


def get_positions(
    graph: KnowledgeGraph,
    entity: EntityName,
    predicates: Predicates = (),
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
) -> tuple[Act, ...]:
    """Who supports or opposes something, lobbies for or against it, votes on it one way or another, or leads it.

    Only what these predicates say; empty: all of them.
    """
    predicates = predicates or POSITIONS
    wanted = FactQuery(predicates=predicates, time=time, scope=scope, limit=MOST_FACTS)
    facts = graph.facts(replace(wanted, objects=(entity,)))
    acts = [(fact.subject, fact) for fact in facts if fact.predicate not in _OF_THE_ENTITY]
    if said := tuple(name for name in predicates if name in _OF_THE_ENTITY):
        held = graph.facts(replace(wanted, subjects=(entity,), predicates=said, linking=True))
        acts += [(fact.object, fact) for fact in held if fact.object]
    return _acts(graph, acts, time)


POSITIONS = (
    *("supports", "opposes", "lobbies_for", "lobbies_against", "votes_for", "votes_against"),
    *("abstains_from", "misses_vote", "led_by"),
)
_OF_THE_ENTITY = frozenset({"led_by"})
"""Predicates that have the entity as their subject."""


def _acts(graph: KnowledgeGraph, acted: list[tuple[str, Fact]], time: AsOf) -> tuple[Act, ...]:
    actors = {one: entity_then(graph, one, time.known) for one, _ in acted}
    return tuple(Act(actor, fact) for one, fact in acted if (actor := actors[one]))


def _is_linked(graph: KnowledgeGraph, entity_id: str, time: AsOf) -> bool:
    return bool(graph.facts(FactQuery(objects=(entity_id,), time=time, history=True, limit=1)))
