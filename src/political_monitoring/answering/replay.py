"""Replaying a kept answer: from its capsule, on the graph as it was, and on today's, to tell why it differs.

Three texts are laid beside the one that was given. Written again from the recorded results, it shows what this
version of the product makes of them. Asked again on what the graph knew then, it shows what *we* have changed: all
of understanding, planning and looking up. Asked on what the graph knows now, it shows, against the second, what has
changed in the *world* or in what is known of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from political_monitoring.answering.capsules import Capsule
from political_monitoring.answering.conversation import Question
from political_monitoring.answering.differences import Reason, changes_since, explain
from political_monitoring.answering.events import Answer, AnswerDone, Work
from political_monitoring.answering.record import KeptAnswer
from political_monitoring.answering.reproducing import Reproduction, reproduce
from political_monitoring.clock import Clock
from political_monitoring.domain.facts import AsOf
from political_monitoring.evidence.coverage import Coverage
from political_monitoring.knowledge.port import KnowledgeGraph

Ask = Callable[[Question, Clock], AnswerDone]
"""Answers a question on the graph, with this as the present."""


class Verdict(StrEnum):
    """What an answer given today differs by from the one that was kept."""

    SAME = "the same"
    WORLD = "the world changed"
    """What is known now gives another answer than what was known then."""
    OURS = "we changed"
    """What was known then gives another answer with this version, or these models, than with those of then."""
    BOTH = "the world changed, and we changed"
    NOT_ASKED = "not asked again"


@dataclass(frozen=True, slots=True)
class Moved:
    """A part of the product that is not what it was."""

    what: str
    """version, reasoner, model or prompts."""
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A kept answer beside what is made of it now.

    Attributes:
        reproduction: from the capsule alone.
        then: asked again of what was known then; None: it was not asked, or is about an entity that is gone.
        now: asked again of what is known now; None: it was not asked.
        differs_at: the first step that differs between the kept answer and `then`; "" where none does.
        reasons: what today's answer no longer rests on, and what it rests on instead; of one that was not asked
            again, what has become of its evidence and what is known since.
        moved: parts of the product that differ.
    """

    answer_id: str
    recorded: str
    reproduction: Reproduction
    verdict: Verdict
    then: str | None
    now: str | None
    differs_at: str
    reasons: tuple[Reason, ...]
    moved: tuple[Moved, ...]


def replay(
    kept: KeptAnswer,
    capsule: Capsule,
    graph: KnowledgeGraph,
    ask: Ask,
    clock: Clock,
    *,
    version: str,
    ask_model: bool = False,
) -> Replay:
    """Reproduce an answer, ask again, and explain what differs.

    Args:
        version: of this software.
        ask_model: let a model answer again what a model has answered; else its recorded words stand for it.

    Raises:
        PolmonError: it was asked again, and nothing could be looked up.
    """
    work, reproduction = capsule.work, reproduce(capsule, graph)
    if work.reasoner != "local" and not ask_model:
        subjects = tuple(entity.id for entity in work.understanding.entities)
        reasons = changes_since(graph, kept, capsule.answer.citations, subjects)
        moved = _moved(kept, version, work, None)
        return Replay(
            kept.id, capsule.answer.text, reproduction, Verdict.NOT_ASKED, None, None, "", reasons, moved
        )
    then = ask(_of_then(work.question, kept), lambda: kept.asked_at) if _askable(work, graph) else None
    now = ask(work.question, clock)
    before = then.answer if then else capsule.answer
    ours = not reproduction.same or _said(before) != _said(capsule.answer)
    world = _said(now.answer) != _said(before)
    return Replay(
        answer_id=kept.id,
        recorded=capsule.answer.text,
        reproduction=reproduction,
        verdict=_VERDICTS[world, ours],
        then=then.answer.text if then else None,
        now=now.answer.text,
        differs_at=reproduction.differs_at or (_first_difference(work, then.work) if then and ours else ""),
        reasons=explain(graph, kept, capsule.answer.citations, now.answer.citations),
        moved=_moved(kept, version, work, now.work),
    )


_VERDICTS = {
    (False, False): Verdict.SAME,
    (True, False): Verdict.WORLD,
    (False, True): Verdict.OURS,
    (True, True): Verdict.BOTH,
}


def _askable(work: Work, graph: KnowledgeGraph) -> bool:
    """Whether what the question is about can still be found: an entity that no document names any more is gone."""
    return all(graph.entity(entity.id) for entity in work.understanding.entities)


def _of_then(question: Question, kept: KeptAnswer) -> Question:
    """The question, put to what was known when it was first asked."""
    recorded = kept.position.recorded_at if kept.position else None
    known = min((one for one in (recorded, question.time.known) if one), default=None)
    # A graph without a history knew nothing: no moment is early enough but one before all.
    empty = kept.position is not None and recorded is None
    return replace(question, time=AsOf(question.time.world, _BEFORE_ALL if empty else known))


_BEFORE_ALL = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def _said(answer: Answer) -> tuple[str, Coverage | None]:
    """An answer without the day it was given on: that one passes by itself."""
    body = answer.text.rpartition("\n\n")[0]
    return body, replace(answer.rests_on, as_of=None, later=0) if answer.rests_on else None


def _first_difference(work: Work, again: Work | None) -> str:
    if again is None:
        return ""
    # The question was put with the moment of then: that much is not a difference.
    if replace(again.understanding, time=work.understanding.time) != work.understanding:
        return "understand"
    if _calls(again) != _calls(work):
        return "plan"
    return "look_up" if again.draft != work.draft else "verify"


_MOMENTS = frozenset({"time", "known_at"})
"""Arguments of tools that say as of when something is known."""


def _calls(work: Work) -> list[tuple[str, dict[str, object]]]:
    return [
        (call.tool, {name: value for name, value in call.arguments.items() if name not in _MOMENTS})
        for call in work.plan.calls
    ]


def _moved(kept: KeptAnswer, version: str, work: Work, again: Work | None) -> tuple[Moved, ...]:
    pairs = [("version", kept.origin.version, version)]
    if again is not None:
        pairs += [("reasoner", work.reasoner, again.reasoner), ("model", work.model, again.model)]
        pairs.append(("prompts", ", ".join(work.prompts), ", ".join(again.prompts)))
    return tuple(Moved(what, then, now) for what, then, now in pairs if then != now)
