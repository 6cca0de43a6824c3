"""Small episodes written by hand, for tests that want a filled graph without running extraction."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from political_monitoring.clock import start_of_day
from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document, Origin, Passage, Span
from political_monitoring.domain.facts import Entity, Episode, Evidence, Extraction, Fact, Mention


@dataclass(frozen=True, slots=True)
class Said:
    """A fact and the words of the document that support it."""

    subject: Entity
    predicate: str
    quote: str
    """Must stand in the document's text."""
    value: str | None = None
    on: dt.date | None = None
    words: str = ""
    upon: Entity | None = None
    """The fact's object."""
    until: dt.date | None = None
    """The end that the document states."""


def episode(  # noqa: PLR0913 - a document has many properties
    document_id: str,
    text: str,
    date: dt.date | None = None,
    *,
    title: str = "",
    source: str = "Gazette",
    about: Sequence[Entity] = (),
    said: Sequence[Said] = (),
    kind: str = "",
    language: str = "en",
    jurisdiction: str = "",
) -> Episode:
    """An episode of one document; `about` are the entities it is principally about.

    Raises:
        ValueError: a quotation does not stand in the text.
    """
    document = Document(
        id=document_id,
        title=title or text.split(".", maxsplit=1)[0],
        text=text,
        content_hash=hashlib.sha256(f"{title}{date}{text}".encode()).hexdigest(),
        source=source,
        url=f"https://example.org/{document_id}",
        date=date,
        date_origin=Origin.DECLARED if date else Origin.ABSENT,
        language=language,
        kind=kind,
        jurisdiction=jurisdiction,
    )
    passages = split_passages(document)
    upon = [one.upon for one in said if one.upon]
    entities = tuple(dict.fromkeys([*about, *(one.subject for one in said), *upon]))
    return Episode(
        document,
        passages,
        Extraction(
            entities=entities,
            mentions=tuple(Mention(one.id, Span(0, min(1, len(text))), one in about) for one in entities),
            facts=tuple(_fact(one, number, document, passages) for number, one in enumerate(said)),
        ),
    )


def _fact(said: Said, number: int, document: Document, passages: tuple[Passage, ...]) -> Fact:
    start = document.text.index(said.quote)
    span = Span(start, start + len(said.quote))
    passage = next(one for one in passages if one.span.start <= start < one.span.end)
    return Fact(
        id=f"{document.id}:{number}",
        subject=said.subject.id,
        predicate=said.predicate,
        evidence=Evidence(document.id, passage.id, span, said.quote),
        object=said.upon.id if said.upon else None,
        value=said.value,
        words=said.words or said.quote,
        valid_at=start_of_day(said.on) if said.on else None,
        invalid_at=start_of_day(said.until) if said.until else None,
    )
