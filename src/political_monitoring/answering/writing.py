"""From draft to answer: quotations checked, marks numbered, and what the answer rests on said at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from political_monitoring.answering.draft import Draft, Statement
from political_monitoring.answering.events import Answer
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import counted, day, say
from political_monitoring.evidence.citations import Citation, CitationList
from political_monitoring.evidence.coverage import measure
from political_monitoring.evidence.verification import Verifier
from political_monitoring.knowledge.port import KnowledgeGraph


@dataclass(frozen=True, slots=True)
class Written:
    """A finished answer and its text in pieces to be streamed: `"".join(pieces) == answer.text`."""

    pieces: tuple[str, ...]
    answer: Answer


def write(draft: Draft, understanding: Understanding, graph: KnowledgeGraph) -> Written:
    """Render what stands. A statement with a quotation that is not in its document is a gap instead."""
    verifier = Verifier(graph)
    kept, gaps = _standing(draft, verifier, understanding)
    citations = CitationList()
    pieces: list[str] = []
    length = 0
    for statement in kept:
        before = statement.before if pieces else ""
        piece = before + citations.render(statement.parts, verifier.documents, length + len(before))
        pieces.append(piece)
        length += len(piece)
    if kept and kept[-1] not in draft.otherwise and (line := _rests_on(citations.citations, understanding)):
        pieces.append("\n\n" + line)
    answer = Answer("".join(pieces), citations.citations, understanding.as_of, gaps)
    return Written(tuple(pieces), answer)


def _standing(
    draft: Draft, verifier: Verifier, understanding: Understanding
) -> tuple[Sequence[Statement], tuple[str, ...]]:
    gaps = list(draft.gaps)
    kept = [statement for statement in draft.statements if _stands(statement, verifier)]
    gaps += [say(understanding.language, "unverified")] * (len(draft.statements) - len(kept))
    if any(statement.claim for statement in kept):
        return kept, tuple(gaps)
    kept = [statement for statement in draft.otherwise if _stands(statement, verifier)]
    gaps += ["".join(part.text for part in kept[0].parts)] if kept and not draft.aside else []
    return kept, tuple(gaps)


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
