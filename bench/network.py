"""The network of a generated graph: neighbours, paths, changes, communities; and moving it as a whole.

Beside each figure what the same answer costs without it: all links are read and searched in memory. Run it with
the numbers of facts to try: python bench/network.py 10000 100000
"""

import datetime as dt
import statistics
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.knowledge import network
from political_monitoring.knowledge.communities import centralities, communities
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.files import copy_store
from political_monitoring.knowledge.moving import export_graph, import_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

ASKED = 30
FACTS_IN_A_DOCUMENT = 20
AT_ONCE = 100


def fill(graph: KnowledgeGraph, clock: FrozenClock, facts: int) -> list[Entity]:
    """A network in which few entities have many links, as in real ones; a tenth as many entities as facts."""
    chance = Random(facts)
    entities = [Entity(f"company:{one}", "Company", f"Company {one}") for one in range(facts // 10)]
    text = "They support each other in the public consultation of the committee."
    batch = []
    for number in range(facts // FACTS_IN_A_DOCUMENT):
        on = dt.date(2000, 1, 1) + dt.timedelta(chance.randrange(9_000))
        said = tuple(
            Said(entities[_skewed(chance, entities)], "supports", text, on=on, upon=chance.choice(entities))
            for _ in range(FACTS_IN_A_DOCUMENT)
        )
        upon = tuple(one.upon for one in said if one.upon)
        batch.append(episode(f"d{number}", f"{text} Note {number}.", on, said=said, about=upon))
        if len(batch) == AT_ONCE:
            clock.advance(minutes=1)
            graph.add(tuple(batch))
            batch.clear()
    graph.add(tuple(batch))
    return entities


def _skewed(chance: Random, entities: list[Entity]) -> int:
    return int(len(entities) * chance.random() ** 3)


def plain_path(graph: KnowledgeGraph, start: str, end: str) -> int:
    """Hops between two entities, by reading every link of the graph."""
    beside: dict[str, set[str]] = defaultdict(set)
    for fact in graph.facts(FactQuery(linking=True, limit=None)):
        if fact.object:
            beside[fact.subject].add(fact.object)
            beside[fact.object].add(fact.subject)
    distance, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        if here == end:
            return distance[here]
        for one in beside[here] - distance.keys():
            distance[one] = distance[here] + 1
            queue.append(one)
    return -1


def plain_neighbours(graph: KnowledgeGraph, entity_id: str) -> int:
    """Number of neighbours, by reading every link of the graph."""
    facts = graph.facts(FactQuery(linking=True, limit=None))
    return len({one for f in facts if entity_id in (f.subject, f.object) for one in (f.subject, f.object)})


def plain_changes(graph: KnowledgeGraph, since: dt.datetime, until: dt.datetime) -> int:
    """Number of facts known at one of two moments only, by reading all that was known at both."""
    known = [
        {
            (fact.id, fact.invalid_at)
            for fact in graph.facts(FactQuery(time=AsOf(known=moment), history=True, limit=None))
        }
        for moment in (since, until)
    ]
    return len(known[0] ^ known[1])


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median(work: Callable[[Entity, Entity], object], pairs: list[tuple[Entity, Entity]]) -> float:
    return statistics.median(seconds(lambda pair=pair: work(*pair)) for pair in pairs)


def measure(folder: Path, facts: int) -> list[tuple[str, ...]]:
    """Rows of what, ours, the plain way, and how many times faster."""
    clock = FrozenClock(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    path = folder / f"{facts}.db"
    with closing(SqliteGraph(path, clock)) as graph:
        entities = fill(graph, clock, facts)
        chance = Random(1)
        pairs = [(chance.choice(entities), chance.choice(entities)) for _ in range(ASKED)]
        few = pairs[:3]
        size = f"{facts:,}"
        rows = [
            _row(
                size,
                "neighbours, p50",
                1e3,
                "ms",
                median(lambda a, _: network.neighbours(graph, a.id), pairs),
                median(lambda a, _: plain_neighbours(graph, a.id), few),
            ),
            _row(
                size,
                "shortest paths, p50",
                1e3,
                "ms",
                median(lambda a, b: network.paths(graph, a.id, b.id, most_hops=6, limit=1), pairs),
                median(lambda a, b: plain_path(graph, a.id, b.id), few),
            ),
        ]
        now = clock()
        since = now - dt.timedelta(minutes=1, seconds=30)
        rows.append(
            _row(
                size,
                "changes of the last batches",
                1e3,
                "ms",
                seconds(lambda: network.changes(graph, since, now)),
                seconds(lambda: plain_changes(graph, since, now)),
            )
        )
        links = network.edges(graph)
        rows += [
            _row(size, "edges", 1, "s", seconds(lambda: network.edges(graph)), None),
            _row(size, "Leiden communities", 1, "s", seconds(lambda: communities(links)), None),
            _row(size, "centralities", 1, "s", seconds(lambda: centralities(links)), None),
        ]
        file = folder / f"{facts}.jsonl"
        rows.append(
            _row(
                size,
                "export (beside: SQLite's backup)",
                1,
                "s",
                seconds(lambda: export_graph(graph, file)),
                seconds(lambda: copy_store(path, folder / f"{facts}-copy.db")),
            )
        )
    with closing(SqliteGraph(folder / f"{facts}-import.db", clock)) as other:
        rows.append(_row(size, "import", 1, "s", seconds(lambda: import_graph(file, other)), None))
    return rows


def _row(size: str, what: str, scale: float, unit: str, ours: float, plain: float | None) -> tuple[str, ...]:
    if plain is None:
        return size, what, f"{ours * scale:.2f} {unit}", "", ""
    return size, what, f"{ours * scale:.2f} {unit}", f"{plain * scale:.2f} {unit}", f"{plain / ours:.1f}"


def main() -> None:
    table = Table("Facts", "What", "Ours", "Everything read", "Times faster", title="The network")
    with tempfile.TemporaryDirectory() as folder:
        for facts in map(int, sys.argv[1:] or ("10000", "100000")):
            for row in measure(Path(folder), facts):
                table.add_row(*row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
