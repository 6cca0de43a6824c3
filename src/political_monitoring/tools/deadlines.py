"""What has to be done by when: days that documents set for laws to enter into force, to apply, or to be answered."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.network import MOST_FACTS
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, Some, Types, Until
from political_monitoring.tools.procedures import TAKES_EFFECT
from political_monitoring.tools.stating import Reference, StatedFact

_OF_OTHERS = ("status", "vote_result", "fine_amount")
"""Predicates whose values are no days; of all others a value that is a day is a deadline."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that matters for an entity.

    Attributes:
        day: on which something begins to bind or ends.
        days_left: from the day asked from; negative: it has passed.
        what: the relation: enters_into_force, applies_from, or one of the schema's own.
        facts: the documents that say so, oldest first.
    """

    entity: Reference
    day: dt.date
    days_left: int
    what: str
    facts: tuple[StatedFact, ...]


def get_deadlines(  # noqa: PLR0913 - each is one way to narrow the question
    graph: KnowledgeGraph,
    today: Annotated[dt.date, Field(description="the day from which days are counted")],
    *,
    entity: EntityName | None = None,
    after: Annotated[
        dt.date | None, Field(description="later than this day; none: than today or as_of")
    ] = None,
    until: Until = None,
    types: Types = (),
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 25,
) -> tuple[Deadline, ...]:
    """Days still to come on which laws enter into force, begin to apply or something is due, nearest first.

    With an entity, any day that a document sets for it; without, those of all laws. As of an earlier day, only
    what documents said by then, and days are counted from it.
    """
    day = time.world.date() if time.world else today
    first = after or day
    query = FactQuery(time=time, history=True, types=types, scope=scope, limit=MOST_FACTS)
    query = replace(query, subjects=(entity,)) if entity else replace(query, predicates=TAKES_EFFECT)
    found: dict[tuple[dt.date, str, str], list[Fact]] = {}
    for fact in graph.facts(query):
        due = _day_set(fact)
        if due and due > first and (until is None or due <= until):
            found.setdefault((due, fact.subject, fact.predicate), []).append(fact)
    return tuple(
        Deadline(subject, due, (due - day).days, predicate, tuple(facts))
        for (due, subject, predicate), facts in sorted(found.items())[:limit]
    )


def _day_set(fact: Fact) -> dt.date | None:
    """The day that a fact's value is."""
    if fact.value is None or fact.predicate in _OF_OTHERS:
        return None
    try:
        return dt.date.fromisoformat(fact.value)
    except ValueError:
        return None
