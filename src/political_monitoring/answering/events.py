"""What an answer looks like while it is made, and when it is done."""

import datetime as dt
from dataclasses import dataclass

from political_monitoring.domain.model_use import ModelUse
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.port import Position


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. Every sentence that claims something bears a "[n]" mark of one of `citations`."""

    text: str
    citations: tuple[Citation, ...]
    as_of: dt.date | None
    """The day the answer speaks of; None: the present."""
    gaps: tuple[str, ...] = ()
    """What could not be found, read or verified, one sentence each."""
    position: Position | None = None
    """Of the graph when the work began; None: not known."""
    notes: tuple[str, ...] = ()
    """How it came about where it is not as was asked for, one sentence each: "answered locally, because ..."."""
    cost: ModelUse | None = None
    """What models took for it; None: none was asked."""
    model: str = ""
    """The model that was asked; empty: none."""
    prompts: tuple[str, ...] = ()
    """The prompts it was asked with, by name and version: "write.1"."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """One of the steps begins: understand, plan, look_up, synthesise, verify."""

    step: str
    note: str
    """For people, in the question's language."""


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """A tool call of the plan is back."""

    tool: str
    note: str
    results: int


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    """More of the answer's text; all deltas together are `Answer.text`."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """The last event."""

    answer: Answer


Event = StepStarted | ToolReturned | AnswerDelta | AnswerDone
