"""The thinking behind an answer, as a port: the local reasoner and the language model implement it.

The orchestrator asks for one stage after the other and does the looking up itself. No stage fails because of a model:
who asks one has to be able to do without.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.draft import Draft
from political_monitoring.answering.events import Answer
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.planning import Plan
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.knowledge.port import GraphStats, KnowledgeGraph

Mode = Literal["local", "llm"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a reasoner has to say about its own part in an answer, as the fields of `Answer` of these names."""

    notes: tuple[str, ...] = ()
    cost: ModelUse | None = None
    model: str = ""
    prompts: tuple[str, ...] = ()

    def signed(self, answer: Answer) -> Answer:
        """The answer with this in it."""
        return replace(answer, notes=self.notes, cost=self.cost, model=self.model, prompts=self.prompts)


class Reasoner(Protocol):
    """Thinks about one question, a stage at a time, in this order."""

    async def understand(self) -> Understanding:
        """What is asked about what, for when."""

    async def plan(self, understanding: Understanding) -> Plan:
        """What to look up first; nothing, if that is not needed."""

    async def look_again(self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]) -> Plan:
        """What to look up beside, where the first round shows a gap; there is no third round."""

    def synthesise(
        self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]
    ) -> AsyncGenerator[Draft]:
        """The answer in pieces, each of which can be checked and sent by itself.

        Raises:
            PolmonError: everything that was looked up failed.
        """

    def contribution(self) -> Contribution:
        """What it took, and where it went another way than was asked for; complete when the answer is."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reasoner thinks with.

    Attributes:
        threads: where reading of the graph happens.
        today: the day that "yesterday" counts from.
    """

    graph: KnowledgeGraph
    threads: Executor
    today: dt.date

    async def in_thread[Result](self, work: Callable[[], Result]) -> Result:
        """Do what waits for the graph beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)


class Reasoners(Protocol):
    """Chooses who thinks about a question."""

    def reasoner(self, question: Question, within: Surroundings) -> Reasoner:
        """By the question's wish, else by the settings."""

    async def model_trouble(self) -> str | None:
        """Why the model would not answer now, found out at no cost; "": it would; None: none is set."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the agents are.

    Attributes:
        model_trouble: why the model would not answer now; "": it would; None: none is set.
    """

    graph: GraphStats
    model_trouble: str | None
