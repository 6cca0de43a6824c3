"""Generated histories against a brute-force two-clock oracle, on the embedded graph: what it gets wrong.

Beside it a store that ends facts in the order of their arrival, as peers do: the newest document wins, and
what a withdrawn one had ended stays ended.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf, Episode, Fact
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.port import FactQuery
from political_monitoring.knowledge.temporal import is_functional
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.histories import DAYS, History, day, random_history
from political_monitoring.testing.oracle import Oracle

TOGETHER = 50
"""Histories that happen to one store at a time: they must not touch each other."""
QUESTIONS = 30

Key = tuple[str, str]


class ByArrival:
    """Current facts of a store in which a newer document ends what an older one said of the same thing."""

    def __init__(self) -> None:
        self._open: dict[Key, Fact] = {}

    def record(self, document_id: str, episode: Episode | None) -> None:
        """One event."""
        self._open = {key: fact for key, fact in self._open.items() if key[0] != document_id}
        new = episode.extraction.facts if episode else ()
        ended = {(fact.subject, fact.predicate) for fact in new if is_functional(fact.predicate)}
        self._open = {
            key: fact for key, fact in self._open.items() if (fact.subject, fact.predicate) not in ended
        }
        self._open |= {(document_id, fact.id): fact for fact in new}

    def current(self) -> set[Key]:
        """What it takes to hold now."""
        return set(self._open)


def keyed(facts: list[Fact]) -> dict[Key, Fact]:
    return {(fact.evidence.document_id, fact.id): fact for fact in facts}


def compare(random: Random, histories: list[History], folder: Path, found: Counter[str]) -> None:
    """Let histories happen to one store step by step, then ask it about random pairs of the two times."""
    clock = FrozenClock()
    graph = SqliteGraph(folder / "graph.db", clock)
    oracles = [(history, Oracle(), ByArrival()) for history in histories]
    moments = [clock()]
    for number in range(max(len(history.steps) for history in histories)):
        clock.advance(minutes=random.choice((0, 1, 60)))
        moments.append(clock())
        added, withdrawn = [], []
        for history, oracle, arrival in oracles:
            for step in history.steps[number : number + 1]:
                oracle.record(clock(), step.document_id, step.episode)
                arrival.record(step.document_id, step.episode)
                if step.episode is None:
                    withdrawn.append(step.document_id)
                else:
                    added.append(step.episode)
        graph.add(tuple(added))
        graph.retract(tuple(withdrawn))
    for _ in range(QUESTIONS):
        world = random.choice((None, end_of_day(day(random.randint(0, DAYS)))))
        query = FactQuery(time=AsOf(world, random.choice((None, *moments))), limit=None)
        kept = keyed(graph.facts(query))
        due = keyed([fact for _, oracle, _ in oracles for fact in oracle.facts(query, clock())])
        found["facts compared"] += len(due)
        found["superseded facts returned as current"] += len(kept.keys() - due.keys())
        found["unrelated facts invalidated"] += len(due.keys() - kept.keys())
        found["other ends"] += sum(
            kept[key].invalid_at != due[key].invalid_at for key in kept.keys() & due.keys()
        )
    for _, oracle, arrival in oracles:
        holding = set(keyed(oracle.facts(FactQuery(limit=None), clock())))
        found["by arrival: facts compared"] += len(holding)
        found["by arrival: superseded facts returned as current"] += len(arrival.current() - holding)
        found["by arrival: unrelated facts invalidated"] += len(holding - arrival.current())
    found["problems found by check"] += len(graph.check())
    graph.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    random, found, begun = Random(asked.seed), Counter[str](), time.perf_counter()
    for start in range(0, asked.histories, TOGETHER):
        names = range(start, min(start + TOGETHER, asked.histories))
        with tempfile.TemporaryDirectory() as folder:
            compare(random, [random_history(random, f"n{name}") for name in names], Path(folder), found)
    print(f"{asked.histories:,} generated histories, seed {asked.seed}, {time.perf_counter() - begun:.0f} s")
    print(f"{'':42}{'embedded':>12}{'by arrival':>12}{'reach':>8}")
    for name in ("superseded facts returned as current", "unrelated facts invalidated"):
        print(f"{name:42}{found[name]:>12,}{found[f'by arrival: {name}']:>12,}{0:>8}")
    for name in ("other ends", "problems found by check"):
        print(f"{name:42}{found[name]:>12,}{'':>12}{0:>8}")
    print(f"{'facts compared':42}{found['facts compared']:>12,}{found['by arrival: facts compared']:>12,}")


if __name__ == "__main__":
    main()
