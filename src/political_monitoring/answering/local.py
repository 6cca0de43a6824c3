"""The local reasoner: rules and retrieval, deterministic, and nothing said that no document says."""

from collections.abc import AsyncGenerator, Sequence

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.draft import Draft
from political_monitoring.answering.lookup import Finding, gather
from political_monitoring.answering.planning import Plan, plan
from political_monitoring.answering.reasoner import Contribution, Surroundings
from political_monitoring.answering.synthesis import synthesise
from political_monitoring.answering.understanding import Understanding, understand


class LocalReasoner:
    """A Reasoner for one question; `notes` say why it is this one where another was asked for."""

    def __init__(self, question: Question, within: Surroundings, notes: tuple[str, ...] = ()) -> None:
        self._question = question
        self._within = within
        self._notes = notes

    async def understand(self) -> Understanding:
        """Read off the words."""
        graph, today = self._within.graph, self._within.today
        return await self._within.in_thread(lambda: understand(self._question, graph, today))

    async def plan(self, understanding: Understanding) -> Plan:
        """The calls for questions of this kind."""
        return plan(understanding, self._within.today)

    async def look_again(
        self,
        understanding: Understanding,  # noqa: ARG002 - the port's
        plan: Plan,  # noqa: ARG002
        findings: Sequence[Finding],  # noqa: ARG002
    ) -> Plan:
        """Nothing: the first round asks for all that the forms of answers can use."""
        return Plan(())

    async def synthesise(
        self, understanding: Understanding, plan: Plan, findings: Sequence[Finding]
    ) -> AsyncGenerator[Draft]:
        """The whole answer in one piece."""
        found = gather(plan, list(findings))
        yield await self._within.in_thread(lambda: synthesise(understanding, found))

    def contribution(self) -> Contribution:
        """Nothing but the notes."""
        return Contribution(self._notes)
