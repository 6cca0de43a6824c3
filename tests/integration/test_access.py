"""Keys over a real server on a socket, asked by httpx and by the official client; the real agents answer."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import uvicorn

from political_monitoring.access.audit import Entry, open_audit
from political_monitoring.access.gate import open_gate
from political_monitoring.answering.archive import open_archive
from political_monitoring.chat.server import create_app
from political_monitoring.cli.main import run
from political_monitoring.runtime import Workspaces, open_runtime
from political_monitoring.settings import Settings, load_settings
from political_monitoring.telemetry import MemoryMeter

pytestmark = pytest.mark.timeout(300)

CLIENT = "Müller & Söhne"
CHOOSE_CLIENT = {"X-Polmon-Workspace": "M%C3%BCller%20%26%20S%C3%B6hne"}
QUESTION = "What is the status of the AI Act?"
TEXTS = Path(__file__).parents[2] / "samples" / "texts"
MODEL = "political-monitoring-agent"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public graph knows of the AI Act; a client's workspace knows of it and of the Schrems judgment."""
    folder = tmp_path_factory.mktemp("access-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLMON_HOME", str(folder))
        assert run(["ingest", str(TEXTS / "2024-07-12-ai-act-published.md"), "--processes", "1"]) == 0
        assert run(["workspace", "create", CLIENT]) == 0
        theirs = [str(TEXTS / "2020-07-16-schrems-ii-judgment.md"), "--processes", "1", "--workspace", CLIENT]
        assert run(["ingest", *theirs]) == 0
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    """The address of a chat server whose settings say that others can reach it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLMON_HOME", str(home))
        patch.setenv("POLMON_SERVER_HOST", "0.0.0.0")
        with serving(load_settings()) as address:
            yield address


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    workspaces, gate = Workspaces(open_runtime(settings)), open_gate(settings)
    app = create_app(
        workspaces,
        settings.chat,
        gate.clock,
        MemoryMeter(),
        "r1",
        prefix="/v1",
        answers=workspaces,
        gate=gate,
    )
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        until(lambda: running.started)
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/v1"
    finally:
        running.should_exit = True
        thread.join(30)
        gate.close()
        workspaces.close()


@pytest.fixture
def polmon(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """The command line on the server's POLMON_HOME; what it prints as JSON."""
    monkeypatch.setenv("POLMON_HOME", str(home))

    def call(*arguments: str) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


def until[T](found: Callable[[], T], seconds: float = 30) -> T:
    """What `found` returns as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, f"{found} did not come true within {seconds} s"
        time.sleep(0.02)
    return value


def ask(address: str, key: str = "", text: str = QUESTION, **headers: str) -> httpx.Response:
    body = {"model": MODEL, "messages": [{"role": "user", "content": text}]}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return httpx.post(f"{address}/chat/completions", json=body, headers=headers, timeout=60)


def sources(answer: Any) -> list[dict[str, Any]]:
    """What a completion of the official client rests on."""
    found: list[dict[str, Any]] = answer.sources
    assert found
    return found


def tells_of_the_judgment(response: httpx.Response) -> bool:
    assert response.status_code == 200, response.text
    return "Privacy Shield" in "".join(source["title"] for source in response.json()["sources"])


def settled(address: str, key: str, status: int) -> httpx.Response:
    """The answer as soon as the server knows what has become of a key."""
    last: list[httpx.Response] = []

    def done() -> bool:
        last[:] = [httpx.get(f"{address}/models", headers={"Authorization": f"Bearer {key}"})]
        return last[0].status_code == status

    until(done)
    return last[0]


def entries(key_id: str) -> Sequence[Entry]:
    with closing(open_audit(load_settings())) as trail:
        return trail.newest(100, key_id)


def test_without_a_valid_key_nothing_is_answered(server: str, polmon: Callable[..., Any]) -> None:
    made = polmon("keys", "create", "Gone")
    settled(server, made["key"], 200)
    polmon("keys", "revoke", made["id"])
    refused = [ask(server), ask(server, "wrong"), ask(server, made["key"][:-4] + "ffff")]
    refused.append(settled(server, made["key"], 401))
    assert {one.status_code for one in refused} == {401}
    assert len({one.content for one in refused}) == 1
    assert {one.headers["www-authenticate"] for one in refused} == {"Bearer"}
    with pytest.raises(openai.AuthenticationError) as caught:
        openai.OpenAI(base_url=server, api_key="wrong", max_retries=0).models.list()
    assert caught.value.code == "invalid_api_key"


def test_a_key_that_expires_is_refused_from_its_moment_on(server: str, polmon: Callable[..., Any]) -> None:
    ends = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 6))
    made = polmon("keys", "create", "Guest", "--rate", "1000/second", "--expires", ends)
    settled(server, made["key"], 200)
    settled(server, made["key"], 401)
    assert [one["state"] for one in polmon("keys", "list") if one["id"] == made["id"]] == ["expired"]


def test_the_official_client_asks_and_the_audit_says_so(server: str, polmon: Callable[..., Any]) -> None:
    made = polmon("keys", "create", "Newsroom")
    settled(server, made["key"], 200)
    client = openai.OpenAI(base_url=server, api_key=made["key"])
    messages: Any = [{"role": "user", "content": f"{QUESTION} My password: hunter2"}]
    whole = client.chat.completions.create(model=MODEL, messages=messages)
    streamed = list(client.chat.completions.create(model=MODEL, messages=messages, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices)

    until(lambda: len(entries(made["id"])) == 2)
    found = entries(made["id"])
    assert {one.answer_id for one in found} == {whole.id, streamed[0].id}
    for one in found:
        assert (one.status, one.workspace) == (200, "public")
        assert one.question == f"{QUESTION} My password: ****"
        assert set(one.documents) == {source["document_id"] for source in sources(whole)}
        assert one.seconds > 0
    of_document = polmon("audit", "--document", found[0].documents[0], "--key", made["id"])
    assert [one["key_name"] for one in of_document] == ["Newsroom", "Newsroom"]
    used = until(lambda: [one["last_used_at"] for one in polmon("keys", "list") if one["id"] == made["id"]])
    assert used[0]


def test_a_key_reads_its_workspaces_and_no_other(server: str, polmon: Callable[..., Any]) -> None:
    public = polmon("keys", "create", "Public", "--workspace", "public")
    theirs = polmon("keys", "create", "Client", "--workspace", CLIENT, "--workspace", "public")
    every = polmon("keys", "create", "Everything", "--all-workspaces")
    settled(server, every["key"], 200)
    judgment = "What did the Court decide in Schrems II?"

    assert tells_of_the_judgment(ask(server, theirs["key"], judgment))
    assert tells_of_the_judgment(ask(server, every["key"], judgment, **CHOOSE_CLIENT))
    assert not tells_of_the_judgment(ask(server, public["key"], judgment))
    assert not tells_of_the_judgment(ask(server, theirs["key"], judgment, **{"X-Polmon-Workspace": "public"}))

    forbidden = ask(server, public["key"], judgment, **CHOOSE_CLIENT)
    assert (forbidden.status_code, forbidden.json()["error"]["code"]) == (403, "insufficient_permissions")
    unknown = ask(server, public["key"], judgment, **{"X-Polmon-Workspace": "nobody"})
    assert unknown.status_code == 403, "whether there is such a workspace is nobody's business"
    assert ask(server, every["key"], judgment, **{"X-Polmon-Workspace": "nobody"}).status_code == 404
    with pytest.raises(openai.PermissionDeniedError):
        openai.OpenAI(base_url=server, api_key=public["key"], default_headers=CHOOSE_CLIENT).models.list()


def test_a_workspace_that_was_removed_is_not_read_any_more(server: str, polmon: Callable[..., Any]) -> None:
    every = polmon("keys", "create", "All of them", "--all-workspaces")
    settled(server, every["key"], 200)

    def asked() -> int:
        return ask(server, every["key"], **{"X-Polmon-Workspace": "Brief"}).status_code

    for _ in range(2):
        assert asked() == 404
        polmon("workspace", "create", "Brief")
        assert asked() == 200
        assert run(["workspace", "remove", "Brief", "--yes"]) == 0


def test_answers_of_a_workspace_are_kept_in_it(server: str, polmon: Callable[..., Any]) -> None:
    made = polmon("keys", "create", "Keeper", "--workspace", CLIENT)
    settled(server, made["key"], 200)
    answer_id = ask(server, made["key"]).json()["id"]

    def kept(workspace: str) -> bool:
        with closing(open_archive(load_settings().in_workspace(workspace))) as archive:
            return archive.find(answer_id) is not None

    until(lambda: kept(CLIENT))
    assert not kept("public")


def test_over_the_rate_is_told_when_to_come_back_and_then_answered(
    server: str, polmon: Callable[..., Any]
) -> None:
    made = polmon("keys", "create", "Slow", "--rate", "1/second")
    settled(server, made["key"], 200)

    def refused() -> httpx.Response | None:
        response = ask(server, made["key"], "hello")
        return response if response.status_code == 429 else None

    response = until(refused)
    assert response is not None
    assert response.headers["retry-after"] == "1"
    assert response.json()["error"]["code"] == "rate_limit_exceeded"
    client = openai.OpenAI(base_url=server, api_key=made["key"], max_retries=5)
    for _ in range(3):  # the client heeds Retry-After by itself
        assert client.models.list().data[0].id == MODEL


def test_no_key_is_in_any_file(server: str, home: Path, polmon: Callable[..., Any]) -> None:
    made = polmon("keys", "create", "Secret")
    settled(server, made["key"], 200)
    assert ask(server, made["key"], f"Who wrote {made['key']}?").status_code == 200
    until(lambda: [one for one in entries(made["id"]) if "****" in one.question])
    secret = made["key"].rpartition("_")[2].encode()
    assert [path for path in home.rglob("*") if path.is_file() and secret in path.read_bytes()] == []
