"""Clients that go away in the middle of slow answers, on a real server: the work stops and the next is served."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import Answer, AnswerDelta, AnswerDone, Event
from political_monitoring.chat.server import create_app
from political_monitoring.settings import ChatSettings
from political_monitoring.telemetry import MemoryMeter
from political_monitoring.testing.chat_server import served
from political_monitoring.testing.clock import FrozenClock

ABORTED = 100
AT_ONCE = 2
PATIENCE = 30


class Slow:
    """Begins at once or never, and then works for ever; a question that says "quick" is answered."""

    def __init__(self) -> None:
        self.begun = self.stopped = 0

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        if "quick" in question.text:
            yield AnswerDelta("Done.")
            yield AnswerDone(Answer("Done.", (), None))
            return
        self.begun += 1
        try:
            if "silent" not in question.text:
                yield AnswerDelta("The Act ")
            await asyncio.Event().wait()
        finally:
            self.stopped += 1


def request(text: str, path: str, **more: object) -> bytes:
    body = {"model": "political-monitoring-agent", **more}
    body |= {"input": text} if path == "responses" else {"messages": [{"role": "user", "content": text}]}
    content = json.dumps(body).encode()
    head = f"POST /v1/{path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(content)}\r\n\r\n".encode() + content


def until(reached: int, agents: Slow, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while getattr(agents, what) < reached:
        assert time.monotonic() < deadline, f"{getattr(agents, what)} of {reached} have {what}"
        time.sleep(0.002)


@pytest.mark.parametrize(
    ("text", "path", "stream"),
    [
        ("slow", "chat/completions", True),
        ("slow", "chat/completions", False),
        ("silent", "chat/completions", True),
        ("slow", "responses", True),
    ],
    ids=["streams", "JSON", "before the first event", "responses"],
)
def test_a_hundred_leave_and_the_next_is_served(text: str, path: str, stream: bool) -> None:
    agents = Slow()
    settings = ChatSettings(max_concurrent=AT_ONCE, max_waiting=0)
    clock = FrozenClock(datetime(2026, 5, 1, tzinfo=UTC))
    app = create_app(agents, settings, clock, MemoryMeter(), "r1", prefix="/v1")
    with served(app) as address:
        where = urlsplit(address)
        for number in range(1, ABORTED + 1):
            with socket.create_connection((where.hostname, where.port)) as connection:
                connection.sendall(request(text, path, stream=stream))
                if stream and text == "slow":
                    assert connection.recv(100), "the stream began"
                until(number, agents, "begun")
            until(number, agents, "stopped")
        answer = httpx.post(
            f"{address}/v1/chat/completions",
            json={
                "model": "political-monitoring-agent",
                "messages": [{"role": "user", "content": "quick"}],
            },
        )
    assert answer.json()["choices"][0]["message"]["content"] == "Done."
    assert (agents.begun, agents.stopped) == (ABORTED, ABORTED)
