"""Why an answer given today is not the one that was kept: what has become known, ended, changed or gone since."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from political_monitoring.answering.record import KeptAnswer
from political_monitoring.answering.standing import Standing, Weighed, weigh
from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.evidence.citations import Citation, overlaps
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph

MOST_NEWS = 20
_ALL = 100_000
_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


class Cause(StrEnum):
    """What makes a citation come or go."""

    NEW_DOCUMENT = "new document"
    REVISED = "document revised"
    WITHDRAWN = "document withdrawn"
    NEW_FACT = "new fact"
    SUPERSEDED = "superseded"
    HOLDS_AGAIN = "holds again"
    """A fact that had ended, and whose end was taken back."""
    OTHER_CHOICE = "other choice"
    """Nothing happened to it: something else is cited in its place, or it in the place of something else."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference in what two answers rest on.

    Attributes:
        gone: the kept answer rests on it and today's does not; else the other way round.
        fact: "subject predicate value" as the graph has it; "" where the words support no fact.
        when: when this became known; for what was superseded, when it ceased to hold. None: not known.
    """

    cause: Cause
    gone: bool
    document_id: str
    title: str
    quote: str
    fact: str = ""
    when: dt.datetime | None = None


def explain(
    graph: KnowledgeGraph, kept: KeptAnswer, before: Sequence[Citation], after: Sequence[Citation]
) -> tuple[Reason, ...]:
    """What went and what came between two sets of citations, in the order of their numbers."""
    had, has = {_key(one) for one in before}, {_key(one) for one in after}
    weighed = {one.citation.number: one for one in weigh(graph, kept)}
    gone = [_gone(one, weighed[one.number], graph) for one in before if _key(one) not in has]
    come = [_come(one, graph, _known(kept)) for one in after if _key(one) not in had]
    return (*gone, *come)


def changes_since(
    graph: KnowledgeGraph, kept: KeptAnswer, before: Sequence[Citation], subjects: tuple[str, ...]
) -> tuple[Reason, ...]:
    """What has become of the citations, and what is known since about the question's subjects, without asking again."""
    weighed = {one.citation.number: one for one in weigh(graph, kept)}
    fallen = [_gone(one, weighed[one.number], graph) for one in before]
    query = FactQuery(subjects=subjects, recorded_since=_known(kept), history=True, limit=MOST_NEWS)
    news = graph.facts(query) if subjects else []
    cited = {(one.document_id, one.content_hash) for one in before}
    return (
        *(one for one in fallen if one.cause is not Cause.OTHER_CHOICE),
        *(_news(fact, graph) for fact in news if not _of(fact, cited, graph)),
    )


def _known(kept: KeptAnswer) -> dt.datetime:
    return (kept.position.recorded_at if kept.position else None) or _BEGINNING


def _key(citation: Citation) -> tuple[str, str]:
    return citation.document_id, citation.quote


_CAUSES = {
    Standing.STANDS: Cause.OTHER_CHOICE,
    Standing.SUPERSEDED: Cause.SUPERSEDED,
    Standing.REVISED: Cause.REVISED,
    Standing.WITHDRAWN: Cause.WITHDRAWN,
}


def _gone(citation: Citation, weighed: Weighed, graph: KnowledgeGraph) -> Reason:
    versions = graph.versions(citation.document_id, 1)
    when = {
        Standing.SUPERSEDED: weighed.ended,
        Standing.REVISED: versions[0].recorded_at if versions else None,
        Standing.WITHDRAWN: versions[0].expired_at if versions else None,
    }.get(weighed.standing)
    told = _told(_supported(citation, graph))
    cause = _CAUSES[weighed.standing]
    return Reason(cause, True, citation.document_id, citation.title, citation.quote, told, when)


def _come(citation: Citation, graph: KnowledgeGraph, known: dt.datetime) -> Reason:
    facts = _supported(citation, graph)
    cause, when = _why_new(citation, facts, graph, known)
    return Reason(cause, False, citation.document_id, citation.title, citation.quote, _told(facts), when)


def _why_new(
    citation: Citation, facts: Sequence[Fact], graph: KnowledgeGraph, known: dt.datetime
) -> tuple[Cause, dt.datetime | None]:
    versions = graph.versions(citation.document_id, _ALL)
    if versions and versions[0].recorded_at > known:
        first = min(one.recorded_at for one in versions)
        return (Cause.NEW_DOCUMENT if first > known else Cause.REVISED), versions[0].recorded_at
    then = {fact.id: fact for fact in _supported(citation, graph, AsOf(known=known))}
    for fact in facts:
        if fact.id not in then:
            return Cause.NEW_FACT, fact.recorded_at
        if then[fact.id].invalid_at is not None and fact.invalid_at is None:
            return Cause.HOLDS_AGAIN, fact.recorded_at
    return Cause.OTHER_CHOICE, None


def _supported(citation: Citation, graph: KnowledgeGraph, time: AsOf = AsOf()) -> list[Fact]:  # noqa: B008 - frozen
    """Facts of the document that rest on some of the cited words."""
    query = FactQuery(documents=(citation.document_id,), time=time, history=True, limit=None)
    return [fact for fact in graph.facts(query) if overlaps(citation, fact.evidence)]


def _told(facts: Iterable[Fact]) -> str:
    return "; ".join(
        f"{one.subject} {one.predicate} {one.value or one.object or ''}".rstrip() for one in facts
    )


def _news(fact: Fact, graph: KnowledgeGraph) -> Reason:
    evidence = fact.evidence
    found = graph.document(evidence.document_id)
    title = found[0].title if found else ""
    return Reason(
        Cause.NEW_FACT, False, evidence.document_id, title, evidence.quote, _told([fact]), fact.recorded_at
    )


def _of(fact: Fact, cited: set[tuple[str, str]], graph: KnowledgeGraph) -> bool:
    """Whether the fact stands in a version that was cited: its row is new because its end is."""
    found = graph.document(fact.evidence.document_id)
    return found is not None and (found[0].id, found[0].content_hash) in cited
