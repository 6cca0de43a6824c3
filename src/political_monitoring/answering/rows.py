"""A kept answer as rows of the ledger's tables: plain values, whoever writes them."""

from collections.abc import Mapping
from typing import Any

from political_monitoring.answering.record import KeptAnswer, KeptCitation
from political_monitoring.database.storable import storable

Row = Mapping[str, Any]


def answer_row(kept: KeptAnswer) -> Row:
    """Of the table `answers`."""
    return {
        "id": kept.id,
        "workspace": kept.origin.workspace,
        "asked_at": kept.asked_at,
        "question": kept.question,
        "as_of": kept.as_of,
        "known_at": kept.known_at,
        "text": kept.text,
        "gaps": [storable(gap) for gap in kept.gaps],
        "events": kept.position.events if kept.position else None,
        "recorded_at": kept.position.recorded_at if kept.position else None,
        "release": kept.origin.release,
        "version": kept.origin.version,
    }


def citation_rows(kept: KeptAnswer) -> list[Row]:
    """Of the table `answer_citations`."""
    return [_citation_row(kept.id, one) for one in kept.citations]


def _citation_row(answer_id: str, citation: KeptCitation) -> Row:
    return {
        "answer_id": answer_id,
        "number": citation.number,
        "document_id": citation.document_id,
        "content_hash": citation.content_hash,
        "passage_id": citation.passage_id,
        "start": citation.start,
        "end": citation.end,
        "quote_hash": citation.quote_hash,
    }


def capsule_rows(kept: KeptAnswer, capsule: bytes | None) -> list[Row]:
    """Of the table `capsules`."""
    return [] if capsule is None else [{"answer_id": kept.id, "size": len(capsule), "packed": capsule}]
