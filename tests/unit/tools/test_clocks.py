"""Every tool looks at both clocks and at the scope: what it must not know is nowhere in what it returns."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from political_monitoring.errors import NotFound
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.tool_calls import (
    CALLS,
    GONE,
    KNOWN_EARLY,
    LATE,
    NOW,
    WORLD_EARLY,
)
from political_monitoring.tools.registry import TOOLS, Tool

CLOCK = FrozenClock(NOW)
EVERY = pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))


def called(tool: Tool, filled: KnowledgeGraph, **asked: Any) -> str:
    return json.dumps(tool.call(filled, {**CALLS[tool.name], **asked}, CLOCK)).lower()


@EVERY
def test_now_what_came_later_is_told_and_what_was_withdrawn_is_not(
    filled: KnowledgeGraph, tool: Tool
) -> None:
    told = called(tool, filled)

    assert LATE in told
    assert GONE not in told


@EVERY
def test_what_was_recorded_later_was_not_known_and_what_was_withdrawn_since_was(
    filled: KnowledgeGraph, tool: Tool
) -> None:
    told = called(tool, filled, known_at=str(KNOWN_EARLY))

    assert LATE not in told
    assert GONE in told


@EVERY
def test_what_had_not_happened_yet_is_not_told(filled: KnowledgeGraph, tool: Tool) -> None:
    told = called(tool, filled, as_of=str(WORLD_EARLY))

    assert LATE not in told
    assert '"as_of": "2025-01-31t23:59:59.999999z"' in told


@pytest.mark.parametrize(
    "scoped", [{"languages": ["de"]}, {"sources": ["Nobody"]}, {"jurisdictions": ["US"]}]
)
@pytest.mark.parametrize(
    "tool", [one for one in TOOLS.values() if "languages" in one.parameters["properties"]]
)
def test_what_stands_outside_the_scope_is_not_told(
    filled: KnowledgeGraph, tool: Tool, scoped: dict[str, Any]
) -> None:
    try:
        told = called(tool, filled, **scoped)
    except NotFound:
        return
    assert LATE not in told


@EVERY
def test_results_are_as_announced_and_their_quotes_stand_where_they_say(
    filled: KnowledgeGraph, tool: Tool
) -> None:
    for asked in ({}, {"known_at": str(KNOWN_EARLY)}):
        told = tool.call(filled, {**CALLS[tool.name], **asked}, CLOCK)

        jsonschema.validate(told, tool.returns)
        sources = list(quoted(told["result"]))
        assert sources, "there is evidence"
        for source in sources:
            assert source["title"]
            assert source["publisher"] == "Gazette"
            assert source["date"]
            texts = [one.document.text for one in filled.versions(source["document_id"])]
            assert source["quote"] in {text[source["start"] : source["end"]] for text in texts}


def quoted(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "quote" in value:
            yield value
        for one in value.values():
            yield from quoted(one)
    elif isinstance(value, list):
        for one in value:
            yield from quoted(one)
