"""The official client of the Model Context Protocol against our server, over HTTP and over standard input."""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import httpx2
import jsonschema
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from political_monitoring.access.audit import Entry, open_audit
from political_monitoring.access.keys import open_keys
from political_monitoring.knowledge.open import open_graph
from political_monitoring.mcp_server import ASK, CALLS_AT_ONCE, document_uri
from political_monitoring.runtime import open_runtime
from political_monitoring.serving.mcp import create_app
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.tool_calls import CALLS, GONE, KNOWN_EARLY, LATE, NOW, fill
from political_monitoring.tools.registry import QUOTED, TOOLS

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
QUESTION = {"question": "What is the status of the Widget Law?"}

Connect = Callable[[], Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("mcp")
    made = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    with closing(open_graph(made, FrozenClock(NOW))) as graph:
        fill(graph)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """A server on loopback, as in a Serve replica."""
    with serving(settings) as address:
        yield address


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    with open_runtime(settings, FrozenClock(NOW)) as runtime:
        config = uvicorn.Config(create_app(runtime, "r1"), port=0, log_level="error", root_path="/mcp")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(params=["http", "stdio", "before"])
def connect(request: pytest.FixtureRequest, settings: Settings) -> Connect:
    """A client over each way in; "before" speaks the revision before, with its handshake."""
    if request.param == "stdio":
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("POLMON_")},
            "POLMON_HOME": str(settings.home),
            "POLMON_GRAPH_VECTORS": "off",
        }
        command = "import sys; from political_monitoring.cli.main import run; sys.exit(run(['mcp']))"
        started = StdioServerParameters(command=sys.executable, args=["-c", command], env=environment)
        return lambda: Client(started)
    address = request.getfixturevalue("address")
    return lambda: Client(address, mode="legacy" if request.param == "before" else "2026-07-28")


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_every_tool_is_announced_and_returns_what_it_announces(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            announced = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(announced) == {*TOOLS, ASK}
            assert announced["search"].input_schema == TOOLS["search"].parameters
            for name, tool in announced.items():
                told = await client.call_tool(name, {**CALLS.get(name, QUESTION)})
                assert not told.is_error, told.content
                jsonschema.validate(told.structured_content, tool.output_schema)
                assert QUOTED in told.content[0].text
                if name in CALLS:
                    assert json.loads(told.content[0].text) == told.structured_content
                    assert LATE in told.content[0].text.lower()

    run(work)


def test_the_clocks_reach_the_tools(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            told = await client.call_tool("who_voted", {**CALLS["who_voted"], "known_at": str(KNOWN_EARLY)})
            assert GONE in told.content[0].text.lower()
            assert LATE not in told.content[0].text.lower()

    run(work)


def test_an_answer_cites_every_sentence_and_obeys_the_clocks(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            now = (await client.call_tool(ASK, QUESTION)).structured_content
            then = (await client.call_tool(ASK, {**QUESTION, "as_of": "2025-01-31"})).structured_content
        assert now["answer_id"].startswith("mcp-")
        assert "adopted" in now["answer"]
        assert "adopted" not in then["answer"]
        assert then["as_of"] == "2025-01-31"
        for told in (now, then):
            assert told["citations"]
            assert all(f"[{one['number']}]" in told["answer"] for one in told["citations"])
            assert all(one["quote_hash"] and one["title"] for one in told["citations"])

    run(work)


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("get_entity_details", {"entity": "Gizmo Law"}, "There is no entity 'Gizmo Law'; the nearest are"),
    ("get_entity_details", {}, "get_entity_details: argument entity: Field required."),
    ("search", {"text": "a", "as_of": "soon"}, "search: argument as_of:"),
    ("compare_versions", {"document": "widget"}, "No document 'widget' was known then; the nearest are"),
    (ASK, {"question": ""}, "ask: argument question:"),
)


def test_what_goes_wrong_in_a_tool_is_one_sentence_and_an_error(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            for name, arguments, sentence in WRONG:
                told = await client.call_tool(name, arguments)
                assert told.is_error
                assert told.content[0].text.startswith(sentence)
                assert "\n" not in told.content[0].text

    run(work)


def test_documents_are_resources_and_what_is_not_there_is_said(connect: Connect) -> None:
    async def work() -> None:
        async with connect() as client:
            templates = (await client.list_resource_templates()).resource_templates
            assert [one.uri_template for one in templates] == ["polmon://documents/{document_id}"]
            read = await client.read_resource(document_uri("base"))
            assert "The Commission proposes the Widget Law." in read.contents[0].text
            for nothing in (document_uri("gone"), "polmon://elsewhere/base"):
                with pytest.raises(MCPError, match="There is no document"):
                    await client.read_resource(nothing)
            with pytest.raises(MCPError, match="There is no tool 'divine'"):
                await client.call_tool("divine", {})

    run(work)


def test_many_clients_are_served_at_once(address: str) -> None:
    async def one(client: Client) -> str:
        told = await client.call_tool("get_procedure_status", {"entity": "Widget Law"})
        return str(told.structured_content["result"]["current"]["stage"])

    async def work() -> None:
        async with Client(address, mode="2026-07-28") as first, Client(address, mode="2026-07-28") as second:
            calls = [one(client) for client in (first, second) for _ in range(2 * CALLS_AT_ONCE)]
            assert set(await asyncio.gather(*calls)) == {"adopted"}

    run(work)


def test_who_it_is_can_be_asked_and_a_page_of_another_name_is_refused(address: str) -> None:
    identity = {"product": "political-monitoring", "service": "mcp", "release": "r1"}
    assert httpx.get(f"{address}/health").json() == identity
    headers = {"host": "evil.example", "accept": "application/json, text/event-stream"}
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert httpx.post(address, json=ping, headers=headers).status_code == 421
    assert httpx.get(address, headers={"accept": "application/json"}).status_code in {405, 406}
    assert httpx.post(f"{address}/elsewhere", json=ping).status_code == 404


def test_where_keys_are_demanded_one_opens_and_the_audit_tells_what_was_called(settings: Settings) -> None:
    guarded = load_settings(
        {"POLMON_HOME": str(settings.home), "POLMON_GRAPH_VECTORS": "off", "POLMON_ACCESS_KEYS": "always"}
    )
    with closing(open_keys(guarded, FrozenClock(NOW))) as keys:
        key, made = keys.create("a client of the protocol", "reader", (), "600/minute")

    async def work(address: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http), mode="2026-07-28") as client,
        ):
            assert not (await client.call_tool("get_entity_details", {"entity": "Widget Law"})).is_error
            assert not (await client.call_tool(ASK, QUESTION)).is_error

    def told() -> list[Entry]:
        with closing(open_audit(guarded)) as trail:
            return trail.newest(10, made.id)

    with serving(guarded) as address:
        assert httpx.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code == 401
        asyncio.run(work(address))
        deadline = time.monotonic() + 20
        while len(told()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    asked = {one.question: one for one in told()}
    assert 'get_entity_details {"entity": "Widget Law"}' in asked
    assert asked[QUESTION["question"]].documents
