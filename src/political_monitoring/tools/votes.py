"""Who voted, and how: counts and names of each vote, by chamber, with the words that say so."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.network import entity_then
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, Since, Until
from political_monitoring.tools.entities import MOST_FACTS, Act
from political_monitoring.tools.stating import StatedFact

# A chamber by the words of its record; the first that a quotation names.
_CHAMBERS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("House of Representatives", r"\b(?:U\.?S\.? House|House of Representatives|in House|Roll [Nn]o\.)"),
        ("Senate", r"\b(?:in Senate|Record Vote Number)|\bSenate (?:passed|adopted|approved|voted|rejected)"),
        ("House of Commons", r"\bCommons\b"),
        ("House of Lords", r"\bLords\b"),
        ("Bundestag", r"\bBundestag"),
        ("Bundesrat", r"\bBundesrat"),
        ("European Parliament", r"\b(?:European Parliament|Europäische\w* Parlament|MEPs?\b|plenary)"),
        ("Council", r"\b(?:Council\b|Rat der|Coreper)"),
        ("Senate", r"\bSenate\b"),
        ("House of Representatives", r"\bHouse\b"),
    )
)
# The stage that a vote led to tells the chamber where the words do not.
_BY_STAGE = {
    "passed_house": "House of Representatives",
    "failed_house": "House of Representatives",
    "passed_senate": "Senate",
    "failed_senate": "Senate",
    "passed_commons": "House of Commons",
    "passed_lords": "House of Lords",
    "parliament_position": "European Parliament",
    "parliament_approved": "European Parliament",
    "bundesrat_approved": "Bundesrat",
    "bundesrat_refused": "Bundesrat",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one vote as one document gives them; `abstained` is None where it does not say."""

    votes_for: int
    against: int
    abstained: int | None
    fact: StatedFact


@dataclass(frozen=True, slots=True)
class Vote:
    """What was voted on one day in one chamber.

    Attributes:
        chamber: empty where no source says it.
        tallies: counts, each with its source; several documents may report one vote, and a day may have several.
        votes_for, against: those who are named, each with the evidence.
    """

    day: dt.date | None
    chamber: str
    tallies: tuple[Tally, ...]
    votes_for: tuple[Act, ...]
    against: tuple[Act, ...]


def who_voted(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    since: Since = None,
    until: Until = None,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
) -> tuple[Vote, ...]:
    """How a law was voted on, by day and chamber, oldest first: the counts, and who is named on either side."""
    query = FactQuery(time=time, history=True, since=since, until=until, scope=scope, limit=MOST_FACTS)
    said = graph.facts(replace(query, subjects=(entity,), predicates=("vote_result", "status")))
    named = graph.facts(replace(query, objects=(entity,), predicates=("votes_for", "votes_against")))
    chambers = _Chambers(fact for fact in said if fact.predicate == "status")
    tallies: dict[tuple[dt.date, str], list[Tally]] = defaultdict(list)
    for fact in said:
        if fact.predicate == "vote_result" and (tally := _tally(fact)):
            tallies[chambers.of(fact)].append(tally)
    acts: dict[tuple[dt.date, str], list[Act]] = defaultdict(list)
    for fact in named:
        if actor := entity_then(graph, fact.subject, time.known):
            acts[chambers.of(fact)].append(Act(actor, fact))
    return tuple(
        Vote(
            day=None if day == dt.date.max else day,
            chamber=chamber,
            tallies=tuple(tallies.get((day, chamber), ())),
            votes_for=_on_side(acts.get((day, chamber), []), "votes_for"),
            against=_on_side(acts.get((day, chamber), []), "votes_against"),
        )
        for day, chamber in sorted(tallies.keys() | acts.keys())
    )


class _Chambers:
    """On which day and in which chamber a vote was taken."""

    def __init__(self, statuses: Iterable[Fact]) -> None:
        self._by_document: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
        for fact in statuses:
            if chamber := _BY_STAGE.get(fact.value or ""):
                self._by_document[fact.evidence.document_id, _day(fact)].add(chamber)

    def of(self, fact: Fact) -> tuple[dt.date, str]:
        """By the stage that the same document reports for the day, if it is one; else by the quoted words."""
        by_stage = self._by_document.get((fact.evidence.document_id, _day(fact)), set())
        if len(by_stage) == 1:
            return _day(fact), next(iter(by_stage))
        words = fact.evidence.quote
        return _day(fact), next((name for name, pattern in _CHAMBERS if pattern.search(words)), "")


def _tally(fact: Fact) -> Tally | None:
    """From "for-against" or "for-against-abstained"; None for what is no count."""
    counts = (fact.value or "").split("-")
    if len(counts) not in {2, 3} or not all(count.isdecimal() for count in counts):
        return None
    return Tally(int(counts[0]), int(counts[1]), int(counts[2]) if len(counts) == 3 else None, fact)


def _on_side(acts: list[Act], predicate: str) -> tuple[Act, ...]:
    return tuple(act for act in acts if act.fact.predicate == predicate)


def _day(fact: Fact) -> dt.date:
    return fact.valid_at.date() if fact.valid_at else dt.date.max
