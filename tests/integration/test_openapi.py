"""Whatever the API's own document allows, and much that it does not, is answered as the document says."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from political_monitoring.answering.archive import open_archive
from political_monitoring.chat.session_archive import open_sessions
from political_monitoring.settings import load_settings
from political_monitoring.testing.chat_server import chat_app

MODEL = "political-monitoring-agent"
PROMISES = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
ROUTES = (
    ("/v1/models", "GET"),
    ("/v1/models/{model_id}", "GET"),
    ("/v1/chat/completions", "POST"),
    ("/v1/responses", "POST"),
    ("/v1/sessions", "GET"),
    ("/v1/sessions/{session_id}", "GET"),
    ("/v1/sessions/{session_id}", "DELETE"),
    ("/health", "GET"),
    ("/health/ready", "GET"),
    ("/health/live", "GET"),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    own = load_settings({"POLMON_HOME": str(tmp_path_factory.mktemp("openapi"))})
    # What the writing threads import when they first write would disturb Hypothesis, which walks all modules.
    with closing(open_archive(own)), closing(open_sessions(own)), chat_app(own) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(app: FastAPI) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/v1/openapi.json", app)


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_the_document_is_kept(document: schemathesis.BaseSchema, path: str, method: str) -> None:
    @given(case=document[path][method].as_strategy())
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def keep(case: schemathesis.Case) -> None:
        if isinstance(case.body, dict):
            lead_on(case.body)
        response = case.call_and_validate(checks=PROMISES)
        statuses.add(response.status_code)

    statuses: set[int] = set()
    keep()
    assert 200 in statuses or "{" in path


def lead_on(body: dict[str, Any]) -> None:
    """Let a request come further than most examples would, which fail on the model or ask nothing."""
    if isinstance(body.get("model"), str):
        body["model"] = MODEL
    for name in ("messages", "input"):
        if isinstance(body.get(name), list):
            body[name].append({"role": "user", "content": "What is the status of the AI Act?"})
    if len(body) % 2:
        body["stream"] = True


def test_every_route_is_in_the_document(app: FastAPI) -> None:
    described = app.openapi()["paths"]
    assert {(path, method.upper()) for path in described for method in described[path]} == set(ROUTES)
