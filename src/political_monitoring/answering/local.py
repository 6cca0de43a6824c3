"""The local reasoner: rules and retrieval, deterministic, and nothing said that no document says."""

from collections.abc import AsyncGenerator, Sequence

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.draft import Draft
from political_monitoring.answering.lookup import Finding, gather
from political_monitoring.answering.planning import Plan, plan
from political_monitoring.answering.reasoner import Contribution, Surroundings
from political_monitoring.answering.second_look import missing
from political_monitoring.answering.synthesis import synthesise
from political_monitoring.answering.understanding import Understanding, understand


class LocalReasoner:
    """A Reasoner for one question; `notes` say why it is this one where another was asked for."""

    def __init__(self, question: Question, within: Surroundings, notes: tuple[str, ...] = ()) -> None:
        self._question = question
        self._within = within
        self._notes = notes
        self._draft: Draft | None = None
        """Of all that was found; None: not written yet."""

    async def understand(self) -> Understanding:
        """Read off the words."""
        graph, today = self._within.graph, self._within.today
        return await self._within.in_thread(lambda: understand(self._question, graph, today))

    async def plan(self, understanding: Understanding) -> Plan:
        """The calls for questions of this kind."""
        return plan(understanding, self._within.today)

    async def look_again(self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]) -> Plan:
        """What else could answer, where nothing does yet."""
        found = gather(plan, list(findings))
        draft = await self._within.in_thread(lambda: synthesise(understanding, found))
        more = missing(understanding, found, draft)
        self._draft = None if more.calls else draft
        return more

    async def synthesise(
        self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]
    ) -> AsyncGenerator[Draft]:
        """The whole answer in one piece."""
        if self._draft is None:
            found = gather(plan, list(findings))
            self._draft = await self._within.in_thread(lambda: synthesise(understanding, found))
        yield self._draft

    def contribution(self) -> Contribution:
        """Nothing but the notes."""
        return Contribution(self._notes)
