"""polmon tools | tools show | tools call: what the agents can do with the graph, by hand."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import typer

from political_monitoring.cli.ask import AsOfOption, KnownAtOption
from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.errors import UserError


def complete_name(incomplete: str) -> list[str]:
    """Names of tools that begin so, for the shell."""
    from political_monitoring.tools.registry import TOOLS

    return [name for name in TOOLS if name.startswith(incomplete)]


NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="a tool of the list", autocompletion=complete_name)
]


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    tools = typer.Typer(help="What the agents can do with the graph, to be done by hand.")
    tools.callback(invoke_without_command=True)(list_all)
    tools.command()(show)
    tools.command()(call)
    app.add_typer(tools, name="tools")


def list_all(context: typer.Context, as_json: JsonOption = False) -> None:
    """What the agents can do with the graph, to be done by hand; without a command: the list.

    Example: polmon tools
    """
    if context.invoked_subcommand is not None:
        return
    from political_monitoring.tools.registry import TOOLS

    rows = [{"name": tool.name, "description": tool.description} for tool in TOOLS.values()]
    if as_json:
        print_json(rows)
    else:
        print_table(("Tool", "What it finds"), (tuple(row.values()) for row in rows))


def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """A tool's description and arguments; as JSON also the schema of its result.

    Example: polmon tools show get_deadlines
    """
    from political_monitoring.tools.describing import arguments_of
    from political_monitoring.tools.registry import find_tool

    tool = find_tool(name)
    if as_json:
        schemas = {"parameters": tool.parameters, "returns": tool.returns}
        print_json({"name": tool.name, "description": tool.description, **schemas})
        return
    typer.echo(f"{tool.description}\n")
    print_table(
        ("Argument", "Kind", "Default", "About"),
        (
            (one.name, one.kind, "required" if one.required else one.default, one.about)
            for one in arguments_of(tool)
        ),
    )


def call(
    name: NameArgument,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="arguments; lists as A,B")
    ] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call a tool: a table for people, with --json everything, evidence included.

    Examples: polmon tools call get_procedure_status entity="AI Act" --as-of 2023-06-30 /
    polmon tools call get_deadlines jurisdictions=EU until=2027-12-31 --json
    """
    from political_monitoring.cli.tool_tables import print_result
    from political_monitoring.runtime import open_runtime
    from political_monitoring.tools.registry import find_tool

    tool = find_tool(name)
    given = read_arguments(arguments or (), tool.parameters["properties"]) | _clocks(as_of, known_at)
    with open_runtime(settings_of(workspace)) as runtime:
        result = tool.call(runtime.graph, given, runtime.clock)
    if as_json:
        print_json(result)
    else:
        print_result(result)


def read_arguments(words: Iterable[str], properties: dict[str, Any]) -> dict[str, Any]:
    """`key=value` words as a tool's arguments; values of lists are split at commas, or given one by one.

    Raises:
        UserError: a word has no "=", or a key is given twice that is no list.
    """
    given: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise UserError(f"{word!r:.120} is no argument: write KEY=VALUE, as in entity='AI Act'.")
        if properties.get(key, {}).get("type") == "array":
            given[key] = [*given.get(key, []), *(part.strip() for part in value.split(",") if part.strip())]
        elif key in given:
            raise UserError(f"{key} is given twice, but is no list.")
        else:
            given[key] = value
    return given


def _clocks(as_of: date | None, known_at: date | None) -> dict[str, date]:
    return {name: day for name, day in (("as_of", as_of), ("known_at", known_at)) if day}
