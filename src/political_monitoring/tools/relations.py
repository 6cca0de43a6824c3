"""How entities hang together: what an entity is linked to, by which paths, and whom it touches."""

from collections import Counter
from dataclasses import dataclass, field

from political_monitoring.domain.facts import AsOf, Entity, Fact
from political_monitoring.knowledge import network
from political_monitoring.knowledge.port import KnowledgeGraph, Scope
from political_monitoring.tools.arguments import (
    ANYWHERE,
    PRESENT,
    EntityName,
    FewHops,
    History,
    Hops,
    Predicates,
    Some,
    Types,
)
from political_monitoring.tools.stating import Reference, Stated, StatedFact

ORGANISATIONS = ("Committee", "Company", "Institution", "LobbyGroup", "Party")
"""Types of bodies that act."""

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
class Linked:
    """An entity and the facts that link it to the one asked about, by valid time."""

    entity: Stated
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step from one entity to the next, with the facts that make it, whichever way they point."""

    source: Reference
    target: Reference
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """An entity that another one touches.

    Attributes:
        entity: who is touched.
        hops: how many steps away.
        through: the entity one step nearer.
        facts: what makes the last step.
    """

    entity: Stated
    hops: int
    through: Reference
    facts: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The surroundings of an entity.

    Attributes:
        entities: those found, the one asked about first, then circle by circle.
        links: facts between two of them, oldest first.
        types: number of entities by type.
        complete: False when a circle was too wide to be followed as a whole.
    """

    entities: tuple[Stated, ...]
    links: tuple[StatedFact, ...]
    types: dict[str, int] = field(default_factory=dict)
    complete: bool = True


def get_entity_neighbors(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    predicates: Predicates = (),
    types: Types = (),
    history: History = False,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 20,
) -> tuple[Linked, ...]:
    """Entities linked to an entity, each with the facts that link them, those with most facts first."""
    view = network.View(time, history, predicates, types, scope)
    return tuple(Linked(one.entity, one.facts) for one in network.neighbours(graph, entity, view, limit))


def find_paths_between_entities(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    start: EntityName,
    end: EntityName,
    *,
    most_hops: Hops = 4,
    predicates: Predicates = (),
    types: Types = (),
    history: History = False,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 5,
) -> tuple[tuple[PathStep, ...], ...]:
    """The shortest chains of facts from one entity to another, each step with its evidence."""
    view = network.View(time, history, predicates, types, scope)
    return tuple(
        tuple(PathStep(hop.source, hop.target, hop.facts) for hop in path)
        for path in network.paths(graph, start, end, view, most_hops, limit)
    )


def analyze_entity_impact(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    most_hops: FewHops = 2,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> tuple[Touched, ...]:
    """Whom an act, a decision or a body touches, directly or through others, nearest first.

    Only predicates by which one thing acts on another are followed, in the direction in which they act.
    """
    view = network.View(time, False, tuple(sorted(REACHES | BOUND_BY)), (), scope)
    found: dict[str, Touched] = {}
    circle = [entity]
    for hops in range(1, most_hops + 1):
        following: list[str] = []
        for here in circle[:_WIDEST]:
            for near in network.neighbours(graph, here, view, limit):
                other = near.entity.id
                facts = tuple(fact for fact in near.facts if _acts(fact, here))
                if facts and other != entity and other not in found:
                    found[other] = Touched(near.entity, hops, here, facts)
                    following.append(other)
        circle = following
    return tuple(found.values())[:limit]


def traverse_from_entity(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    most_hops: FewHops = 2,
    predicates: Predicates = (),
    types: Types = (),
    history: History = False,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> Network:
    """The circle around an entity and the circles around that one: who is in them and what links them."""
    return _circles(graph, entity, network.View(time, history, predicates, types, scope), most_hops, limit)


def get_organization_network(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    most_hops: FewHops = 2,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> Network:
    """Institutions, companies, parties and other bodies around an entity, and the facts between them."""
    return _circles(graph, entity, network.View(time, types=ORGANISATIONS, scope=scope), most_hops, limit)


def _circles(graph: KnowledgeGraph, entity: str, view: network.View, most_hops: int, limit: int) -> Network:
    entities: dict[str, Entity | None] = {entity: network.entity_then(graph, entity, view.time.known)}
    links: dict[str, Fact] = {}
    circle, complete = [entity], True
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
    found = tuple(one for one in entities.values() if one)
    return Network(
        found,
        tuple(sorted(links.values(), key=network.by_time)),
        dict(sorted(Counter(one.type for one in found).items())),
        complete,
    )


def _acts(fact: Fact, here: str) -> bool:
    """Whether what happens to `here` reaches the other end of the fact."""
    if fact.subject == here:
        return fact.predicate in REACHES
    return fact.predicate in BOUND_BY
