"""What an answer looks like while it is made, and when it is done."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.draft import Draft
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.planning import Plan
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.evidence.citations import Citation
from political_monitoring.evidence.coverage import Coverage
from political_monitoring.evidence.verification import CitedPassage, ReadVersion
from political_monitoring.knowledge.port import Contradiction, Position


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
    rests_on: Coverage | None = None
    """What its closing paragraph says, for machines."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the quotations of an answer were checked against.

    Attributes:
        read: every document that was read for it.
        passages: what stands around each citation, in the order of the numbers.
        contradictions: what the graph said about the question's entities.
    """

    read: tuple[ReadVersion, ...]
    passages: tuple[CitedPassage, ...]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What the agents did for an answer: all that it takes to write it again without asking anything.

    Attributes:
        today: the day it was done on.
        findings: in the order in which they came back.
        draft: what was to be said, before its quotations were checked; of a model, its words.
        reasoner: who made the draft.
        model: its name; empty: none was asked.
        prompts: it was asked with, by name and version: "write.1".
    """

    question: Question
    today: dt.date
    understanding: Understanding
    plan: Plan
    findings: tuple[Finding, ...]
    draft: Draft
    checked: Checked
    reasoner: Literal["local", "llm"] = "local"
    model: str = ""
    prompts: tuple[str, ...] = ()


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
    work: Work | None = None
    """What was done for it; None: nothing is known of it."""


Event = StepStarted | ToolReturned | AnswerDelta | AnswerDone
