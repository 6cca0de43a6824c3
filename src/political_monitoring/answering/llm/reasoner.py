"""The reasoner that asks a language model: what the model says is data, and passes only where the graph bears it out.

The local reasoner thinks beside it. What the model does not give, or what cannot be verified, is there already.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from political_monitoring.answering.conversation import Language, Question
from political_monitoring.answering.draft import Draft, Statement, note
from political_monitoring.answering.llm.asking import Asking
from political_monitoring.answering.llm.checking import Checker
from political_monitoring.answering.llm.contents import asked, asked_again, to_repair, to_write
from political_monitoring.answering.llm.evidence import Item, evidence_of
from political_monitoring.answering.llm.forms import MoreCalls, PlannedCall, Reading, Sentence, Sentences
from political_monitoring.answering.llm.naming import Named, name_entities, understanding_of
from political_monitoring.answering.llm.planning import check, offered, ours
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.planning import MOST_CALLS, Plan, ToolCall
from political_monitoring.answering.reasoner import Contribution, Reasoner, Surroundings
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import day, say
from political_monitoring.evidence.citations import Part

MOST_SENTENCES = 12
MOST_PLANNED = 6
"""Calls of the model in one round, beside those of the local plan."""


class LlmReasoner:
    """A Reasoner for one question."""

    def __init__(
        self, local: Reasoner, asking: Asking, model: str, question: Question, within: Surroundings
    ) -> None:
        self._local = local
        self._asking = asking
        self._model = model
        self._question = question
        self._within = within
        self._language: Language = question.language
        self._named = Named({})
        self._calls: Sequence[PlannedCall] = ()
        self._planned: tuple[ToolCall, ...] = ()
        self._dropped = 0
        self._lost = 0
        self._notes: list[str] = []

    async def understand(self) -> Understanding:
        """The model's reading of the question, tied to the graph; the same call brings its plan."""
        content = asked(self._question, self._within.today.isoformat())
        local, reading = await asyncio.gather(
            self._local.understand(),
            self._asking.ask("understand", Reading, content, small=True, most=MOST_PLANNED, tools=offered()),
        )
        if reading is None:
            if self._asking.able:
                self._note("llm_read_locally", reason=self._asking.trouble)
            return local
        understood = reading.understanding
        self._named = await self._within.in_thread(
            lambda: name_entities(understood, local, self._within.graph)
        )
        self._calls = reading.calls[:MOST_PLANNED]
        understanding = understanding_of(understood, self._named, local, self._question, self._within.today)
        self._language = understanding.language
        return understanding

    async def plan(self, understanding: Understanding) -> Plan:
        """The local plan, and what the model adds to it; nothing where the question is asked back."""
        if self._named.options:
            return Plan(())
        local = await self._local.plan(understanding)
        if not local.calls:
            return local  # about something that nobody knows
        self._planned = self._checked(self._calls, understanding)
        return Plan(tuple(_once([*local.calls, *self._planned]))[:MOST_CALLS])

    async def look_again(self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]) -> Plan:
        """Other calls, if all that the model planned came back empty, or everything did.

        They are thought of without sight of any document.
        """
        room = MOST_CALLS - len(plan.calls)
        planned = [one for one in findings if one.call in self._planned] or findings
        if not plan.calls or not room or any(one.results for one in planned) or not self._asking.able:
            return await self._local.look_again(understanding, plan, findings)
        more = await self._asking.ask(
            "again",
            MoreCalls,
            asked_again(understanding, findings),
            small=True,
            most=min(room, MOST_PLANNED),
            tools=offered(),
        )
        calls = self._checked(more.calls[:MOST_PLANNED] if more else (), understanding)
        return Plan(tuple(one for one in calls if one not in plan.calls)[:room])

    async def synthesise(
        self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]
    ) -> AsyncGenerator[Draft]:
        """Sentences of the model as each is complete and verified; the local ones where it leaves off."""
        if self._named.options:
            names = "; ".join(dict.fromkeys(one.name for one in self._named.options))
            yield Draft((), (note(say(self._language, "ask_back", names=names), ""),), aside=True)
            return
        graph = self._within.graph
        local, items = await asyncio.gather(
            _whole(self._local.synthesise(understanding, plan, findings)),
            self._within.in_thread(lambda: evidence_of(understanding, findings, graph)),
        )
        if understanding.unknown or not items or not self._asking.able:
            self._note_unable()
            yield local
            return
        told: list[Statement] = []
        async with aclosing(self._told(understanding, items)) as telling:
            async for statement in telling:
                first = not told
                told.append(statement)
                yield Draft((_as_of(statement, understanding) if first else statement,), ())
        if told and self._lost:
            lost = say(self._language, "llm_sentences_dropped", n=self._lost)
            local = replace(local, gaps=(*local.gaps, lost))
        if not told:
            reason = self._asking.trouble or say(self._language, "llm_nothing_stands")
            self._note("llm_to_local", reason=reason)
            yield local
        elif self._asking.trouble:
            self._note("llm_broke_off", reason=self._asking.trouble)
            yield _without(local, told)
        else:
            yield replace(local, statements=())

    def contribution(self) -> Contribution:
        """What the model took, and where the local reasoner did its part."""
        dropped = (say(self._language, "llm_calls_dropped", n=self._dropped),) if self._dropped else ()
        prompts = tuple(dict.fromkeys(self._asking.prompts))
        return Contribution((*self._notes, *dropped), self._asking.receipt.use, self._model, prompts)

    async def _told(
        self, understanding: Understanding, items: Mapping[str, Item]
    ) -> AsyncGenerator[Statement]:
        """What stands of the model's answer; what does not may be written once more."""
        checker = Checker(items, understanding)
        content = to_write(understanding, items, self._question)
        told: set[str] = set()
        faults: list[tuple[Sentence, str]] = []
        async with aclosing(self._asking.sentences("write", content)) as arriving:
            async for sentence in arriving:
                checked = await self._within.in_thread(partial(checker.check, sentence))
                if not isinstance(checked, Statement):
                    faults.append((sentence, checked))
                elif sentence.text not in told and len(told) < MOST_SENTENCES:
                    told.add(sentence.text)
                    yield checked
        self._lost = len(faults)
        for sentence in await self._repaired(content, faults):
            checked = await self._within.in_thread(partial(checker.check, sentence))
            if isinstance(checked, Statement) and sentence.text not in told and self._lost:
                told.add(sentence.text)
                self._lost -= 1
                yield checked

    async def _repaired(self, content: str, faults: Sequence[tuple[Sentence, str]]) -> Sequence[Sentence]:
        """The sentences that did not pass, written anew; none, if the stream broke off or there is nothing to mend."""
        mendable = [one for one in faults if one[0].text][:MOST_SENTENCES]
        if not mendable or self._asking.trouble or not self._asking.able:
            return ()
        mended = await self._asking.ask("repair", Sentences, to_repair(content, mendable))
        self._asking.trouble = ""  # the answer is whole without them
        return mended.sentences if mended else ()

    def _checked(self, calls: Sequence[PlannedCall], understanding: Understanding) -> tuple[ToolCall, ...]:
        checked = check(calls, self._named, ours(understanding, self._within.today))
        self._dropped += checked.dropped
        return checked.calls

    def _note_unable(self) -> None:
        if not self._asking.able:
            reason = self._asking.trouble or say(self._language, "llm_no_time")
            self._note("llm_to_local", reason=reason)

    def _note(self, phrase: str, **values: object) -> None:
        self._notes.append(say(self._language, phrase, **values))


async def _whole(drafts: AsyncGenerator[Draft]) -> Draft:
    parts = [draft async for draft in drafts]
    return Draft(
        tuple(one for part in parts for one in part.statements),
        tuple(one for part in parts for one in part.otherwise),
        tuple(one for part in parts for one in part.gaps),
    )


def _once(calls: Sequence[ToolCall]) -> list[ToolCall]:
    kept: list[ToolCall] = []
    for call in calls:
        if call not in kept:
            kept.append(call)
    return kept


def _as_of(statement: Statement, understanding: Understanding) -> Statement:
    """The first statement says of which day all of them speak when one was asked for."""
    if understanding.as_of is None:
        return statement
    language = understanding.language
    prefix = Part(say(language, "as_of", day=day(understanding.as_of, language)))
    return replace(statement, parts=(prefix, *statement.parts))


def _without(local: Draft, told: Sequence[Statement]) -> Draft:
    """The local answer without what rests on words that have been cited already."""
    cited = [
        (one.document_id, one.span) for statement in told for part in statement.parts for one in part.evidence
    ]

    def is_new(statement: Statement) -> bool:
        return not any(
            one.document_id == document and one.span.start < span.end and span.start < one.span.end
            for part in statement.parts
            for one in part.evidence
            for document, span in cited
        )

    claims = [one for one in local.statements if one.claim and is_new(one)]
    kept = [one for one in local.statements if one in claims or not one.claim] if claims else []
    return replace(local, statements=tuple(replace(one, before="\n\n") for one in kept[:1]) + tuple(kept[1:]))
