"""From draft to answer: quotations checked, marks numbered, and what the answer rests on said at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from political_monitoring.answering import closing
from political_monitoring.answering.conversation import Style
from political_monitoring.answering.draft import Draft, Statement
from political_monitoring.answering.events import Answer, Checked
from political_monitoring.answering.style import in_style
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import say
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.evidence.citations import CitationList
from political_monitoring.evidence.coverage import Coverage, measure
from political_monitoring.evidence.verification import Ground, Verifier
from political_monitoring.knowledge.port import Contradiction


@dataclass(frozen=True, slots=True)
class Written:
    """The last pieces of an answer's text, the answer, and what its quotations were checked against."""

    pieces: tuple[str, ...]
    answer: Answer
    checked: Checked


def write(
    draft: Draft,
    understanding: Understanding,
    ground: Ground,
    cost: ModelUse | None = None,
    style: Style | None = None,
) -> Written:
    """A draft that is there as a whole, rendered at once: `"".join(pieces) == answer.text`."""
    writer = Writer(understanding, ground, style)
    begun = writer.add(draft)
    end = writer.finish(cost)
    return replace(end, pieces=(*begun, *end.pieces))


class Writer:
    """Renders drafts as they come, so that what stands can be sent while the rest is still being thought of.

    A statement with a quotation that is not in its document is a gap instead. Words about the answer itself wait until
    a claim stands; if none does, what the drafts say otherwise is the answer. The texts that `add` and `finish` give
    make up the answer's together, and the same drafts joined to one give the same answer.
    A brief answer is chosen from all that stands, so it waits for the end.
    """

    def __init__(self, understanding: Understanding, ground: Ground, style: Style | None = None) -> None:
        self._style = style
        self._understanding = understanding
        self._ground = ground
        self._verifier = Verifier(ground)
        self._citations = CitationList()
        self._text = ""
        self._gaps: list[str] = []
        self._waiting: list[Statement] = []
        self._claimed = False
        self.draft = Draft((), ())
        """All drafts so far, joined."""

    def add(self, draft: Draft) -> list[str]:
        """Text to be sent now, in pieces."""
        self.draft = Draft(
            (*self.draft.statements, *draft.statements),
            (*self.draft.otherwise, *draft.otherwise),
            (*self.draft.gaps, *draft.gaps),
            aside=draft.aside,
        )
        kept = [statement for statement in draft.statements if self._stands(statement)]
        left_out = len(draft.statements) - len(kept)
        self._gaps += [*draft.gaps, *[say(self._understanding.language, "unverified")] * left_out]
        self._waiting += kept
        self._claimed = self._claimed or any(statement.claim for statement in kept)
        return self._render() if self._claimed and self._style != "brief" else []

    def finish(self, cost: ModelUse | None = None) -> Written:
        """What is left to be sent, and the answer; `cost` of the models that were asked."""
        pieces: list[str] = []
        if not self._claimed:
            self._waiting = [one for one in self.draft.otherwise if self._stands(one)]
            unanswered = self._waiting[: 0 if self.draft.aside else 1]
            self._gaps += ["".join(part.text for part in one.parts) for one in unanswered]
        pieces += self._render()
        found = closing.contradictions_about(self._understanding, self._ground)
        coverage, last = self._close(found, cost)
        answer = Answer(
            text=self._text,
            citations=self._citations.citations,
            as_of=self._understanding.as_of,
            gaps=tuple(self._gaps),
            rests_on=coverage,
        )
        passages = tuple(map(self._verifier.passage, answer.citations))
        return Written((*pieces, *last), answer, Checked(self._verifier.read, passages, found))

    def _close(self, found: Sequence[Contradiction], cost: ModelUse | None) -> tuple[Coverage, list[str]]:
        """The last paragraph: contradictions that are not named yet, and what the answer rests on."""
        cited = self._citations.citations
        concerning = closing.concerning(found, cited, self._verifier) if self._claimed else ()
        untold = closing.untold(concerning, self._text, self._understanding)
        for number, statement in enumerate(untold):
            self._waiting.append(replace(statement, before=" " if number else "\n\n"))
        pieces = self._render()
        cited = self._citations.citations
        around = {one.number: self._verifier.passage(one).text for one in cited}
        coverage = replace(
            measure(cited if self._claimed else (), self._understanding.day, around),
            gaps=tuple(self._gaps),
            contradictions=closing.disagreements(concerning, cited),
            cost=cost,
        )
        if self._claimed or not self.draft.aside:  # who asks back, or only greets, has not answered yet
            told = min(len(concerning), closing.MOST_CONTRADICTIONS) - len(untold)
            last = closing.rests(coverage, self._understanding, told)
            self._waiting = [replace(last, before=" " if untold else "\n\n", essential=True)]
            pieces += self._render()
        return coverage, pieces

    def _render(self) -> list[str]:
        pieces: list[str] = []
        for statement in in_style(self._waiting, self._style):
            before = statement.before if self._text else ""
            place = len(self._text) + len(before)
            piece = before + self._citations.render(statement.parts, self._verifier.documents, place)
            pieces.append(piece)
            self._text += piece
        self._waiting = []
        return pieces

    def _stands(self, statement: Statement) -> bool:
        """Every quotation is in its document, and a claim has at least one."""
        evidence = [one for part in statement.parts for one in part.evidence]
        return all(self._verifier.stands(one) for one in evidence) and bool(evidence or not statement.claim)
