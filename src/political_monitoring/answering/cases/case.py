"""What a case file holds: pydantic models, since files come back from anywhere."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from political_monitoring.answering.capsules import Capsule, as_data
from political_monitoring.answering.record import KeptAnswer
from political_monitoring.evidence.citations import Citation
from political_monitoring.evidence.verification import CitedPassage

FORMAT: Literal["political-monitoring-case-1"] = "political-monitoring-case-1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Context(_Part):
    """The passage around a quotation: characters `start` to `end` of the document's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    heading: str
    text: str


class Source(_Part):
    """A citation with everything that it takes to check it.

    Attributes:
        content_hash: SHA-256 of the document's version (title, date and text) that was cited.
        place: part of an act it stands in ("Art. 6(1)"), or "".
        start, end: of the quotation in the document's text, in characters.
        quote_hash: SHA-256 of the quoted words in UTF-8.
        positions: of the marks "[n]" in the answer's text, half-open, in characters.
    """

    number: int = Field(ge=1)
    document_id: str
    content_hash: str
    title: str
    place: str
    publisher: str
    url: str | None
    date: dt.date | None
    passage_id: str
    quote: str
    quote_hash: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    positions: tuple[tuple[int, int], ...]
    context: Context


class Message(_Part):
    """One message of the conversation before the question."""

    role: str
    text: str


class Case(_Part):
    """An answer, what it rests on, and what was done for it.

    Attributes:
        position: events of the graph's history when the work began, and when the last was recorded; None: not known.
        rests_on: sources, publishers, newest, contradictions, cost, as `evidence.coverage.Coverage`.
        work: understanding, plan, calls of tools with their results, draft, prompts and model, as the capsule has it.
    """

    format: Literal["political-monitoring-case-1"]
    id: str
    workspace: str
    version: str
    release: str
    language: Literal["en", "de"]
    asked_at: dt.datetime
    as_of: dt.date | None
    known_at: dt.datetime | None
    position: tuple[int, dt.datetime | None] | None
    conversation: tuple[Message, ...]
    question: str
    answer: str
    sources: tuple[Source, ...]
    gaps: tuple[str, ...]
    rests_on: dict[str, Any] | None
    work: dict[str, Any]


def case_of(kept: KeptAnswer, capsule: Capsule) -> Case:
    """The case of a kept answer."""
    data, question = as_data(capsule), capsule.work.question
    passages = {one.number: one for one in capsule.work.checked.passages}
    return Case(
        format=FORMAT,
        id=kept.id,
        workspace=kept.origin.workspace,
        version=kept.origin.version,
        release=kept.origin.release,
        language=question.language,
        asked_at=kept.asked_at,
        as_of=kept.as_of,
        known_at=kept.known_at,
        position=(kept.position.events, kept.position.recorded_at) if kept.position else None,
        conversation=tuple(Message(role=one.role, text=one.text) for one in question.history),
        question=kept.question,
        answer=kept.text,
        sources=tuple(_source(one, passages[one.number]) for one in capsule.answer.citations),
        gaps=kept.gaps,
        rests_on=data["answer"]["rests_on"],
        work=data["work"],
    )


def _source(citation: Citation, passage: CitedPassage) -> Source:
    return Source(
        number=citation.number,
        document_id=citation.document_id,
        content_hash=citation.content_hash,
        title=citation.title,
        place=citation.place,
        publisher=citation.source,
        url=citation.url,
        date=citation.date,
        passage_id=citation.passage_id,
        quote=citation.quote,
        quote_hash=citation.quote_hash,
        start=citation.start,
        end=citation.end,
        positions=citation.positions,
        context=Context(start=passage.start, end=passage.end, heading=passage.heading, text=passage.text),
    )
