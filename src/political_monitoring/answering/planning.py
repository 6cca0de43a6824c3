"""Step two: which tools to call. A plan is short; each call is one question to the graph."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from political_monitoring.answering.courtesies import Courtesy
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.sides import positions_asked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.facts import Entity

MOST_CALLS = 12
MOST_SUBJECTS = 4
HITS = 10

_PREDICATES: dict[Intent, tuple[str, ...]] = {
    Intent.DATE: ("enters_into_force", "applies_from"),
    Intent.AMOUNT: ("fine_amount",),
    Intent.VOTE: ("vote_result",),
}
_ASK_STATUS = frozenset({Intent.STATUS, Intent.DATE, Intent.AMOUNT})


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool of the registry and its arguments."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls that do not depend on each other, at most MOST_CALLS."""

    calls: tuple[ToolCall, ...]


def plan(understanding: Understanding, today: dt.date) -> Plan:
    """Tool calls for a question.

    None for one about identifiers nobody knows, as nothing can answer it, for a courtesy, and while it is open which
    law is meant.
    """
    if understanding.courtesy is Courtesy.HELP:
        return Plan((ToolCall("holdings", {}),))
    if (
        understanding.courtesy
        or understanding.choices
        or (understanding.unknown and not understanding.entities)
    ):
        return Plan(())
    calls = [
        call for entity in _subjects(understanding)[:MOST_SUBJECTS] for call in _about(entity, understanding)
    ]
    calls.append(_passages(understanding, today))
    return Plan(tuple(calls[:MOST_CALLS]))


def _subjects(understanding: Understanding) -> tuple[Entity, ...]:
    """Whom to look up: when an amount is asked for and the question's fines are known, the fines."""
    fines = tuple(one for one in understanding.entities if one.type == "EnforcementAction")
    return fines if fines and understanding.intent is Intent.AMOUNT else understanding.entities


def _about(entity: Entity, understanding: Understanding) -> list[ToolCall]:
    time, intent = understanding.time, understanding.intent
    calls: list[ToolCall] = []
    if intent in _ASK_STATUS:
        calls.append(ToolCall("procedure_status", {"entity_id": entity.id, "time": time}))
    if intent is Intent.CHANGES:
        window = {"since": understanding.since, "until": understanding.until}
        calls.append(ToolCall("what_changed", {"entity_id": entity.id, **window, "time": time}))
    if intent is Intent.WHO:
        calls.append(ToolCall("acts_upon", {"entity_id": entity.id, "time": time}))
    if understanding.asks_who and (asked := positions_asked(understanding.asking)):
        calls.append(ToolCall("positions", {"entity_id": entity.id, "predicates": asked, "time": time}))
    if intent in _PREDICATES:
        arguments = {"entity_id": entity.id, "predicates": _PREDICATES[intent], "time": time}
        calls.append(ToolCall("facts_about", arguments))
    return calls


def _passages(understanding: Understanding, today: dt.date) -> ToolCall:
    return ToolCall(
        "find_passages",
        {
            "text": understanding.search_text,
            "today": today,
            "time": understanding.time,
            "since": understanding.since,
            "until": understanding.until,
            "limit": HITS,
        },
    )
