"""The tool list: named, described, with schemas that fit the functions."""

import datetime as dt
from typing import Any

import pytest

from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import NotFound, UserError
from political_monitoring.tools.registry import TOOLS, Tool, find_tool


def counting(
    _graph: object, name: str, since: dt.date | None = None, time: AsOf | None = None
) -> tuple[Any, ...]:
    """Counts things.

    Not part of the description.
    """
    return name, since, time


TOOL = Tool("counting", counting)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_every_tool_has_a_description_and_an_object_schema_without_the_graph(tool: Tool) -> None:
    assert tool.description.endswith(".")
    assert tool.parameters["type"] == "object"
    assert tool.parameters["additionalProperties"] is False
    assert "graph" not in tool.parameters["properties"]


def test_the_schema_is_the_signature() -> None:
    assert TOOL.description == "Counts things."
    assert TOOL.parameters["required"] == ["name"]
    assert set(TOOL.parameters["properties"]) == {"name", "since", "time"}


def test_arguments_as_json_become_typed() -> None:
    graph: Any = None

    result = TOOL.call(graph, {"name": "a", "since": "2024-01-02", "time": {"world": "2024-01-03T00:00:00Z"}})

    assert result == ("a", dt.date(2024, 1, 2), AsOf(dt.datetime(2024, 1, 3, tzinfo=dt.UTC)))


@pytest.mark.parametrize(
    "arguments", [{}, {"name": "a", "sinse": "2024-01-01"}, {"name": "a", "since": "soon"}]
)
def test_wrong_arguments_are_named(arguments: dict[str, str]) -> None:
    graph: Any = None

    with pytest.raises(UserError, match=r"counting: argument (name|sinse|since)"):
        TOOL.call(graph, arguments)


def test_an_unknown_tool_is_not_found() -> None:
    assert find_tool("search") is TOOLS["search"]
    with pytest.raises(NotFound, match=r"procedure_status"):
        find_tool("divine")
