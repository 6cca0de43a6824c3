"""Health says who it is, and 503 with the reason when a dependency fails."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from political_monitoring.access.audit import open_audit
from political_monitoring.access.keys import open_keys
from political_monitoring.answering.archive import open_archive
from political_monitoring.database.engine import transaction
from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.serving.health import create_app
from political_monitoring.serving.paths import at_prefix
from political_monitoring.settings import load_settings


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    with open_runtime(load_settings()) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/health", "/health/", "/health/ready"])
def test_health_answers_as_itself_with_and_without_a_slash(path: str, runtime: Runtime) -> None:
    response = get(runtime, path)
    assert response.status_code == 200
    body = response.json()
    assert (body["product"], body["service"], body["release"]) == ("political-monitoring", "health", "r1")
    assert set(body["checks"]) == {"graph", "ledger", "answers"}


def test_a_failing_dependency_is_503_with_its_reason() -> None:
    runtime = open_runtime(load_settings())
    runtime.close()
    response = get(runtime, "/health")
    assert response.status_code == 503
    assert "graph is closed" in response.json()["checks"]["graph"]["error"]
    assert response.json()["checks"]["ledger"]["ok"]
    assert get(runtime, "/health/ready").status_code == 503
    assert get(runtime, "/health/live").status_code == 200


def test_a_ledger_that_cannot_be_opened_is_told_not_raised(runtime: Runtime, polmon_home: Path) -> None:
    (polmon_home / "ledger.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    response = get(runtime, "/health/ready")
    assert response.status_code == 503
    assert "ledger.db" in response.json()["checks"]["ledger"]["error"]
    assert response.json()["checks"]["graph"]["ok"]


def test_answers_that_cannot_be_kept_are_seen(runtime: Runtime) -> None:
    with closing(open_archive(runtime.settings)) as archive, transaction(archive._engine) as connection:
        connection.execute(text("DROP TABLE answers"))
    response = get(runtime, "/health")
    assert response.status_code == 503
    assert "answers" in response.json()["checks"]["answers"]["error"]
    assert response.json()["checks"]["ledger"]["ok"]


def test_what_is_switched_off_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_ANSWERS_KEEP", "off")
    with open_runtime(load_settings()) as opened:
        assert set(get(opened, "/health").json()["checks"]) == {"graph", "ledger"}


def test_where_keys_are_demanded_an_audit_that_cannot_be_written_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", "0.0.0.0")
    with open_runtime(load_settings()) as opened:
        assert get(opened, "/health").status_code == 200
        with closing(open_audit(opened.settings)) as trail, transaction(trail._engine) as connection:
            connection.execute(text("DROP TABLE audit_documents"))
            connection.execute(text("DROP TABLE audit"))
        with closing(open_keys(opened.settings, opened.clock)) as store:
            shown, _ = store.create("a", "reader", [], "9/second")
        stranger, known = get(opened, "/health"), get(opened, "/health", shown)
    assert {stranger.status_code, known.status_code} == {503}
    checks = known.json()["checks"]
    assert (checks["audit"]["ok"], checks["keys"]["ok"], checks["ledger"]["ok"]) == (False, True, True)
    assert "ledger.db" in checks["audit"]["error"]
    assert "ledger.db" not in stranger.text


def get(runtime: Runtime, path: str, shown: str = "") -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(at_prefix(create_app(runtime, "r1")), root_path="/health")
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"Authorization": f"Bearer {shown}"})

    return asyncio.run(call())
