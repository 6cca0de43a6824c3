"""Who is let in, as whom, and what is said to those who are not."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from political_monitoring.access.callers import Caller, Role
from political_monitoring.access.gate import Gate, open_gate
from political_monitoring.access.keys import KeyStore, open_keys
from political_monitoring.chat.admission import Admission
from political_monitoring.cli.main import run
from political_monitoring.errors import StoreUnavailable
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock


class Behind:
    """What stands behind the gate: says who reached it, and counts."""

    def __init__(self) -> None:
        self.reached = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached += 1
        state = Request(scope).state
        answer = {"caller": state.caller.name, "role": state.caller.role, "workspace": state.workspace}
        await JSONResponse(answer)(scope, receive, send)


@pytest.fixture(autouse=True)
def public_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", "0.0.0.0")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> Iterator[KeyStore]:
    opened = open_keys(load_settings(), clock)
    yield opened
    opened.close()


@pytest.fixture
def gate(clock: FrozenClock) -> Iterator[Gate]:
    opened = open_gate(load_settings(), clock)
    yield opened
    opened.close()


def get(
    app: Admission, headers: Mapping[str, str] | list[tuple[bytes, bytes]], url: str = "/"
) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(url, headers=headers)

    return asyncio.run(call())


def bearing(shown: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}", **more}


def error_of(response: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    return error


def test_on_loopback_everybody_is_at_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", "127.0.0.1")
    response = get(Admission(Behind(), open_gate(load_settings())), {})
    assert response.json() == {"caller": "this machine", "role": "operator", "workspace": "public"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "", "polmon.example"])
def test_no_setting_opens_another_bind(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", host)
    monkeypatch.setenv("POLMON_ACCESS_AUDIT", "off")
    settings = load_settings()
    assert settings.keys_demanded
    assert settings.audited


@pytest.mark.parametrize(("host", "demanded"), [("127.0.0.1", False), ("::1", False), ("localhost", False)])
def test_loopback_demands_keys_only_if_told_to(
    host: str, demanded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", host)
    assert load_settings().keys_demanded is demanded
    monkeypatch.setenv("POLMON_ACCESS_KEYS", "always")
    assert load_settings().keys_demanded


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(
    gate: Gate, store: KeyStore, clock: FrozenClock
) -> None:
    shown, _ = store.create("a", "reader", [], "9/second")
    revoked, key = store.create("b", "reader", [], "9/second")
    store.revoke(key.id)
    expired, _ = store.create("c", "reader", [], "9/second", clock())
    behind = Behind()
    wrong = [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {shown}"},
        {"Authorization": shown},
        bearing("sk-something-else"),
        bearing(shown[:-1]),
        bearing(shown[:-4] + "0000"),
        bearing(shown.upper()),
        bearing(f"polmon_{'0' * 10}_{'0' * 64}"),
        bearing(revoked),
        bearing(expired),
    ]
    answers = [get(Admission(behind, gate), headers) for headers in wrong]
    assert {one.status_code for one in answers} == {401}
    assert len({one.content for one in answers}) == 1
    assert {one.headers["www-authenticate"] for one in answers} == {"Bearer"}
    assert error_of(answers[0])["code"] == "invalid_api_key"
    assert shown not in answers[0].text
    assert behind.reached == 0
    assert get(Admission(behind, gate), bearing(shown)).json()["caller"] == "a"


@pytest.mark.parametrize("name", [b"authorization", b"Authorization", b"AUTHORIZATION"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_header_and_scheme_are_read_in_any_case(
    name: bytes, scheme: str, gate: Gate, store: KeyStore
) -> None:
    shown, _ = store.create("a", "reader", [], "9/second")
    headers = [(name, f"{scheme} {shown}".encode())]
    assert get(Admission(Behind(), gate), headers).status_code == 200


@pytest.mark.parametrize(
    ("role", "takes", "status"),
    [
        ("reader", "reader", 200),
        ("reader", "analyst", 403),
        ("analyst", "reader", 200),
        ("analyst", "operator", 403),
        ("operator", "operator", 200),
    ],
)
def test_a_role_may_do_what_those_before_it_may(
    role: Role, takes: Role, status: int, gate: Gate, store: KeyStore
) -> None:
    shown, _ = store.create("a", role, [], "9/second")
    response = get(Admission(Behind(), gate, takes), bearing(shown))
    assert response.status_code == status
    if status == 403:
        assert error_of(response)["code"] == "insufficient_permissions"


@pytest.mark.parametrize(
    ("bound", "wanted", "status", "answers"),
    [
        (["Müller & Söhne", "public"], None, 200, "Müller & Söhne"),
        (["Müller & Söhne", "public"], "public", 200, "public"),
        (["Müller & Söhne"], "M%C3%BCller%20%26%20S%C3%B6hne", 200, "Müller & Söhne"),
        (["Müller & Söhne"], "Mu\u0308ller & So\u0308hne", 200, "Müller & Söhne"),
        (["Müller & Söhne"], "public", 403, ""),
        ([], None, 200, "public"),
        ([], "elsewhere", 200, "elsewhere"),
        ([], "../x", 400, ""),
    ],
)
def test_a_request_chooses_among_the_workspaces_of_its_key(
    bound: list[str], wanted: str | None, status: int, answers: str, gate: Gate, store: KeyStore
) -> None:
    shown, _ = store.create("a", "reader", bound, "9/second")
    headers = [(b"authorization", f"Bearer {shown}".encode())]
    if wanted is not None:
        headers.append((b"X-Polmon-Workspace", wanted.encode()))
    response = get(Admission(Behind(), gate), headers)
    assert response.status_code == status
    if status == 200:
        assert response.json()["workspace"] == answers


def test_over_the_rate_is_429_for_that_key_alone(gate: Gate, store: KeyStore) -> None:
    shown, _ = store.create("a", "reader", [], "2/hour")
    other, _ = store.create("b", "reader", [], "2/hour")
    app = Admission(Behind(), gate)
    assert [get(app, bearing(shown)).status_code for _ in range(3)] == [200, 200, 429]
    refused = get(app, bearing(shown))
    assert error_of(refused)["code"] == "rate_limit_exceeded"
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert get(app, bearing(other)).status_code == 200


@pytest.mark.parametrize(
    "query", ["api_key={}", "x=1&access_token=abc", "note={}", "%61pi_key=abc", "KEY=abc"]
)
def test_a_key_in_the_url_is_refused_with_a_sentence(query: str, gate: Gate, store: KeyStore) -> None:
    shown, _ = store.create("a", "reader", [], "9/second")
    response = get(Admission(Behind(), gate), bearing(shown), f"/?{query.format(shown)}")
    assert response.status_code == 400
    assert "does not belong in a URL" in error_of(response)["message"]
    assert shown not in response.text


def test_an_ordinary_query_is_let_through(gate: Gate, store: KeyStore) -> None:
    shown, _ = store.create("a", "reader", [], "9/second")
    assert get(Admission(Behind(), gate), bearing(shown), "/?q=monkey&keyword=x&limit=3").status_code == 200


def test_while_keys_cannot_be_read_nobody_comes_in_and_nobody_learns_why(
    gate: Gate, store: KeyStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(_: KeyStore) -> list[object]:
        raise StoreUnavailable("The ledger at db.internal:5432 cannot be used: down")

    shown, _ = store.create("a", "reader", [], "9/second")
    monkeypatch.setattr(KeyStore, "all", away)
    response = get(Admission(Behind(), gate), bearing(shown))
    assert response.status_code == 503
    assert "retry-after" in response.headers
    assert "db.internal" not in response.text
    assert "db.internal" in caplog.text


def test_open_paths_and_vouched_callers_need_no_key(gate: Gate) -> None:
    def vouched(headers: Mapping[str, str]) -> Caller | None:
        return Caller("", "the panel", "operator") if headers.get("cookie") == "session=good" else None

    async def open_page(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({})(scope, receive, send)

    app = Admission(Behind(), gate, "operator", vouched=vouched)
    assert get(app, {"Cookie": "session=good"}).json()["caller"] == "the panel"
    assert get(app, {"Cookie": "session=bad"}).status_code == 401
    page = Admission(open_page, gate, open_paths=("/openapi.json",))
    assert get(page, {}, "/openapi.json").status_code == 200
    assert get(page, {}, "/openapi.json/").status_code == 401
    assert get(page, {}, "/").status_code == 401


def test_web_sockets_are_closed(gate: Gate) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    behind = Behind()
    asyncio.run(Admission(behind, gate)({"type": "websocket"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert behind.reached == 0


def test_refusals_are_recorded_with_the_key_that_is_claimed(
    gate: Gate, store: KeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    shown, key = store.create("Newsroom", "reader", ["public"], "1/hour")
    app = Admission(Behind(), gate)
    for headers in ({}, bearing(shown[:-4] + "0000"), bearing(shown), bearing(shown)):
        get(app, headers)
    gate.close()
    assert run(["audit", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sorted((one["status"], one["key_id"], one["key_name"]) for one in found) == [
        (401, "", ""),
        (401, key.id, "Newsroom"),
        (429, key.id, "Newsroom"),
    ]
    assert {one["question"] for one in found} == {""}


def test_who_hammers_does_not_fill_the_audit(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    app = Admission(Behind(), gate)
    for _ in range(70):
        assert get(app, {}).status_code == 401
    gate.close()
    assert run(["audit", "--json", "--top", "100"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 60
