"""What an answer rests on: how many sources and publishers, how recent, and where they disagree."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Any

from political_monitoring.domain.facts import Fact
from political_monitoring.domain.model_use import ModelUse
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.contradictions import contradictions as conflicting


@dataclass(frozen=True, slots=True)
class Side:
    """What some of the sources say where they contradict each other; `citations` are numbers of the answer's."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that give something the answer speaks of different values from the same day on."""

    subject: str
    """Id of the entity."""
    predicate: str
    day: dt.date
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ground under an answer.

    Attributes:
        as_of: the day the answer speaks of.
        sources: documents cited.
        publishers: independent ones: sources that share a publisher, or of which one repeats the other's cited
            words, count once.
        newest: date of the newest source.
        later: sources published after `as_of`; they report what held on that day.
        gaps: what could not be found, read or verified, one sentence each.
        contradictions: between sources, about what the answer uses.
        cost: what models took; None: none was asked.
    """

    as_of: dt.date | None
    sources: int
    publishers: int
    newest: dt.date | None
    later: int
    gaps: tuple[str, ...] = ()
    contradictions: tuple[Disagreement, ...] = ()
    cost: ModelUse | None = None

    def as_data(self) -> dict[str, Any]:
        """JSON values, under the names of the attributes; days as YYYY-MM-DD."""
        data = asdict(self)
        for name in ("as_of", "newest"):
            data[name] = data[name].isoformat() if data[name] else None
        data["contradictions"] = [one | {"day": one["day"].isoformat()} for one in data["contradictions"]]
        return data


@dataclass(frozen=True, slots=True)
class Revision:
    """A later value of something that has one value at a time."""

    earlier: Fact
    later: Fact


_NO_PASSAGES: Mapping[int, str] = MappingProxyType({})


def measure(
    citations: Sequence[Citation], as_of: dt.date | None, passages: Mapping[int, str] = _NO_PASSAGES
) -> Coverage:
    """Count distinct documents and independent publishers among the citations.

    Args:
        passages: the text around each citation by its number; in it the words of another source are looked for.
    """
    dates = [citation.date for citation in citations if citation.date]
    return Coverage(
        as_of=as_of,
        sources=len({citation.document_id for citation in citations}),
        publishers=_independent(citations, passages),
        newest=max(dates, default=None),
        later=len({one.document_id for one in citations if as_of and one.date and one.date > as_of}),
    )


_RUN = 5
"""Words of a shingle: as long a run is seldom the same by chance."""
_REPEATED = 0.8
"""From this share of a quotation's shingles on, a passage repeats it."""


def _independent(citations: Sequence[Citation], passages: Mapping[int, str]) -> int:
    """Publishers, less those of which one only repeats what another says in the words cited."""
    publishers = {_publisher(citation.source) for citation in citations if citation.source}
    group = {publisher: publisher for publisher in publishers}
    for a, b in combinations((one for one in citations if one.source), 2):
        first, second = group[_publisher(a.source)], group[_publisher(b.source)]
        if first != second and (_repeats(a, b, passages) or _repeats(b, a, passages)):
            group = {name: first if of == second else of for name, of in group.items()}
    return len(set(group.values()))


def _repeats(quoted: Citation, other: Citation, passages: Mapping[int, str]) -> bool:
    words = _shingles(quoted.quote)
    if not words:
        return False
    return len(words & _shingles(passages.get(other.number, other.quote))) >= _REPEATED * len(words)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


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
