"""Score answers: is the right event cited first, are the right people named, does every word of evidence stand?"""

import datetime as dt
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence
from political_monitoring.evaluation.questions import KnownQuestion
from political_monitoring.evidence.citations import Citation
from political_monitoring.evidence.verification import Verifier
from political_monitoring.knowledge.port import KnowledgeGraph

Ask = Callable[[Question], Answer]
"""What answers: `MultiAgentOrchestrator.answer_now`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How one answer does.

    Attributes:
        first: the first citation is of a relevant document.
        names: exactly the expected people are named; None: the question does not ask for names.
        stray: people named who are not expected.
        quotes: citations.
        standing: those whose quotation stands at its offsets in the stored document.
        uncited: sentences that claim something and bear no mark.
        seconds: from the question to the whole answer.
    """

    question: KnownQuestion
    answer: Answer
    first: bool
    names: bool | None
    stray: frozenset[str]
    quotes: int
    standing: int
    uncited: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """Figures over the questions of one type.

    Attributes:
        first_citation: share of answers whose first citation is of a relevant document.
        cited: share of answers with any citation.
        names: share of answers that name exactly the expected people; None: none asks for names.
        stray: people named who are not expected.
        quotes, standing: citations, and those whose quotation stands where they say.
        uncited: sentences that claim something and bear no mark.
        p50, p95: seconds for an answer.
    """

    questions: int
    first_citation: float
    cited: float
    names: float | None
    stray: int
    quotes: int
    standing: int
    uncited: int
    p50: float
    p95: float


def answer_each(
    graph: KnowledgeGraph,
    ask: Ask,
    questions: Sequence[KnownQuestion],
    today: dt.date,
    track: Callable[[Sequence[KnownQuestion]], Iterator[KnownQuestion]] = iter,
) -> Iterator[Answered]:
    """Put each question as the chat API does, its own words alone, and judge the answer."""
    for question in track(questions):
        began = time.perf_counter()
        answer = ask(read_conversation([Message("user", question.query)], today))
        yield judge(graph, question, answer, time.perf_counter() - began)


def judge(graph: KnowledgeGraph, question: KnownQuestion, answer: Answer, seconds: float) -> Answered:
    """Measure an answer against what is known and against the stored documents."""
    named = people_named(answer.text)
    verifier = Verifier(graph)
    return Answered(
        question=question,
        answer=answer,
        first=bool(answer.citations) and answer.citations[0].document_id in question.relevant,
        names=None if question.names is None else named == question.names,
        stray=named - question.names if question.names is not None else frozenset(),
        quotes=len(answer.citations),
        standing=sum(verifier.stands(cited_evidence(citation)) for citation in answer.citations),
        uncited=uncited_sentences(answer),
        seconds=seconds,
    )


def score_answers(answered: Sequence[Answered]) -> dict[str, AnswerScores]:
    """Figures by type of question."""
    kinds: dict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        kinds[one.question.type].append(one)
    return {kind: _scores(found) for kind, found in sorted(kinds.items())}


def _scores(found: Sequence[Answered]) -> AnswerScores:
    names = [one.names for one in found if one.names is not None]
    seconds = sorted(one.seconds for one in found)
    return AnswerScores(
        questions=len(found),
        first_citation=fmean(one.first for one in found),
        cited=fmean(one.quotes > 0 for one in found),
        names=fmean(names) if names else None,
        stray=sum(len(one.stray) for one in found),
        quotes=sum(one.quotes for one in found),
        standing=sum(one.standing for one in found),
        uncited=sum(len(one.uncited) for one in found),
        p50=median(seconds),
        p95=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))],
    )


_QUOTATION = re.compile(r"“[^”]*”|„[^“]*“")
_AFFILIATION = re.compile(r"\s\([A-Z]{1,2}-[A-Z]{2}\)")
_JOINT = re.compile(r"^(?:[\s,;.:]|\[\d+\]|(?:and|und)\s)+")
_NAME_AT_END = re.compile(r"(?:(?:[^\W\d_a-zäöüß][^\s,:;()\[\]]*|\([A-Z]{2}\)),? ?)+$")


def people_named(text: str) -> frozenset[str]:
    """Members of a US chamber named in a text outside quotations: "Biggs (AZ) (R-AZ)", "Scott, Austin (R-GA)".

    A name stands between its party and state and those of the one before; the first of a list is told from the
    sentence by its capital letters.
    """
    named = set()
    for line in _QUOTATION.sub(" ", text).split("\n"):
        end = 0
        for found in _AFFILIATION.finditer(line):
            before = line[end : found.start()]
            name = _JOINT.sub("", before) if end else before
            if not end or len(name.split()) > _MOST_WORDS:
                at_end = _NAME_AT_END.search(before)
                name = _JOINT.sub("", at_end[0]) if at_end else ""
            named.add(name + found[0])
            end = found.end()
    return frozenset(named)


_MOST_WORDS = 5
"""More stand between two members only where a sentence ends."""


_MARK = re.compile(r"\[\d+\]")


def uncited_sentences(answer: Answer) -> tuple[str, ...]:
    """Lines of an answer that claim something, having a quotation, a figure or a name, without a mark.

    Without citations there is no claim to prove. What speaks of the answer itself (a heading that ends in a colon,
    the closing line, what was left out) is no claim about the world.
    """
    if not answer.citations:
        return ()
    lines = [line.strip() for line in answer.text.split("\n") if line.strip()]
    return tuple(one for line in lines for one in _sentences(line) if not _MARK.search(one) and not _own(one))


_SENTENCE = re.compile(
    r"[^\s].*?(?:\[\d+\]\.|"
    r"(?<=[^\W\d]{2})(?<!\b[JS]r)(?<!\bSt)(?<!\bNr)(?<!\bNo)[.!?](?=\s+[A-ZÄÖÜ“„])|$)"
)


def _sentences(line: str) -> list[str]:
    """A line's sentences; a quotation's own full stops end none."""
    hidden = _QUOTATION.sub(lambda quotation: "“" + "·" * (len(quotation[0]) - 2) + "”", line)
    return [line[found.start() : found.end()] for found in _SENTENCE.finditer(hidden)]


_OWN = re.compile(
    r":$|^(?:Rests on|Beruht auf) |^\d+ (?:more events|weitere Ereignisse)|^The collection |^Die Sammlung |"
    r"^(?:Searched for|Gesucht wurde nach|The names most like|Am ähnlichsten|It holds|Keines davon|"
    r"Its oldest|Das älteste)"
)


def _own(sentence: str) -> bool:
    return _OWN.search(sentence) is not None


def cited_evidence(citation: Citation) -> Evidence:
    """What a citation says it quotes, as a verifier takes it."""
    place = Span(citation.start, citation.end)
    return Evidence(citation.document_id, citation.passage_id, place, citation.quote)
