"""From draft to answer: quotations checked, marks numbered, and what the answer rests on said at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from political_monitoring.answering import closing
from political_monitoring.answering.draft import Draft, Statement
from political_monitoring.answering.events import Answer, Checked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import say
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.evidence.citations import Citation, CitationList
from political_monitoring.evidence.coverage import measure
from political_monitoring.evidence.verification import CitedPassage, Ground, Verifier


@dataclass(frozen=True, slots=True)
class Written:
    """A finished answer and its text in pieces to be streamed: `"".join(pieces) == answer.text`."""

    pieces: tuple[str, ...]
    answer: Answer
    checked: Checked


def write(
    draft: Draft, understanding: Understanding, ground: Ground, cost: ModelUse | None = None
) -> Written:
    """Render what stands, then what it rests on. A statement with a quotation that is not in its document is a gap.

    Args:
        ground: what quotations are checked against.
        cost: of the models that were asked.
    """
    verifier = Verifier(ground)
    kept, gaps = _standing(draft, verifier, understanding)
    page = _Page(verifier)
    for statement in kept:
        page.add(statement)
    found = closing.contradictions_about(understanding, ground)
    answered = any(statement.claim for statement in kept)
    concerning = closing.concerning(found, page.citations, verifier) if answered else ()
    untold = closing.untold(concerning, page.text, understanding)
    for number, statement in enumerate(untold):
        page.add(replace(statement, before=" " if number else "\n\n"))
    coverage = replace(
        measure(
            page.citations if answered else (),
            understanding.day,
            {one.number: one.text for one in page.passages},
        ),
        gaps=gaps,
        contradictions=closing.disagreements(concerning, page.citations),
        cost=cost,
    )
    last = closing.rests(
        coverage, understanding, told=min(len(concerning), closing.MOST_CONTRADICTIONS) - len(untold)
    )
    page.add(replace(last, before=" " if untold else "\n\n"))
    answer = Answer(page.text, page.citations, understanding.as_of, gaps, rests_on=coverage)
    return Written(tuple(page.pieces), answer, Checked(verifier.read, page.passages, found))


class _Page:
    """An answer's text as it grows, statement by statement."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._marks = CitationList()
        self._length = 0
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self._marks.citations

    @property
    def passages(self) -> tuple[CitedPassage, ...]:
        return tuple(map(self._verifier.passage, self.citations))

    def add(self, statement: Statement) -> None:
        before = statement.before if self.pieces else ""
        text = self._marks.render(statement.parts, self._verifier.documents, self._length + len(before))
        self.pieces.append(before + text)
        self._length += len(before) + len(text)


def _standing(
    draft: Draft, verifier: Verifier, understanding: Understanding
) -> tuple[Sequence[Statement], tuple[str, ...]]:
    gaps = list(draft.gaps)
    kept = [statement for statement in draft.statements if _stands(statement, verifier)]
    gaps += [say(understanding.language, "unverified")] * (len(draft.statements) - len(kept))
    if any(statement.claim for statement in kept):
        return kept, tuple(gaps)
    kept = [statement for statement in draft.otherwise if _stands(statement, verifier)]
    gaps += ["".join(part.text for part in kept[0].parts)] if kept else []
    return kept, tuple(gaps)


def _stands(statement: Statement, verifier: Verifier) -> bool:
    """Every quotation is in its document, and a claim has at least one."""
    evidence = [one for part in statement.parts for one in part.evidence]
    return all(verifier.stands(one) for one in evidence) and bool(evidence or not statement.claim)
