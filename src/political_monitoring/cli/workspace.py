"""polmon workspace: a graph for each client; and --workspace, by which a command reads or writes one of them."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from political_monitoring.cli.output import print_json, print_table
from political_monitoring.settings import PUBLIC, Settings, load_settings

WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="NAME", help="whose graph, instead of the setting's")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="the workspace, as in 'Müller & Söhne'")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for machines")]


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    workspace = typer.Typer(help="Graphs of clients over the shared public documents.", no_args_is_help=True)
    workspace.command()(create)
    workspace.command("list")(list_all)
    workspace.command()(remove)
    app.add_typer(workspace, name="workspace")


def settings_of(workspace: str | None) -> Settings:
    """The settings, in the workspace that an option names.

    Raises:
        UserError: it cannot name a workspace.
    """
    settings = load_settings()
    return settings if workspace is None else settings.in_workspace(workspace)


def create(
    name: NameArgument,
    history: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.jsonl", help="bring back an exported workspace instead"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace that holds the public documents and takes along what is added to them.

    Example: polmon workspace create "Müller & Söhne"
    """
    from political_monitoring.knowledge.workspaces import create_workspace

    row = _row(create_workspace(load_settings(), name, history=history))
    if as_json:
        print_json(row)
    else:
        typer.echo(f"made {row['workspace']!r} with {row['documents']:,} documents; --workspace reads it")


def list_all(as_json: JsonOption = False) -> None:
    """All workspaces with their sizes.

    Example: polmon workspace list --json
    """
    from political_monitoring.knowledge.register import list_workspaces

    settings = load_settings()
    rows = [_row(settings.in_workspace(name)) for name in (PUBLIC, *list_workspaces(settings))]
    if as_json:
        print_json(rows)
    else:
        print_table(("Workspace", "Documents", "Passages", "Entities", "Facts", "Folder"), map(_cells, rows))


def remove(
    name: NameArgument,
    sure: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Remove a client's workspace with all that only it holds.

    Example: polmon workspace remove "Müller & Söhne" --yes
    """
    from political_monitoring.knowledge.register import require_workspace
    from political_monitoring.knowledge.workspaces import remove_workspace

    require_workspace(load_settings().in_workspace(name))
    if not sure:
        typer.confirm(f"Remove {name!r} and every document that only it holds?", abort=True)
    remove_workspace(load_settings(), name)
    typer.echo(f"removed {name!r}")


def _row(settings: Settings) -> dict[str, str | int]:
    from political_monitoring.knowledge.open import open_graph

    # Counting needs no encoder.
    sizes = settings.model_copy(update={"graph": settings.graph.model_copy(update={"vectors": "off"})})
    with closing(open_graph(sizes)) as graph:
        stats = asdict(graph.stats())
    return {"workspace": settings.graph.workspace, **stats, "folder": str(settings.workspace_path)}


def _cells(row: dict[str, str | int]) -> list[object]:
    return [f"{value:,}" if isinstance(value, int) else value for value in row.values()]
