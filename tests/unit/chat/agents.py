"""Scripted agents behind a real chat application: the fault on demand."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import Answer, AnswerDelta, AnswerDone, Event, StepStarted, Work
from political_monitoring.chat.remembering import Sessions
from political_monitoring.chat.server import create_app
from political_monitoring.errors import StoreUnavailable
from political_monitoring.evidence.citations import Citation
from political_monitoring.settings import ChatSettings
from political_monitoring.telemetry import MemoryMeter
from political_monitoring.testing.clock import FrozenClock

MODEL = "political-monitoring-agent"
TEXT = "The Act 🇪🇺 was adopted on 13 March 2024 [1]."
CITATION = Citation(
    number=1,
    document_id="d1",
    content_hash="c" * 64,
    title="Parliament adopts the Act",
    source="European Parliament",
    url="https://example.org/d1",
    date=date(2024, 3, 13),
    passage_id="d1#0",
    quote="was adopted",
    start=8,
    end=19,
    positions=((TEXT.index("[1]"), TEXT.index("[1]") + 3),),
)
ANSWER = Answer(text=TEXT, citations=(CITATION,), as_of=date(2024, 4, 1), gaps=())


Script = Callable[[Question], AsyncGenerator[Event]]


class Scripted:
    """Yields what a test wants, records what was asked and whether the work was stopped."""

    def __init__(self, script: Callable[[Question], AsyncGenerator[Event]]) -> None:
        self.script = script
        self.questions: list[Question] = []
        self.stopped = 0
        self.asked = asyncio.Event()

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        self.questions.append(question)
        self.asked.set()
        try:
            async for event in self.script(question):
                yield event
        finally:
            self.stopped += 1


async def good(_: Question) -> AsyncGenerator[Event]:
    yield StepStarted("understand", "Understanding the question")
    yield AnswerDelta("The Act 🇪🇺 was adopted ")
    yield AnswerDelta("on 13 March 2024 [1].")
    yield AnswerDone(ANSWER)


async def fails_at_once(_: Question) -> AsyncGenerator[Event]:
    raise StoreUnavailable("the graph cannot be opened")
    yield


async def fails_later(_: Question) -> AsyncGenerator[Event]:
    yield AnswerDelta("The Act")
    raise RuntimeError("secret internals")


async def never_ends(_: Question) -> AsyncGenerator[Event]:
    yield AnswerDelta("The Act")
    await asyncio.Event().wait()


class Memory:
    """An AnswerLog that remembers."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, datetime, str, Answer]] = []

    def keep(
        self, answer_id: str, asked_at: datetime, question: Question, answer: Answer, work: Work | None = None
    ) -> None:
        assert work is None
        self.kept.append((answer_id, asked_at, question.text, answer))


def serve(
    script: Script, answers: Memory | None = None, sessions: Sessions | None = None, **limits: object
) -> tuple[Scripted, httpx.ASGITransport]:
    agents = Scripted(script)
    settings = ChatSettings.model_validate(limits)
    clock = FrozenClock(datetime(2026, 5, 1, tzinfo=UTC))
    app = create_app(
        agents, settings, clock, MemoryMeter(), "r1", prefix="/v1", answers=answers, sessions=sessions
    )
    return agents, httpx.ASGITransport(app, raise_app_exceptions=False)


def post(transport: httpx.ASGITransport, body: object, path: str = "chat/completions") -> httpx.Response:
    return send(transport, "POST", path, json=body)


def send(transport: httpx.ASGITransport, method: str, path: str, **request: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://test/v1/") as client:
            return await client.request(method, path, **request)

    return asyncio.run(call())


def data_of(response: httpx.Response) -> list[str]:
    """What a stream's events hold."""
    return [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]


def ask(text: object = "What is the status?", **more: object) -> dict[str, object]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}
