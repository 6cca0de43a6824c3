"""Ends of functional facts in the embedded store, worked out anew where something has changed and only there.

A fact's end depends on where the next day with a fact begins, and on its own day only where a document has
several values for that day. So a change touches the facts that came, the day before if its day begins
elsewhere now, and all of its day only if some document orders values on it: however long the series is, and
however many documents say the same.
"""

import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from political_monitoring.domain.facts import Fact
from political_monitoring.knowledge import temporal
from political_monitoring.knowledge.embedded import rows

DAY = 86_400_000_000
_LIVE = "f.subject = ? AND f.predicate = ? AND f.expired_at IS NULL"
_Series = tuple[int, str]
"""Row number of the subject, predicate."""


@dataclass(slots=True)
class _Change:
    """What came and went on one day of a series."""

    came: set[int] = field(default_factory=set)
    went: set[int] = field(default_factory=set)
    """Moments at which facts begin."""
    ordered: bool = False
    """Some of it was ordered by its document."""


class Touched:
    """Days on which facts of functional predicates came or went, by subject and predicate.

    Args:
        last: row number of the newest fact before the change: those that came have higher ones.
    """

    def __init__(self, last: int) -> None:
        self.last = last
        self._days: dict[_Series, dict[int, _Change]] = defaultdict(lambda: defaultdict(_Change))

    def came(self, subject: int, predicate: str, valid_at: int | None) -> None:
        """A fact came; undated ones end nothing and are not ended."""
        if valid_at is not None and temporal.is_functional(predicate):
            self._days[subject, predicate][valid_at // DAY].came.add(valid_at)

    def went(self, subject: int, predicate: str, valid_at: int | None, ordered: bool) -> None:
        """A fact went."""
        if valid_at is not None and temporal.is_functional(predicate):
            change = self._days[subject, predicate][valid_at // DAY]
            change.went.add(valid_at)
            change.ordered |= ordered

    def __iter__(self) -> Iterator[tuple[_Series, dict[int, _Change]]]:
        yield from sorted(self._days.items())


@dataclass(slots=True)
class Moved:
    """Facts of other documents whose end has moved."""

    earlier: int = 0
    later: int = 0


def ordered_facts(facts: Sequence[Fact]) -> set[str]:
    """Ids of one document's facts that share their subject, predicate and day with another value in it."""
    groups: dict[tuple[str, str, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.valid_at is not None:
            day = rows.to_micros(fact.valid_at) // DAY
            groups[fact.subject, fact.predicate, day].append(fact)
    several = [group for group in groups.values() if len({(one.object, one.value) for one in group}) > 1]
    return {fact.id for group in several for fact in group}


def facts_by_order(connection: sqlite3.Connection) -> Iterator[tuple[sqlite3.Row, bool]]:
    """Each fact's row (number, key, ordered as stored), and whether its document orders it, worked out anew."""
    found = connection.execute(
        f"SELECT f.row AS number, f.key AS fact, f.ordered, f.document AS version, {rows.FACT_COLUMNS} "  # noqa: S608
        "FROM facts f JOIN documents d ON d.id = f.document ORDER BY f.document"
    )
    for _, group in groupby(found, key=lambda row: int(row["version"])):
        kept = list(group)
        ordered = ordered_facts([rows.read_fact(row[4:]) for row in kept])
        yield from ((row, row["fact"] in ordered) for row in kept)


def close(connection: sqlite3.Connection, touched: Touched, now: int, own: int | None = None) -> Moved:
    """Work out the ends of what was touched.

    A fact whose end changes expires and is recorded anew, so that a question about what was known before
    still sees the old one.

    Args:
        own: row number of the document version that touched it; its own facts are not counted.
    """
    moved = Moved()
    for series, changes in touched:
        due: dict[int, tuple[sqlite3.Row, Fact, dt.datetime | None]] = {}
        whole = _days_to_work_out(connection, series, changes, touched.last)
        for day in sorted(changes.keys() - whole):
            for moment in changes[day].came:
                new = "f.valid_at = ? AND f.row > ?"
                due |= _ends(connection, series, day, new, (moment, touched.last))
        for day in sorted(whole):
            due |= _ends(connection, series, day, "f.valid_at >= ? AND f.valid_at < ?", _bounds(day))
        for number, (row, fact, end) in due.items():
            if end == fact.invalid_at:
                continue
            _record_end(connection, number, rows.optional_micros(end), now)
            if row["version"] != own:
                earlier = end is not None and (fact.invalid_at is None or end < fact.invalid_at)
                moved.earlier += earlier
                moved.later += not earlier
    return moved


def _days_to_work_out(
    connection: sqlite3.Connection, series: _Series, changes: dict[int, _Change], last: int
) -> set[int]:
    """Days all of whose facts may end elsewhere now."""
    days = set()
    for day, change in changes.items():
        if change.ordered or _is_ordered(connection, series, day):
            days.add(day)
        kept = _first(
            connection, series, "f.valid_at >= ? AND f.valid_at < ? AND f.row <= ?", (*_bounds(day), last)
        )
        others = set() if kept is None else {kept}
        if min(others | change.came, default=None) != min(others | change.went, default=None):
            before = _first(connection, series, "f.valid_at < ?", (day * DAY,), "DESC")
            if before is not None:
                days.add(before // DAY)
    return days


def as_stated(fact: Fact, stated_end: int | None) -> Fact:
    """The fact with the end that its document states, in place of the one that follows from others."""
    return replace(fact, invalid_at=None if stated_end is None else rows.from_micros(stated_end))


def _ends(
    connection: sqlite3.Connection, series: _Series, day: int, which: str, bound: Iterable[int]
) -> dict[int, tuple[sqlite3.Row, Fact, dt.datetime | None]]:
    """Row number -> row, fact as recorded and due end of live facts of one day."""
    select = (
        f"SELECT f.row AS number, f.document AS version, f.stated_end, {rows.FACT_COLUMNS} "  # noqa: S608
        f"FROM facts f JOIN documents d ON d.id = f.document WHERE {_LIVE} "
    )
    found = connection.execute(f"{select} AND {which}", (*series, *bound)).fetchall()
    # One fact of the day that follows says where that begins; its own end is not complete and left out.
    following = connection.execute(
        f"{select} AND f.valid_at >= ? ORDER BY f.valid_at LIMIT 1", (*series, (day + 1) * DAY)
    ).fetchall()
    facts = [rows.read_fact(row[3:]) for row in (*found, *following)]
    stated = [
        as_stated(fact, row["stated_end"]) for fact, row in zip(facts, (*found, *following), strict=True)
    ]
    ends = temporal.validity_ends(stated)[: len(found)]
    return {
        row["number"]: (row, fact, end)
        for row, fact, end in zip(found, facts[: len(found)], ends, strict=True)
    }


def _is_ordered(connection: sqlite3.Connection, series: _Series, day: int) -> bool:
    # Left to itself, SQLite reads the whole day in the other index.
    found = connection.execute(
        f"SELECT 1 FROM facts f INDEXED BY ordered_series WHERE {_LIVE} AND f.ordered "  # noqa: S608 - constants
        "AND f.valid_at >= ? AND f.valid_at < ? LIMIT 1",
        (*series, *_bounds(day)),
    )
    return found.fetchone() is not None


def _first(
    connection: sqlite3.Connection, series: _Series, which: str, bound: Iterable[int], order: str = "ASC"
) -> int | None:
    """Where the first live fact begins for which the condition holds."""
    found = connection.execute(
        f"SELECT f.valid_at FROM facts f WHERE {_LIVE} AND {which} "  # noqa: S608 - constants
        f"ORDER BY f.valid_at {order} LIMIT 1",
        (*series, *bound),
    ).fetchone()
    return None if found is None else int(found[0])


def _bounds(day: int) -> tuple[int, int]:
    return day * DAY, (day + 1) * DAY


def _record_end(connection: sqlite3.Connection, number: int, end: int | None, now: int) -> None:
    in_place = connection.execute(
        "UPDATE facts SET invalid_at = ? WHERE row = ? AND recorded_at = ?", (end, number, now)
    )
    if in_place.rowcount:
        return
    connection.execute(
        "INSERT INTO facts (key, subject, predicate, object, value, words, valid_at, stated_end, invalid_at, "
        'recorded_at, confidence, document, passage, start, "end", quote, ordered) '
        "SELECT key, subject, predicate, object, value, words, valid_at, stated_end, ?, ?, "
        'confidence, document, passage, start, "end", quote, ordered FROM facts WHERE row = ?',
        (end, now, number),
    )
    connection.execute("UPDATE facts SET expired_at = ? WHERE row = ?", (now, number))
