"""From draft to answer: quotations checked, marks numbered, and what the answer rests on said at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from political_monitoring.answering.conversation import Style
from political_monitoring.answering.draft import Draft, Statement
from political_monitoring.answering.events import Answer
from political_monitoring.answering.style import in_style
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import counted, day, say
from political_monitoring.evidence.citations import Citation, CitationList
from political_monitoring.evidence.coverage import measure
from political_monitoring.evidence.verification import Verifier
from political_monitoring.knowledge.port import KnowledgeGraph


@dataclass(frozen=True, slots=True)
class Written:
    """The last pieces of an answer's text, and the answer."""

    pieces: tuple[str, ...]
    answer: Answer


def write(
    draft: Draft, understanding: Understanding, graph: KnowledgeGraph, style: Style | None = None
) -> Written:
    """A draft that is there as a whole, rendered at once: `"".join(pieces) == answer.text`."""
    writer = Writer(understanding, graph, style)
    begun = writer.add(draft)
    end = writer.finish()
    return replace(end, pieces=(*begun, *end.pieces))


class Writer:
    """Renders drafts as they come, so that what stands can be sent while the rest is still being thought of.

    A statement with a quotation that is not in its document is a gap instead. Words about the answer itself wait until
    a claim stands; if none does, what the drafts say otherwise is the answer. The texts that `add` and `finish` give
    make up the answer's together. A brief answer is chosen from all that stands, so it waits for the end.
    """

    def __init__(
        self, understanding: Understanding, graph: KnowledgeGraph, style: Style | None = None
    ) -> None:
        self._style = style
        self._understanding = understanding
        self._verifier = Verifier(graph)
        self._citations = CitationList()
        self._text = ""
        self._gaps: list[str] = []
        self._waiting: list[Statement] = []
        self._otherwise: list[Statement] = []
        self._claimed = False

    def add(self, draft: Draft) -> list[str]:
        """Text to be sent now, in pieces."""
        kept = [statement for statement in draft.statements if _stands(statement, self._verifier)]
        left_out = len(draft.statements) - len(kept)
        self._gaps += [*draft.gaps, *[say(self._understanding.language, "unverified")] * left_out]
        self._otherwise += draft.otherwise
        self._waiting += kept
        self._claimed = self._claimed or any(statement.claim for statement in kept)
        return self._render() if self._claimed and self._style != "brief" else []

    def finish(self) -> Written:
        """What is left to be sent, and the answer."""
        pieces: list[str] = []
        if not self._claimed:
            self._waiting = [one for one in self._otherwise if _stands(one, self._verifier)]
            self._gaps += ["".join(part.text for part in one.parts) for one in self._waiting[:1]]
            pieces += self._render()
        else:
            pieces += self._render()
            if line := _rests_on(self._citations.citations, self._understanding):
                pieces.append("\n\n" + line)
                self._text += pieces[-1]
        answer = Answer(self._text, self._citations.citations, self._understanding.as_of, tuple(self._gaps))
        return Written(tuple(pieces), answer)

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


def _stands(statement: Statement, verifier: Verifier) -> bool:
    """Every quotation is in its document, and a claim has at least one."""
    evidence = [one for part in statement.parts for one in part.evidence]
    return all(verifier.stands(one) for one in evidence) and bool(evidence or not statement.claim)


def _rests_on(citations: Sequence[Citation], understanding: Understanding) -> str:
    language = understanding.language
    coverage = measure(citations, understanding.as_of)
    return say(
        language,
        "rests",
        sources=counted(language, "source", coverage.sources),
        publishers=counted(language, "publisher", coverage.publishers),
        newest=say(language, "newest", day=day(coverage.newest, language)) if coverage.newest else "",
        as_of=say(language, "rests_as_of", day=day(coverage.as_of, language)) if coverage.as_of else "",
        later=say(language, "rests_later", n=coverage.later) if coverage.later else "",
    )
