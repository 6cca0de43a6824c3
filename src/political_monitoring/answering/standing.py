"""What has become of the evidence of a kept answer: does it still stand as it was cited?"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from political_monitoring.answering.record import KeptAnswer, KeptCitation
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.evidence.citations import overlaps
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph


class Standing(StrEnum):
    """How a cited document stands today; what is further down is looked at first."""

    STANDS = "stands"
    SUPERSEDED = "superseded"
    """A fact that the cited words support ends earlier than was known then."""
    REVISED = "revised"
    """The document came again with other content."""
    WITHDRAWN = "withdrawn"
    """The document is no longer in the graph."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A citation and how it stands; `ended`: for a superseded one, when what it supports ceased to hold."""

    citation: KeptCitation
    standing: Standing
    ended: dt.datetime | None = None


def weigh(graph: KnowledgeGraph, kept: KeptAnswer) -> tuple[Weighed, ...]:
    """How each citation of an answer stands in today's graph, in the order of their numbers."""
    ended = _ended_since(graph, kept)
    return tuple(_weigh(graph, citation, ended) for citation in kept.citations)


def _weigh(graph: KnowledgeGraph, citation: KeptCitation, ended: list[Fact]) -> Weighed:
    found = graph.document(citation.document_id)
    if found is None:
        return Weighed(citation, Standing.WITHDRAWN)
    if found[0].content_hash != citation.content_hash:
        return Weighed(citation, Standing.REVISED)
    ends = [fact.invalid_at for fact in ended if fact.invalid_at and overlaps(citation, fact.evidence)]
    return Weighed(citation, Standing.SUPERSEDED, min(ends)) if ends else Weighed(citation, Standing.STANDS)


def _ended_since(graph: KnowledgeGraph, kept: KeptAnswer) -> list[Fact]:
    """Facts of the cited documents, as known now, that end earlier than was known when the answer was given."""
    documents = tuple({citation.document_id for citation in kept.citations})
    if not documents or kept.position is None or kept.position.recorded_at is None:
        return []
    query = FactQuery(documents=documents, history=True, limit=None)
    then = FactQuery(
        documents=documents, time=AsOf(known=kept.position.recorded_at), history=True, limit=None
    )
    before = {(fact.evidence.document_id, fact.id): _end(fact) for fact in graph.facts(then)}
    return [
        fact
        for fact in graph.facts(query)
        if _end(fact) < before.get((fact.evidence.document_id, fact.id), _NEVER_KNOWN)
    ]


def _end(fact: Fact) -> dt.datetime:
    return fact.invalid_at or dt.datetime.max.replace(tzinfo=dt.UTC)


_NEVER_KNOWN = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Sorts before every end: what was not known then cannot end earlier than was known."""
