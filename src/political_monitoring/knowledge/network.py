"""The graph as a network: entities, and the facts that link two of them.

Everything here is asked of the port alone, so it holds for every backend, and everything is bounded: what
would have to read more than MOST_FACTS facts says so instead.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched, islice
from typing import Literal

from political_monitoring.domain.facts import AsOf, Entity, Fact
from political_monitoring.errors import NotFound, TooLarge
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope

MOST_FACTS = 200_000
"""Facts read for one question at most."""
_IDS_AT_ONCE = 500
"""Entities asked for in one query; stores bound the values of a statement."""


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the graph a question is about.

    Attributes:
        time: only facts that hold at `time.world` and are known at `time.known`.
        history: also facts that held earlier.
        predicates: only these; empty means any.
        types: only entities of these types, beside those asked about; empty means any.
        scope: only facts whose evidence stands in a document within it.
    """

    time: AsOf = field(default_factory=AsOf)
    history: bool = False
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity and the facts that link it to the one asked about, by valid time."""

    entity: Entity
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """A step from one entity to the next, with every fact that makes it, whichever way the fact points."""

    source: str
    target: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """A difference between what was known at two moments.

    Attributes:
        kind: learned (not known before), withdrawn (no longer known), ended or reopened (known at both, but
            it now ends earlier or later).
        fact: as it is known after the change; a withdrawn one as it was known before.
    """

    kind: Literal["learned", "withdrawn", "ended", "reopened"]
    fact: Fact


def entity_then(graph: KnowledgeGraph, entity_id: str, known: dt.datetime | None) -> Entity | None:
    """An entity as it is known now; one that is not, as what its id says of it if an earlier knowledge is asked.

    Facts known at a moment may name entities that have been withdrawn since; their names are not kept.
    """
    found = graph.entity(entity_id)
    if found is not None or known is None:
        return found
    kind, _, name = entity_id.partition(":")
    return Entity(entity_id, kind if kind[:1].isupper() else "", name or entity_id)


def neighbours(
    graph: KnowledgeGraph,
    entity_id: str,
    view: View = View(),
    limit: int = 50,
) -> list[Neighbour]:
    """Entities that a fact links to this one, in either direction; those with the most facts first.

    Raises:
        NotFound: there is no such entity.
        TooLarge: it has more than MOST_FACTS links in this view.
    """
    _required(graph, entity_id, view)
    linked = _links(graph, (entity_id,), view, MOST_FACTS).get(entity_id, {})
    kinds = _Kinds(graph, view)
    ranked = sorted(linked.items(), key=lambda one: (-len(one[1]), one[0]))
    found = (kinds.entity(other) for other, _ in ranked)
    fitting = (Neighbour(entity, facts) for entity, (_, facts) in zip(found, ranked, strict=True) if entity)
    return list(islice(fitting, limit))


def paths(
    graph: KnowledgeGraph,
    start: str,
    end: str,
    view: View = View(),
    most_hops: int = 4,
    limit: int = 10,
) -> list[tuple[Hop, ...]]:
    """The shortest paths between two entities, each hop with its facts; empty when there is none so short.

    Breadth-first from both ends, the smaller frontier next (Pohl 1971), over links in both directions.
    `view.types` says which entities a path may lead through. Paths come in the order of their entities' ids.

    Raises:
        NotFound: one of the entities does not exist.
        TooLarge: more than MOST_FACTS facts would have to be read.
    """
    _required(graph, start, view)
    _required(graph, end, view)
    if start == end:
        return []
    search = _Search(graph, view, start, end)
    if not search.meet(most_hops):
        return []
    return search.shortest(limit)


def timeline(
    graph: KnowledgeGraph,
    entity_id: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    view: View = View(),
    limit: int = 1_000,
) -> list[Fact]:
    """Dated facts that say something of the entity or do something to it, oldest first.

    Also those that no longer hold. `view.types` says of which type the other entity is, where there is one.

    Raises:
        NotFound: there is no such entity.
        TooLarge: there are more than MOST_FACTS.
    """
    _required(graph, entity_id, view)
    query = replace(_query(view), history=True, since=since, until=until, linking=False)
    facts = _read(graph, replace(query, subjects=(entity_id,)), MOST_FACTS)
    facts += _read(graph, replace(query, objects=(entity_id,)), MOST_FACTS)
    kinds = _Kinds(graph, view)
    dated = {fact.id: fact for fact in facts if fact.valid_at and _fits(fact, entity_id, kinds)}
    return sorted(dated.values(), key=by_time)[:limit]


def changes(
    graph: KnowledgeGraph,
    since_known: dt.datetime,
    until_known: dt.datetime,
    view: View = View(),
    entities: tuple[str, ...] = (),
) -> list[NetworkChange]:
    """What was learned, withdrawn, ended or reopened after the first moment and not after the second.

    Only what was recorded or forgotten in between is read, however much was known before.

    Args:
        graph: where to look.
        since_known, until_known: moments of recording.
        view: `time.known` and `history` are not used; with `time.world`, only facts that had begun by then;
            `types` are those of the facts' subjects.
        entities: only facts about these; empty: all.

    Returns:
        Changes by the valid time of their facts, oldest first, undated ones last.

    Raises:
        TooLarge: more than MOST_FACTS facts changed.
    """
    query = replace(_query(view), types=view.types, linking=False, history=True)
    world, day = view.time.world, since_known.date()
    gone = replace(query, time=AsOf(world, since_known), forgotten_by=until_known)
    come = replace(query, time=AsOf(world, until_known), recorded_since=since_known)
    before, after = (_contents(graph, one, entities, day) for one in (gone, come))
    found = [NetworkChange("withdrawn", fact) for key, fact in before.items() if key not in after]
    for key, fact in after.items():
        earlier = before.get(key)
        if earlier is None:
            found.append(NetworkChange("learned", fact))
        elif earlier.invalid_at != fact.invalid_at:
            found.append(NetworkChange(_moved(earlier.invalid_at, fact.invalid_at), fact))
    return sorted(found, key=lambda change: (*by_time(change.fact), change.kind))


def edges(graph: KnowledgeGraph, view: View = View(), most: int | None = None) -> dict[tuple[str, str], int]:
    """The whole network in a view: how many documents link one entity to another.

    `view.types` are those of both ends.

    Raises:
        TooLarge: more than `most` facts would have to be read; None: there is no bound.
    """
    documents: dict[tuple[str, str], set[str]] = defaultdict(set)
    query = replace(_query(view), types=view.types, limit=None)
    kinds = _Kinds(graph, view)
    for fact in graph.facts(query) if most is None else _read(graph, query, most):
        if fact.object and fact.object != fact.subject and kinds.fits(fact.object):
            documents[fact.subject, fact.object].add(fact.evidence.document_id)
    return {pair: len(documents[pair]) for pair in sorted(documents)}


class _Search:
    """Two frontiers that grow towards each other."""

    def __init__(self, graph: KnowledgeGraph, view: View, start: str, end: str) -> None:
        self._graph = graph
        self._view = view
        self._ends = (start, end)
        self._kinds = _Kinds(graph, view)
        self._links: dict[str, dict[str, tuple[Fact, ...]]] = defaultdict(dict)
        self._facts = 0

    def meet(self, most_hops: int) -> bool:
        """Grow until the frontiers meet within so many hops."""
        reached = ({self._ends[0]}, {self._ends[1]})
        frontiers = [{self._ends[0]}, {self._ends[1]}]
        for _ in range(most_hops):
            side = 0 if len(frontiers[0]) <= len(frontiers[1]) else 1
            frontiers[side] = self._expand(frontiers[side]) - reached[side]
            reached[side].update(frontiers[side])
            if frontiers[side] & reached[1 - side]:
                return True
            if not frontiers[side]:
                return False
        return False

    def shortest(self, limit: int) -> list[tuple[Hop, ...]]:
        """All shortest paths among the links seen, at most so many, in the order of the ids on them."""
        start, end = self._ends
        distance = self._distances(end)
        found: list[tuple[Hop, ...]] = []
        # Depth first with the smallest id on top: every node leads to the end, so nothing is tried in vain.
        stack: list[tuple[str, tuple[Hop, ...]]] = [(start, ())]
        while stack and len(found) < limit:
            here, walked = stack.pop()
            if here == end:
                found.append(walked)
                continue
            nearer = [one for one in self._links[here] if distance.get(one, -1) == distance[here] - 1]
            for one in sorted(nearer, reverse=True):
                stack.append((one, (*walked, Hop(here, one, self._links[here][one]))))
        return found

    def _expand(self, frontier: Collection[str]) -> set[str]:
        linked = _links(self._graph, sorted(frontier), self._view, MOST_FACTS - self._facts)
        self._facts += sum(len(facts) for others in linked.values() for facts in others.values())
        found = set()
        for here, others in linked.items():
            for other, facts in others.items():
                if other in self._ends or self._kinds.fits(other):
                    self._links[here][other] = self._links[other][here] = facts
                    found.add(other)
        return found

    def _distances(self, end: str) -> dict[str, int]:
        distance, frontier = {end: 0}, [end]
        while frontier:
            further = {other for here in frontier for other in self._links[here]} - distance.keys()
            distance |= dict.fromkeys(further, distance[frontier[0]] + 1)
            frontier = sorted(further)
        return distance


class _Kinds:
    """Entities looked up once each; those of other types than the wanted ones do not fit."""

    def __init__(self, graph: KnowledgeGraph, view: View) -> None:
        self._graph = graph
        self._types = view.types
        self._known = view.time.known
        self._fits: dict[str, bool] = {}

    def entity(self, entity_id: str) -> Entity | None:
        """The entity if it fits."""
        found = entity_then(self._graph, entity_id, self._known)
        return found if found and (not self._types or found.type in self._types) else None

    def fits(self, entity_id: str) -> bool:
        """Whether the entity is of a wanted type."""
        if not self._types:
            return True
        if entity_id not in self._fits:
            self._fits[entity_id] = self.entity(entity_id) is not None
        return self._fits[entity_id]


def _links(
    graph: KnowledgeGraph, entity_ids: Sequence[str], view: View, most: int
) -> dict[str, dict[str, tuple[Fact, ...]]]:
    """For each of the entities, the others it is linked to and the facts that do it."""
    linked: dict[str, dict[str, dict[str, Fact]]] = defaultdict(lambda: defaultdict(dict))
    asked, read = frozenset(entity_ids), 0
    for chunk in batched(entity_ids, _IDS_AT_ONCE):
        for query in (replace(_query(view), subjects=chunk), replace(_query(view), objects=chunk)):
            facts = _read(graph, query, most - read)
            read += len(facts)
            for fact in facts:
                for here, there in ((fact.subject, fact.object), (fact.object, fact.subject)):
                    if here and there and here in asked and here != there:
                        linked[here][there][fact.id] = fact
    return {
        here: {there: tuple(sorted(facts.values(), key=by_time)) for there, facts in others.items()}
        for here, others in linked.items()
    }


def _query(view: View) -> FactQuery:
    return FactQuery(
        predicates=view.predicates, time=view.time, history=view.history, linking=True, scope=view.scope
    )


def _read(graph: KnowledgeGraph, query: FactQuery, most: int) -> list[Fact]:
    facts = graph.facts(replace(query, limit=max(most, 0) + 1))
    if len(facts) > most:
        raise TooLarge(
            f"more than {MOST_FACTS:,} facts would have to be read; narrow the question by predicates, "
            "types, days, jurisdictions, sources or languages"
        )
    return facts


def _contents(
    graph: KnowledgeGraph, query: FactQuery, entities: tuple[str, ...], day: dt.date
) -> dict[tuple[object, ...], Fact]:
    """Facts by what they say and where it stands.

    Unless a world time is asked for, facts that only begin to hold later count too, from `day` on: they are
    news as well.
    """
    windows = [query] if query.time.world else [query, replace(query, since=day)]
    facts: list[Fact] = []
    for window in windows:
        if entities:
            facts += _read(graph, replace(window, subjects=entities), MOST_FACTS)
            facts += _read(graph, replace(window, objects=entities), MOST_FACTS)
        else:
            facts += _read(graph, window, MOST_FACTS)
    return {_content(fact): fact for fact in facts}


def _content(fact: Fact) -> tuple[object, ...]:
    # A revised document may give an old fact's id to a new one.
    return fact.subject, fact.predicate, fact.object, fact.value, fact.valid_at, fact.evidence.document_id


def _required(graph: KnowledgeGraph, entity_id: str, view: View) -> Entity:
    found = entity_then(graph, entity_id, view.time.known)
    if found is None:
        raise NotFound(f"there is no entity {entity_id!r:.120}; `polmon show NAME` finds one by its name")
    return found


def _fits(fact: Fact, entity_id: str, kinds: _Kinds) -> bool:
    others = {one for one in (fact.subject, fact.object) if one and one != entity_id}
    return all(kinds.fits(one) for one in others)


def _moved(before: dt.datetime | None, after: dt.datetime | None) -> Literal["ended", "reopened"]:
    return "ended" if after and (before is None or after < before) else "reopened"


_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def by_time(fact: Fact) -> tuple[dt.datetime, str]:
    """Orders facts by the time from which they hold, undated ones last."""
    return fact.valid_at or _EVER, fact.id
