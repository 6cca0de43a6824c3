"""What clients of the Responses API may send. It differs from chat completions in how a conversation goes on:
by the id of an earlier response, by a conversation, or by references to items of earlier responses.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from political_monitoring.answering.conversation import Message
from political_monitoring.chat.requests import (
    MOST_MESSAGES,
    Content,
    Extensions,
    ResponseFormat,
    SessionId,
    flattened,
)

AnswerId = Annotated[str, Field(min_length=1, max_length=80)]


class InputItem(BaseModel):
    """A message, a reference to one of an earlier response, or something that has no text (reasoning, tool calls)."""

    model_config = ConfigDict(extra="allow")

    type: str = "message"
    id: AnswerId | None = None
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: Content = None

    @model_validator(mode="after")
    def _is_whole(self) -> "InputItem":
        if self.type == "message" and self.role is None:
            raise ValueError("a message needs a role")
        if self.type == "item_reference" and self.id is None:
            raise ValueError("an item_reference needs an id")
        return self


class ConversationReference(BaseModel):
    """A conversation by its id."""

    id: SessionId


class TextOptions(BaseModel):
    """The form of the text."""

    format: ResponseFormat | None = None


class ResponseRequest(Extensions):
    """A request for a response. Unknown fields, tools and sampling options are accepted and have no effect."""

    model: str
    input: str | Annotated[list[InputItem], Field(min_length=1, max_length=MOST_MESSAGES)]
    instructions: str | None = Field(default=None, description="a system message for this response alone")
    previous_response_id: AnswerId | None = None
    conversation: SessionId | ConversationReference | None = Field(
        default=None, description="the same as session_id"
    )
    store: bool | None = Field(default=True, description="keep it, so that another can go on from it")
    stream: bool | None = False
    metadata: Annotated[dict[str, str], Field(max_length=16)] | None = None
    text: TextOptions | None = None
    tool_choice: Literal["none", "auto"] | None = Field(
        default=None, description="tools are accepted and none is called, so none can be demanded"
    )
    background: Literal[False] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=0)] | None = None

    @field_validator("input")
    @classmethod
    def _asks(cls, given: str | list[InputItem]) -> str | list[InputItem]:
        asks = (
            given.strip()
            if isinstance(given, str)
            else any(item.role == "user" and flattened("user", item.content).strip() for item in given)
        )
        if not asks:
            raise ValueError(
                "there is no question: send text, or at least one message of role user with text"
            )
        return given

    @model_validator(mode="after")
    def _goes_on_once(self) -> "ResponseRequest":
        ways = (self.previous_response_id, self.conversation, self.session_id)
        if sum(way is not None for way in ways) > 1:
            raise ValueError("give one of previous_response_id, conversation and session_id")
        return self

    @property
    def session(self) -> str | None:
        """The stored conversation it names."""
        if isinstance(self.conversation, ConversationReference):
            return self.conversation.id
        return self.conversation or self.session_id

    @property
    def referred(self) -> str | None:
        """The earlier item that it refers to last; its conversation is the one that goes on."""
        ids = [item.id for item in self.items() if item.type == "item_reference"]
        return ids[-1] if ids else None

    def items(self) -> list[InputItem]:
        """The input as items."""
        return [InputItem(role="user", content=self.input)] if isinstance(self.input, str) else self.input

    def system(self) -> list[Message]:
        """What steers this response."""
        return [Message("system", self.instructions)] if self.instructions else []


def message_of(item: InputItem) -> Message | None:
    """An item as text; None for what has none."""
    if item.type != "message" or item.role is None:
        return None
    return Message(item.role, flattened(item.role, item.content))
