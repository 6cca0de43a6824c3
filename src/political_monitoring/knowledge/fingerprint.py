"""One hash of what a graph holds, the same for every backend."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Fact


def fingerprint(
    documents: Iterable[tuple[Document, tuple[Passage, ...]]],
    entities: Iterable[Entity],
    facts: Iterable[Fact],
) -> str:
    """SHA-256, hexadecimal, of a line of JSON for each thing; read one by one, never held together.

    Row numbers, times of recording and the order of identifiers and aliases do not enter.

    Args:
        documents: what is known now, by id.
        entities: by id.
        facts: by their document's id and then their own, with the ends that follow from all of them.
    """
    digest = hashlib.sha256()

    def add(kind: str, *values: object) -> None:
        line = json.dumps((kind, *values), ensure_ascii=False, separators=(",", ":"), default=str)
        digest.update(line.encode("utf-8"))
        digest.update(b"\n")

    for document, passages in documents:
        add("document", *_document(document))
        for one in passages:
            add("passage", one.ordinal, one.span.start, one.span.end, one.heading, one.text)
    for entity in entities:
        identifiers = sorted((one.scheme, one.value) for one in entity.identifiers)
        aliases = sorted(entity.aliases)
        add("entity", entity.id, entity.type, entity.name, identifiers, aliases, entity.jurisdiction)
    for fact in facts:
        add("fact", *_fact(fact))
    return digest.hexdigest()


def _document(document: Document) -> tuple[object, ...]:
    return (
        document.id,
        document.title,
        document.text,
        document.content_hash,
        document.source,
        document.url,
        document.date.isoformat() if document.date else None,
        str(document.date_origin),
        document.language,
        document.media_type,
        document.kind,
        document.jurisdiction,
        [(one.offset, one.level, one.text) for one in document.headings],
        document.warnings,
    )


def _fact(fact: Fact) -> tuple[object, ...]:
    evidence = fact.evidence
    return (
        evidence.document_id,
        fact.id,
        fact.subject,
        fact.predicate,
        fact.object,
        fact.value,
        fact.words,
        _moment(fact.valid_at),
        _moment(fact.invalid_at),
        float(fact.confidence),
        evidence.passage_id,
        evidence.span.start,
        evidence.span.end,
        evidence.quote,
    )


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None
