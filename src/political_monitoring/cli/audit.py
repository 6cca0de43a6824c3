"""polmon audit: who asked what, and which documents answered."""

from contextlib import closing
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from political_monitoring.cli.dates import parse_moment
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.workspace import JsonOption
from political_monitoring.clock import start_of_day, utc_now
from political_monitoring.settings import load_settings

COLUMNS = ("Time (UTC)", "Key", "Name", "Workspace", "Status", "Question", "Documents")


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command()(audit)


def audit(
    key_id: Annotated[
        str, typer.Option("--key", metavar="ID", help="only what was asked with this key")
    ] = "",
    since: Annotated[
        date | None,
        typer.Option(
            "--since", parser=parse_moment, metavar="TIME", help="only from this day or time on (UTC)"
        ),
    ] = None,
    document: Annotated[
        str, typer.Option("--document", metavar="ID", help="only what this document answered")
    ] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=1_000_000, help="at most so many")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Who asked a server what, newest first: answered and refused questions, of all workspaces.

    Examples: polmon audit --since 2026-05-01 --key 3f9a0c77d1 / polmon audit --document eu-dma-2025-04-23 --json
    """
    from political_monitoring.access.audit import open_audit
    from political_monitoring.access.keys import open_keys

    settings = load_settings()
    start = start_of_day(since) if since is not None and not isinstance(since, datetime) else since
    with closing(open_audit(settings)) as trail, closing(open_keys(settings, utc_now)) as store:
        entries = trail.newest(top, key_id, start, document)
        names = {key.id: key.name for key in store.all()}
    if as_json:
        print_json([{**asdict(one), "key_name": names.get(one.key_id, "")} for one in entries])
        return
    if not entries:
        typer.echo("No entries.")
        return
    rows = (
        (
            f"{one.at:%Y-%m-%d %H:%M}",
            one.key_id,
            names.get(one.key_id, ""),
            one.workspace,
            one.status,
            shortened(one.question, 120),
            ", ".join(one.documents),
        )
        for one in entries
    )
    print_table(COLUMNS, rows, whole="Key")
