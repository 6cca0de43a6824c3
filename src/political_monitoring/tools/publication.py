"""When what is known was published: the dates of the documents behind facts."""

import datetime as dt
from collections.abc import Iterable

from political_monitoring.domain.facts import Fact
from political_monitoring.knowledge.port import KnowledgeGraph


def publication_days(graph: KnowledgeGraph, facts: Iterable[Fact]) -> dict[str, dt.date]:
    """Document id -> date, of the dated documents that support the facts."""
    days = {}
    for document_id in {fact.evidence.document_id for fact in facts}:
        found = graph.document(document_id)
        if found and found[0].date:
            days[document_id] = found[0].date
    return days
