"""The four agents on one screen: understand, plan, look up, synthesise; then every quotation is checked.

One path, two presentations: `answer` yields events as they happen; everything else collects them.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace

from political_monitoring.answering.conversation import Language, Message, Question, read_conversation
from political_monitoring.answering.events import (
    Answer,
    AnswerDelta,
    AnswerDone,
    Event,
    StepStarted,
    ToolReturned,
)
from political_monitoring.answering.lookup import Finding, Limits, gather, look_up
from political_monitoring.answering.names import name_of
from political_monitoring.answering.planning import Plan, plan
from political_monitoring.answering.second_look import missing
from political_monitoring.answering.synthesis import synthesise
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.answering.wording import say
from political_monitoring.answering.writing import write
from political_monitoring.clock import Clock
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import PolmonError
from political_monitoring.knowledge.port import GraphStats, KnowledgeGraph

THREADS = 8


class MultiAgentOrchestrator:
    """Answers questions from a graph. Holds no state of a question: any number may be answered at once."""

    def __init__(self, graph: KnowledgeGraph, clock: Clock, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self._graph = graph
        self._clock = clock
        self._limits = limits
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="answering")

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        """Work on a question. The deltas together are the text of the AnswerDone that comes last.

        Closing the iterator stops the work: calls that have not begun are dropped, late results ignored.

        Raises:
            PolmonError: nothing could be looked up.
        """
        language, today = question.language, self._clock().date()
        yield _step("understand", language)
        # Read first: what is recorded while the work goes on may or may not be in the answer.
        position, understanding = await self._in_thread(
            lambda: (self._graph.position(), understand(question, self._graph, today))
        )
        yield _step("plan", language, intent=understanding.intent, names=_names(understanding))
        planned = plan(understanding, today)
        yield _step("look_up", language, tools=", ".join(call.tool for call in planned.calls) or "–")
        findings: list[Finding] = []
        async with aclosing(look_up(planned, self._graph, self._threads, self._limits)) as arriving:
            async for finding in arriving:
                findings.append(finding)
                yield _returned(finding, language)
        if (again := await self._in_thread(lambda: missing(understanding, gather(planned, findings)))).calls:
            yield _step("look_up", language, tools=", ".join(call.tool for call in again.calls))
            async with aclosing(look_up(again, self._graph, self._threads, self._limits)) as arriving:
                async for finding in arriving:
                    findings.append(finding)
                    yield _returned(finding, language)
            planned = Plan((*planned.calls, *again.calls))
        yield _step("synthesise", language)
        draft = await self._in_thread(lambda: synthesise(understanding, gather(planned, findings)))
        yield _step("verify", language)
        written = await self._in_thread(lambda: write(draft, understanding, self._graph))
        for piece in written.pieces:
            yield AnswerDelta(piece)
        yield AnswerDone(replace(written.answer, position=position))

    async def process_query(
        self, text: str, history: Sequence[Message] = (), time: AsOf | None = None
    ) -> Answer:
        """The answer to a question, collected from the stream."""
        return await _collected(self.process_query_streaming(text, history, time))

    async def process_query_streaming(
        self, text: str, history: Sequence[Message] = (), time: AsOf | None = None
    ) -> AsyncGenerator[Event]:
        """The events of answering a question asked after `history`.

        Raises:
            UserError: the question is empty or too long.
        """
        question = read_conversation([*history, Message("user", text)], self._clock().date(), time)
        async with aclosing(self.answer(question)) as events:
            async for event in events:
                yield event

    def answer_now(self, question: Question) -> Answer:
        """`answer` for callers without an event loop."""
        return asyncio.run(_collected(self.answer(question)))

    async def health_check(self) -> GraphStats:
        """Sizes of the graph, read now.

        Raises:
            StoreUnavailable: the graph cannot be read.
        """
        return await self._in_thread(self._graph.stats)

    async def _in_thread[Result](self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _collected(events: AsyncGenerator[Event]) -> Answer:
    async with aclosing(events) as arriving:
        async for event in arriving:
            if isinstance(event, AnswerDone):
                return event.answer
    raise PolmonError("The answer ended without a result; please report this.")


def _step(step: str, language: Language, **values: object) -> StepStarted:
    return StepStarted(step, say(language, f"step_{step}", **values))


def _returned(finding: Finding, language: Language) -> ToolReturned:
    if finding.error:
        text = say(language, "failed", tool=finding.call.tool, error=str(finding.error).rstrip("."))
    else:
        text = say(language, "tool_returned", tool=finding.call.tool, n=finding.results)
    return ToolReturned(finding.call.tool, text, finding.results)


def _names(understanding: Understanding) -> str:
    names = ", ".join(name_of(entity, understanding.text) for entity in understanding.entities)
    return f" – {names}" if names else ""
