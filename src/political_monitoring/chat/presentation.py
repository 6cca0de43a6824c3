"""An answer's events as deltas of a chat message. The whole message is its deltas put together: one path."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from political_monitoring.answering.events import AnswerDelta, AnswerDone, Event, StepStarted, ToolReturned
from political_monitoring.evidence import wire_form

Reasoning = Literal["fields", "think", "off"]
_MARK = re.compile(r"<(?=/?think)", re.IGNORECASE)


class Presentation:
    """Makes the deltas of one message.

    What the agents do goes to `reasoning` and `reasoning_content`, into one `<think>` block of the content that is
    closed before the text begins, or nowhere. Progress reported after the text began does not fit the block and is
    left out there.
    """

    def __init__(self, reasoning: Reasoning) -> None:
        self._reasoning = reasoning
        self._block: Literal["before", "open", "closed"] = "before"
        self._ahead = 0
        """Characters of the content before the answer's text: indices count from the content's beginning."""

    def deltas(self, event: Event) -> Iterator[dict[str, Any]]:
        """An event's deltas, none if it shows nothing."""
        if isinstance(event, AnswerDelta):
            yield from self.closed()
            yield {"content": event.text}
        elif isinstance(event, AnswerDone):
            yield from self.closed()
            yield {"annotations": annotations(event, self._ahead)}
        elif note := note_of(event):
            yield from self._thought(note + "\n")

    def closed(self) -> Iterator[dict[str, Any]]:
        """What must be said so that no block stays open, also before an error."""
        if self._block == "open":
            yield self._to_block("</think>\n\n")
        self._block = "closed"

    def _thought(self, line: str) -> Iterator[dict[str, Any]]:
        if self._reasoning == "fields":
            yield {"reasoning": line, "reasoning_content": line}
        elif self._reasoning == "think" and self._block != "closed":
            opening = "<think>\n" if self._block == "before" else ""
            self._block = "open"
            yield self._to_block(opening + _MARK.sub("‹", line))

    def _to_block(self, text: str) -> dict[str, Any]:
        self._ahead += len(text)
        return {"content": text}


def note_of(event: Event) -> str:
    """An event as one line of reasoning; empty for what is part of the answer."""
    return event.note if isinstance(event, StepStarted | ToolReturned) else ""


def annotations(done: AnswerDone, ahead: int) -> list[dict[str, Any]]:
    """`url_citation` annotations, one for each mark in the text; indices count Unicode characters."""
    return [
        {"type": "url_citation", "url_citation": citation}
        for citation in wire_form.url_citations(done.answer.citations, ahead)
    ]
