"""A response of the Responses API: its typed events, and the object that they add up to."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from openai.types import responses as types

from political_monitoring.answering.conversation import Message
from political_monitoring.answering.events import Answer, AnswerDelta, AnswerDone, Event
from political_monitoring.chat import openai_format as wire
from political_monitoring.chat.presentation import note_of
from political_monitoring.chat.response_requests import ResponseRequest
from political_monitoring.errors import PolmonError
from political_monitoring.evidence import wire_form

PREFIX = "resp_"
MESSAGE_PREFIX, REASONING_PREFIX = "msg_", "rs_"
Part = dict[str, Any]
_CLASSES: dict[str, Any] = {
    "response.created": types.ResponseCreatedEvent,
    "response.in_progress": types.ResponseInProgressEvent,
    "response.output_item.added": types.ResponseOutputItemAddedEvent,
    "response.output_item.done": types.ResponseOutputItemDoneEvent,
    "response.content_part.added": types.ResponseContentPartAddedEvent,
    "response.content_part.done": types.ResponseContentPartDoneEvent,
    "response.reasoning_summary_part.added": types.ResponseReasoningSummaryPartAddedEvent,
    "response.reasoning_summary_part.done": types.ResponseReasoningSummaryPartDoneEvent,
    "response.reasoning_summary_text.delta": types.ResponseReasoningSummaryTextDeltaEvent,
    "response.reasoning_summary_text.done": types.ResponseReasoningSummaryTextDoneEvent,
    "response.output_text.delta": types.ResponseTextDeltaEvent,
    "response.output_text.done": types.ResponseTextDoneEvent,
    "response.output_text.annotation.added": types.ResponseOutputTextAnnotationAddedEvent,
    "response.completed": types.ResponseCompletedEvent,
    "response.failed": types.ResponseFailedEvent,
    "error": types.ResponseErrorEvent,
}


class ResponseEvents:
    """Makes the events of one response. The agents' progress is a reasoning item that ends before the text begins."""

    def __init__(
        self,
        envelope: wire.Envelope,
        request: ResponseRequest,
        question: Sequence[Message],
        session_id: str | None,
        shows_reasoning: bool,
    ) -> None:
        self._envelope = envelope
        self._request = request
        self._question = question
        self._session_id = session_id
        self._shows_reasoning = shows_reasoning
        self._number = 0
        self._open: Literal["nothing", "reasoning", "message"] = "nothing"
        self._thoughts = self._text = ""
        self._output: list[Part] = []

    def begin(self) -> Iterator[types.ResponseStreamEvent]:
        """The events before all others."""
        yield self._event("response.created", response=self._response("in_progress"))
        yield self._event("response.in_progress", response=self._response("in_progress"))

    def of(self, event: Event) -> Iterator[types.ResponseStreamEvent]:
        """What an event of the agents becomes; the last one holds the whole response."""
        if isinstance(event, AnswerDelta):
            yield from self._begin_message()
            self._text += event.text
            yield self._in_text("response.output_text.delta", delta=event.text, logprobs=[])
        elif isinstance(event, AnswerDone):
            yield from self._begin_message()
            yield from self._end_message(event.answer)
            done = self._response("completed", event.answer)
            yield self._event("response.completed", response=done)
        elif self._shows_reasoning and self._open != "message" and (note := note_of(event)):
            yield from self._begin_reasoning()
            self._thoughts += note + "\n"
            yield self._in_summary("response.reasoning_summary_text.delta", delta=note + "\n")

    def failed(self, error: PolmonError) -> Iterator[types.ResponseStreamEvent]:
        """The events that end a response which failed after it began."""
        body = wire.error_body(error)["error"]
        shown = {name: body[name] for name in ("code", "message", "param")}
        yield self._event("error", **shown, error=body)
        failed = self._response("failed")
        failed["error"] = {"code": "server_error", "message": body["message"]}
        yield self._event("response.failed", response=failed)

    def _begin_reasoning(self) -> Iterator[types.ResponseStreamEvent]:
        if self._open == "nothing":
            self._open = "reasoning"
            yield self._item("added", self._reasoning("in_progress", []))
            yield self._in_summary("response.reasoning_summary_part.added", part=_summary(""))

    def _begin_message(self) -> Iterator[types.ResponseStreamEvent]:
        if self._open == "reasoning":
            text = self._thoughts.strip()
            whole = self._reasoning("completed", [_summary(text)])
            yield self._in_summary("response.reasoning_summary_text.done", text=text)
            yield self._in_summary("response.reasoning_summary_part.done", part=_summary(text))
            yield self._item("done", whole)
            self._output.append(whole)
        if self._open != "message":
            self._open = "message"
            yield self._item("added", self._message("in_progress", []))
            yield self._in_text("response.content_part.added", part=_output_text("", []))

    def _end_message(self, answer: Answer) -> Iterator[types.ResponseStreamEvent]:
        annotations = [
            {"type": "url_citation", **citation} for citation in wire_form.url_citations(answer.citations)
        ]
        for number, annotation in enumerate(annotations):
            yield self._in_text(
                "response.output_text.annotation.added", annotation=annotation, annotation_index=number
            )
        part = _output_text(self._text, annotations)
        whole = self._message("completed", [part])
        yield self._in_text("response.output_text.done", text=self._text, logprobs=[])
        yield self._in_text("response.content_part.done", part=part)
        yield self._item("done", whole)
        self._output.append(whole)

    def _reasoning(self, status: str, summary: list[Part]) -> Part:
        item_id = self._own_id(REASONING_PREFIX)
        return {"id": item_id, "type": "reasoning", "summary": summary, "status": status}

    def _message(self, status: str, content: list[Part]) -> Part:
        item_id = self._own_id(MESSAGE_PREFIX)
        return {"id": item_id, "type": "message", "role": "assistant", "status": status, "content": content}

    def _own_id(self, prefix: str) -> str:
        return prefix + self._envelope.id.removeprefix(PREFIX)

    def _item(self, what: Literal["added", "done"], item: Part) -> types.ResponseStreamEvent:
        return self._event(f"response.output_item.{what}", output_index=len(self._output), item=item)

    def _in_summary(self, kind: str, **fields: Any) -> types.ResponseStreamEvent:
        place = {"item_id": self._own_id(REASONING_PREFIX), "output_index": 0, "summary_index": 0}
        return self._event(kind, **place, **fields)

    def _in_text(self, kind: str, **fields: Any) -> types.ResponseStreamEvent:
        place = {
            "item_id": self._own_id(MESSAGE_PREFIX),
            "output_index": len(self._output),
            "content_index": 0,
        }
        return self._event(kind, **place, **fields)

    def _event(self, kind: str, **fields: Any) -> types.ResponseStreamEvent:
        numbered = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        made: types.ResponseStreamEvent = _CLASSES[kind].model_validate(numbered)
        return made

    def _response(self, status: str, answer: Answer | None = None) -> Part:
        request = self._request
        body: Part = {
            "id": self._envelope.id,
            "object": "response",
            "created_at": self._envelope.created,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": request.instructions,
            "max_output_tokens": None,
            "metadata": request.metadata or {},
            "model": self._envelope.model,
            "output": list(self._output),
            "parallel_tool_calls": False,
            "previous_response_id": request.previous_response_id,
            "reasoning": {"effort": None, "summary": None},
            "store": request.store is not False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "truncation": "disabled",
            "usage": None,
            "system_fingerprint": self._envelope.system_fingerprint,
        }
        if self._session_id is not None:
            body["conversation"] = {"id": self._session_id}
        if answer is not None:
            body |= {"usage": self._usage(answer), **wire.extensions(answer, self._session_id)}
        return body

    def _usage(self, answer: Answer) -> Part:
        counts = wire.usage(answer, self._question)
        return {
            "input_tokens": counts.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": counts.completion_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": counts.total_tokens,
        }


def _summary(text: str) -> Part:
    return {"type": "summary_text", "text": text}


def _output_text(text: str, annotations: list[Part]) -> Part:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}
