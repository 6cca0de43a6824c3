"""The OpenAI wire, held against the official client. The agents are scripted: the fault on demand."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, date, datetime

import httpx
import httpx2
import openai
import pytest

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import (
    Answer,
    AnswerDelta,
    AnswerDone,
    Event,
    StepStarted,
    Work,
)
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
    script: Script, answers: Memory | None = None, **limits: float
) -> tuple[Scripted, httpx.ASGITransport]:
    agents = Scripted(script)
    settings = ChatSettings.model_validate(limits)
    clock = FrozenClock(datetime(2026, 5, 1, tzinfo=UTC))
    app = create_app(agents, settings, clock, MemoryMeter(), "r1", prefix="/v1", answers=answers)
    return agents, httpx.ASGITransport(app, raise_app_exceptions=False)


def post(transport: httpx.ASGITransport, body: object) -> httpx.Response:
    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/v1/chat/completions", json=body)

    return asyncio.run(call())


def ask(text: object = "What is the status?", **more: object) -> dict[str, object]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def test_completion_has_the_wire_format() -> None:
    _, transport = serve(good)
    body = post(transport, ask()).json()
    openai.types.chat.ChatCompletion.model_validate(body)
    message = body["choices"][0]["message"]
    assert body["created"] == int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
    assert message["content"] == TEXT
    mark = message["annotations"][0]["url_citation"]
    assert TEXT[mark["start_index"] : mark["end_index"]] == "[1]"
    assert "Understanding" in message["reasoning_content"]
    assert body["sources"][0]["quote"] == "was adopted"
    assert (
        body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
    )


def test_stream_is_the_same_answer() -> None:
    _, transport = serve(good)
    response = post(transport, ask(stream=True, stream_options={"include_usage": True}))
    data = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    assert data[-1] == "[DONE]"
    chunks = [openai.types.chat.ChatCompletionChunk.model_validate(json.loads(line)) for line in data[:-1]]
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == TEXT
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_kept_under_the_id_it_went_out_with(stream: bool) -> None:
    memory = Memory()
    _, transport = serve(good, memory)
    sent = post(transport, ask(stream=stream)).text
    ((answer_id, asked_at, question, answer),) = memory.kept
    assert f'"{answer_id}"' in sent
    assert (asked_at, question, answer) == (
        datetime(2026, 5, 1, tzinfo=UTC),
        "What is the status?",
        ANSWER,
    )


@pytest.mark.parametrize("script", [fails_at_once, fails_later])
def test_what_was_not_answered_is_not_kept(script: Script) -> None:
    memory = Memory()
    _, transport = serve(script, memory)
    post(transport, ask(stream=True))
    assert memory.kept == []


def test_usage_comes_only_when_asked_for() -> None:
    _, transport = serve(good)
    assert '"usage"' not in post(transport, ask(stream=True)).text


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"model": MODEL}, 400, "messages"),
        (ask() | {"model": "gpt-9"}, 404, MODEL),
        ({"model": MODEL, "messages": [{"role": "system", "content": "hi"}]}, 400, "no question"),
        (ask(as_of="yesterday"), 400, "as_of"),
        (
            {"model": MODEL, "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            400,
            "image_url",
        ),
        (ask("x" * 3000), 413, "2000 bytes"),
    ],
)
def test_bad_requests_are_openai_errors(body: object, status: int, words: str) -> None:
    _, transport = serve(good, max_request_bytes=2000)
    response = post(transport, body)
    assert response.status_code == status
    assert words in response.json()["error"]["message"]


def test_a_failure_before_the_first_event_has_its_own_status() -> None:
    _, transport = serve(fails_at_once)
    for stream in (False, True):
        response = post(transport, ask(stream=stream))
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "store_unavailable"


def test_a_failure_in_mid_stream_is_an_error_event_without_internals() -> None:
    _, transport = serve(fails_later)
    response = post(transport, ask(stream=True))
    last = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")][-1]
    assert "error" in json.loads(last)
    assert "secret" not in response.text
    assert "[DONE]" not in response.text


def test_an_unexpected_failure_is_500_without_internals() -> None:
    _, transport = serve(fails_later)
    response = post(transport, ask())
    assert response.status_code == 500
    assert "secret" not in response.text


def test_an_answer_over_its_time_ends() -> None:
    _, transport = serve(never_ends, answer_seconds=0.05)
    response = post(transport, ask())
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) <= 120


def test_a_client_that_leaves_frees_its_slot() -> None:
    agents, transport = serve(never_ends, max_concurrent=1)

    async def leave() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.post("/v1/chat/completions", json=ask())

    async def scenario() -> int:
        for _ in range(20):
            task = asyncio.create_task(leave())
            await agents.asked.wait()
            agents.asked.clear()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return agents.stopped

    assert asyncio.run(scenario()) == 20


def test_more_than_the_slots_is_try_later() -> None:
    release = asyncio.Event()

    async def waits(question: Question) -> AsyncGenerator[Event]:
        await release.wait()
        async for event in good(question):
            yield event

    agents, transport = serve(waits, max_concurrent=1, max_waiting=0)

    async def scenario() -> tuple[int, int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            first = asyncio.create_task(client.post("/v1/chat/completions", json=ask()))
            await agents.asked.wait()
            second = await client.post("/v1/chat/completions", json=ask())
            release.set()
            return (await first).status_code, second.status_code

    assert asyncio.run(scenario()) == (200, 503)


def test_as_of_reaches_the_question() -> None:
    agents, transport = serve(good)
    post(transport, ask(as_of="2023-06-30"))
    world = agents.questions[0].time.world
    assert world is not None
    assert world.date() == date(2023, 6, 30)


def test_content_parts_and_the_developer_role_are_understood() -> None:
    agents, transport = serve(good)
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What is the status of the AI Act?"}]},
    ]
    response = post(transport, {"model": MODEL, "messages": messages, "max_completion_tokens": 10})
    assert response.status_code == 200
    assert agents.questions[0].text == "What is the status of the AI Act?"


def test_the_official_client_reads_both_forms() -> None:
    _, transport = serve(good)

    async def call() -> tuple[str, str, str]:
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(transport.app))
        async with openai.AsyncOpenAI(base_url="http://test/v1", api_key="none", http_client=http) as client:
            models = await client.models.list()
            whole = await client.chat.completions.create(**ask())  # type: ignore[call-overload]
            parts = [
                chunk.choices[0].delta.content or ""
                async for chunk in await client.chat.completions.create(**ask(stream=True))  # type: ignore[call-overload]
                if chunk.choices
            ]
        return models.data[0].id, whole.choices[0].message.content, "".join(parts)

    assert asyncio.run(call()) == (MODEL, TEXT, TEXT)
