"""How entities hang together: what an entity is linked to, by which paths, and whom it touches."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from political_monitoring.domain.facts import AsOf, Entity, Fact
from political_monitoring.knowledge import network
from political_monitoring.knowledge.port import KnowledgeGraph, Scope

Some = Annotated[int, Field(ge=1, le=100)]
"""How many results at most."""
Hops = Annotated[int, Field(ge=1, le=6)]
FewHops = Annotated[int, Field(ge=1, le=3)]

REACHES = frozenset(
    {
        "affects",
        "amends",
        "annuls",
        "delegates_to",
        "designates",
        "fines",
        "rejects",
        "repeals",
        "supersedes",
        "vetoes",
    }
)
"""Predicates whose object feels what their subject does."""
BOUND_BY = frozenset({"enforces", "operates_in", "subject_to", "transposes"})
"""Predicates whose subject feels what happens to their object."""
_WIDEST = 25
"""Entities of one circle whose own links are followed: the best linked."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An entity that another one touches.

    Attributes:
        entity: who is touched.
        hops: how many steps away.
        through: the entity one step nearer.
        facts: what makes the last step.
    """

    entity: Entity
    hops: int
    through: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The surroundings of an entity.

    Attributes:
        entities: those found, the one asked about first, then circle by circle.
        links: facts between two of them, oldest first.
        types: number of entities by type.
        complete: False when a circle was too wide to be followed as a whole.
    """

    entities: tuple[Entity, ...]
    links: tuple[Fact, ...]
    types: dict[str, int] = field(default_factory=dict)
    complete: bool = True


def neighbours(
    graph: KnowledgeGraph,
    entity_id: str,
    *,
    predicates: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    scope: Scope = Scope(),  # noqa: B008 - frozen
    time: AsOf | None = None,
    history: bool = False,
    limit: Some = 20,
) -> tuple[network.Neighbour, ...]:
    """Entities linked to this one at a time, each with the facts that link them, most facts first."""
    view = network.View(time or AsOf(), history, predicates, types, scope)
    return tuple(network.neighbours(graph, entity_id, view, limit))


def paths(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    start: str,
    end: str,
    *,
    types: tuple[str, ...] = (),
    scope: Scope = Scope(),  # noqa: B008 - frozen
    time: AsOf | None = None,
    history: bool = False,
    most_hops: Hops = 4,
    limit: Some = 5,
) -> tuple[tuple[network.Hop, ...], ...]:
    """The shortest chains of facts from one entity to another, each step with its evidence."""
    view = network.View(time or AsOf(), history, (), types, scope)
    return tuple(network.paths(graph, start, end, view, most_hops, limit))


def impact(
    graph: KnowledgeGraph,
    entity_id: str,
    *,
    scope: Scope = Scope(),  # noqa: B008 - frozen
    time: AsOf | None = None,
    most_hops: FewHops = 2,
    limit: Some = 50,
) -> tuple[Touched, ...]:
    """Whom an act, a decision or a body touches, directly or through others, nearest first.

    Only predicates by which one thing acts on another are followed, in the direction in which they act.
    """
    view = network.View(time or AsOf(), False, tuple(sorted(REACHES | BOUND_BY)), (), scope)
    found: dict[str, Touched] = {}
    circle = [entity_id]
    for hops in range(1, most_hops + 1):
        following: list[str] = []
        for here in circle[:_WIDEST]:
            for near in network.neighbours(graph, here, view, limit):
                other = near.entity.id
                facts = tuple(fact for fact in near.facts if _acts(fact, here))
                if facts and other != entity_id and other not in found:
                    found[other] = Touched(near.entity, hops, here, facts)
                    following.append(other)
        circle = following
    return tuple(found.values())[:limit]


def networks(
    graph: KnowledgeGraph,
    entity_id: str,
    *,
    types: tuple[str, ...] = (),
    scope: Scope = Scope(),  # noqa: B008 - frozen
    time: AsOf | None = None,
    most_hops: FewHops = 2,
    limit: Some = 50,
) -> Network:
    """The circle around an entity and the circle around that one: who is in it and what links them."""
    view = network.View(time or AsOf(), types=types, scope=scope)
    entities: dict[str, Entity | None] = {entity_id: graph.entity(entity_id)}
    links: dict[str, Fact] = {}
    circle, complete = [entity_id], True
    for _ in range(most_hops):
        following: list[str] = []
        for here in circle[:_WIDEST]:
            near = network.neighbours(graph, here, view, limit + 1)
            complete = complete and len(near) <= limit
            for one in near[:limit]:
                if one.entity.id not in entities and len(entities) <= limit:
                    entities[one.entity.id] = one.entity
                    following.append(one.entity.id)
                complete = complete and one.entity.id in entities
                if one.entity.id in entities:
                    links |= {fact.id: fact for fact in one.facts}
        complete = complete and len(circle) <= _WIDEST
        circle = following
    found = tuple(entity for entity in entities.values() if entity)
    return Network(
        found,
        tuple(sorted(links.values(), key=network.by_time)),
        dict(sorted(Counter(entity.type for entity in found).items())),
        complete,
    )


def _acts(fact: Fact, here: str) -> bool:
    """Whether what happens to `here` reaches the other end of the fact."""
    if fact.subject == here:
        return fact.predicate in REACHES
    return fact.predicate in BOUND_BY
