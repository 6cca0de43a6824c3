"""polmon graph: look after the knowledge graph and move it; polmon retract: withdraw documents from it."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from political_monitoring.cli import contradictions, network
from political_monitoring.cli.answers import print_headlines
from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.knowledge.moving import Moved
    from political_monitoring.knowledge.port import GraphStats

FILE = typer.Argument(metavar="FILE.jsonl")
SIZES = ("documents", "passages", "entities", "facts")
UNSOUND = 3


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    graph = typer.Typer(help="Look after the knowledge graph, move it, read it as a network.")
    for name, command in (
        ("stats", stats),
        ("check", check),
        ("export", export),
        ("import", import_),
        ("rebuild", rebuild),
        ("copy", copy),
    ):
        graph.command(name)(command)
    network.register(graph)
    contradictions.register(graph)
    app.add_typer(graph, name="graph", no_args_is_help=True)
    app.command()(retract)


def stats(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """What the graph holds now, and its fingerprint: equal for graphs that hold the same.

    Example: polmon graph stats --workspace "Müller & Söhne"
    """
    from political_monitoring.knowledge.open import open_graph

    settings = settings_of(workspace)
    with closing(open_graph(settings)) as graph:
        sizes, fingerprint = asdict(graph.stats()), graph.fingerprint()
    place = {"workspace": settings.graph.workspace, "backend": settings.graph.backend}
    _tell({**place, **sizes, "fingerprint": fingerprint}, as_json=as_json)


def check(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Look for what is wrong with the store; exit code 3 when something is.

    Example: polmon graph check
    """
    from political_monitoring.knowledge.open import open_graph

    with closing(open_graph(settings_of(workspace))) as graph:
        problems = graph.check()
    if as_json:
        print_json({"sound": not problems, "problems": problems})
    else:
        typer.echo("\n".join(problems) or "the graph is sound")
    if problems:
        raise typer.Exit(UNSOUND)


def export(
    file: Annotated[Path, FILE], workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Write the graph's whole history to a file, one event a line.

    Example: polmon graph export graph.jsonl
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.knowledge.moving import export_graph
    from political_monitoring.knowledge.open import open_graph

    with closing(open_graph(settings_of(workspace))) as graph, bar("events") as (shown, task):
        done = export_graph(graph, file, lambda n, total: shown.update(task, completed=n, total=total))
        sizes = asdict(graph.stats())
    _tell({"file": str(file), **asdict(done), **sizes}, as_json=as_json)


def import_(
    file: Annotated[Path, FILE], workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Bring an exported history into an empty graph; an import that was stopped goes on where it was.

    Example: polmon graph import graph.jsonl
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.knowledge.moving import import_graph
    from political_monitoring.knowledge.workspaces import open_to_write

    with closing(open_to_write(settings_of(workspace))) as graph, bar("events") as (shown, task):
        moved = import_graph(file, graph, lambda n, total: shown.update(task, completed=n, total=total))
    _tell(_moved(moved), as_json=as_json)


def copy(
    to: Annotated[Literal["embedded", "graphiti"], typer.Option("--to", help="the backend to fill")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring everything from one backend to the other; what was stopped goes on where it was.

    Example: polmon graph copy --to graphiti
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.knowledge.moving import copy_events
    from political_monitoring.knowledge.open import open_graph

    settings = settings_of(workspace)
    source = _on(settings, "graphiti" if to == "embedded" else "embedded")
    with (
        closing(open_graph(source)) as old,
        closing(open_graph(_on(settings, to))) as new,
        bar("events") as (shown, task),
    ):
        before = old.stats()
        moved = copy_events(old, new, lambda n, total: shown.update(task, completed=n, total=total))
    _tell(_moved(moved, before), as_json=as_json)


def rebuild(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Read every stored document again with today's extractor, and tell what that changed.

    The new graph takes the place of the old one when it is complete, if nobody else uses it then.

    Example: polmon graph rebuild
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.ingestion.rebuild import rebuild as read_again

    with bar("events") as (shown, task):
        done = read_again(
            settings_of(workspace), lambda n, total: shown.update(task, completed=n, total=total)
        )
    if as_json:
        print_json(asdict(done))
        return
    before, after, changed = asdict(done.before), asdict(done.after), done.differences
    print_table(("What", "Before", "After"), [(size, before[size], after[size]) for size in SIZES])
    typer.echo(f"{changed.changed:,} of {changed.documents:,} documents are read differently now")
    predicates = sorted(changed.gained.keys() | changed.lost.keys())
    if predicates:
        rows = [(one, changed.gained[one], changed.lost[one]) for one in predicates]
        print_table(("Predicate", "Facts gained", "Facts lost"), rows)
    for document_id in changed.kept:
        typer.echo(f"{document_id} could not be read again and stays as it was")


def retract(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help="ids of documents")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw documents: what only they said is no longer known, what they had superseded holds again.

    Lists the answers that rested on them. Exit code 1 when one of them was not there. Ingesting a document again
    brings it back.

    Example: polmon retract de-bgbl-2024-101
    """
    from political_monitoring.ingestion.withdrawal import withdraw

    done = withdraw(settings_of(workspace), documents)
    rows = [{"document_id": one.document_id, **asdict(one.done)} for one in done]
    if as_json:
        touched = ([asdict(answer) for answer in one.answers] for one in done)
        print_json([{**row, "answers": answers} for row, answers in zip(rows, touched, strict=True)])
    else:
        columns = ("Document", "State", "Facts", "Entities", "Facts that hold again")
        print_table(columns, [tuple(row.values()) for row in rows])
        if resting := list(dict.fromkeys(answer for one in done for answer in one.answers)):
            typer.echo("These answers rested on what was withdrawn:")
            print_headlines(resting)
    if any(one.done.state == "unknown" for one in done):
        raise typer.Exit(1)


def _on(settings: Settings, backend: str) -> Settings:
    return settings.model_copy(update={"graph": settings.graph.model_copy(update={"backend": backend})})


def _moved(moved: "Moved", source: "GraphStats | None" = None) -> dict[str, Any]:
    data = asdict(moved)
    return {
        "events_there_before": data["found"],
        "events_written": data["written"],
        **({f"{size}_in_source": count for size, count in asdict(source).items()} if source else {}),
        **data["stats"],
        "fingerprint": data["fingerprint"],
    }


def _tell(data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        shown = ((key.replace("_", " "), f"{v:,}" if isinstance(v, int) else v) for key, v in data.items())
        print_table(("What", "Value"), shown)
