"""The model's plan, held to the registry: only its tools, only arguments that they take, only so many."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from political_monitoring.answering.llm.forms import PlannedCall
from political_monitoring.answering.llm.naming import Named
from political_monitoring.answering.planning import MOST_CALLS, ToolCall, asked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.errors import UserError
from political_monitoring.knowledge.port import Scope
from political_monitoring.tools.registry import TOOLS, Tool

MOST_RESULTS = 50
"""A model may not ask a tool for more."""
OURS = frozenset({"as_of", "known_at", "today", *(field.name for field in fields(Scope))})
"""Arguments that the question and the request decide, never the model."""
_WORDS = frozenset({"text", "query", "topic"})
"""Arguments that are words to look for, even if they are an entity's name."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Calls that may be run, and how many were not taken."""

    calls: tuple[ToolCall, ...]
    dropped: int


@cache
def offered() -> str:
    """The tools as a prompt lists them: name, purpose, arguments."""
    return "\n".join(map(_described, TOOLS.values()))


def ours(understanding: Understanding, today: dt.date) -> dict[str, Any]:
    """The arguments that are not the model's, by the names in OURS."""
    return {"today": today, **asked(understanding)}


def check(planned: Iterable[PlannedCall], named: Named, given: Mapping[str, Any]) -> Checked:
    """The calls that the registry takes, each once, with what of `given` a tool takes filled in."""
    calls: list[ToolCall] = []
    wanted = list(planned)
    for one in wanted:
        call = _call(one, named, given)
        if call is not None and call not in calls and len(calls) < MOST_CALLS:
            calls.append(call)
    return Checked(tuple(calls), len(wanted) - len(calls))


def _described(tool: Tool) -> str:
    schema = tool.parameters
    required = set(schema.get("required", ()))
    arguments = ", ".join(
        f"{name}{'' if name in required else '?'}: {_type(one)}"
        for name, one in schema.get("properties", {}).items()
        if name not in OURS
    )
    return f"- {tool.name}({arguments}): {tool.description}"


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        kinds = [_type(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "value")


def _call(planned: PlannedCall, named: Named, given: Mapping[str, Any]) -> ToolCall | None:
    tool = TOOLS.get(planned.tool)
    written = _object(planned.arguments)
    if tool is None or written is None:
        return None
    takes = tool.parameters.get("properties", {})
    arguments = {name: _resolved(name, value, named) for name, value in written.items() if name not in OURS}
    arguments |= {name: value for name, value in given.items() if name in takes}
    try:
        tool.check(arguments)
    except UserError:
        return None
    return ToolCall(tool.name, arguments)


def _object(written: str) -> dict[str, Any] | None:
    try:
        found = json.loads(written or "{}")
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _resolved(argument: str, value: Any, named: Named) -> Any:
    """Names that the question's entities go by as their ids; numbers of results within bounds."""
    if isinstance(value, list):
        return [_resolved(argument, one, named) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return min(value, MOST_RESULTS)
    if not isinstance(value, str) or argument in _WORDS:
        return value
    entity = named.find(value)
    return entity.id if entity else value
