"""What clients may send: OpenAI's chat completions, and the fields of our own that every request may carry.

What cannot be done is refused with the field's name where a client would otherwise get something else than it asked
for (another choice, JSON, audio); what only tunes a model is accepted and has no effect.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from political_monitoring.answering.conversation import Message, Wishes
from political_monitoring.answering.style import wanted_style
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import Scope

MOST_MESSAGES = 500
Names = Annotated[tuple[str, ...], Field(max_length=50)]
SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:@-]{1,100}$")]


class Filters(BaseModel):
    """Which documents count, by what is declared of them; an empty list means any."""

    model_config = ConfigDict(extra="forbid")

    kinds: Names = Field(default=(), description="document types: press_release, legislation ...")
    jurisdictions: Names = Field(default=(), description="EU, US, DE ...")
    sources: Names = Field(default=(), description="publishers")
    languages: Names = Field(default=(), description="ISO 639-1 codes")

    def scope(self) -> Scope:
        """As the graph takes them."""
        return Scope(self.kinds, self.jurisdictions, self.sources, self.languages)


class Extensions(BaseModel):
    """Our own fields, which ordinary clients do not send."""

    model_config = ConfigDict(extra="allow")

    as_of: dt.date | None = Field(default=None, description="what was true at the end of this day")
    known_at: dt.date | None = Field(default=None, description="only what we knew at the end of this day")
    mode: Literal["local", "llm"] | None = Field(default=None, description="which reasoner answers")
    filters: Filters | None = Field(default=None, description="only such documents count")
    max_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="most money models may cost for this answer"
    )
    session_id: SessionId | None = Field(default=None, description="the stored conversation this belongs to")

    def time(self) -> AsOf | None:
        """The times asked for in so many words; None leaves them to the question."""
        return AsOf.on(self.as_of, self.known_at) if self.as_of or self.known_at else None

    def wishes(self, messages: list[Message]) -> Wishes:
        """How the conversation's question is to be answered."""
        scope = self.filters.scope() if self.filters else Scope()
        return Wishes(self.mode, scope, self.max_cost, style=wanted_style(messages))


class ContentPart(BaseModel):
    """One part of a message's content; only text can be answered."""

    type: str
    text: str = ""

    @field_validator("type")
    @classmethod
    def _is_text(cls, kind: str) -> str:
        if kind not in {"text", "input_text", "output_text", "refusal"}:
            raise ValueError(f"a content part of type {kind[:40]!r} cannot be answered; send text")
        return kind


Content = str | Annotated[list[ContentPart], Field(max_length=MOST_MESSAGES)] | None


class ChatMessage(BaseModel):
    """A message of the conversation, content as a string or as parts."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = None

    def message(self) -> Message:
        """As text."""
        return Message(self.role, flattened(self.role, self.content))


class StreamOptions(BaseModel):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """The form of the answer. Text with citations is the only one."""

    type: Literal["text"]


class ChatRequest(Extensions):
    """A request for a completion. Unknown fields and sampling options are accepted and have no effect."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = Field(default=None, description="one choice is offered")
    logprobs: Literal[False] | None = Field(default=None, description="there are none")
    response_format: ResponseFormat | None = None
    modalities: list[Literal["text"]] | None = None
    tool_choice: Literal["none", "auto"] | None = Field(
        default=None, description="tools are accepted and none is called, so none can be demanded"
    )
    function_call: Literal["none", "auto"] | None = None

    @field_validator("messages")
    @classmethod
    def _asks(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        if not any(one.role == "user" and one.message().text.strip() for one in messages):
            raise ValueError("there is no question: send at least one message of role user with text")
        return messages

    def conversation(self) -> list[Message]:
        """The messages as text."""
        return [message.message() for message in self.messages]

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to end with the usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


_THOUGHTS = re.compile(r"\A<think>.*?</think>\s*", re.DOTALL)


def flattened(role: str, content: Any) -> str:
    """Content as text. What an earlier answer showed of its reasoning was not part of what it said."""
    text = content if isinstance(content, str) else "\n".join(part.text for part in content or ())
    return _THOUGHTS.sub("", text) if role == "assistant" else text


def carries_history(messages: Sequence[Message]) -> bool:
    """Whether a client sends the whole conversation, not only its new message.

    It does if there is an answer among the messages, or more than one question. A stored conversation is then not
    read: what is sent counts, as in a request without one.
    """
    return any(one.role == "assistant" for one in messages) or sum(one.role == "user" for one in messages) > 1
