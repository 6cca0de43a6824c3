"""What `polmon show` says about the history of a document: its versions, and where else it was seen."""

from contextlib import closing
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import typer

from political_monitoring.cli.output import print_error, print_table
from political_monitoring.cli.show import Description
from political_monitoring.documents.differences import Change, Differences, differences
from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.port import KnowledgeGraph, Version
from political_monitoring.settings import Settings

_VERSIONS = 20


def describe_versions(graph: KnowledgeGraph, document_id: str) -> Description | None:
    """The newest versions of a document, each with what it changed; None when there is no such document."""
    versions = graph.versions(document_id, _VERSIONS)
    if not versions:
        return None
    changes: list[Differences | None] = [
        differences((old.document.text, old.passages), (new.document.text, new.passages))
        for new, old in pairwise(versions)
    ]
    told = list(zip(versions, [*changes, None], strict=True))
    data: dict[str, Any] = {
        "document_id": document_id,
        "versions": [_as_data(version, changed) for version, changed in told],
    }

    def show() -> None:
        columns = ("Recorded", "Until", "Title", "Date", "Content", "What changed")
        print_table(columns, (_row(version, changed) for version, changed in told))
        for version, changed in told:
            if changed and changed.first:
                typer.secho(f"\nRecorded {version.recorded_at:%Y-%m-%d %H:%M:%S}", bold=True)
                for change in changed.first:
                    _print_change(change)

    return Description(data, show)


def places_seen(settings: Settings, document_id: str) -> list[str]:
    """Where repetitions of a document were found, with their similarity; empty when the ledger cannot be asked."""
    from political_monitoring.ingestion.ledger import open_ledger

    try:
        with closing(open_ledger(settings)) as ledger:
            places = ledger.places_of(document_id)
    except StoreUnavailable as error:
        print_error(f"where else the document was seen is not known: {error}")
        return []
    return [
        f"{place.ref} ({'the same' if place.similarity is None else f'{place.similarity:.0%} alike'})"
        for place in places
    ]


def _as_data(version: Version, changed: Differences | None) -> dict[str, Any]:
    document = version.document
    return {
        "recorded_at": version.recorded_at.isoformat(),
        "expired_at": version.expired_at.isoformat() if version.expired_at else None,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "content_hash": document.content_hash,
        "differences": asdict(changed) if changed else None,
    }


def _row(version: Version, changed: Differences | None) -> tuple[object, ...]:
    until = version.expired_at
    return (
        f"{version.recorded_at:%Y-%m-%d %H:%M:%S}",
        f"{until:%Y-%m-%d %H:%M:%S}" if until else "",
        version.document.title,
        version.document.date or "undated",
        version.document.content_hash[:12],
        changed or "",
    )


def _print_change(change: Change) -> None:
    typer.secho(f"  {change.place or 'at'} (character {change.start:,})", dim=True)
    if change.before:
        typer.secho(f"  - {change.before}", fg="red")
    if change.after:
        typer.secho(f"  + {change.after}", fg="green")
