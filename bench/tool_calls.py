"""Calls of tools in process, and over the Model Context Protocol by its official client, one after the other.

Beside it, in the same run: the same number of POST requests to an ASGI application that does nothing.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import uvicorn
from mcp import Client
from measuring import Figure, milliseconds, p50, p95, print_figures
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from political_monitoring.knowledge.open import open_graph
from political_monitoring.mcp_server import create_mcp, http_app
from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.tool_calls import CALLS, NOW, fill
from political_monitoring.tools.registry import TOOLS

ROUNDS = 10
WARM = 2


def main() -> None:
    """Fill a small graph, call every tool in three ways, print."""
    clock = FrozenClock(NOW)
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"})
        with closing(open_graph(settings, clock)) as graph:
            fill(graph)
        with open_runtime(settings, clock) as runtime:
            direct = in_process(runtime)
            with served(http_app(create_mcp(runtime), "127.0.0.1", 1_000_000)) as address:
                remote = asyncio.run(over_http(address))
        with served(JSONResponse({})) as address, httpx.Client() as http:
            nothing = milliseconds([lambda: http.post(address, json={})] * len(remote))
    over = p50(remote) - p50(direct)
    figures = [
        Figure("in process, JSON included: p50 of all tools", "", f"{p50(direct):.1f} ms", None),
        Figure("  p95", "", f"{p95(direct):.1f} ms", None),
        Figure("over the protocol: p50", "", f"{p50(remote):.1f} ms", None),
        Figure("  p95", "", f"{p95(remote):.1f} ms", None),
        Figure("  added by the protocol, its client and HTTP", "", f"{over:.1f} ms", None),
        Figure("an application that does nothing: p50", "", f"{p50(nothing):.1f} ms", None),
    ]
    print_figures(f"{len(TOOLS)} tools on a small graph, {ROUNDS} rounds, one client", figures)


def in_process(runtime: Runtime) -> list[float]:
    """Milliseconds of each call."""
    calls = [
        lambda tool=tool: tool.call(runtime.graph, CALLS[tool.name], runtime.clock)
        for _ in range(WARM + ROUNDS)
        for tool in TOOLS.values()
    ]
    return milliseconds(calls)[WARM * len(TOOLS) :]


async def over_http(address: str) -> list[float]:
    """Milliseconds of each call, seen by the client."""
    taken = []
    async with Client(address, mode="2026-07-28") as client:
        await client.list_tools()
        for _ in range(WARM + ROUNDS):
            for name in TOOLS:
                begun = time.perf_counter()
                told = await client.call_tool(name, dict(CALLS[name]))
                taken.append((time.perf_counter() - begun) * 1_000)
                assert not told.is_error, told.content
    return taken[WARM * len(TOOLS) :]


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address of a server on loopback while the block lasts."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
