"""The embedded graph against the contract, and against being killed."""

import datetime as dt
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, SearchQuery
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import CHAIN, GraphContract, status


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def graph(clock: FrozenClock) -> Iterator[KnowledgeGraph]:
    opened = open_graph(load_settings(), clock)
    yield opened
    opened.close()


@pytest.fixture
def another(clock: FrozenClock, tmp_path: Path) -> Iterator[Callable[[], KnowledgeGraph]]:
    """Further empty graphs, each in a file of its own."""
    opened: list[KnowledgeGraph] = []

    def open_another() -> KnowledgeGraph:
        opened.append(SqliteGraph(tmp_path / f"{len(opened)}.db", clock))
        return opened[-1]

    yield open_another
    for graph in opened:
        graph.close()


class TestEmbedded(GraphContract):
    """SQLite in POLMON_HOME."""


def test_a_second_reader_sees_what_the_first_process_wrote(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    reader = open_graph(load_settings(), clock)
    assert reader.stats().documents == 0
    graph.add(CHAIN)
    assert reader.stats().documents == len(CHAIN)
    reader.close()


WRITER = """
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.graph import status

graph = open_graph(load_settings(), utc_now)
for number in range(10_000):
    graph.add(tuple(status(f"{number}-{part}", 1 + part, "reported") for part in range(5)))
    print("added", number, flush=True)
    if number % 3 == 2:
        graph.retract(tuple(f"{number - 1}-{part}" for part in range(5)))
        print("withdrawn", number - 1, flush=True)
"""


@pytest.mark.parametrize("reports", [5, 8, 11])
def test_a_killed_writer_loses_nothing_it_reported(clock: FrozenClock, reports: int) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        reported = [writer.stdout.readline().split() for _ in range(reports)]
        writer.kill()
        reported += [line.split() for line in writer.stdout if line.endswith("\n")]
    graph = open_graph(load_settings(), clock)
    assert graph.check() == []
    live = {document.id for document in graph.documents()}
    withdrawn = {number for done, number in reported if done == "withdrawn"}
    added = {number for done, number in reported if done == "added"}
    assert len(added) >= 4
    for number in added:
        batch = {f"{number}-{part}" for part in range(5)}
        # What was done last may have been done without being reported.
        if number in withdrawn:
            assert not batch & live
        elif number != max(added, key=int) and int(number) % 3 != 1:
            assert batch <= live
        assert len(batch & live) in {0, 5}
    assert len(graph.search(SearchQuery("Example Act", limit=1_000))) == len(live)
    graph.close()


def test_a_file_that_is_no_graph_is_one_sentence(polmon_home: Path, clock: FrozenClock) -> None:
    (polmon_home / "graph.db").write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(StoreUnavailable, match=r"graph\.db"):
        open_graph(load_settings(), clock)


def test_a_failed_batch_writes_nothing(polmon_home: Path, graph: KnowledgeGraph) -> None:
    good, bad = status("a", 1, "introduced"), status("b", 2, "reported")
    stored = sqlite3.connect(polmon_home / "graph.db")
    stored.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON facts WHEN NEW.value = 'reported' "
        "BEGIN SELECT RAISE(ABORT, 'no more room'); END"
    )
    with pytest.raises(StoreUnavailable, match="no more room"):
        graph.add((good, bad))
    assert graph.stats().documents == 0
    assert graph.check() == []
    assert graph.add((good,))[0].state == "added"
    with pytest.raises(StoreUnavailable, match="no more room"):
        graph.add((bad,))
    stored.execute("DROP TRIGGER refuse")
    stored.close()
    assert graph.add((bad,))[0].state == "added"


def test_readers_in_threads_see_whole_batches_while_a_writer_writes(graph: KnowledgeGraph) -> None:
    def write() -> None:
        for number in range(20):
            graph.add(tuple(status(f"{number}-{part}", 1 + part, "reported") for part in range(5)))

    def read() -> set[int]:
        seen = set()
        while not writing.done():
            hits = graph.search(SearchQuery("Example Act", limit=1000))
            seen.add(len(hits))
        return seen

    with ThreadPoolExecutor(5) as threads:
        writing = threads.submit(write)
        readers = [threads.submit(read) for _ in range(4)]
        writing.result()
        sizes = set().union(*(reader.result() for reader in readers))
    assert all(size % 5 == 0 for size in sizes)
    assert len(graph.search(SearchQuery("Example Act", limit=1000))) == 100


def test_a_closed_graph_says_so(clock: FrozenClock) -> None:
    graph = open_graph(load_settings(), clock)
    graph.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        graph.stats()


def test_a_clock_set_back_does_not_rewrite_what_was_known(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    graph.add((status("a", 1, "introduced"),))
    before = clock()
    clock.advance(days=-10)
    graph.add((status("b", 2, "reported"),))
    query = FactQuery(time=AsOf(known=before - dt.timedelta(days=1)))
    assert graph.facts(query) == []


def test_passages_written_without_vectors_get_them_later(polmon_home: Path, clock: FrozenClock) -> None:
    plain = open_graph(load_settings({"POLMON_HOME": str(polmon_home), "POLMON_GRAPH_VECTORS": "off"}), clock)
    plain.add(CHAIN)
    assert plain.search(SearchQuery("legislature vote")) == []
    plain.close()
    graph = open_graph(load_settings(), clock)
    graph.add((status("late", 6, "rejected"),))
    stored = sqlite3.connect(polmon_home / "graph.db")
    deadline = time.monotonic() + 30
    while (count := stored.execute("SELECT count(*) FROM vectors").fetchone()[0]) <= len(CHAIN):
        assert time.monotonic() < deadline, f"only {count} passages were embedded in the background"
    graph.close()


def test_a_store_of_a_newer_release_is_refused(polmon_home: Path, clock: FrozenClock) -> None:
    open_graph(load_settings(), clock).close()
    stored = sqlite3.connect(polmon_home / "graph.db")
    stored.execute("PRAGMA user_version = 99")
    stored.close()
    with pytest.raises(StoreUnavailable, match="newer release"):
        open_graph(load_settings(), clock)
