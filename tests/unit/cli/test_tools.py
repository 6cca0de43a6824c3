"""Tools by hand: the list, their arguments, calls."""

import json
import sys
from contextlib import closing

import pytest

from political_monitoring.cli.main import run
from political_monitoring.cli.tools import complete_name, read_arguments
from political_monitoring.errors import UserError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.tool_calls import CALLS, NOW, fill
from political_monitoring.tools.registry import TOOLS


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    monkeypatch.setenv("COLUMNS", "200")
    with closing(open_graph(load_settings(), FrozenClock(NOW))) as opened:
        fill(opened)


def test_tools_are_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tools"]) == 0
    listed = capsys.readouterr().out
    assert [name for name in TOOLS if name not in listed] == []
    assert run(["tools", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == list(TOOLS)
    assert run(["tools", "show", "who_voted"]) == 0
    shown = capsys.readouterr().out
    assert "required" in shown
    assert "known_at" in shown
    assert run(["tools", "show", "who_voted", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["returns"] == TOOLS["who_voted"].returns


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize("name", list(TOOLS))
def test_every_tool_prints_a_table_and_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        f"{key}={','.join(value) if isinstance(value, list) else value}" for key, value in CALLS[name].items()
    ]
    clocks = ["--known-at", "2025-06-30"]

    assert run(["tools", "call", name, *given, *clocks]) == 0
    table = capsys.readouterr().out
    assert "atecomer" in table
    assert "known at 2025-06-30" in table
    assert run(["tools", "call", name, *given, *clocks, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tool"] == name


@pytest.mark.usefixtures("graph")
def test_nothing_found_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tools", "call", "who_voted", "entity=Gadget Law"]) == 0
    assert "Nothing found." in capsys.readouterr().out


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["divine"], "There is no tool 'divine'"),
        (["who_voted"], "argument entity: Field required"),
        (["who_voted", "entity=Widget Levy"], "nearest are Widget Law"),
        (["who_voted", "Widget Law"], "'Widget Law' is no argument: write KEY=VALUE"),
        (["who_voted", "entity=a", "entity=b"], "entity is given twice"),
        (["who_voted", "entity=Widget Law", "since=soon"], "argument since"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tools", "call", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_lists_are_split_at_commas_and_may_be_given_one_by_one() -> None:
    properties = TOOLS["search"].parameters["properties"]

    given = read_arguments(["text=a=b, c", "languages=de, en", "languages=fr", "limit=3"], properties)

    assert given == {"text": "a=b, c", "languages": ["de", "en", "fr"], "limit": "3"}
    with pytest.raises(UserError):
        read_arguments(["text=a", "text=b"], properties)


def test_the_shell_completes_names() -> None:
    assert complete_name("get_pol") == ["get_policy_clusters"]


def test_without_the_package_of_the_protocol_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "political_monitoring.mcp_server", raising=False)

    assert run(["mcp"]) == 3
    assert capsys.readouterr().err == (
        "polmon: The Model Context Protocol needs the package mcp: install political-monitoring[mcp].\n"
    )
