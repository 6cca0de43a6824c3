"""What a bi-temporal graph must answer, by brute force over a plain list of events.

Slow and short on purpose: nothing is stored but what was said and when, and every end of every fact is worked
out anew after each event. It shares no rule with the product but the order of the ontology's stages.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Episode, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.knowledge.port import FactQuery

_NAMES = {"kinds": "kind", "jurisdictions": "jurisdiction", "sources": "source", "languages": "language"}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as it is known, and the document that says it."""

    fact: Fact
    document: Document
    types: frozenset[str]
    """Types of its subject."""


class Oracle:
    """Two clocks and a list."""

    def __init__(self) -> None:
        self.live: dict[str, Episode] = {}
        """What is known now, by document."""
        self._version: dict[str, int] = {}
        self._states: list[tuple[dt.datetime, dict[tuple[int, str], Known]]] = []

    def record(self, at: dt.datetime, document_id: str, episode: Episode | None) -> None:
        """One event: the document came, or (None) was withdrawn. What changes nothing is no event."""
        before = self.live.get(document_id)
        if episode is None and before is None:
            return
        if episode and before and episode.document.content_hash == before.document.content_hash:
            return
        self.live.pop(document_id, None)
        if episode is not None:
            self.live[document_id] = episode
            self._version[document_id] = len(self._states)
        self._states.append((at, self._work_out(at)))

    def facts(self, query: FactQuery, now: dt.datetime) -> list[Fact]:
        """What `KnowledgeGraph.facts` must return, limit aside, in no particular order."""
        known = query.time.known
        state: dict[tuple[int, str], Known] = {}
        for at, later in self._states:
            if known is None or at <= known:
                state = later
        return [one.fact for one in state.values() if _asked(one, query) and _holds(one, query, now)]

    def contradictions(self, query: FactQuery, now: dt.datetime) -> set[frozenset[tuple[str, str]]]:
        """Pairs of (document, fact) that `KnowledgeGraph.contradictions` must set against each other."""
        facts = [one for one in self.facts(query, now) if one.valid_at and one.valid_at != one.invalid_at]
        return {
            frozenset({(one.evidence.document_id, one.id), (other.evidence.document_id, other.id)})
            for one, other in combinations(facts, 2)
            if _same_day(one, other)
            and load_ontology().predicates[one.predicate].functional
            and one.evidence.document_id != other.evidence.document_id
            and _content(one) != _content(other)
            and (one.predicate != "status" or any(_ends(third) for third in facts if _same_day(one, third)))
        }

    def _work_out(self, at: dt.datetime) -> dict[tuple[int, str], Known]:
        before = self._states[-1][1] if self._states else {}
        said = [fact for episode in self.live.values() for fact in episode.extraction.facts]
        state = {}
        for document_id, episode in self.live.items():
            types = {one.id: one.type for one in episode.extraction.entities}
            for fact in episode.extraction.facts:
                key = (self._version[document_id], fact.id)
                end = end_of(fact, said)
                same = key in before and before[key].fact.invalid_at == end
                recorded = before[key].fact.recorded_at if same else at
                state[key] = Known(
                    replace(fact, invalid_at=end, recorded_at=recorded),
                    episode.document,
                    frozenset({types[fact.subject]}),
                )
        return state


def end_of(fact: Fact, said: Iterable[Fact]) -> dt.datetime | None:
    """When a fact ends, given all that is said."""
    predicate = load_ontology().predicates.get(fact.predicate)
    if fact.valid_at is None or predicate is None or not predicate.functional:
        return fact.invalid_at
    rivals = [o for o in said if (o.subject, o.predicate) == (fact.subject, fact.predicate) and o.valid_at]
    if _content(fact) in _left_behind([one for one in rivals if _day(one) == _day(fact)]):
        return fact.valid_at
    later = [one.valid_at for one in rivals if one.valid_at and _day(one) > _day(fact)]
    ends = [*later, fact.invalid_at] if fact.invalid_at else later
    return min(ends, default=None)


def _left_behind(same_day: list[Fact]) -> set[tuple[str | None, str | None]]:
    """What a document itself says was passed on the day; nothing if that would leave no value at all."""
    passed = set()
    for document in {one.evidence.document_id for one in same_day}:
        own = [one for one in same_day if one.evidence.document_id == document]
        last = max(own, key=_progress)
        passed |= {_content(one) for one in own if _content(one) != _content(last)}
    return set() if passed == {_content(one) for one in same_day} else passed


def _progress(fact: Fact) -> tuple[dt.datetime | None, int, int, str]:
    stages = list(load_ontology().stages) if fact.predicate == "status" else []
    stage = stages.index(fact.value) if fact.value in stages else -1
    return fact.valid_at, stage, fact.evidence.span.start, fact.id


def _asked(known: Known, query: FactQuery) -> bool:
    fact = known.fact
    if query.linking and fact.object is None:
        return False
    if query.types and not known.types & set(query.types):
        return False
    wanted: tuple[tuple[tuple[str, ...], str | None], ...] = (
        (query.subjects, fact.subject),
        (query.objects, fact.object),
        (query.predicates, fact.predicate),
        (query.documents, fact.evidence.document_id),
        *((getattr(query.scope, label), getattr(known.document, name)) for label, name in _NAMES.items()),
    )
    return all(not values or value in values for values, value in wanted)


def _holds(known: Known, query: FactQuery, now: dt.datetime) -> bool:
    fact, world = known.fact, query.time.world
    recorded = fact.recorded_at
    if query.recorded_since and not (recorded and recorded > query.recorded_since):
        return False
    if query.recorded_until and not (recorded and recorded <= query.recorded_until):
        return False
    if query.since and not (fact.valid_at and _day(fact) >= query.since):
        return False
    if query.until and not (fact.valid_at and _day(fact) <= query.until):
        return False
    moment = world or now
    if not query.history and fact.invalid_at and fact.invalid_at <= moment:
        return False
    if world is not None and fact.valid_at is None:
        return known.document.date is not None and known.document.date <= world.date()
    if world is not None or not (query.since or query.until):
        return fact.valid_at is None or fact.valid_at <= moment
    return True


def _same_day(one: Fact, other: Fact) -> bool:
    return (one.subject, one.predicate, _day(one)) == (other.subject, other.predicate, _day(other))


def _ends(fact: Fact) -> bool:
    """Whether it is a procedure's end, of the stages that histories tell of."""
    return fact.value == "rejected"


def _content(fact: Fact) -> tuple[str | None, str | None]:
    return fact.object, fact.value


def _day(fact: Fact) -> dt.date:
    return fact.valid_at.astimezone(dt.UTC).date() if fact.valid_at else dt.date.min
