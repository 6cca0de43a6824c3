"""polmon ingest: documents into the knowledge graph, without a running system."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import JsonOption, WorkspaceOption, settings_of
from political_monitoring.setting_sections import ExtractionMode, ways_of_reading
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.ingestion.run import IngestionRequest

ProcessesOption = Annotated[
    int | None, typer.Option("--processes", min=1, help="processes that prepare documents")
]


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command()(ingest)


def ingest(
    targets: Annotated[
        list[str], typer.Argument(metavar="PATH|URL|GLOB...", help="files, folders, globs, URLs, JSONL")
    ],
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="at most so many documents")] = None,
    force: Annotated[bool, typer.Option("--force", help="read again what is already in the graph")] = False,
    processes: ProcessesOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="write the whole report as Markdown")
    ] = None,
    extraction: Annotated[
        ExtractionMode | None,
        typer.Option("--extraction", help=ways_of_reading()),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read documents into the knowledge graph; exit code 1 when some could not be used.

    Examples: polmon ingest samples/corpus / polmon ingest "bills/*.pdf" https://example.org/act.html
    """
    from political_monitoring.ingestion.run import IngestionRequest

    settings = settings_of(workspace)
    request = IngestionRequest(
        job_name="command line",
        targets=tuple(_lasting(target) for target in targets),
        limit=limit,
        batch_size=settings.ingestion.batch_size,
        force=force,
        extraction=extraction,
    )
    ingest_and_report(settings, request, processes, report=report, as_json=as_json)


def ingest_and_report(
    settings: Settings,
    request: "IngestionRequest",
    processes: int | None,
    *,
    report: Path | None = None,
    as_json: bool = False,
    resumes: str | None = None,
) -> None:
    """Run it under a progress bar and say what became of each document.

    Raises:
        typer.Exit: with 1, when some could not be used.
    """
    from political_monitoring.cli.progress import bar
    from political_monitoring.clock import utc_now
    from political_monitoring.extraction.open import open_model_account
    from political_monitoring.ingestion.ledger import open_ledger
    from political_monitoring.ingestion.report import SHOWN_WARNINGS
    from political_monitoring.ingestion.run import LocalPreparer, Progress, run
    from political_monitoring.knowledge.workspaces import open_to_write

    settings = open_model_account(settings.reading_by(request.extraction))
    graph = open_to_write(settings, utc_now)
    try:
        with bar("documents") as (shown, task):

            def progress(state: Progress) -> None:
                shown.update(task, completed=state.done, total=state.total)

            preparer = LocalPreparer(settings, processes or settings.ingestion.processes)
            ledger = open_ledger(settings, utc_now)
            result = run(request, preparer, graph, ledger, settings, utc_now, progress, resumes)
    finally:
        graph.close()
    if report:
        report.write_text(result.to_markdown(), encoding="utf-8")
    if as_json:
        print_json(result.to_json())
    else:
        print_table(("What", "Documents"), result.summary_rows())
        for note in result.all_notes:
            typer.echo(note)
        if failures := result.failure_rows():
            print_table(("Document", "Why it is not in"), failures)
        if warnings := result.warning_rows():
            print_table(("Document", "What to know about it"), warnings[:SHOWN_WARNINGS])
            if (more := len(warnings) - SHOWN_WARNINGS) > 0:
                typer.echo(f"… and {more:,} more warnings; --json lists them all")
    if result.has_failures:
        raise typer.Exit(1)


def _lasting(target: str) -> str:
    """A target by a name that means the same thing from any folder, for whoever resumes the run."""
    return target if "://" in target else str(Path(target).expanduser().absolute())
