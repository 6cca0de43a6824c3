"""Entities that stand in the same relations to the same others."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.network import entity_then
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, Some
from political_monitoring.tools.stating import Stated, StatedFact

_COMPARED = 50
"""Entities that share most, whose whole relations are read."""
_SHOWN = 6
_OTHERS = 500
"""Entities related to the one asked about, whose own relations are read."""
_READ = 20_000
"""Facts of them that are read; what is like a very well linked entity is found by these."""

type Tie = tuple[str, str, str]
"""Predicate, side of the entity on it, and the other entity or value."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An entity like the one asked about.

    Attributes:
        score: relations of both among the relations of either, in 0..1 (Jaccard).
        shared: the facts of this entity that the other one has as well, some of them.
    """

    entity: Stated
    score: float
    shared: tuple[StatedFact, ...]


def find_similar_entities(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 10,
) -> tuple[Alike, ...]:
    """Entities of the same type that stand in the same relations to the same others, the most alike first.

    Companies fined by one institution, laws amended by one act. The measure is Jaccard's: relations that both
    have, among those that either has. Each comes with the facts that it shares.
    """
    query = FactQuery(time=time, history=True, linking=True, scope=scope, limit=_READ)
    kind = found.type if (found := entity_then(graph, entity, time.known)) else ""
    own = _ties(entity, _linking(graph, query, entity))
    others = tuple(sorted({other for _, _, other in own})[:_OTHERS])
    shared: Counter[str] = Counter()
    for fact in graph.facts(replace(query, subjects=others)) if others else ():
        if fact.object and (fact.predicate, "object", fact.subject) in own:
            shared[fact.object] += 1
    for fact in graph.facts(replace(query, objects=others)) if others else ():
        if fact.object and (fact.predicate, "subject", fact.object) in own:
            shared[fact.subject] += 1
    alike: list[Alike] = []
    for other, _ in shared.most_common(_COMPARED + 1):
        candidate = entity_then(graph, other, time.known)
        if candidate and other != entity and candidate.type == kind:
            ties = _ties(other, _linking(graph, query, other))
            common = own.keys() & ties.keys()
            score = len(common) / len(own.keys() | ties.keys())
            alike.append(
                Alike(candidate, round(score, 4), tuple(ties[one] for one in sorted(common))[:_SHOWN])
            )
    return tuple(sorted(alike, key=lambda one: (-one.score, one.entity.id))[:limit])


def _linking(graph: KnowledgeGraph, query: FactQuery, entity: str) -> list[Fact]:
    return graph.facts(replace(query, subjects=(entity,))) + graph.facts(replace(query, objects=(entity,)))


def _ties(entity: str, facts: Iterable[Fact]) -> dict[Tie, Fact]:
    """What ties an entity to others -> the first fact that says so."""
    ties: dict[Tie, Fact] = {}
    for fact in facts:
        if fact.object and fact.subject == entity:
            ties.setdefault((fact.predicate, "subject", fact.object), fact)
        elif fact.object:
            ties.setdefault((fact.predicate, "object", fact.subject), fact)
    return ties
