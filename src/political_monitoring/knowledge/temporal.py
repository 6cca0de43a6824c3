"""When facts hold: pure rules over valid time and recorded time. No store, no clock.

What holds at a moment must not depend on the order in which documents arrived, so the end of a fact is
always computed from all facts about the same subject and predicate that are known at the time, never from
the one that happens to come last.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from political_monitoring.domain.facts import AsOf, Fact

if TYPE_CHECKING:
    from political_monitoring.domain.ontology import Ontology


def is_functional(predicate: str) -> bool:
    """Whether a subject has one value of it at a time; predicates outside the ontology have not."""
    known = _ontology().predicates.get(predicate)
    return known is not None and known.functional


def _ontology() -> "Ontology":
    # Only writing needs the schema; reading must not wait for a YAML parser to be imported.
    from political_monitoring.domain.ontology import load_ontology

    return load_ontology()


@dataclass(frozen=True, slots=True)
class Window:
    """A question's two times with the present filled in.

    Attributes:
        world: facts must hold at this moment.
        dated: `world` was asked for, so what cannot be placed before it does not count.
        known: None means what is known now.
    """

    world: datetime
    dated: bool
    known: datetime | None

    @classmethod
    def of(cls, time: AsOf, now: datetime) -> "Window":
        """The window of a question asked at `now`."""
        return cls(time.world or now, time.world is not None, time.known)


def validity_ends(facts: Sequence[Fact]) -> list[datetime | None]:
    """When each fact about one subject and one functional predicate ends to hold, in the given order.

    `invalid_at` of the facts must be what their documents state, None for most. A fact ends where the next
    day with a fact begins, or earlier if its document says so. On one day:

    - values in different documents contradict each other and stand side by side;
    - of several values in one document the last counts (for a status, the furthest stage): that document
      itself says that the others were left behind on that day, and they end where they begin.

    Undated facts neither end others nor are ended.
    """
    by_day: dict[date, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.valid_at is not None:
            by_day[_day(fact.valid_at)].append(fact)
    begins = {day: min(f.valid_at for f in group if f.valid_at) for day, group in by_day.items()}
    days = sorted(by_day)
    next_begin = {day: begins[later] for day, later in pairwise(days)}
    left_behind = {day: _left_behind(group) for day, group in by_day.items()}

    def end(fact: Fact) -> datetime | None:
        if fact.valid_at is None:
            return fact.invalid_at
        day = _day(fact.valid_at)
        if _content(fact) in left_behind[day]:
            return fact.valid_at
        given = [moment for moment in (fact.invalid_at, next_begin.get(day)) if moment is not None]
        return min(given, default=None)

    return [end(fact) for fact in facts]


def _left_behind(same_day: list[Fact]) -> set[tuple[str | None, str | None]]:
    by_document: dict[str, list[Fact]] = defaultdict(list)
    for fact in same_day:
        by_document[fact.evidence.document_id].append(fact)
    everything = {_content(fact) for fact in same_day}
    passed = set()
    for group in by_document.values():
        ordered = sorted(group, key=_progress)
        passed |= {_content(fact) for fact in ordered} - {_content(ordered[-1])}
    # Documents that order two values in opposite ways leave both standing.
    return passed if passed != everything else set()


def _progress(fact: Fact) -> tuple[datetime, int, int, str]:
    stage = _ontology().stages.get(fact.value or "") if fact.predicate == "status" else None
    moment = fact.valid_at or datetime.min.replace(tzinfo=UTC)
    return moment, stage.order if stage else -1, fact.evidence.span.start, fact.id


def _content(fact: Fact) -> tuple[str | None, str | None]:
    return fact.object, fact.value


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
