"""The `flow1-data-ingestion` application: what Kodosumi's panel asks for, the form and the start of a run."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import ValidationException
from fastapi.responses import JSONResponse
from kodosumi.const import KODOSUMI_URL
from kodosumi.core import InputsError, Launch, ServeAPI
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from political_monitoring import telemetry
from political_monitoring.access.gate import open_gate
from political_monitoring.chat.admission import Admission
from political_monitoring.errors import TryLater
from political_monitoring.flows.data_ingestion.form import form, read_form
from political_monitoring.flows.data_ingestion.panel_session import vouched_by_panel
from political_monitoring.flows.data_ingestion.room import check_room
from political_monitoring.settings import Settings, load_settings

if TYPE_CHECKING:
    from ray.serve import Application

NAME = "flow1-data-ingestion"
ENTRY_POINT = "political_monitoring.flows.data_ingestion.entrypoint:run_ingestion"

_logger = logging.getLogger(__name__)


class FlowArgs(BaseModel):
    """What config.yaml passes to the application."""

    release: str = "dev"


class DataIngestion:
    """The deployment's class: one replica; the runs it starts are actors of their own, which outlive it."""

    def __init__(self, args: FlowArgs) -> None:
        self._settings = load_settings()
        telemetry.configure(self._settings.log.level, self._settings.log.format)
        self._release = args.release

    def __serve_build_asgi_app__(self) -> FastAPI:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        return create_app(self._settings, self._release)


def create_app(settings: Settings, release: str) -> FastAPI:
    """GET / is the form, POST / checks it and starts a run, GET /identity says who answers."""
    app = ServeAPI(title="Data ingestion", version=release, docs_url=None, redoc_url=None)

    @app.enter(  # type: ignore[untyped-decorator]  # Kodosumi is not annotated
        path="/",
        model=form(),
        summary="Document ingestion",
        description="Reads documents into the knowledge graph: parse, split, extract, write.",
        version=release,
        author="Political Monitoring",
        organization="Political Monitoring",
        tags=[NAME],
    )
    async def submit(request: Request, inputs: dict[str, Any]) -> JSONResponse:
        if KODOSUMI_URL not in request.headers:
            raise InputsError("Runs are started in the Kodosumi panel, which keeps their results.")
        await asyncio.to_thread(check_room, settings)
        submission = await asyncio.to_thread(read_form, inputs, settings)
        launched: JSONResponse = Launch(request, ENTRY_POINT, inputs=submission.to_inputs())
        return launched

    def identity() -> dict[str, str]:
        return {"product": "political-monitoring", "service": NAME, "release": release}

    app.add_api_route("/identity", identity)
    for kind in (Exception, ValidationException):  # Kodosumi's own handlers answer with the traceback
        app.add_exception_handler(kind, _report_defect)
    app.add_exception_handler(HTTPException, _report)
    app.add_middleware(
        Admission,
        gate=open_gate(settings),
        role="operator",
        open_paths=("/openapi.json",),  # the panel reads it before anybody has logged in
        vouched=vouched_by_panel(settings),
    )
    application: FastAPI = app
    return application


def _report_defect(_: Request, error: Exception) -> JSONResponse:
    """One sentence for whoever asked; the traceback is for the log."""
    _logger.error("The flow met a defect", exc_info=error)
    return JSONResponse({"detail": "The flow met a defect; the log of its replica says which."}, 500)


def _report(request: Request, error: Exception) -> JSONResponse:
    """What Kodosumi and we refuse on purpose; of what it wraps otherwise only the sentence above."""
    if isinstance(cause := error.__cause__, TryLater):
        headers = {"Retry-After": str(cause.retry_after)}
        return JSONResponse({"detail": str(cause)}, cause.http_status, headers)
    if not isinstance(error, HTTPException) or error.status_code >= 500:
        return _report_defect(request, error)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


def app(args: FlowArgs) -> "Application":
    """Serve's builder: `political_monitoring.flows.data_ingestion.app:app`."""
    from ray import serve

    return serve.deployment(name=NAME)(serve.ingress()(DataIngestion)).bind(args)
