"""Facts of an entity that has very many: right, in the order of the port, and at the cost of what is asked for.

The cost is counted in steps of SQLite's virtual machine, which do not depend on the machine.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import batched, count
from pathlib import Path

import pytest

from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact
from political_monitoring.knowledge.embedded import reading, rows, writing
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.port import FactQuery
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

HUB = Entity("politician:hub", "Politician", "Hub Person")
FEW, MANY, TOGETHER = 1_000, 20_000, 500
START = dt.date(1990, 1, 1)
QUOTE = "Hub Person acted."
LATE = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
SOME = 20

QUERIES = {
    "subject": FactQuery((HUB.id,), limit=SOME),
    "superseded too": FactQuery((HUB.id,), history=True, limit=SOME),
    "predicate": FactQuery((HUB.id,), ("supports",), limit=SOME),
    "object": FactQuery(objects=(HUB.id,), limit=SOME),
    "as of a day": FactQuery((HUB.id,), time=AsOf.on(dt.date(2020, 1, 1)), limit=SOME),
    "as known": FactQuery((HUB.id,), time=AsOf(known=LATE), limit=SOME),
    "within days": FactQuery((HUB.id,), since=START, until=START + dt.timedelta(3), limit=SOME),
    "links": FactQuery((HUB.id,), linking=True, limit=SOME),
    "of any entity": FactQuery(limit=SOME),
    "recorded since": FactQuery(recorded_since=LATE, history=True, limit=SOME),
    "forgotten": FactQuery(
        time=AsOf(known=LATE), forgotten_by=LATE + dt.timedelta(1), history=True, limit=SOME
    ),
}


def acts(facts: int) -> Iterator[Episode]:
    """Documents that together say so much of one entity, in a mixed order of days, as subject and as object."""
    for number, several in enumerate(batched(range(facts), TOGETHER)):
        others = [Entity(f"policy:{one % 300}", "Policy", f"Policy {one % 300}") for one in several]
        on = [START + dt.timedelta(one * 7_919 % 12_000) for one in several]
        said = [
            Said(HUB, "supports", QUOTE, on=day, upon=other)
            if one % 2
            else Said(other, "affects", QUOTE, on=day, upon=HUB)
            for one, day, other in zip(several, on, others, strict=True)
        ]
        yield episode(f"doc{number}", QUOTE, on[0], about=(HUB,), said=said)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A store for each number of facts; one document is revised long after the others came."""
    made = {}
    for facts in (FEW, MANY):
        made[facts] = tmp_path_factory.mktemp("hub") / f"{facts}.db"
        clock = FrozenClock()
        with closing(SqliteGraph(made[facts], clock)) as graph:
            graph.add(tuple(acts(facts)))
            again = episode("doc0", f"{QUOTE} Again.", START, said=(Said(HUB, "opposes", QUOTE, on=START),))
            graph.add((again,), at=LATE + dt.timedelta(1))
    return made


def ask(store: Path, query: FactQuery) -> tuple[list[Fact], int]:
    """The facts, and the steps that it took to find them."""
    with counted(store) as (connection, steps):
        found = reading.read_facts(connection, query, LATE + dt.timedelta(2))
    return found, next(steps)


@contextmanager
def counted(store: Path) -> Iterator[tuple[sqlite3.Connection, Iterator[int]]]:
    """A connection, and a counter that says how many steps it has taken when it is next asked."""
    steps = count()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.set_progress_handler(lambda: bool(next(steps) < 0), 1)
        yield connection, steps


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_some_of_twenty_times_as_many_facts_cost_no_more(stores: dict[int, Path], query: FactQuery) -> None:
    (few, cheap), (many, dear) = ask(stores[FEW], query), ask(stores[MANY], query)
    assert few
    assert many
    assert dear < 3 * cheap


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_some_are_the_first_of_all(stores: dict[int, Path], query: FactQuery) -> None:
    found = ask(stores[MANY], replace(query, limit=None))[0]
    assert ask(stores[MANY], query)[0] == found[:SOME]
    assert [fact.valid_at for fact in found] == sorted(fact.valid_at for fact in found if fact.valid_at)


def test_another_document_costs_no_more_where_there_is_much(tmp_path: Path) -> None:
    new = episode("new", QUOTE, said=(Said(HUB, "status", QUOTE, value="new", on=START + dt.timedelta(500)),))
    taken = []
    for facts in (FEW, MANY):
        path = tmp_path / f"{facts}.db"
        with closing(SqliteGraph(path, FrozenClock())) as graph:
            days = [START + dt.timedelta(number) for number in range(facts)]
            for number, several in enumerate(batched(days, TOGETHER)):
                said = [Said(HUB, "status", QUOTE, value=f"on {day}", on=day) for day in several]
                graph.add((episode(f"doc{number}", QUOTE, START, said=said),))
        with counted(path) as (connection, steps):
            connection.execute("BEGIN")
            assert writing.add_episode(connection, new, rows.to_micros(LATE)).state == "added"
            connection.execute("ROLLBACK")
        taken.append(next(steps))
    few, many = taken
    assert many < 3 * few
