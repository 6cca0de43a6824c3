"""polmon answers: the record of what was answered, and how its evidence stands today."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from political_monitoring.cli.cases import export, verify
from political_monitoring.cli.dates import parse_day
from political_monitoring.cli.kept import AnswerArgument, archive_of, find_answer, no_answer
from political_monitoring.cli.network import open_plain
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.replay import replay
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.clock import start_of_day
from political_monitoring.errors import UserError

if TYPE_CHECKING:
    from political_monitoring.answering.archive import Headline
    from political_monitoring.answering.record import KeptAnswer
    from political_monitoring.answering.standing import Weighed

COLUMNS = ("Answer", "Workspace", "Asked", "Question")


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    answers = typer.Typer(help="What was answered, and what it rests on.", no_args_is_help=True)
    answers.command("list")(list_newest)
    answers.command()(show)
    answers.command()(delete)
    answers.command()(replay)
    answers.command()(export)
    answers.command()(verify)
    app.add_typer(answers, name="answers")


def list_newest(
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="only answers that rest on this document")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1_000_000, help="at most so many")] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answers that were kept, newest first.

    Example: polmon answers list --document eu-dma-2025-04-23
    """
    with archive_of(settings_of(workspace)) as archive:
        found = archive.newest(top, documents or ())
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        print_headlines(found)
    else:
        typer.echo("No answers.")


def show(answer_id: AnswerArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """One answer with what it rests on, and whether that still stands.

    Example: polmon answers show chatcmpl-0c4f2d
    """
    from political_monitoring.answering.standing import weigh

    settings = settings_of(workspace)
    with archive_of(settings) as archive:
        kept = find_answer(archive, answer_id, settings)
    with closing(open_plain(settings)) as graph:
        weighed = weigh(graph, kept)
    if as_json:
        print_json(asdict(kept) | {"citations": [_weighed_as_data(one) for one in weighed]})
    else:
        _print(kept, weighed)


def delete(
    answer_id: Annotated[str, typer.Argument(metavar="[ID]", help="the answer's id")] = "",
    before: Annotated[
        date | None,
        typer.Option("--before", parser=parse_day, metavar="DAY", help="all that was asked before that day"),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget an answer, or all that was asked before a day (UTC). Nothing brings it back.

    Examples: polmon answers delete chatcmpl-0c4f2d / polmon answers delete --before 2025-01-01
    """
    if bool(answer_id) == (before is not None):
        raise UserError("say which answers: an ID, or --before DAY")
    settings = settings_of(workspace)
    with archive_of(settings) as archive:
        if before is not None:
            gone = archive.delete_before(start_of_day(before))
        elif archive.delete(answer_id):
            gone = 1
        else:
            raise no_answer(answer_id, settings)
    if as_json:
        print_json({"deleted": gone})
    else:
        typer.echo(f"{gone:,} deleted")


def print_headlines(found: "Sequence[Headline]") -> None:
    """Answers as a table, a line each."""
    rows = (
        (one.id, one.workspace, f"{one.asked_at:%Y-%m-%d}", shortened(one.question, 120)) for one in found
    )
    print_table(COLUMNS, rows)


def _weighed_as_data(one: "Weighed") -> dict[str, Any]:
    return {**asdict(one.citation), "standing": str(one.standing), "ended": one.ended}


def _print(kept: "KeptAnswer", weighed: "Sequence[Weighed]") -> None:
    position = kept.position
    known = f"{position.events:,} events, the last at {position.recorded_at}" if position else "not known"
    rows = (
        ("Asked", f"{kept.asked_at:%Y-%m-%d %H:%M} UTC"),
        ("Question", kept.question),
        ("As of", kept.as_of or "the present"),
        ("Known at", kept.known_at or "when it was asked"),
        ("Graph", known),
        ("Software", f"{kept.origin.version} {kept.origin.release}".strip()),
    )
    print_table(("Field", "Value"), rows)
    typer.echo(f"\n{kept.text}\n")
    print_table(
        ("No.", "Document", "Passage", "Characters", "Today"),
        (
            (
                one.citation.number,
                one.citation.document_id,
                one.citation.passage_id,
                f"{one.citation.start}–{one.citation.end}",
                f"{one.standing} ({one.ended:%Y-%m-%d})" if one.ended else str(one.standing),
            )
            for one in weighed
        ),
    )
