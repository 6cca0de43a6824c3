"""The REST client, against a real server on loopback that says what Serve says."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from political_monitoring.deployment.ports import free_ports
from political_monitoring.deployment.serve_api import ServeApi
from political_monitoring.errors import DeploymentFailed, OperatorError, TryLater

TRACEBACK = """The deployment failed to start 3 times in a row. Error:
ray::ServeReplica:chat-server
Traceback (most recent call last):
  File "chat.py", line 3, in __init__
RuntimeError: the graph is missing
"""


class Dashboard(ThreadingHTTPServer):
    """Answers with what it is given; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body: Any = {}
        self.asked: list[tuple[str, str, str]] = []


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Dashboard

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.headers.get("Authorization", ""), sent))
        body = self.server.body
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_PUT = do_GET  # noqa: N815 - the server's own naming

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def dashboard() -> Iterator[Dashboard]:
    with Dashboard() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client(dashboard: Dashboard, token: str = "") -> ServeApi:
    return ServeApi(f"http://127.0.0.1:{dashboard.server_port}", token, timeout=5)


def application(status: str, deployment: str, message: str, states: list[str]) -> dict[str, Any]:
    return {
        "name": "chat-server",
        "route_prefix": "/v1",
        "status": status,
        "message": "",
        "deployments": {
            "chat-server": {
                "name": "chat-server",
                "status": deployment,
                "message": message,
                "target_num_replicas": 2,
                "replicas": [{"state": state} for state in states],
            }
        },
    }


def test_replicas_are_counted_by_state(dashboard: Dashboard) -> None:
    found = application("RUNNING", "HEALTHY", "", ["RUNNING", "STARTING", "RUNNING"])
    dashboard.body = {"applications": {"chat-server": found}}

    with client(dashboard) as api:
        chat = api.applications()["chat-server"]

    assert (chat.status, chat.route_prefix, chat.running_replicas, chat.target_replicas) == (
        "RUNNING",
        "/v1",
        2,
        2,
    )
    assert chat.deployments[0].replicas == {"RUNNING": 2, "STARTING": 1}


def test_the_reason_is_the_end_of_the_traceback(dashboard: Dashboard) -> None:
    failed = application("DEPLOY_FAILED", "DEPLOY_FAILED", TRACEBACK, [])
    dashboard.body = {"applications": {"chat-server": failed}}

    with client(dashboard) as api:
        assert api.applications()["chat-server"].reason() == "RuntimeError: the graph is missing"


def test_without_a_message_the_reason_is_the_state(dashboard: Dashboard) -> None:
    dashboard.body = {"applications": {"a": application("DEPLOYING", "UPDATING", "", [])}}

    with client(dashboard) as api:
        assert api.applications()["a"].reason() == "deploying"


def test_the_token_and_the_document_arrive(dashboard: Dashboard) -> None:
    with client(dashboard, "secret") as api:
        api.apply({"applications": []})

    assert dashboard.asked == [("PUT", "Bearer secret", '{"applications":[]}')]


def test_a_rejected_document_ends_in_one_sentence(dashboard: Dashboard) -> None:
    dashboard.status, dashboard.body = 400, "Traceback (most recent call last):\n  x\nValueError: bad route\n"

    with client(dashboard) as api, pytest.raises(DeploymentFailed, match=r"ValueError: bad route$"):
        api.apply({})


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_the_operators_affair(dashboard: Dashboard, status: int) -> None:
    dashboard.status, dashboard.body = status, "Unauthorized"

    with (
        client(dashboard, "secret") as api,
        pytest.raises(OperatorError, match="refuses our token") as caught,
    ):
        api.applications()

    assert "secret" not in str(caught.value)


def test_nobody_there_is_for_later() -> None:
    port = free_ports(["nobody"], ())["nobody"]

    with (
        ServeApi(f"http://127.0.0.1:{port}", timeout=2) as api,
        pytest.raises(TryLater, match="does not answer"),
    ):
        api.applications()


def test_a_failing_dashboard_is_for_later(dashboard: Dashboard) -> None:
    dashboard.status, dashboard.body = 500, "no controller"

    with client(dashboard) as api, pytest.raises(TryLater, match="HTTP 500"):
        api.applications()
