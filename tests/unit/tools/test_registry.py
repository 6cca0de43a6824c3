"""The tool list: named, described, with schemas that fit the functions."""

import datetime as dt
from typing import Any

import pytest

from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import NotFound, UserError
from political_monitoring.knowledge.port import Scope
from political_monitoring.tools.registry import TOOLS, Tool, find_tool


def counting(
    _graph: object,
    text: str,
    today: dt.date,
    since: dt.date | None = None,
    *,
    scope: Scope = Scope(),  # noqa: B008 - frozen
    time: AsOf = AsOf(),  # noqa: B008 - frozen
    limit: int = 2,
) -> tuple[str, ...]:
    """Counts things.

    Not part of the description.
    """
    return (
        text,
        str(today),
        str(since),
        str(scope.jurisdictions),
        str(time.world),
        str(time.known),
        str(limit),
    )


TOOL = Tool("counting", counting)
GRAPH: Any = None
NOW = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_every_tool_has_a_description_and_schemas_of_what_it_takes_and_returns(tool: Tool) -> None:
    assert tool.description.endswith(".")
    assert tool.parameters["type"] == "object"
    assert tool.parameters["additionalProperties"] is False
    assert {"as_of", "known_at"} <= set(tool.parameters["properties"])
    assert not {"graph", "time", "scope"} & set(tool.parameters["properties"])
    assert tool.returns["type"] == "object"
    assert {"result", "entities", "note"} <= set(tool.returns["properties"])


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_every_argument_is_described(tool: Tool) -> None:
    assert [
        name for name, one in tool.parameters["properties"].items() if "description" not in str(one)
    ] == []


def test_the_schema_is_the_signature() -> None:
    assert TOOL.description == "Counts things."
    assert TOOL.parameters["required"] == ["text"]
    scope, clocks = {"kinds", "jurisdictions", "sources", "languages"}, {"as_of", "known_at"}
    assert set(TOOL.parameters["properties"]) == {"text", "today", "since", "limit"} | scope | clocks


def test_arguments_as_json_become_typed() -> None:
    asked = {"text": "a", "since": "2024-01-02", "as_of": "2024-01-03", "jurisdictions": ["EU"]}

    found = TOOL.find(GRAPH, {**asked, "known_at": "2024-02-03T10:00:00+02:00"}, lambda: NOW)

    end, moment = "2024-01-03 23:59:59.999999+00:00", "2024-02-03 08:00:00+00:00"
    assert found == ("a", "2025-06-01", "2024-01-02", "('EU',)", end, moment, "2")


def test_the_day_may_be_given_and_moments_may_be_python_values() -> None:
    found = TOOL.find(GRAPH, {"text": "a", "today": "2020-01-01", "as_of": NOW, "known_at": NOW.date()})

    assert found[1] == "2020-01-01"
    assert found[4:6] == (str(NOW), "2025-06-01 23:59:59.999999+00:00")


def test_what_is_called_is_found_with_the_times_it_was_asked_for() -> None:
    told = TOOL.call(GRAPH, {"text": "a", "as_of": "2024-01-03"})

    assert (told["tool"], told["as_of"], told["known_at"]) == (
        "counting",
        "2024-01-03T23:59:59.999999Z",
        None,
    )
    assert told["result"][0] == "a"
    assert told["more"], "as many as the limit allows"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"text": "a", "sinse": "2024-01-01"},
        {"text": "a", "since": "soon"},
        {"text": "a", "as_of": "yesterday"},
        {"text": "a", "as_of": 5},
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"counting: argument (text|sinse|since|as_of)"):
        TOOL.call(GRAPH, arguments)


def test_an_unknown_tool_is_not_found() -> None:
    assert find_tool("search") is TOOLS["search"]
    with pytest.raises(NotFound, match=r"get_procedure_status"):
        find_tool("divine")


def test_the_tools_of_the_specification_are_there() -> None:
    assert set(TOOLS) == {
        *("search", "get_entity_details", "get_entity_relationships", "get_entity_timeline"),
        *("find_similar_entities", "get_entity_history", "get_entity_neighbors", "traverse_from_entity"),
        *("find_paths_between_entities", "analyze_entity_impact", "search_by_date_range"),
        *("find_concurrent_events", "track_policy_evolution", "compare_timelines", "get_communities"),
        *("get_community_members", "get_policy_clusters", "get_organization_network"),
        *("get_procedure_status", "what_changed", "who_voted", "get_positions", "compare_versions"),
        "get_deadlines",
    }
