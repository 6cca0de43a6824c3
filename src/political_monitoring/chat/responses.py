"""POST responses: OpenAI's Responses API over the same work, for the clients that speak nothing else."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from openai.types.responses import Response as ResponseObject
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent
from sse_starlette import EventSourceResponse, ServerSentEvent

from political_monitoring.answering.conversation import Message
from political_monitoring.answering.events import Event
from political_monitoring.chat.completions import PING_SECONDS
from political_monitoring.chat.desk import Desk, begun, caller_of, no_result, while_connected
from political_monitoring.chat.failures import answering, error_of
from political_monitoring.chat.remembering import Place
from political_monitoring.chat.response_events import MESSAGE_PREFIX, PREFIX, ResponseEvents
from political_monitoring.chat.response_requests import ResponseRequest, message_of


def responses(desk: Desk) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post(
        "/responses",
        response_model=None,
        responses=answering(ResponseObject, "a response, or with `stream` its typed events"),
    )
    async def create_response(http: Request, request: ResponseRequest) -> Response:
        streams = desk.accept(request.model, request.stream)
        key_id = caller_of(http).key_id
        envelope = desk.envelope(PREFIX)
        given = await _messages(desk, request, key_id)
        place = await _place(desk, request, key_id, envelope.id, given)
        messages = [*request.system(), *(place.earlier if place else ()), *given]
        kept = place if request.store is not False else None
        events = await begun(desk.answer(http, envelope, request, messages, kept), http.receive)
        session_id = kept.session_id if kept else None
        made = ResponseEvents(
            envelope, request, messages, session_id, shows_reasoning=desk.settings.reasoning != "off"
        )
        if streams:
            return EventSourceResponse(_stream(made, events), sep="\n", ping=PING_SECONDS)
        return JSONResponse(await while_connected(_whole(made, events), http.receive))

    return router


async def _messages(desk: Desk, request: ResponseRequest, key_id: str) -> list[Message]:
    """The input as text, references replaced by what they refer to."""
    messages: list[Message] = []
    for item in request.items():
        if item.type != "item_reference":
            messages += [message] if (message := message_of(item)) else []
        elif item.id is not None and item.id.startswith(MESSAGE_PREFIX):
            referred = await desk.kept_sessions().after(key_id, _answer_of(item.id))
            messages.append(referred.earlier[-1])
    return messages


async def _place(
    desk: Desk, request: ResponseRequest, key_id: str, answer_id: str, given: list[Message]
) -> Place | None:
    """Where the response goes on from: what it names, else a conversation of its own; None: nothing is kept."""
    if request.previous_response_id is not None:
        return await desk.kept_sessions().after(key_id, request.previous_response_id)
    if request.session is not None:
        return await desk.place(key_id, request.session, given)
    if request.referred is not None and request.referred.startswith(MESSAGE_PREFIX):
        # What it refers to is in the input already.
        return replace(await desk.kept_sessions().after(key_id, _answer_of(request.referred)), earlier=())
    return Place(key_id, "conv_" + answer_id.removeprefix(PREFIX)) if desk.sessions else None


def _answer_of(item_id: str) -> str:
    return PREFIX + item_id.removeprefix(MESSAGE_PREFIX)


async def _events(made: ResponseEvents, events: AsyncGenerator[Event]) -> AsyncGenerator[ResponseStreamEvent]:
    async with contextlib.aclosing(events) as remaining:
        for event in made.begin():
            yield event
        async for step in remaining:
            for event in made.of(step):
                yield event


async def _whole(made: ResponseEvents, events: AsyncGenerator[Event]) -> dict[str, Any]:
    async with contextlib.aclosing(_events(made, events)) as all_events:
        async for event in all_events:
            if isinstance(event, ResponseCompletedEvent):
                return event.response.model_dump(mode="json", exclude_unset=True)
    raise no_result()


async def _stream(made: ResponseEvents, events: AsyncGenerator[Event]) -> AsyncGenerator[ServerSentEvent]:
    try:
        async with contextlib.aclosing(_events(made, events)) as all_events:
            async for event in all_events:
                yield _sse(event)
                if isinstance(event, ResponseCompletedEvent):
                    return
        raise no_result()
    except Exception as failure:  # noqa: BLE001 - the status is out: all that is left is to say so
        for event in made.failed(error_of(failure)):
            yield _sse(event)


def _sse(event: ResponseStreamEvent) -> ServerSentEvent:
    return ServerSentEvent(event=event.type, data=event.model_dump_json(exclude_unset=True))
