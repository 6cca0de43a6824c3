"""Between the nodes and edges of Graphiti and the product's own types.

What we write carries Graphiti's properties, so that its clients read it, and ours beside them (`key` is our id).
What Graphiti itself wrote carries only its own and is read as far as it goes: its uuids serve as ids, an
episode is a document of one passage, and a fact rests on the whole of its episode, since Graphiti keeps no place.
"""

import datetime as dt
import hashlib
import json
import re
from functools import cache
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from political_monitoring.clock import start_of_day
from political_monitoring.domain.documents import Document, Origin, Passage, Span
from political_monitoring.domain.facts import Entity, Evidence, Extraction, Fact, Identifier
from political_monitoring.knowledge.graphiti.store import Row, read_moment

_NAMESPACE = UUID("5f0d2f5e-6d55-4b0f-9a2c-7b3a4d0f6c1e")

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OURS = {
    "Passage",
    "SourceDocument",
    "PastDocument",
    "EntityName",
    "EntityIdentifier",
    "Workspace",
    "WriteLock",
}
_GRAPHITIS = {"Entity", "Episodic", "Community", "Saga"}

UNDATED = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
"""Graphiti refuses to read an episode without a time: an undated document comes before every dated one there.
Our own `day` stays 0, and facts stay without a time."""

DOCUMENT = ("uuid", "key", "name", "content", "source_description", "valid_at", "record")
PASSAGE = ("ordinal", "begins", "ends", "heading", "text")
ENTITY = ("uuid", "key", "name", "type", "jurisdiction", "identifiers", "aliases", "live")
FACT = (
    *(
        "uuid",
        "key",
        "name",
        "fact",
        "episodes",
        "created_at",
        "expired_at",
        "valid_at",
        "invalid_at",
        "object",
    ),
    *(
        "value",
        "words",
        "confidence",
        "document",
        "passage",
        "begins",
        "ends",
        "quote",
        "stated_end",
        "version",
    ),
)


def columns(variable: str, names: tuple[str, ...]) -> str:
    """What a query returns of a node or edge."""
    return ", ".join(f"{variable}.{name} AS {name}" for name in names)


def label(kind: str) -> str:
    """A type of entity as a label, where it can be one; else nothing."""
    return kind if _LABEL.fullmatch(kind) and kind not in _OURS | _GRAPHITIS else ""


def uuid_of(group: str, kind: str, *parts: object) -> str:
    """The uuid of one of our things: the same whenever it is asked for, another in another group."""
    return str(uuid5(_NAMESPACE, "\x1f".join(map(str, (group, kind, *parts)))))


@cache
def _documents() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


@cache
def _extractions() -> TypeAdapter[Extraction]:
    return TypeAdapter(Extraction)


def document_record(document: Document) -> str:
    """Everything about a document but its text, as JSON."""
    return _documents().dump_json(document, exclude={"text"}).decode()


def extraction_record(extraction: Extraction) -> str:
    """What was read out of a document, exactly as it was given, as JSON; not what reading it cost."""
    return _extractions().dump_json(extraction, exclude={"model"}).decode()


def read_extraction(record: str) -> Extraction:
    """The inverse of `extraction_record`."""
    return _extractions().validate_json(record)


def document_properties(document: Document) -> dict[str, object]:
    """Graphiti's properties of an episode, and what readers ask for by itself."""
    return {
        "name": document.title,
        "source": "text",
        "source_description": ", ".join(filter(None, (document.source, document.kind))),
        "content": document.text,
        "valid_at": start_of_day(document.date) if document.date else UNDATED,
        "key": document.id,
        "content_hash": document.content_hash,
        "record": document_record(document),
    }


def declared_properties(document: Document) -> dict[str, object]:
    """What questions are narrowed by, kept on each passage and fact: one edge or node answers for itself."""
    return {
        "document": document.id,
        "day": document.date.toordinal() if document.date else 0,
        "kind": document.kind,
        "jurisdiction": document.jurisdiction,
        "publisher": document.source,
        "language": document.language,
        "length": len(document.text),
    }


def read_document(row: Row) -> Document:
    """A document from DOCUMENT."""
    if row["record"] is None:
        return foreign_document(row)
    return _documents().validate_python({**json.loads(row["record"]), "text": row["content"]})


def foreign_document(row: Row) -> Document:
    """An episode of Graphiti's own."""
    moment = read_moment(row["valid_at"])
    date = moment.date() if moment is not None and moment != UNDATED else None
    content, name = row["content"] or "", row["name"] or ""
    return Document(
        id=row["uuid"],
        title=name,
        text=content,
        content_hash=hashlib.sha256(f"{name}\n{date}\n{content}".encode()).hexdigest(),
        source=row["source_description"] or "",
        date=date,
        date_origin=Origin.DECLARED if date else Origin.ABSENT,
    )


def foreign_passage(document: Document) -> Passage:
    """The one passage of an episode of Graphiti's own."""
    return Passage(document.id, 0, Span(0, len(document.text)), document.text)


def read_passage(document_id: str, row: Row) -> Passage:
    """A passage from PASSAGE."""
    return Passage(document_id, row["ordinal"], Span(row["begins"], row["ends"]), row["text"], row["heading"])


def read_entity(row: Row) -> Entity:
    """An entity from ENTITY and `labels`."""
    if row["key"] is None:
        kinds = [label for label in row["labels"] if label != "Entity"]
        return Entity(row["uuid"], kinds[0] if kinds else "", row["name"] or row["uuid"])
    return Entity(
        id=row["key"],
        type=row["type"],
        name=row["name"],
        identifiers=tuple(Identifier(*one.split(":", 1)) for one in row["identifiers"] or ()),
        aliases=tuple(row["aliases"] or ()),
        jurisdiction=row["jurisdiction"],
    )


def fact_properties(fact: Fact) -> dict[str, object]:
    """What is kept of a fact beside its text, its episode and its times of recording."""
    evidence = fact.evidence
    return {
        "key": fact.id,
        "name": fact.predicate,
        "object": fact.object,
        "value": fact.value,
        "words": fact.words,
        "valid_at": fact.valid_at,
        "confidence": float(fact.confidence),
        "passage": evidence.passage_id,
        "begins": evidence.span.start,
        "ends": evidence.span.end,
        "quote": evidence.quote,
    }


def read_fact(row: Row, contents: dict[str, str], known: dt.datetime | None = None) -> Fact:
    """A fact from FACT, `subject_id` and `object_id`; what was recorded after `known` stays unsaid.

    Args:
        contents: texts of the episodes of facts that Graphiti itself wrote, by uuid.
    """
    expired_at = read_moment(row["expired_at"])
    if known is not None and expired_at is not None and expired_at > known:
        expired_at = None
    ours = row["key"] is not None
    return Fact(
        id=row["key"] if ours else row["uuid"],
        subject=row["subject_id"],
        predicate=row["name"] or "",
        evidence=_evidence(row) if ours else _foreign_evidence(row, contents),
        object=row["object"] if ours else row["object_id"],
        value=row["value"],
        words=row["words"] if ours else row["fact"] or "",
        valid_at=read_moment(row["valid_at"]),
        invalid_at=read_moment(row["invalid_at"]),
        recorded_at=read_moment(row["created_at"]),
        expired_at=expired_at,
        confidence=row["confidence"] if ours else 1.0,
    )


def _evidence(row: Row) -> Evidence:
    return Evidence(row["document"], row["passage"], Span(row["begins"], row["ends"]), row["quote"])


def _foreign_evidence(row: Row, contents: dict[str, str]) -> Evidence:
    episode = next(iter(row["episodes"] or ()), "")
    content = contents.get(episode, "")
    return Evidence(episode, f"{episode}#0", Span(0, len(content)), content)
