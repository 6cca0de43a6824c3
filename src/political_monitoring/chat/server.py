"""The chat API: OpenAI-compatible, one path for JSON and for streams.

An answer is a stream of events; the JSON form collects it. The first event is awaited before the status is
chosen, so whatever fails at the start has its proper status; what fails later is an SSE error event.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.events import (
    Answer,
    AnswerDelta,
    AnswerDone,
    Event,
    StepStarted,
    ToolReturned,
    Work,
)
from political_monitoring.answering.record import AnswerLog
from political_monitoring.chat import openai_format as wire
from political_monitoring.chat.admission import Admission
from political_monitoring.chat.body_limit import BodyLimit
from political_monitoring.chat.slots import Slots
from political_monitoring.clock import Clock
from political_monitoring.errors import NotFound, PolmonError, TryLater, UserError
from political_monitoring.settings import ChatSettings
from political_monitoring.telemetry import Meter

log = logging.getLogger(__name__)


class Answering(Protocol):
    """What the server asks of the agents."""

    def answer(self, question: Question) -> AsyncGenerator[Event]:
        """Work on a question; the last event is AnswerDone."""


def create_app(
    orchestrator: Answering,
    settings: ChatSettings,
    clock: Clock,
    meter: Meter,
    release: str,
    prefix: str = "",
    answers: AnswerLog | None = None,
) -> FastAPI:
    """The chat application.

    Args:
        orchestrator: answers questions.
        settings: model id and limits.
        clock: the present, which "yesterday" in a question counts from.
        meter: receives `chat_requests_total{model,stream}`.
        release: shown as `system_fingerprint`.
        prefix: path in front of the routes when nobody else adds it ("/v1" on a plain server).
        answers: keeps what was answered, under the id of the completion; None: nothing is kept.
    """
    app = FastAPI(title="Political Monitoring chat", version=release, docs_url=None, redoc_url=None)
    app.add_middleware(BodyLimit, limit=settings.max_request_bytes)
    app.add_middleware(Admission)
    _add_error_handlers(app)
    slots = Slots(settings.max_concurrent, settings.max_waiting, settings.wait_seconds)
    fingerprint = f"polmon-{release}"

    @app.get(f"{prefix}/models")
    async def list_models() -> dict[str, Any]:
        return wire.models(settings.model_id, release)

    @app.get(f"{prefix}/models/{{model_id}}")
    async def retrieve_model(model_id: str) -> dict[str, Any]:
        _check_model(model_id, settings)
        return wire.model(model_id)

    @app.post(f"{prefix}/chat/completions", response_model=None)
    async def chat_completions(request: wire.ChatRequest) -> Response:
        _check_model(request.model, settings)
        messages = request.conversation()
        meter.count("chat_requests_total", model=request.model, stream=str(request.stream).lower())
        question = read_conversation(messages, clock().date(), request.time())
        envelope = wire.Envelope.new(request.model, clock(), fingerprint)
        events = _limited(orchestrator, question, slots, settings.answer_seconds)
        if answers is not None:
            events = _kept(events, partial(answers.keep, envelope.id, clock(), question))
        first = await anext(events)
        if request.stream:
            usage = bool(request.stream_options and request.stream_options.include_usage)
            return EventSourceResponse(_stream(envelope, first, events, messages, usage), sep="\n", ping=15)
        return JSONResponse(await _collect(envelope, first, events, messages))

    return app


def _check_model(model_id: str, settings: ChatSettings) -> None:
    if model_id != settings.model_id:
        raise NotFound(f"The model {model_id!r} does not exist; this server offers {settings.model_id!r}.")


async def _limited(
    orchestrator: Answering, question: Question, slots: Slots, seconds: float
) -> AsyncGenerator[Event]:
    """The answer's events, in one of the slots and within the time limit; leaving early frees the slot."""
    async with slots.one():
        deadline = asyncio.get_running_loop().time() + seconds
        async with contextlib.aclosing(orchestrator.answer(question)) as events:
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        event = await anext(events)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise TryLater(f"The answer took longer than {seconds:g} seconds.") from None
                yield event


async def _kept(
    events: AsyncGenerator[Event], keep: Callable[[Answer, Work | None], None]
) -> AsyncGenerator[Event]:
    """The events; the answer is kept when it is complete, also if the client does not wait for its end."""
    async with contextlib.aclosing(events) as remaining:
        async for event in remaining:
            if isinstance(event, AnswerDone):
                keep(event.answer, event.work)
            yield event


async def _collect(
    envelope: wire.Envelope, first: Event, events: AsyncGenerator[Event], messages: list[Message]
) -> dict[str, Any]:
    reasoning: list[str] = []
    async for event in _chain(first, events):
        if isinstance(event, AnswerDone):
            return wire.completion(envelope, event.answer, reasoning, messages)
        if note := _note(event):
            reasoning.append(note)
    raise PolmonError("The answer ended without a result; please report this.")


async def _stream(
    envelope: wire.Envelope, first: Event, events: AsyncGenerator[Event], messages: list[Message], usage: bool
) -> AsyncGenerator[ServerSentEvent]:
    yield _sse(wire.chunk(envelope, {"role": "assistant", "content": ""}))
    try:
        async with contextlib.aclosing(_chain(first, events)) as remaining:
            async for event in remaining:
                if isinstance(event, AnswerDelta):
                    yield _sse(wire.chunk(envelope, {"content": event.text}))
                elif isinstance(event, AnswerDone):
                    delta, extensions = wire.last_delta(event.answer)
                    yield _sse(wire.chunk(envelope, delta, **extensions))
                    yield _sse(wire.chunk(envelope, {}, "stop"))
                    if usage:
                        yield _sse(wire.chunk(envelope, None, usage=wire.usage(event.answer, messages)))
                elif note := _note(event):
                    yield _sse(wire.chunk(envelope, wire.reasoning_delta(note)))
    except PolmonError as error:
        yield _sse(_json(wire.error_body(error)))
        return
    except Exception:
        log.exception("an answer failed in mid-stream")
        yield _sse(_json(wire.error_body(_internal_error())))
        return
    yield _sse("[DONE]")


async def _chain(first: Event, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
    yield first
    async with contextlib.aclosing(events) as rest:
        async for event in rest:
            yield event


def _note(event: Event) -> str:
    """An event as one line of reasoning; empty for what is part of the answer."""
    if isinstance(event, StepStarted | ToolReturned):
        return event.note
    return ""


def _sse(data: str) -> ServerSentEvent:
    return ServerSentEvent(data=data)


def _json(body: dict[str, Any]) -> str:
    return JSONResponse(body).body.decode()  # type: ignore[union-attr]


def _internal_error() -> PolmonError:
    return PolmonError("The server failed on this request; its log says why.")


def _respond(error: PolmonError) -> JSONResponse:
    return JSONResponse(wire.error_body(error), error.http_status, wire.error_headers(error))


def _add_error_handlers(app: FastAPI) -> None:
    """Every error leaves as an OpenAI error object with its own status, and without internals."""

    async def known(_: Request, error: Exception) -> Response:
        assert isinstance(error, PolmonError)  # noqa: S101 - registered for this class alone
        return _respond(error)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        return _respond(UserError(f"{where}: {first['msg']}."))

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        body = wire.error_body(UserError(f"{error.detail}: see GET models and POST chat/completions."))
        return JSONResponse(body, error.status_code, error.headers)

    async def unknown(_: Request, error: Exception) -> Response:
        log.error("a request failed", exc_info=error)
        return _respond(_internal_error())

    app.add_exception_handler(PolmonError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unknown)
