"""The flow's HTTP side, without Ray: the form, its errors, its identity, and no traceback for anybody."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jose import jwt
from kodosumi.const import ALGORITHM, HEADER_KEY, KODOSUMI_LAUNCH, KODOSUMI_URL, TOKEN_KEY
from starlette.responses import JSONResponse

from political_monitoring.access.keys import open_keys
from political_monitoring.clock import utc_now
from political_monitoring.deployment import credentials
from political_monitoring.deployment.credentials import write_credential
from political_monitoring.flows.data_ingestion import app as flow
from political_monitoring.flows.data_ingestion.form import Submission
from political_monitoring.ingestion.run import IngestionRequest
from political_monitoring.settings import IngestionSettings, ServerSettings, Settings

FROM_PANEL = {KODOSUMI_URL: "http://127.0.0.1:3370"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    application = flow.create_app(Settings(home=tmp_path), release="r7")
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was given to Kodosumi to start; no cluster is behind it."""
    calls: list[dict[str, Any]] = []

    def launch(request: object, entry_point: str, inputs: dict[str, Any]) -> JSONResponse:
        calls.append({"entry_point": entry_point, "inputs": inputs})
        return JSONResponse({"fid": "f1"}, headers={KODOSUMI_LAUNCH: "f1"})

    monkeypatch.setattr(flow, "Launch", launch)
    return calls


def test_it_says_who_it_is(client: TestClient) -> None:
    assert client.get("/identity").json() == {
        "product": "political-monitoring",
        "service": "flow1-data-ingestion",
        "release": "r7",
    }


def test_the_panel_finds_the_form_in_the_description(client: TestClient) -> None:
    description = client.get("/openapi.json").json()

    assert description["info"]["version"] == "r7"
    assert description["paths"]["/"]["get"]["x-kodosumi"] is True
    assert description["paths"]["/"]["get"]["tags"] == ["flow1-data-ingestion"]


def test_the_form_has_every_field(client: TestClient) -> None:
    elements = client.get("/").json()["elements"]

    assert [one["name"] for one in elements if one.get("name")] == [
        "job_name",
        "targets",
        "uploads",
        "store",
        "limit",
        "language",
        "extraction",
        "batch_size",
        "parallelism",
        "force",
        "clear",
        "clear_confirm",
    ]


def test_a_good_form_starts_a_run_with_its_request(
    client: TestClient, launched: list[dict[str, Any]], tmp_path: Path
) -> None:
    form = {"job_name": "Bills", "targets": str(tmp_path), "limit": "20", "force": "on"}

    answer = client.post("/", json=form, headers=FROM_PANEL)

    assert answer.json()["result"] == "f1"
    (call,) = launched
    assert call["entry_point"] == "political_monitoring.flows.data_ingestion.entrypoint:run_ingestion"
    request = IngestionRequest("Bills", (str(tmp_path),), limit=20, batch_size=5, force=True)
    assert call["inputs"] == Submission(request, actors=2).to_inputs()


def test_uploaded_files_are_named_to_the_run(client: TestClient, launched: list[dict[str, Any]]) -> None:
    items = {"u1": {"filename": "b.pdf", "totalChunks": 1}, "u2": {"filename": "a.md", "totalChunks": 1}}
    form = {"job_name": "Bills", "uploads": json.dumps({"batchId": "", "items": items})}

    client.post("/", json=form, headers=FROM_PANEL)

    assert [call["inputs"]["uploads"] for call in launched] == [["a.md", "b.pdf"]]


def test_without_memory_no_run_is_started(launched: list[dict[str, Any]], tmp_path: Path) -> None:
    greedy = Settings(home=tmp_path, ingestion=IngestionSettings(free_memory=10**15))
    with TestClient(flow.create_app(greedy, "r7"), raise_server_exceptions=False) as client:
        answer = client.post("/", json={"job_name": "Bills", "targets": str(tmp_path)}, headers=FROM_PANEL)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert answer.json()["detail"].startswith(
        "A run needs 1,000,000,000 MB of free memory and this machine has "
    )
    assert launched == []


def test_a_bad_form_starts_nothing_and_says_why(client: TestClient, launched: list[dict[str, Any]]) -> None:
    answer = client.post("/", json={"job_name": "Bills", "targets": "/nowhere"}, headers=FROM_PANEL).json()

    assert answer["errors"]["targets"] == [
        "Line 1: /nowhere does not exist; name a file, a folder, a pattern or a URL."
    ]
    assert launched == []


def test_a_run_is_not_started_behind_the_panels_back(
    client: TestClient, launched: list[dict[str, Any]], tmp_path: Path
) -> None:
    answer = client.post("/", json={"job_name": "Bills", "targets": str(tmp_path)}).json()

    assert answer["errors"]["_global_"] == [
        "Runs are started in the Kodosumi panel, which keeps their results."
    ]
    assert launched == []


@pytest.mark.parametrize("body", ["{}", "{", ""])
def test_a_body_without_fields_is_an_empty_form(body: str, client: TestClient) -> None:
    answer = client.post("/", content=body, headers=FROM_PANEL)

    assert set(answer.json()["errors"]) == {"job_name", "targets", "_global_"}


@pytest.mark.parametrize("body", ["7", "null", "[1, 2]", '"text"', '{"uploads": "x"}'])
def test_a_body_that_is_no_form_meets_a_sentence(body: str, client: TestClient) -> None:
    answer = client.post("/", content=body, headers=FROM_PANEL)

    assert_one_sentence(answer.status_code, answer.text)


def test_a_launch_that_fails_meets_a_sentence(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def launch(*_: object, **__: object) -> JSONResponse:
        raise RuntimeError("cannot reach 10.0.0.7 with password=hunter2")

    monkeypatch.setattr(flow, "Launch", launch)

    answer = client.post("/", json={"job_name": "Bills", "targets": str(tmp_path)}, headers=FROM_PANEL)

    assert_one_sentence(answer.status_code, answer.text)
    assert "hunter2" not in answer.text


def test_what_does_not_exist_is_not_found(client: TestClient) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def assert_one_sentence(status: int, text: str) -> None:
    assert status == 500
    assert text == '{"detail":"The flow met a defect; the log of its replica says which."}'


SESSION_KEY = "the key that polmon up generated for the panel"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    """The flow on a bind that others can reach, and the panel's key beside it."""
    settings = Settings(home=tmp_path, server=ServerSettings(host="0.0.0.0"))
    write_credential(settings, credentials.SESSION_KEY, SESSION_KEY)
    with TestClient(flow.create_app(settings, release="r7"), raise_server_exceptions=False) as client:
        yield client


def session(key: str = SESSION_KEY, minutes: int = 5) -> str:
    """What the panel gives a user who has logged in."""
    ends = utc_now() + dt.timedelta(minutes=minutes)
    return str(jwt.encode({"sub": "someone", "exp": ends}, key, ALGORITHM))


def test_where_others_can_reach_it_the_flow_takes_the_panels_users(guarded: TestClient) -> None:
    assert guarded.get("/").status_code == 401
    assert guarded.post("/", json={}, headers=FROM_PANEL).status_code == 401
    assert guarded.get("/", headers={"Cookie": f"{TOKEN_KEY}={session()}"}).status_code == 200
    assert guarded.get("/", headers={HEADER_KEY: session()}).status_code == 200


@pytest.mark.parametrize(
    "token", [session("another key"), session(minutes=-5), "", "a.b.c", f"{session()[:-3]}AAA"]
)
def test_a_session_that_the_panel_has_not_given_does_not_count(token: str, guarded: TestClient) -> None:
    assert guarded.get("/", headers={"Cookie": f"{TOKEN_KEY}={token}"}).status_code == 401


def test_the_panel_reads_the_description_before_anybody_has_logged_in(guarded: TestClient) -> None:
    assert "x-kodosumi" in guarded.get("/openapi.json").text
    assert guarded.get("/identity").status_code == 401


def test_the_flow_takes_an_operators_key_and_no_readers(guarded: TestClient, tmp_path: Path) -> None:
    with closing(open_keys(Settings(home=tmp_path), utc_now)) as store:
        operator, _ = store.create("a", "operator", [], "9/second")
        reader, _ = store.create("b", "reader", [], "9/second")
    assert guarded.get("/", headers={"Authorization": f"Bearer {operator}"}).status_code == 200
    assert guarded.get("/", headers={"Authorization": f"Bearer {reader}"}).status_code == 403
