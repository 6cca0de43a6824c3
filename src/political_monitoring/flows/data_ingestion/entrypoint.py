"""One run of the flow, in the actor that Kodosumi starts for it; the graph is written from here."""

import asyncio
import contextlib
import html
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import batched
from pathlib import Path
from typing import Any, NoReturn

import httpx
from kodosumi.core import KodosumiError, Tracer, response

from political_monitoring import telemetry
from political_monitoring.clock import utc_now
from political_monitoring.errors import PolmonError
from political_monitoring.extraction.open import open_model_account
from political_monitoring.flows.data_ingestion.actors import RayPreparer
from political_monitoring.flows.data_ingestion.form import Submission
from political_monitoring.flows.data_ingestion.presentation import report_event, report_markdown
from political_monitoring.flows.data_ingestion.telling import telling
from political_monitoring.flows.data_ingestion.uploads import fetch_uploads
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import Progress, run
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.knowledge.workspaces import open_to_write
from political_monitoring.settings import Settings, load_settings

REPORT_FILE = "report.json"
WITHDRAWN_TOGETHER = 500

_logger = logging.getLogger(__name__)


async def run_ingestion(inputs: Mapping[str, Any], tracer: Tracer) -> object:
    """Kodosumi's entry point: `inputs` are a `Submission`'s; returns the report as the panel's Markdown.

    The run is in a thread, because this actor's event loop must go on answering Kodosumi.

    Raises:
        KodosumiError: the run failed; its text is one sentence.
    """
    try:
        settings = load_settings()
        _configure_logging(settings)
        submission = await asyncio.to_thread(_with_uploads, Submission.from_inputs(inputs), settings, tracer)
        async with telling(tracer) as tell:
            report = await asyncio.to_thread(_run, submission, settings, tell)
        address = await asyncio.to_thread(_keep_json, report, tracer)
    except PolmonError as error:
        _fail(str(error))
    except Exception:
        _logger.exception("The run met a defect")
        _fail("The run ended because of a defect in the product; the log of its Ray worker says which.")
    await tracer.debug(report_event(report))
    return response.Markdown(report_markdown(report, address))


def _with_uploads(submission: Submission, settings: Settings, tracer: Tracer) -> Submission:
    """The submission with its uploads among the targets: kept files, so that the run can be resumed."""
    if not submission.uploads:
        return submission
    folder = settings.uploads_path / str(tracer.fid)
    with tracer.fs_sync() as files:
        fetch_uploads(submission.uploads, files, folder)
    request = replace(submission.request, targets=(*submission.request.targets, str(folder)))
    return replace(submission, request=request)


def _run(submission: Submission, settings: Settings, tell: Callable[[Progress], None]) -> RunReport:
    notes = _clear(settings) if submission.clear else ()
    report = _ingest(submission, settings, tell)
    return replace(report, notes=(*notes, *report.notes))


def _clear(settings: Settings) -> tuple[str, ...]:
    with contextlib.closing(open_ledger(settings)) as ledger:
        known = ledger.document_ids()
    for ids in batched(known, WITHDRAWN_TOGETHER):
        withdraw(settings, ids)
    return (f"Before the run, {len(known):,} documents were withdrawn from the graph.",)


def _ingest(submission: Submission, settings: Settings, tell: Callable[[Progress], None]) -> RunReport:
    settings = open_model_account(settings.reading_by(submission.request.extraction))
    with (
        contextlib.closing(open_to_write(settings)) as graph,
        contextlib.closing(open_ledger(settings)) as ledger,
    ):
        preparer = RayPreparer(settings, submission.actors)
        return run(submission.request, preparer, graph, ledger, settings, utc_now, tell)


def _configure_logging(settings: Settings) -> None:
    """Logs go to this process's log file; Kodosumi has put `sys.stderr` where it shows all to people."""
    with contextlib.redirect_stderr(sys.__stderr__):
        telemetry.configure(settings.log.level, settings.log.format)
    # Ray warns of blocking calls in an actor with an event loop; ours are in a thread beside it.
    logging.getLogger("ray._private.worker").setLevel(logging.ERROR)


def _keep_json(report: RunReport, tracer: Tracer) -> str | None:
    """Give the panel the whole report as a file of the run; its address there, or None if that failed."""
    with tempfile.TemporaryDirectory() as folder, tracer.fs_sync() as files:
        path = Path(folder, REPORT_FILE)
        path.write_text(json.dumps(report.to_json()), "utf-8")
        try:
            files.upload(str(path))
        except (httpx.HTTPError, AssertionError) as error:  # Kodosumi asserts what the panel answered
            _logger.warning("The panel did not take %s: %r", REPORT_FILE, error)
            return None
    return f"/files/{tracer.fid}/out/{REPORT_FILE}"


def _fail(sentence: str) -> NoReturn:
    """End the run as failed.

    Kodosumi shows people the formatted exception. Without frames that is one line; no other run is in this
    process, so what holds for its tracebacks harms nobody.
    """
    sys.tracebacklimit = 0
    raise KodosumiError(html.escape(" ".join(sentence.split()), quote=False)) from None
