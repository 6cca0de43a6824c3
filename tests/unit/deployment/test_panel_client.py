"""The panel's client against a server that answers as Kodosumi's panel does, on a real port."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from political_monitoring.deployment import panel_client
from political_monitoring.deployment.panel_client import (
    PanelClient,
    RunEvent,
    RunFailed,
    RunMarkdown,
    RunProgress,
    admin_password,
)
from political_monitoring.errors import OperatorError, UserError
from political_monitoring.settings import Settings

PASSWORD = "correct horse battery staple"
FLOW = "flow1-data-ingestion"
ADDRESS = "/-/127.0.0.1/8001/data-ingestion/-/"
LISTED = {"uid": "u1", "url": ADDRESS, "tags": [FLOW]}


@dataclass
class FakePanel:
    """A panel with one flow and one run; each look at the run shows the next of `looks`, the last again."""

    flows: list[dict[str, Any]] = field(default_factory=lambda: [LISTED])
    launched: dict[str, Any] = field(default_factory=lambda: {"result": "run1", "elements": []})
    looks: list[list[tuple[str, str]] | None] = field(default_factory=lambda: [None])
    status: int = 200
    url: str = ""
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, cookie: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        self.asked.append(f"{method} {path.partition('?')[0]}")
        if path == "/api/login":
            if json.loads(body) != {"name": "admin", "password": PASSWORD}:
                return 401, {"detail": "Invalid name or password"}, {}
            return 200, {"KODOSUMI_API_KEY": "token"}, {"set-cookie": "kodosumi_jwt=token; Path=/"}
        if cookie != "kodosumi_jwt=token":
            return 401, {"detail": "Not authorized"}, {}
        if self.status != 200:
            return self.status, {"detail": "broken"}, {}
        if path.startswith("/flow"):
            return 200, {"items": self.flows, "offset": None}, {}
        if path == ADDRESS:
            self.forms.append(json.loads(body))
            return 201, self.launched, {}
        if path == "/api/dashboard/execution/run1/details":
            look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
            if look is None:
                return 404, {"detail": "Execution run1 not found"}, {}
            rows = [{"id": n, "kind": kind, "message": text} for n, (kind, text) in enumerate(look, 1)]
            return 200, {"events": rows, "total_events": len(rows)}, {}
        if path == "/outputs/stream/run1":
            return 200, {}, {}
        raise AssertionError(f"the client asked for {path}")


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePanel]:
    fake = FakePanel()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            cookie = self.headers.get("cookie", "")
            status, answer, headers = fake.answer(self.command, self.path, cookie, body)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the names http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(panel_client, "POLL_SECONDS", 0.01)
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(panel: FakePanel) -> Iterator[PanelClient]:
    with PanelClient(panel.url, "admin", PASSWORD) as client:
        yield client


def progress(done: int, total: int | None) -> tuple[str, str]:
    return "debug", json.dumps({"progress": {"done": done, "total": total, "committed": done}})


def report(body: str) -> tuple[str, str]:
    return "final", json.dumps({"Markdown": {"body": body}})


def follow(client: PanelClient, seconds: float = 10) -> list[RunEvent]:
    return list(client.follow("run1", seconds))


def test_a_run_is_launched_at_the_flow_that_carries_the_tag(panel: FakePanel, client: PanelClient) -> None:
    panel.flows = [{"uid": "u0", "url": "/-/other", "tags": ["other"]}, LISTED]

    assert client.launch(FLOW, {"job_name": "Bills", "targets": "/data"}) == "run1"
    assert panel.forms == [{"job_name": "Bills", "targets": "/data"}]


def test_what_the_form_refuses_is_one_sentence(panel: FakePanel, client: PanelClient) -> None:
    panel.launched = {
        "errors": {
            "targets": ["Line 1: /a&lt;b does not exist."],
            "limit": ["Enter a number."],
            "_global_": [],
        },
        "elements": [],
    }

    with pytest.raises(UserError, match=r"refuses the run: Line 1: /a<b does not exist; Enter a number$"):
        client.launch(FLOW, {})


def test_a_flow_the_panel_does_not_know(panel: FakePanel, client: PanelClient) -> None:
    panel.flows = [{"uid": "u0", "url": "/-/other", "tags": ["flow1-data"]}]

    with pytest.raises(OperatorError, match="knows no flow flow1-data-ingestion"):
        client.launch(FLOW, {})


def test_a_flow_that_starts_nothing(panel: FakePanel, client: PanelClient) -> None:
    panel.launched = {"elements": []}

    with pytest.raises(OperatorError, match="started no run"):
        client.launch(FLOW, {})


def test_a_run_is_followed_to_its_report_and_every_event_is_told_once(
    panel: FakePanel, client: PanelClient
) -> None:
    begun = [("status", "starting"), ("inputs", "{}"), progress(0, None)]
    panel.looks = [
        None,
        None,
        begun,
        begun,
        [*begun, ("debug", "a line of text"), ("debug", "[1]"), progress(40, 86)],
        [*begun, ("debug", "x"), ("debug", "y"), progress(40, 86), report("# Done"), ("status", "finished")],
    ]

    assert follow(client) == [RunProgress(0, None), RunProgress(40, 86), RunMarkdown("# Done")]


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            "kodosumi.error.KodosumiError: The graph at &lt;home&gt; cannot be opened: disk full\n",
            "The graph at <home> cannot be opened: disk full",
        ),
        ("actor not found", "its process is gone; start it again, and it goes on where it stopped"),
        (
            'Traceback (most recent call last):\n  File "x.py", line 1\nValueError: password=hunter2\n',
            "it ended without saying why; the panel has its events",
        ),
        (
            'Traceback (most recent call last):\n  File "x.py"\nkodosumi.error.KodosumiError: Disk full\n',
            "Disk full",
        ),
    ],
)
def test_a_failed_run_says_why_in_a_sentence(
    message: str, sentence: str, panel: FakePanel, client: PanelClient
) -> None:
    panel.looks = [[progress(1, 2), ("error", message), ("status", "error")]]

    assert follow(client) == [RunProgress(1, 2), RunFailed(sentence)]


def test_a_run_that_never_begins_meets_the_deadline(panel: FakePanel, client: PanelClient) -> None:
    with pytest.raises(OperatorError, match="Run run1 has not begun in time"):
        follow(client, seconds=0.05)


def test_a_run_that_never_ends_meets_the_deadline(panel: FakePanel, client: PanelClient) -> None:
    panel.looks = [[("status", "running")]]

    with pytest.raises(OperatorError, match="Run run1 has not come to its end in time; it goes on"):
        follow(client, seconds=0.05)


def test_the_panel_is_asked_after_a_silent_run(
    panel: FakePanel, client: PanelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_client, "SILENCE_SECONDS", 0.02)
    running = [("status", "running")]
    gone = [*running, ("error", "actor not found"), ("status", "error")]
    panel.looks = [*[running] * 20, gone]

    assert follow(client)[-1] == RunFailed(
        "its process is gone; start it again, and it goes on where it stopped"
    )
    assert "GET /outputs/stream/run1" in panel.asked


def test_a_wrong_password_is_told_without_the_password(
    panel: FakePanel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with (
        pytest.raises(OperatorError, match="does not let admin in") as caught,
        PanelClient(panel.url, "admin", "wrong password"),
    ):
        pass

    assert "wrong password" not in f"{caught.value!r}{caplog.text}"


def test_the_password_is_in_no_log(panel: FakePanel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    panel.looks = [[report("# Done"), ("status", "finished")]]

    with PanelClient(panel.url, "admin", PASSWORD) as client:
        follow(client)

    assert caplog.records
    assert PASSWORD not in caplog.text


def test_a_panel_that_is_not_there() -> None:
    with (
        pytest.raises(OperatorError, match="does not answer"),
        PanelClient("http://127.0.0.1:9", "admin", "x"),
    ):
        pass


def test_a_panel_that_breaks_while_a_run_is_followed(panel: FakePanel, client: PanelClient) -> None:
    panel.status = 500

    with pytest.raises(OperatorError, match="answered with HTTP 500"):
        follow(client)


def test_something_else_at_the_panels_address(
    panel: FakePanel, client: PanelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "answer", lambda *_: (200, b"<html>", {}))

    with pytest.raises(OperatorError, match="is not the Kodosumi panel"):
        client.launch(FLOW, {})


def test_the_password_is_known_once_the_system_was_started(tmp_path: Any) -> None:
    with pytest.raises(OperatorError, match="polmon up"):
        admin_password(Settings(home=tmp_path))
