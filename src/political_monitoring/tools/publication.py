"""The documents behind facts, in the version that was known, and when they were published."""

import datetime as dt
from collections.abc import Iterable

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.port import KnowledgeGraph, Version
from political_monitoring.tools.arguments import PRESENT

_VERSIONS = 100
"""Of one document, the newest that are looked through."""


def publication_days(
    graph: KnowledgeGraph, facts: Iterable[Fact], time: AsOf = PRESENT
) -> dict[str, dt.date]:
    """Document id -> date, of the dated documents that support the facts."""
    days = {}
    for document_id in {fact.evidence.document_id for fact in facts}:
        found = document_then(graph, document_id, time)
        if found and found[0].date:
            days[document_id] = found[0].date
    return days


def document_then(
    graph: KnowledgeGraph, document_id: str, time: AsOf
) -> tuple[Document, tuple[Passage, ...]] | None:
    """A document and its passages as they were known at `time.known`; None when there was none."""
    if time.known is None:
        return graph.document(document_id)
    known = versions_then(graph, document_id, time, 1)
    return (known[0].document, known[0].passages) if known else None


def versions_then(graph: KnowledgeGraph, document_id: str, time: AsOf, limit: int) -> list[Version]:
    """The newest versions of a document that had been recorded by `time.known`, the last one first.

    None of them if it was withdrawn by then, or is dated after `time.world`.
    """
    known = time.known
    newest = graph.versions(document_id, limit)
    if known is not None and newest and newest[0].recorded_at > known:
        newest = graph.versions(document_id, _VERSIONS)
    recorded = [one for one in newest if known is None or one.recorded_at <= known]
    if not recorded or not _holds(recorded[0], known):
        return []
    world = time.world.date() if time.world else None
    seen = [one for one in recorded if world is None or (one.document.date and one.document.date <= world)]
    return seen[:limit]


def _holds(version: Version, known: dt.datetime | None) -> bool:
    return version.expired_at is None or (known is not None and version.expired_at > known)
