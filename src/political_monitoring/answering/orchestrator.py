"""The four agents on one screen: understand, plan, look up, synthesise; no quotation is shown unchecked.

One path, two presentations: `answer` yields events as they happen; everything else collects them.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from political_monitoring.answering.choice import Choice
from political_monitoring.answering.conversation import Language, Message, Question, read_conversation
from political_monitoring.answering.events import (
    Answer,
    AnswerDelta,
    AnswerDone,
    Event,
    StepStarted,
    ToolReturned,
    Work,
)
from political_monitoring.answering.lookup import Finding, Limits, look_up
from political_monitoring.answering.names import name_of
from political_monitoring.answering.planning import Plan
from political_monitoring.answering.reasoner import Health, Reasoners, Surroundings
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import say
from political_monitoring.answering.writing import Writer
from political_monitoring.clock import Clock
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import PolmonError
from political_monitoring.knowledge.past import as_known
from political_monitoring.knowledge.port import KnowledgeGraph

THREADS = 8


class MultiAgentOrchestrator:
    """Answers questions from a graph. Holds no state of a question: any number may be answered at once."""

    def __init__(
        self,
        graph: KnowledgeGraph,
        clock: Clock,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        reasoners: Reasoners = Choice(),  # noqa: B008 - without a model it holds nothing
    ) -> None:
        self._graph = graph
        self._clock = clock
        self._limits = limits
        self._reasoners = reasoners
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="answering")

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        """Work on a question. The deltas together are the text of the AnswerDone that comes last.

        Closing the iterator stops the work: calls that have not begun are dropped, late results ignored.

        Raises:
            PolmonError: nothing could be looked up.
        """
        language = question.language
        graph = as_known(self._graph, question.time.known)
        within = Surroundings(graph, self._threads, self._clock().date())
        reasoner = self._reasoners.reasoner(question, within)
        yield _step("understand", language)
        # Read first: what is recorded while the work goes on may or may not be in the answer.
        position = await within.in_thread(self._graph.position)
        understanding = await reasoner.understand()
        yield _step("plan", language, intent=understanding.intent, names=_names(understanding))
        plan = await reasoner.plan(understanding)
        findings: list[Finding] = []
        async with aclosing(self._look_up(plan, graph, findings, language)) as returning:
            async for event in returning:
                yield event
        if (more := await reasoner.look_again(understanding, plan, findings)).calls:
            async with aclosing(self._look_up(more, graph, findings, language)) as returning:
                async for event in returning:
                    yield event
        yield _step("synthesise", language)
        plan += more
        writer = Writer(understanding, graph, question.wishes.style)
        async with aclosing(reasoner.synthesise(understanding, plan, findings)) as drafts:
            draft = await anext(drafts, None)
            yield _step("verify", language)
            while draft is not None:
                for piece in await within.in_thread(partial(writer.add, draft)):
                    yield AnswerDelta(piece)
                draft = await anext(drafts, None)
        own = reasoner.contribution()
        end = await within.in_thread(partial(writer.finish, own.cost))
        for piece in end.pieces:
            yield AnswerDelta(piece)
        work = Work(
            question=question,
            today=within.today,
            understanding=understanding,
            plan=plan,
            findings=tuple(findings),
            draft=writer.draft,
            checked=end.checked,
            reasoner="llm" if own.model else "local",
            model=own.model,
            prompts=own.prompts,
        )
        yield AnswerDone(own.signed(replace(end.answer, position=position)), work)

    async def _look_up(
        self, plan: Plan, graph: KnowledgeGraph, findings: list[Finding], language: Language
    ) -> AsyncGenerator[Event]:
        """A round of calls; what comes back is added to `findings`."""
        yield _step("look_up", language, tools=", ".join(call.tool for call in plan.calls) or "–")
        async with aclosing(look_up(plan, graph, self._threads, self._limits)) as arriving:
            async for finding in arriving:
                findings.append(finding)
                yield _returned(finding, language)

    async def process_query(
        self, text: str, history: Sequence[Message] = (), time: AsOf | None = None
    ) -> Answer:
        """The answer to a question, collected from the stream."""
        return (await _collected(self.process_query_streaming(text, history, time))).answer

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
        return self.work_now(question).answer

    def work_now(self, question: Question) -> AnswerDone:
        """`answer_now`, with what was done for the answer."""
        return asyncio.run(_collected(self.answer(question)))

    async def health_check(self) -> Health:
        """Sizes of the graph, read now, and whether the model would answer; asking costs nothing.

        Raises:
            StoreUnavailable: the graph cannot be read.
        """
        stats = asyncio.get_running_loop().run_in_executor(self._threads, self._graph.stats)
        return Health(await stats, await self._reasoners.model_trouble())


async def _collected(events: AsyncGenerator[Event]) -> AnswerDone:
    async with aclosing(events) as arriving:
        async for event in arriving:
            if isinstance(event, AnswerDone):
                return event
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
