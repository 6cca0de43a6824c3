"""polmon runs, documents and retry: what ingestion has done, what it could not do, and doing it again."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.cli.ingest import ProcessesOption, ingest_and_report
from political_monitoring.cli.output import print_json, print_table, shortened
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.errors import UserError
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.ingestion.ledger import Ledger
    from political_monitoring.ingestion.listing import ItemRecord, RunSummary

StateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        help="only these: claimed, committed, unchanged, duplicate, refused, failed, quarantined, withdrawn",
    ),
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="at most so many")]

runs = typer.Typer(
    name="runs",
    invoke_without_command=True,
    help="Ingestion runs: list, look into, go on with one that stopped.",
)


def register(app: typer.Typer) -> None:
    """Add these commands to the tree."""
    app.add_typer(runs)
    app.command()(documents)
    app.command()(retry)


@runs.callback()
def list_runs(
    context: typer.Context,
    limit: LimitOption = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ingestion runs, the newest first; `runs show ID` looks into one, `runs resume ID` goes on with it.

    Example: polmon runs --limit 5
    """
    if context.invoked_subcommand is not None:
        return
    with _ledger(settings_of(workspace)) as ledger:
        found = ledger.runs(limit)
    if as_json:
        print_json([_run_as_data(run) for run in found])
        return
    rows = [
        (run.id, run.job_name, run.state, _counts(run), f"{run.started_at:%Y-%m-%d %H:%M}", _duration(run))
        for run in found
    ]
    print_table(("Run", "Job", "State", "Documents", "Started (UTC)", "Took"), rows)


@runs.command()
def show(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="of the run, or how it begins")],
    state: StateOption = None,
    limit: LimitOption = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a run was asked for, how it ended, and what became of each document.

    Example: polmon runs show 20261125 --state failed --state refused
    """
    with _ledger(settings_of(workspace)) as ledger:
        run = ledger.find_run(run_id)
        items = ledger.items(_states(state), run.id, limit)
    if as_json:
        print_json({**_run_as_data(run), "items": [asdict(item) for item in items]})
        return
    print_table(
        ("What", ""),
        [
            ("run", run.id),
            ("job", run.job_name),
            ("state", f"{run.state}: {run.error}" if run.error else run.state),
            ("targets", shortened(", ".join(run.targets))),
            ("goes on with", run.resumes or ""),
            ("documents", _counts(run)),
            ("started (UTC)", f"{run.started_at:%Y-%m-%d %H:%M:%S}"),
            ("took", _duration(run)),
        ],
    )
    _print_items(items, limit)


@runs.command()
def resume(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="of the run, or how it begins")],
    processes: ProcessesOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do again what a run was asked for; what it has done already is passed over.

    Example: polmon runs resume 20261125-093012-4f1a2b
    """
    from political_monitoring.ingestion.run import IngestionRequest

    settings = settings_of(workspace)
    with _ledger(settings) as ledger:
        run = ledger.find_run(run_id)
    if run.state == "running":
        raise UserError(f"run {run.id} is still running; it cannot be resumed before it has stopped")
    if run.request is None:
        raise UserError(
            f"run {run.id} did not record what it was asked for; name its targets to `polmon ingest`"
        )
    request = IngestionRequest.from_json(run.request)
    ingest_and_report(settings, request, processes, as_json=as_json, resumes=run.id)


def documents(
    state: StateOption = None,
    limit: LimitOption = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where every file, URL and record stands that was ever ingested, and why some are not in the graph.

    Example: polmon documents --state failed --state quarantined
    """
    with _ledger(settings_of(workspace)) as ledger:
        items = ledger.items(_states(state), limit=limit)
    if as_json:
        print_json([asdict(item) for item in items])
    else:
        _print_items(items, limit)


def retry(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="DOCUMENT...", help="as `polmon documents` names them")
    ] = None,
    state: StateOption = None,
    processes: ProcessesOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try again what failed or was quarantined, or the documents named, whatever their state.

    Examples: polmon retry / polmon retry --state refused / polmon retry reports/2025.pdf
    """
    from political_monitoring.ingestion.retry import request_again

    settings = settings_of(workspace)
    with _ledger(settings) as ledger:
        request = request_again(ledger, names or (), _states(state), settings.ingestion.batch_size)
    if request is None:
        print_json({"items": []}) if as_json else typer.echo("There is nothing to try again.")
        return
    ingest_and_report(settings, request, processes, as_json=as_json)


@contextmanager
def _ledger(settings: Settings) -> "Iterator[Ledger]":
    from political_monitoring.ingestion.ledger import open_ledger

    with closing(open_ledger(settings)) as ledger:
        yield ledger


def _states(named: list[str] | None) -> tuple[str, ...]:
    from political_monitoring.ingestion.listing import ITEM_STATES

    if unknown := [one for one in named or () if one not in ITEM_STATES]:
        raise UserError(f"there is no state {unknown[0]!r}; there are {', '.join(ITEM_STATES)}")
    return tuple(named or ())


def _print_items(items: "list[ItemRecord]", limit: int) -> None:
    rows = [(item.ref, item.state, item.attempts or "", item.error) for item in items]
    print_table(("Document", "State", "Failures", "Why"), rows)
    if len(items) == limit:
        typer.echo(f"No more than {limit} are shown; --limit shows more.")


def _counts(run: "RunSummary") -> str:
    return ", ".join(f"{count:,} {state}" for state, count in run.items.items()) or "none"


def _duration(run: "RunSummary") -> str:
    if run.finished_at is None:
        return ""
    return f"{(run.finished_at - run.started_at).total_seconds():,.1f} s"


def _run_as_data(run: "RunSummary") -> dict[str, object]:
    plain = asdict(run)
    plain["found"] = sum(run.items.values())
    return plain
