"""What a graph holds at all: how many documents, of which years and which jurisdictions."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import KnowledgeGraph, Scope, SearchQuery
from political_monitoring.tools.arguments import ANYWHERE, PRESENT

PLACES = ("EU", "DE", "FR", "IE", "UK", "US")
_EVERYWHERE = "the of and in der die und"
"""Some of these words are in any document in English or German."""
_FIRST_YEAR, _LAST_YEAR = 1789, 2100


@dataclass(frozen=True, slots=True)
class Holdings:
    """The extent of a graph.

    Attributes:
        documents: current ones.
        first, last: years of the oldest and the newest one; None when none was found.
        places: codes of jurisdictions that documents are declared to be of.
    """

    documents: int
    first: int | None
    last: int | None
    places: tuple[str, ...]


def get_holdings(graph: KnowledgeGraph, *, scope: Scope = ANYWHERE, time: AsOf = PRESENT) -> Holdings:
    """How many documents there are, of which years and of which jurisdictions.

    The graph is asked whether it has any before or after a year, and the answer is found by halving: a dozen
    searches for one document, instead of reading them all. Their number is that of today, whatever the time and scope.
    """

    def has(since: dt.date | None = None, until: dt.date | None = None, within: Scope = scope) -> bool:
        query = SearchQuery(_EVERYWHERE, time, since=since, until=until, scope=within, limit=1)
        return bool(graph.search(query))

    documents = graph.stats().documents
    if not documents or not has(dt.date(_FIRST_YEAR, 1, 1)):
        return Holdings(documents, None, None, ())
    first = _first(lambda year: has(until=dt.date(year, 12, 31)), _FIRST_YEAR, _LAST_YEAR)
    last = _first(lambda year: not has(since=dt.date(year + 1, 1, 1)), first, _LAST_YEAR)
    asked = [place for place in PLACES if not scope.jurisdictions or place in scope.jurisdictions]
    there = tuple(place for place in asked if has(within=replace(scope, jurisdictions=(place,))))
    return Holdings(documents, first, last, there)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` on for which something holds that holds for all that follow."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
