"""The OpenAI chat-completions wire format: requests in, completions and stream chunks out.

The shapes are the `openai` package's own types; what they do not have (reasoning, sources, as_of) rides on
them as extra fields, which OpenAI clients ignore or expose.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openai.types import CompletionUsage, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel, ConfigDict, Field

from political_monitoring.answering.conversation import Message
from political_monitoring.answering.events import Answer
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import PolmonError, TryLater, UserError
from political_monitoring.evidence.citations import Citation

# The model has existed since the first release; clients cache by it, so it never changes.
MODEL_CREATED = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())


class ContentPart(BaseModel):
    """One part of a message's content; only text can be answered."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """A message of the conversation, content as a string or as parts."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None


class StreamOptions(BaseModel):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A request for a completion. Sampling options are accepted; the local reasoner has no use for them."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=500)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, ge=1, le=1, description="only one choice is offered")
    as_of: dt.date | None = Field(default=None, description="what was true at the end of this day")
    known_at: dt.date | None = Field(default=None, description="only what we knew at the end of this day")

    def conversation(self) -> list[Message]:
        """The messages as text.

        Raises:
            UserError: no user message with text, or a part that is not text.
        """
        messages = [Message(role=message.role, text=_text(message)) for message in self.messages]
        if not any(message.role == "user" and message.text.strip() for message in messages):
            raise UserError("messages holds no question: send at least one message of role user with text.")
        return messages

    def time(self) -> AsOf | None:
        """The times asked for in so many words; None leaves them to the question."""
        return AsOf.on(self.as_of, self.known_at) if self.as_of or self.known_at else None


def _text(message: ChatMessage) -> str:
    if not isinstance(message.content, list):
        return message.content or ""
    for part in message.content:
        if part.type != "text":
            raise UserError(f"content part of type {part.type!r} cannot be answered: send text.")
    return "\n".join(part.text for part in message.content)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all chunks of one answer have in common."""

    id: str
    created: int
    model: str
    system_fingerprint: str

    @classmethod
    def new(cls, model: str, now: dt.datetime, system_fingerprint: str) -> "Envelope":
        """A fresh id; `created` in whole seconds."""
        return cls(f"chatcmpl-{uuid.uuid4().hex}", int(now.timestamp()), model, system_fingerprint)


def completion(
    envelope: Envelope, answer: Answer, reasoning: Sequence[str], question: Sequence[Message]
) -> dict[str, Any]:
    """A whole completion, ready for JSON."""
    thoughts = "\n".join(reasoning)
    message = {
        "role": "assistant",
        "content": answer.text,
        "annotations": annotations(answer.citations),
        "reasoning": thoughts,
        "reasoning_content": thoughts,
    }
    body = ChatCompletion.model_validate(
        {
            **_common(envelope),
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": usage(answer, question),
            **_extensions(answer),
        }
    )
    return body.model_dump(mode="json", exclude_unset=True)


def chunk(
    envelope: Envelope,
    delta: dict[str, Any] | None,
    finish: Literal["stop"] | None = None,
    **extra: Any,
) -> str:
    """One stream chunk as JSON; `delta` None makes a chunk without choices (usage)."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = ChatCompletionChunk.model_validate(
        {**_common(envelope), "object": "chat.completion.chunk", "choices": choices, **extra}
    )
    return body.model_dump_json(exclude_unset=True)


def last_delta(answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The annotations for the delta that closes the answer, and the extension fields of its chunk."""
    return {"annotations": annotations(answer.citations)}, _extensions(answer)


def reasoning_delta(note: str) -> dict[str, Any]:
    """A line of the agents' progress, under both names that clients read."""
    line = note + "\n"
    return {"reasoning": line, "reasoning_content": line}


def annotations(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """`url_citation` annotations, one for each mark in the text; indices count Unicode characters."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": start,
                "end_index": end,
                "title": citation.reference,
                "url": citation.url or f"urn:polmon:document:{citation.document_id}",
            },
        }
        for citation in citations
        for start, end in citation.positions
    ]


def usage(answer: Answer, question: Sequence[Message]) -> dict[str, int]:
    """Token counts. The local reasoner has no tokenizer: about four characters a token, rounded up."""
    prompt = _tokens(sum(len(message.text) for message in question))
    written = _tokens(len(answer.text))
    counts = CompletionUsage(prompt_tokens=prompt, completion_tokens=written, total_tokens=prompt + written)
    return counts.model_dump(exclude_unset=True)


def models(model_id: str, release: str) -> dict[str, Any]:
    """The list of models: ours. `release` tells a probe which release answers."""
    return {"object": "list", "data": [model(model_id)], "release": release}


def model(model_id: str) -> dict[str, Any]:
    """Our model's description."""
    return Model(
        id=model_id, created=MODEL_CREATED, object="model", owned_by="political-monitoring"
    ).model_dump()


def error_body(error: PolmonError) -> dict[str, Any]:
    """The OpenAI error object."""
    kind = "invalid_request_error" if error.http_status < 500 else "server_error"
    return {"error": {"message": str(error), "type": kind, "param": None, "code": error.code}}


def error_headers(error: PolmonError) -> dict[str, str]:
    """Retry-After for what may succeed later."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, TryLater) else {}


def _common(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "created": envelope.created,
        "model": envelope.model,
        "system_fingerprint": envelope.system_fingerprint,
    }


def _extensions(answer: Answer) -> dict[str, Any]:
    return {
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "sources": [_source(citation) for citation in answer.citations],
        "gaps": list(answer.gaps),
    }


def _source(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": citation.title,
        "place": citation.place or None,
        "publisher": citation.source,
        "url": citation.url,
        "date": citation.date.isoformat() if citation.date else None,
        "passage_id": citation.passage_id,
        "content_hash": citation.content_hash,
        "quote": citation.quote,
        "quote_hash": citation.quote_hash,
        "start": citation.start,
        "end": citation.end,
    }


def _tokens(characters: int) -> int:
    return -(-characters // 4)
