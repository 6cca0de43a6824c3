"""The `health` application: says who it is and exercises what the system depends on."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from ray import serve
from ray.serve import Application
from starlette.types import ASGIApp

from political_monitoring import telemetry
from political_monitoring.access.audit import open_audit
from political_monitoring.access.gate import open_gate
from political_monitoring.access.keys import open_keys
from political_monitoring.answering.archive import open_archive
from political_monitoring.chat.admission import bearer
from political_monitoring.errors import PolmonError
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.serving.paths import at_prefix
from political_monitoring.settings import load_settings

NAME = "health"


class HealthArgs(BaseModel):
    """What config.yaml passes to the application."""

    release: str = "dev"


class Health:
    """One replica answering GET /health with 200 when every dependency works, else 503."""

    def __init__(self, args: HealthArgs) -> None:
        settings = load_settings()
        telemetry.configure(settings.log.level, settings.log.format)
        self._release = args.release
        self._runtime = open_runtime(settings)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        return at_prefix(create_app(self._runtime, self._release))


def create_app(runtime: Runtime, release: str) -> FastAPI:
    """GET / reports each dependency with its time in seconds, or the sentence that says what is wrong.

    Everybody may ask; where keys are demanded, only who shows one is told the sentences, for they name places.
    """
    gate = open_gate(runtime.settings, runtime.clock)
    app = FastAPI(title="Political Monitoring health", version=release, docs_url=None, redoc_url=None)
    ledger = open_ledger(runtime.settings, runtime.clock)
    checks: dict[str, Callable[[], object]] = {"graph": runtime.graph.stats, "ledger": ledger.last_run}
    if runtime.answers is not None:
        checks["answers"] = open_archive(runtime.settings).probe
    if runtime.settings.keys_demanded:  # who asks without leaving a trace must not be let in for long
        checks["keys"] = open_keys(runtime.settings, runtime.clock).all
        checks["audit"] = open_audit(runtime.settings).probe

    @app.get("/")
    async def health(request: Request) -> JSONResponse:
        told = await gate.knows(bearer(request.headers))
        results = {name: await asyncio.to_thread(_exercise, check, told) for name, check in checks.items()}
        healthy = all(result["ok"] for result in results.values())
        body = {
            "product": "political-monitoring",
            "service": NAME,
            "release": release,
            "status": "ok" if healthy else "failing",
            "checks": results,
        }
        return JSONResponse(body, 200 if healthy else 503)

    return app


def _exercise(check: Callable[[], object], told: bool) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        check()
    except PolmonError as error:
        return {"ok": False, "error": str(error) if told else "failing; whoever shows a key is told why"}
    return {"ok": True, "seconds": round(time.perf_counter() - started, 4)}


def app(args: HealthArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.health:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(Health)).bind(args)
