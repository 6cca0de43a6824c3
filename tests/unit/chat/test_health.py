"""Alive and ready are two things: what it needs may be down while the server answers."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from political_monitoring.access.gate import Gate
from political_monitoring.chat.health import health_routes, knowing
from political_monitoring.errors import StoreUnavailable


def get(path: str, ledger_works: bool) -> httpx.Response:
    def ledger() -> None:
        if not ledger_works:
            raise StoreUnavailable("the ledger is gone")

    app = FastAPI()
    checks = {"graph": lambda: None, "ledger": ledger}
    app.include_router(health_routes("chat-server", "r1", checks, knowing(Gate())))

    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(call())


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_ready_is_what_every_dependency_says(path: str) -> None:
    assert get(path, ledger_works=True).status_code == 200
    failing = get(path, ledger_works=False)
    body = failing.json()
    assert (failing.status_code, body["status"]) == (503, "failing")
    assert body["checks"]["graph"]["ok"]
    assert body["checks"]["ledger"] == {"ok": False, "error": "the ledger is gone"}


def test_live_is_that_it_answers() -> None:
    response = get("/health/live", ledger_works=False)
    assert (response.status_code, response.json()["service"]) == (200, "chat-server")
