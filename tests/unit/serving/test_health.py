"""Health says who it is, and 503 with the reason when a dependency fails."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.serving.health import at_prefix, create_app
from political_monitoring.settings import load_settings


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    with open_runtime(load_settings()) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_health_answers_as_itself_with_and_without_a_slash(path: str, runtime: Runtime) -> None:
    response = get(runtime, path)
    assert response.status_code == 200
    body = response.json()
    assert (body["product"], body["service"], body["release"]) == ("political-monitoring", "health", "r1")
    assert set(body["checks"]) == {"graph", "ledger"}


def test_a_failing_dependency_is_503_with_its_reason() -> None:
    runtime = open_runtime(load_settings())
    runtime.close()
    response = get(runtime, "/health")
    assert response.status_code == 503
    assert "graph is closed" in response.json()["checks"]["graph"]["error"]
    assert response.json()["checks"]["ledger"]["ok"]


def get(runtime: Runtime, path: str) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(at_prefix(create_app(runtime, "r1")), root_path="/health")
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(call())
