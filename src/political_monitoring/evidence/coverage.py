"""What an answer rests on: how many sources and publishers, how recent, and where they disagree."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from political_monitoring.domain.facts import Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.contradictions import contradictions as conflicting


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ground under an answer."""

    as_of: dt.date | None
    sources: int
    publishers: int
    newest: dt.date | None
    later: int
    """Sources published after `as_of`; they report what held on that day."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A later value of something that has one value at a time."""

    earlier: Fact
    later: Fact


def measure(citations: Sequence[Citation], as_of: dt.date | None) -> Coverage:
    """Count distinct documents and publishers among the citations."""
    dates = [citation.date for citation in citations if citation.date]
    return Coverage(
        as_of=as_of,
        sources=len({citation.document_id for citation in citations}),
        publishers=len({_publisher(citation.source) for citation in citations if citation.source}),
        newest=max(dates, default=None),
        later=len({one.document_id for one in citations if as_of and one.date and one.date > as_of}),
    )


def contradictions(facts: Iterable[Fact]) -> list[tuple[Fact, Fact]]:
    """Pairs in which documents give one subject different values from the same day on, by the graph's own rule."""
    return [pair for one in conflicting(facts) for pair in pairwise(side[0] for side in one.sides)]


def revisions(facts: Iterable[Fact]) -> list[Revision]:
    """Successive values of a functional predicate of one subject, oldest first. Stages are left out."""
    return [
        Revision(a, b)
        for a, b in _neighbours(facts)
        if a.valid_at and b.valid_at and a.valid_at.date() < b.valid_at.date()
    ]


def _neighbours(facts: Iterable[Fact]) -> list[tuple[Fact, Fact]]:
    predicates = load_ontology().predicates
    series: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        known = predicates.get(fact.predicate)
        if known and known.functional and fact.predicate != "status" and fact.value and _lasted(fact):
            series.setdefault((fact.subject, fact.predicate), []).append(fact)
    pairs: list[tuple[Fact, Fact]] = []
    for one in series.values():
        distinct: list[Fact] = []
        for fact in sorted(one, key=lambda fact: (fact.valid_at, fact.id)):
            if not distinct or distinct[-1].value != fact.value:
                distinct.append(fact)
        pairs += pairwise(distinct)
    return pairs


def _lasted(fact: Fact) -> bool:
    """Whether it held for a time: its own document may have left it behind at once."""
    return fact.valid_at is not None and (fact.invalid_at is None or fact.invalid_at > fact.valid_at)


def _publisher(source: str) -> str:
    """ "congress.gov/actions" and "congress.gov" are one publisher."""
    return source.split("/", maxsplit=1)[0].strip().casefold()
