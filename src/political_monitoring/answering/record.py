"""An answer as it is kept: what was asked and when, what was said, and exactly which words it rests on."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import Answer, Work
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.port import Position
from political_monitoring.telemetry import redact


@dataclass(frozen=True, slots=True)
class KeptCitation:
    """A citation without the words: they stand in the document, and the hash tells whether they still do.

    Attributes:
        content_hash: of the document's version that was cited.
        start, end: the quotation's place in that version's text.
        quote_hash: SHA-256 of the quoted words.
    """

    number: int
    document_id: str
    content_hash: str
    passage_id: str
    start: int
    end: int
    quote_hash: str

    @classmethod
    def of(cls, citation: Citation) -> "KeptCitation":
        """What is kept of a citation."""
        return cls(
            number=citation.number,
            document_id=citation.document_id,
            content_hash=citation.content_hash,
            passage_id=citation.passage_id,
            start=citation.start,
            end=citation.end,
            quote_hash=citation.quote_hash,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Who answered.

    Attributes:
        workspace: whose graph it was.
        release: of the deployment; empty: the command line.
        version: of the software, with a digest of its rules.
    """

    workspace: str
    release: str
    version: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer in the record.

    Attributes:
        asked_at: when the question came.
        question: its text, without the keys and passwords that stand in it.
        as_of: the day the answer speaks of; None: the day it was asked on.
        known_at: only what was known then was asked for; None: all that was known.
        position: of the graph when the work on it began; None: not known.
    """

    id: str
    asked_at: dt.datetime
    question: str
    as_of: dt.date | None
    known_at: dt.datetime | None
    text: str
    gaps: tuple[str, ...]
    citations: tuple[KeptCitation, ...]
    position: Position | None
    origin: Origin


class AnswerLog(Protocol):
    """Where finished answers go."""

    def keep(
        self,
        answer_id: str,
        asked_at: dt.datetime,
        question: Question,
        answer: Answer,
        work: Work | None = None,
    ) -> None:
        """Keep an answer and the work behind it. Returns at once and never fails: what cannot be kept is logged."""


def record_of(
    answer_id: str, asked_at: dt.datetime, question: Question, answer: Answer, origin: Origin
) -> KeptAnswer:
    """What is kept of a question and its answer."""
    return KeptAnswer(
        id=answer_id,
        asked_at=asked_at,
        question=redact(question.text),
        as_of=answer.as_of,
        known_at=question.time.known,
        text=redact(answer.text),  # it may repeat the question
        gaps=tuple(map(redact, answer.gaps)),
        citations=tuple(map(KeptCitation.of, answer.citations)),
        position=answer.position,
        origin=origin,
    )
