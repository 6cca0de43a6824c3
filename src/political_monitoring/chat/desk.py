"""Where questions are answered: a slot, a time limit, and what is remembered of the answer.

The work stops when the one who asked goes away: before the first event as after it, for JSON as for streams.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from political_monitoring.access.auditing import Note
from political_monitoring.access.callers import Caller
from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.events import Answer, AnswerDone, Event, Work
from political_monitoring.answering.record import AnswerLog
from political_monitoring.chat.openai_format import Envelope
from political_monitoring.chat.remembering import Place, Sessions
from political_monitoring.chat.requests import Extensions, carries_history
from political_monitoring.chat.slots import Slots
from political_monitoring.clock import Clock
from political_monitoring.errors import ModelUnknown, PolmonError, TryLater, UserError
from political_monitoring.settings import ChatSettings
from political_monitoring.telemetry import Meter


class Answering(Protocol):
    """What the server asks of the agents."""

    def answer(self, question: Question) -> AsyncGenerator[Event]:
        """Work on a question; the last event is AnswerDone."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything an answer needs that outlives it."""

    orchestrator: Answering
    settings: ChatSettings
    clock: Clock
    meter: Meter
    release: str
    slots: Slots
    answers: AnswerLog | None
    sessions: Sessions | None

    def check_model(self, model_id: str) -> None:
        """Make sure that it is the one this server offers.

        Raises:
            ModelUnknown: it is another.
        """
        if model_id != self.settings.model_id:
            raise ModelUnknown(
                f"The model {model_id[:100]!r} does not exist; this server offers {self.settings.model_id!r}."
            )

    def accept(self, model_id: str, stream: bool | None) -> bool:
        """Count a request; whether it asks for a stream.

        Raises:
            ModelUnknown: it asks for another model.
        """
        self.check_model(model_id)
        streams = bool(stream)
        self.meter.count("chat_requests_total", model=model_id, stream=str(streams).lower())
        return streams

    def envelope(self, kind: str) -> Envelope:
        """A new answer's id and what goes with it."""
        return Envelope.new(kind, self.settings.model_id, self.clock(), f"polmon-{self.release}")

    async def place(self, key_id: str, session_id: str | None, messages: Sequence[Message]) -> Place | None:
        """Where in a stored conversation a request with these messages stands; None: it names none.

        Raises:
            UserError: it names one, and none are kept here.
        """
        if session_id is None:
            return None
        sessions = self.kept_sessions()
        if carries_history(messages):
            return Place(key_id, session_id)
        return await sessions.at_end(key_id, session_id)

    def kept_sessions(self) -> Sessions:
        """The stored conversations.

        Raises:
            UserError: none are kept here.
        """
        if self.sessions is None:
            raise UserError("session_id: this server keeps no conversations; send all messages.")
        return self.sessions

    def answer(
        self,
        http: Request,
        envelope: Envelope,
        request: Extensions,
        messages: list[Message],
        place: Place | None,
    ) -> AsyncGenerator[Event]:
        """The events of the answer to a conversation; it is kept under the envelope's id when it is complete.

        Args:
            http: says who asks, and what is known of the request for the audit.
            envelope: of the answer.
            request: our own fields.
            messages: the conversation.
            place: in a stored conversation.

        Raises:
            UserError: there is no question, or it is too long.
        """
        now = self.clock()
        who = {"workspace": http.state.workspace, "account": caller_of(http).key_id}
        wishes = replace(request.wishes(messages), **who)
        question = read_conversation(messages, now.date(), request.time(), wishes)
        note: Note = http.state.note
        note.asks(question.text, envelope.id)
        events = _kept(self._limited(question), lambda answer, _: note.cites(_documents(answer)))
        if self.answers is not None:
            events = _kept(events, partial(self.answers.keep, envelope.id, now, question))
        if place is not None and self.sessions is not None:
            events = _remembered(events, partial(self.sessions.append, place, envelope.id, now, question))
        return events

    async def _limited(self, question: Question) -> AsyncGenerator[Event]:
        """The answer's events, in one of the slots and within the time limit; leaving early frees the slot."""
        seconds = self.settings.answer_seconds
        async with self.slots.one():
            deadline = asyncio.get_running_loop().time() + seconds
            async with contextlib.aclosing(self.orchestrator.answer(question)) as events:
                while True:
                    try:
                        async with asyncio.timeout_at(deadline):
                            event = await anext(events)
                    except StopAsyncIteration:
                        return
                    except TimeoutError:
                        raise TryLater(f"The answer took longer than {seconds:g} seconds.") from None
                    yield event


def caller_of(http: Request) -> Caller:
    """Who is asking, as admission found out."""
    caller: Caller = http.state.caller
    return caller


def _documents(answer: Answer) -> Iterator[str]:
    return (citation.document_id for citation in answer.citations)


async def _kept(
    events: AsyncGenerator[Event], keep: Callable[[Answer, Work | None], None]
) -> AsyncGenerator[Event]:
    """The events; the answer is kept when it is complete, also if the client does not wait for its end."""
    async with contextlib.aclosing(events) as remaining:
        async for event in remaining:
            if isinstance(event, AnswerDone):
                keep(event.answer, event.work)
            yield event


async def _remembered(
    events: AsyncGenerator[Event], append: Callable[[Answer], Coroutine[Any, Any, None]]
) -> AsyncGenerator[Event]:
    """The events; the last one comes when the turn is in its conversation, so that the next one finds it."""
    async with contextlib.aclosing(events) as remaining:
        async for event in remaining:
            if isinstance(event, AnswerDone):
                await append(event.answer)
            yield event


async def begun(events: AsyncGenerator[Event], receive: Receive) -> AsyncGenerator[Event]:
    """The same events, the first of which is there: what fails at the start still has its own status.

    Raises:
        ClientDisconnect: the client went away before that.
        PolmonError: what the work raised before its first event.
    """
    try:
        first = await while_connected(anext(events), receive)
    except StopAsyncIteration:
        raise no_result() from None
    except BaseException:
        await events.aclose()  # the first event may have come at the very moment the client left
        raise
    return _chained(first, events)


async def while_connected[Result](work: Awaitable[Result], receive: Receive) -> Result:
    """The result of work that is cancelled when the client goes away.

    Args:
        work: to be done.
        receive: the connection's; the request's body must have been read.

    Raises:
        ClientDisconnect: the client went away first.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


def no_result() -> PolmonError:
    """The agents ended without an answer, which they never should."""
    return PolmonError("The answer ended without a result; please report this.")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _chained(first: Event, events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
    async with contextlib.aclosing(events) as rest:
        yield first
        async for event in rest:
            yield event
