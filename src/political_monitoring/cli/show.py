"""What `polmon show` says about a document or an entity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import typer

from political_monitoring.cli.output import print_table
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.settings import Settings
from political_monitoring.tools.naming import named_entity

FIRST_RECORDS = 20
_NAMES = {"kind": "type"}
_NOT_IN_TABLE = frozenset({"passages", "found"})


@dataclass(frozen=True, slots=True)
class Description:
    """A thing as data, and how to print it for people."""

    data: dict[str, Any]
    print: Callable[[], None]


def describe_document(
    graph: KnowledgeGraph, document_id: str, places: Callable[[], list[str]] = list
) -> Description | None:
    """A document by its id, with its passages and where else it was seen; None when there is none."""
    found = graph.document(document_id)
    if found is None:
        return None
    return _described(*found, places())


def is_file(name: str) -> bool:
    """Whether a name is that of a file; what is too long for one is not."""
    try:
        return Path(name).is_file()
    except OSError:
        return False


def describe_file(path: str, settings: Settings) -> Description:
    """How a file would be read: its documents, where each of their fields was found, and their passages.

    Of a file of records the first FIRST_RECORDS are read.

    Raises:
        DocumentError: the file cannot be read.
    """
    from political_monitoring.documents.load import Refused, iter_items, parse
    from political_monitoring.documents.passages import split_passages

    found: list[Description] = []
    for item in islice(iter_items((path,), settings), FIRST_RECORDS):
        if isinstance(item, Refused):
            raise item.error
        found += [_described(one, split_passages(one)) for one in parse(item, settings.limits)]

    def show() -> None:
        for one in found:
            one.print()

    return Description({"documents": [one.data for one in found]}, show)


def _described(document: Document, passages: Sequence[Passage], places: Sequence[str] = ()) -> Description:
    data: dict[str, Any] = {
        "document_id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "date_origin": str(document.date_origin),
        "source": document.source,
        "url": document.url,
        "language": document.language,
        "type": document.kind,
        "jurisdiction": document.jurisdiction,
        "warnings": list(document.warnings),
        "also_seen": list(places),
        "found": dict(document.origins),
        "passages": [
            {"heading": p.heading, "start": p.span.start, "end": p.span.end, "text": p.text} for p in passages
        ],
    }

    def show() -> None:
        where = {_NAMES.get(name, name): origin for name, origin in document.origins}
        columns = 3 if where else 2
        rows = (
            (key, _cell(value), where.get(key)) for key, value in data.items() if key not in _NOT_IN_TABLE
        )
        print_table(("Field", "Value", "Found in")[:columns], (row[:columns] for row in rows))
        for passage in passages:
            typer.echo(f"\n{passage.heading}\n{passage.text}" if passage.heading else f"\n{passage.text}")

    return Description(data, show)


def _cell(value: object) -> object:
    return "\n".join(value) if isinstance(value, list) else value


def describe_entity(graph: KnowledgeGraph, name: str, time: AsOf) -> Description | None:
    """An entity by id, identifier or name, with its facts as of a time; None when there is none."""
    entity = named_entity(graph, name)
    if entity is None:
        return None
    facts = graph.facts(FactQuery(subjects=(entity.id,), time=time, history=True))
    data: dict[str, Any] = {
        "entity_id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "identifiers": [str(identifier) for identifier in entity.identifiers],
        "jurisdiction": entity.jurisdiction,
        "facts": [fact_as_data(fact) for fact in facts],
    }

    def show() -> None:
        print_table(("Field", "Value"), ((k, v) for k, v in data.items() if k != "facts" and v))
        print_table(
            ("From", "Until", "Predicate", "Value", "Evidence", "Document"),
            (
                (
                    fact["valid_at"] or "undated",
                    fact["invalid_at"] or "",
                    fact["predicate"],
                    fact["value"] or fact["object"],
                    fact["quote"],
                    fact["document_id"],
                )
                for fact in data["facts"]
            ),
        )

    return Description(data, show)


def fact_as_data(fact: Fact) -> dict[str, Any]:
    """A fact as machines read it, days for valid times."""
    return {
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "value": fact.value,
        "words": fact.words,
        "valid_at": fact.valid_at.date().isoformat() if fact.valid_at else None,
        "invalid_at": fact.invalid_at.date().isoformat() if fact.invalid_at else None,
        "recorded_at": fact.recorded_at.isoformat() if fact.recorded_at else None,
        "document_id": fact.evidence.document_id,
        "quote": fact.evidence.quote,
        "start": fact.evidence.span.start,
        "end": fact.evidence.span.end,
    }
