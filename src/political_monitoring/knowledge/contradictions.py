"""Which facts contradict each other: a pure rule over facts, as `temporal` is over their ends.

A subject has one value of a functional predicate at a time. Two documents that give it different ones from the
same day on cannot both be right; a value of a later day follows the earlier one, and contradicts nothing. A procedure
may pass several stages in a day, so stages contradict each other only where one of them is the procedure's end.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import batched

from political_monitoring.domain.facts import Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.knowledge.port import Contradiction, FactQuery

_SUBJECTS_AT_ONCE = 500


def find_contradictions(
    query: FactQuery,
    disputed: Callable[[tuple[str, ...]], Sequence[str]],
    read: Callable[[FactQuery], list[Fact]],
) -> list[Contradiction]:
    """What contradicts each other among the facts of a query, newest day first.

    Args:
        query: its limit counts contradictions.
        disputed: the store's subjects that can have a contradiction in these predicates, and perhaps others.
        read: the store's facts for a query.
    """
    predicates = tuple(name for name in _functional() if not query.predicates or name in query.predicates)
    if not predicates:
        return []
    facts: list[Fact] = []
    for part in batched(dict.fromkeys(query.subjects) or disputed(predicates), _SUBJECTS_AT_ONCE):
        facts += read(replace(query, subjects=part, predicates=predicates, limit=None))
    return contradictions(facts)[: None if query.limit is None else max(query.limit, 0)]


def contradictions(facts: Iterable[Fact]) -> list[Contradiction]:
    """What contradicts each other among facts, newest day first.

    Undated facts contradict nothing: they may be of any day. Nor do values that a document itself says were left
    behind on the day on which they began.

    Args:
        facts: in the order in which those of one side are to be told; so are the sides, by their first fact.
    """
    functional = frozenset(_functional())
    series: dict[tuple[str, str, dt.date], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.predicate in functional and fact.valid_at is not None and _lasted(fact):
            day = fact.valid_at.astimezone(dt.UTC).date()
            series[fact.subject, fact.predicate, day].append(fact)
    found = (
        Contradiction(subject, predicate, day, _sides(group))
        for (subject, predicate, day), group in series.items()
        if len({fact.evidence.document_id for fact in group}) > 1
    )
    several = [one for one in found if len(one.sides) > 1 and _cannot_all_be(one)]
    return sorted(several, key=lambda one: (-one.day.toordinal(), one.subject, one.predicate))


_ENDINGS = frozenset({"vetoed", "rejected", "withdrawn", "repealed"})
"""Normalised stages that no other one of the same day leads on to, or follows from."""


def _cannot_all_be(one: Contradiction) -> bool:
    """Of stages, whether one ends the procedure: 34 pairs of one day in 8,180 records of a parliament were progress."""
    if one.predicate != "status":
        return True
    stages = load_ontology().stages
    told = [stages.get(side[0].value or "") for side in one.sides]
    return any(stage.group in _ENDINGS for stage in told if stage)


def _functional() -> list[str]:
    return [name for name, predicate in load_ontology().predicates.items() if predicate.functional]


def _sides(facts: Iterable[Fact]) -> tuple[tuple[Fact, ...], ...]:
    sides: dict[tuple[str | None, str | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        sides[fact.object, fact.value].append(fact)
    return tuple(map(tuple, sides.values()))


def _lasted(fact: Fact) -> bool:
    return fact.invalid_at is None or fact.valid_at is None or fact.invalid_at > fact.valid_at
