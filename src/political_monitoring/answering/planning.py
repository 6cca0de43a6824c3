"""Step two: which tools to call. A plan is short; each call is one question to the graph."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from political_monitoring.answering.courtesies import Courtesy
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.sides import positions_asked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.facts import Entity

MOST_CALLS = 12
MOST_SUBJECTS = 4
HITS = 10
MOST_ACTS = 100

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

    def __add__(self, other: "Plan") -> "Plan":
        return Plan((*self.calls, *other.calls))


def plan(understanding: Understanding, today: dt.date) -> Plan:
    """Tool calls for a question.

    None for one about identifiers nobody knows, as nothing can answer it, for a courtesy, and while it is open which
    law is meant.
    """
    if understanding.courtesy is Courtesy.HELP:
        return Plan((ToolCall("get_holdings", asked(understanding)),))
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
    intent = understanding.intent
    about = {"entity": entity.id, **asked(understanding)}
    calls: list[ToolCall] = []
    if intent in _ASK_STATUS:
        calls.append(ToolCall("get_procedure_status", about))
    if intent is Intent.CHANGES:
        window = {"since": understanding.since, "until": understanding.until}
        calls.append(ToolCall("what_changed", {**about, **window}))
    if intent is Intent.WHO:
        acts = {"direction": "to", "history": True, "limit": MOST_ACTS}
        calls.append(ToolCall("get_entity_relationships", {**about, **acts}))
    if understanding.asks_who and (positions := positions_asked(understanding.asking)):
        calls.append(ToolCall("get_positions", {**about, "predicates": positions}))
    if intent in _PREDICATES:
        calls.append(ToolCall("get_entity_history", {**about, "predicates": _PREDICATES[intent]}))
    return calls


def _passages(understanding: Understanding, today: dt.date) -> ToolCall:
    return ToolCall(
        "search",
        {
            "text": understanding.search_text,
            "today": today,
            "since": understanding.since,
            "until": understanding.until,
            "read_on": True,
            "limit": HITS,
            **asked(understanding),
        },
    )


def asked(understanding: Understanding) -> dict[str, Any]:
    """The two times and the scope, as every tool takes them."""
    time = understanding.time
    return {"as_of": time.world, "known_at": time.known, **asdict(understanding.scope)}
