"""POST chat/completions: the answer as one JSON object, or its deltas as server-sent events."""

import contextlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from sse_starlette import EventSourceResponse, ServerSentEvent

from political_monitoring.answering.conversation import Message
from political_monitoring.answering.events import AnswerDone, Event
from political_monitoring.chat import openai_format as wire
from political_monitoring.chat.desk import Desk, begun, caller_of, no_result, while_connected
from political_monitoring.chat.failures import answering, error_of
from political_monitoring.chat.presentation import Presentation
from political_monitoring.chat.remembering import Place
from political_monitoring.chat.requests import ChatRequest

PING_SECONDS = 15
"""A silent stream says so often that it lives: proxies cut those that do not."""
Usage = Literal["asked", "unasked"]


def completions(desk: Desk) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post(
        "/chat/completions",
        response_model=None,
        responses=answering(
            ChatCompletion, "a completion, or with `stream` its chunks as server-sent events"
        ),
    )
    async def chat_completions(http: Request, request: ChatRequest) -> Response:
        streams = desk.accept(request.model, request.stream)
        given = request.conversation()
        place = await desk.place(caller_of(http).key_id, request.session_id, given)
        messages = [*(place.earlier if place else ()), *given]
        envelope = desk.envelope("chatcmpl-")
        events = await begun(desk.answer(http, envelope, request, messages, place), http.receive)
        message = _Message(envelope, Presentation(desk.settings.reasoning), messages, place)
        if not streams:
            return JSONResponse(await while_connected(message.whole(events), http.receive))
        usage: Usage = "asked" if request.wants_usage else "unasked"
        return EventSourceResponse(message.stream(events, usage), sep="\n", ping=PING_SECONDS)

    return router


class _Message:
    """One answer on its way out."""

    def __init__(
        self,
        envelope: wire.Envelope,
        presentation: Presentation,
        question: Sequence[Message],
        place: Place | None,
    ) -> None:
        self._common = {
            "id": envelope.id,
            "created": envelope.created,
            "model": envelope.model,
            "system_fingerprint": envelope.system_fingerprint,
        }
        self._presentation = presentation
        self._question = question
        self._session_id = place.session_id if place else None

    async def whole(self, events: AsyncGenerator[Event]) -> dict[str, Any]:
        """A completion, ready for JSON."""
        message: dict[str, Any] = {"content": ""}
        async with contextlib.aclosing(events) as remaining:
            async for event in remaining:
                for delta in self._presentation.deltas(event):
                    _put_together(message, delta)
                if isinstance(event, AnswerDone):
                    return self._completion(message, event)
        raise no_result()

    async def stream(self, events: AsyncGenerator[Event], usage: Usage) -> AsyncGenerator[ServerSentEvent]:
        """The chunks; a failure is the last of them, and then there is no [DONE]."""
        extra: dict[str, Any] = {"usage": None} if usage == "asked" else {}
        try:
            async with contextlib.aclosing(events) as remaining:
                yield self._chunk({"role": "assistant", "content": ""}, extra)
                async for event in remaining:
                    for delta in self._presentation.deltas(event):
                        yield self._chunk(delta, extra | self._beside(delta, event))
                    if isinstance(event, AnswerDone):
                        for last in self._end(event, usage, extra):
                            yield last
                        return
            raise no_result()
        except Exception as failure:  # noqa: BLE001 - the status is out: all that is left is to say so
            for delta in self._presentation.closed():
                yield self._chunk(delta, extra)
            body = JSONResponse(wire.error_body(error_of(failure))).body
            yield ServerSentEvent(data=bytes(body).decode())

    def _beside(self, delta: Mapping[str, Any], event: Event) -> dict[str, Any]:
        """Our own fields, which go with the annotations."""
        if isinstance(event, AnswerDone) and "annotations" in delta:
            return wire.extensions(event.answer, self._session_id)
        return {}

    def _end(self, done: AnswerDone, usage: Usage, extra: Mapping[str, Any]) -> Iterator[ServerSentEvent]:
        yield self._chunk({}, extra, "stop")
        if usage == "asked":
            counts = wire.usage(done.answer, self._question)
            yield self._chunk(None, {"usage": counts.model_dump(exclude_unset=True)})
        yield ServerSentEvent(data="[DONE]")

    def _chunk(
        self, delta: Mapping[str, Any] | None, extra: Mapping[str, Any], finish: Literal["stop"] | None = None
    ) -> ServerSentEvent:
        """One chunk; `delta` None makes one without choices (usage)."""
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        body = ChatCompletionChunk.model_validate(
            {**self._common, "object": "chat.completion.chunk", "choices": choices, **extra}
        )
        return ServerSentEvent(data=body.model_dump_json(exclude_unset=True))

    def _completion(self, message: Mapping[str, Any], done: AnswerDone) -> dict[str, Any]:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "refusal": None, **message},
            "finish_reason": "stop",
            "logprobs": None,
        }
        body = ChatCompletion.model_validate(
            {
                **self._common,
                "object": "chat.completion",
                "choices": [choice],
                "usage": wire.usage(done.answer, self._question),
                **wire.extensions(done.answer, self._session_id),
            }
        )
        return body.model_dump(mode="json", exclude_unset=True)


def _put_together(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for name, more in delta.items():
        message[name] = message[name] + more if name in message else more
