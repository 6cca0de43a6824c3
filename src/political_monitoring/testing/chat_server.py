"""The chat API on a free port of this machine, without Ray: for clients that want a server, in tests and on a desk."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from fastapi import FastAPI
from starlette.types import ASGIApp

from political_monitoring.chat.remembering import Sessions
from political_monitoring.chat.server import create_app
from political_monitoring.runtime import dependencies, open_runtime
from political_monitoring.settings import Settings
from political_monitoring.telemetry import MemoryMeter

START_SECONDS = 30


@contextlib.contextmanager
def chat_app(settings: Settings) -> Iterator[FastAPI]:
    """The chat API over the settings' graph, as a plain server has it: under /v1."""
    with open_runtime(settings) as runtime, contextlib.closing(Sessions(settings, runtime.clock)) as sessions:
        yield create_app(
            runtime.orchestrator,
            settings.chat,
            runtime.clock,
            MemoryMeter(),
            "dev",
            prefix="/v1",
            answers=runtime.answers,
            sessions=sessions,
            checks=dependencies(runtime),
        )


@contextlib.contextmanager
def chat_server(settings: Settings) -> Iterator[str]:
    """The address of that API, without the /v1, for as long as the block lasts."""
    with chat_app(settings) as app, served(app) as address:
        yield address


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address of an application on a real HTTP server, in a thread of this process."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="http-server")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started, "the server did not start"
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
