"""Groups of entities that have more links among them than to others, computed on the network as of a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from pydantic import Field

from political_monitoring.domain.facts import AsOf, Entity, Fact
from political_monitoring.errors import NotFound
from political_monitoring.knowledge import communities, network
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, Some, Types
from political_monitoring.tools.stating import Stated, StatedFact

POLICIES = frozenset({"Bill", "Policy", "Regulation"})
_MEMBERS = 20
"""Of a community in a list, those named: the best linked."""
_LINKS = 5
"""Of a community in a list, the facts that are shown."""

Resolution = Annotated[float, Field(ge=0.01, le=100, description="higher: more and smaller groups")]


@dataclass(frozen=True, slots=True)
class Group:
    """Entities that hang together.

    Attributes:
        size: number of members.
        members: the best linked first; in a list of groups the first twenty.
        links: facts between members, oldest first, some of them.
    """

    size: int
    members: tuple[Stated, ...]
    links: tuple[StatedFact, ...]


def get_communities(
    graph: KnowledgeGraph,
    *,
    resolution: Resolution = 1.0,
    types: Types = (),
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> tuple[Group, ...]:
    """Groups of entities with more links among them than to others (Leiden), the largest first.

    The whole network of that time is read: seconds where there are a hundred thousand facts.
    """
    view = network.View(time, types=types, scope=scope)
    found = islice(_communities(graph, view, resolution), limit)
    return tuple(_group(graph, members, view, _MEMBERS, _LINKS) for members in found)


def get_community_members(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    resolution: Resolution = 1.0,
    types: Types = (),
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> Group:
    """The group that an entity belongs to, with its members and the facts that link them.

    Raises:
        NotFound: nothing links the entity to another one at that time.
    """
    view = network.View(time, types=types, scope=scope)
    for members in _communities(graph, view, resolution):
        if entity in members:
            return _group(graph, members, view, limit, limit)
    raise NotFound(f"Nothing links {entity} to another entity at that time and in that scope.")


def get_policy_clusters(
    graph: KnowledgeGraph,
    *,
    resolution: Resolution = 1.0,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> tuple[Group, ...]:
    """Laws, bills and policies that hang together, by amendments or by whom they concern, the largest group first.

    They are found in the whole network; of each group only the policies are listed, where there are two or more.
    """
    view = network.View(time, scope=scope)
    clusters: list[Group] = []
    for members in _communities(graph, view, resolution):
        named = [network.entity_then(graph, one, time.known) for one in members]
        policies = [one for one in named if one and one.type in POLICIES]
        if len(policies) > 1:
            links = _links(graph, [one.id for one in policies], members, view, _LINKS)
            clusters.append(Group(len(policies), tuple(policies[:_MEMBERS]), links))
    return tuple(sorted(clusters, key=lambda one: (-one.size, one.members[0].id))[:limit])


def _communities(graph: KnowledgeGraph, view: network.View, resolution: float) -> list[tuple[str, ...]]:
    edges = network.edges(graph, view, network.MOST_FACTS)
    return [one.members for one in communities.communities(edges, resolution)]


def _group(
    graph: KnowledgeGraph, members: Sequence[str], view: network.View, shown: int, links: int
) -> Group:
    named: list[Entity | None] = [network.entity_then(graph, one, view.time.known) for one in members[:shown]]
    return Group(
        len(members), tuple(one for one in named if one), _links(graph, members, members, view, links)
    )


def _links(
    graph: KnowledgeGraph, some: Sequence[str], others: Sequence[str], view: network.View, limit: int
) -> tuple[StatedFact, ...]:
    """Facts between some members and others, in either direction."""
    ends = (tuple(some[: communities.PIVOTS]), tuple(others[: communities.PIVOTS]))
    found: dict[str, Fact] = {}
    for subjects, objects in (ends, ends[::-1]):
        query = FactQuery(
            subjects=subjects, objects=objects, time=view.time, linking=True, scope=view.scope, limit=limit
        )
        found |= {fact.id: fact for fact in graph.facts(query)}
    return tuple(sorted(found.values(), key=network.by_time)[:limit])
