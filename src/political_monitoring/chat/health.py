"""GET health, health/live, health/ready: whether the process answers, and whether what it needs can be used."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from political_monitoring.access.gate import Gate
from political_monitoring.chat.admission import bearer
from political_monitoring.errors import PolmonError

Checks = Mapping[str, Callable[[], object]]
"""By name, what exercises a dependency and raises a PolmonError if it cannot be used."""
Told = Callable[[Request], Awaitable[bool]]
"""Whether the one who asks is told the sentences that say what is wrong: they name places."""
PATHS = ("/health", "/health/ready", "/health/live")


class Check(BaseModel):
    """One dependency: how long it took, or the sentence that says what is wrong."""

    ok: bool
    seconds: float | None = None
    error: str | None = None


class Health(BaseModel):
    """A service and what it needs."""

    product: Literal["political-monitoring"]
    service: str
    release: str
    status: Literal["ok", "failing"]
    checks: dict[str, Check]


def knowing(gate: Gate) -> Told:
    """Told is who shows a key that the gate knows, or everybody where none is demanded."""

    async def told(request: Request) -> bool:
        return await gate.knows(bearer(request.headers))

    return told


def health_routes(service: str, release: str, checks: Checks, told: Told, path: str = "/health") -> APIRouter:
    """The routes: `path` and `path`/ready exercise every dependency, `path`/live says that the process answers.

    A process that is alive and not ready is left alone until it is; one that is not alive is replaced.
    """
    router = APIRouter()

    async def ready(request: Request) -> JSONResponse:
        tell = await told(request)
        results = {name: await asyncio.to_thread(_exercise, check, tell) for name, check in checks.items()}
        healthy = all(result.ok for result in results.values())
        return JSONResponse(_body(service, release, healthy, results), 200 if healthy else 503)

    async def live() -> JSONResponse:
        return JSONResponse(_body(service, release, True, {}))

    failing: dict[int | str, dict[str, Any]] = {
        503: {"model": Health, "description": "a dependency cannot be used"}
    }
    for place in (path or "/", f"{path}/ready"):
        router.add_api_route(place, ready, methods=["GET"], response_model=Health, responses=failing)
    router.add_api_route(f"{path}/live", live, methods=["GET"], response_model=Health)
    return router


def _body(service: str, release: str, healthy: bool, results: Mapping[str, Check]) -> dict[str, Any]:
    return Health(
        product="political-monitoring",
        service=service,
        release=release,
        status="ok" if healthy else "failing",
        checks=dict(results),
    ).model_dump(exclude_none=True)


def _exercise(check: Callable[[], object], tell: bool) -> Check:
    started = time.perf_counter()
    try:
        check()
    except PolmonError as error:
        return Check(ok=False, error=str(error) if tell else "failing; whoever shows a key is told why")
    return Check(ok=True, seconds=round(time.perf_counter() - started, 4))
