"""polmon sessions list | show | export | delete: the conversations that callers have kept here."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from political_monitoring.cli.dates import parse_day
from political_monitoring.cli.output import print_json, print_markdown, print_table, shortened
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.clock import start_of_day
from political_monitoring.errors import NotFound, UserError
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.chat.session_archive import Headline, SessionArchive

SessionArgument = Annotated[str, typer.Argument(metavar="ID", help="the session's id")]
KeyOption = Annotated[
    str | None, typer.Option("--key", metavar="KEY", help="id of the key whose session it is; '' for none")
]
COLUMNS = ("Session", "Key", "Last", "Turns", "First question")


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    sessions = typer.Typer(help="The conversations that are kept.", no_args_is_help=True)
    sessions.command("list")(list_newest)
    sessions.command()(show)
    sessions.command()(export)
    sessions.command()(delete)
    app.add_typer(sessions, name="sessions")


def list_newest(
    top: Annotated[int, typer.Option("--top", min=1, max=1_000_000, help="at most so many")] = 20,
    key: KeyOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Conversations, those that went on last first.

    Example: polmon sessions list --top 5
    """
    from political_monitoring.chat.session_export import headline_as_data

    with _archive(settings_of(workspace)) as archive:
        found = archive.newest(top, key)
    if as_json:
        print_json([{"key_id": one.key_id, **headline_as_data(one)} for one in found])
    elif found:
        rows = (
            (one.id, one.key_id or "–", f"{one.last_at:%Y-%m-%d %H:%M}", one.turns, shortened(one.title, 120))
            for one in found
        )
        print_table(COLUMNS, rows)
    else:
        typer.echo("No sessions.")


def show(
    session_id: SessionArgument,
    key: KeyOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """One conversation with its sources.

    Example: polmon sessions show brief-7
    """
    text, data = _whole(session_id, key, settings_of(workspace))
    if as_json:
        print_json(data)
    else:
        print_markdown(text)


def export(
    session_id: SessionArgument,
    form: Annotated[
        Literal["json", "markdown"], typer.Option("--form", help="json or markdown")
    ] = "markdown",
    out: Annotated[Path | None, typer.Option("--out", help="the file to write; else it is printed")] = None,
    key: KeyOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write one conversation as Markdown, or as JSON whose messages a chat request takes.

    Example: polmon sessions export brief-7 --form json --out brief-7.json
    """
    import json

    text, data = _whole(session_id, key, settings_of(workspace))
    if form == "json":
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}") from None


def delete(
    session_id: Annotated[str, typer.Argument(metavar="[ID]", help="the session's id")] = "",
    before: Annotated[
        date | None,
        typer.Option("--before", parser=parse_day, metavar="DAY", help="all that ended before that day"),
    ] = None,
    key: KeyOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a conversation, or all whose last question came before a day (UTC). Nothing brings them back.

    Examples: polmon sessions delete brief-7 / polmon sessions delete --before 2025-01-01
    """
    if bool(session_id) == (before is not None):
        raise UserError("say which sessions: an ID, or --before DAY")
    with _archive(settings_of(workspace)) as archive:
        if before is not None:
            gone = archive.delete_before(start_of_day(before))
        else:
            found = _named(archive, session_id, key)
            gone = int(archive.delete(found.key_id, found.id))
    if as_json:
        print_json({"deleted": gone})
    else:
        typer.echo(f"{gone:,} deleted")


def _whole(session_id: str, key: str | None, settings: Settings) -> tuple[str, dict[str, object]]:
    """A conversation as Markdown and as data."""
    from political_monitoring.chat.session_export import as_data, as_markdown

    with _archive(settings) as archive:
        found = _named(archive, session_id, key)
        turns = archive.turns(found.key_id, found.id)
    return as_markdown(found, turns), {"key_id": found.key_id, **as_data(found, turns)}


def _named(archive: "SessionArchive", session_id: str, key: str | None) -> "Headline":
    found = [one for one in archive.named(session_id) if key is None or one.key_id == key]
    if not found:
        raise NotFound(f"no session {session_id!r} is kept; `polmon sessions list` shows those that are")
    if len(found) > 1:
        keys = ", ".join(repr(one.key_id) for one in found)
        raise UserError(f"several callers have a session {session_id!r}: say whose with --key, one of {keys}")
    return found[0]


@contextmanager
def _archive(settings: Settings) -> "Iterator[SessionArchive]":
    from political_monitoring.chat.session_archive import open_sessions
    from political_monitoring.knowledge.register import require_workspace

    require_workspace(settings)
    with closing(open_sessions(settings)) as archive:
        yield archive
