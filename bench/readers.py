"""Sixteen concurrent readers beside one writer in a process of its own.

The readers are threads of one process, as in a replica of the chat server. First they read alone, then while the
writer adds documents as fast as it can; the writer also writes alone, to see what the readers cost it.
"""

import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import batched
from pathlib import Path

from measuring import Figure, p50, p95, print_figures
from measuring.invented import Language, WordVectors

from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.port import SearchQuery

READERS, DOCUMENTS, SECONDS = 16, 5_000, 15.0
BATCH = 20


def main() -> None:
    """Fill a graph, read alone, write alone, both."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.db"
        graph = SqliteGraph(path, now, WordVectors())
        for some in batched(Language().episodes(DOCUMENTS), 1_000):
            graph.add(some)
        read(graph, 3.0)
        idle = read(graph, SECONDS)
        with writer(path, "alone") as alone:
            time.sleep(SECONDS)
        with writer(path, "beside") as beside:
            busy = read(graph, SECONDS)
        graph.close()
    ratio, share = p95(busy) / p95(idle), rate(beside) / rate(alone)
    print_figures(
        f"{READERS} readers beside one writer, {DOCUMENTS:,} documents to begin with",
        [
            Figure("readers' p95 over the idle p95", "under 5", f"{ratio:.1f}", ratio < 5),
            Figure("  idle: p50 / p95", "", f"{p50(idle):.1f} / {p95(idle):.1f} ms", None),
            Figure("  beside the writer: p50 / p95", "", f"{p50(busy):.1f} / {p95(busy):.1f} ms", None),
            Figure(
                "  searches a second, idle / beside",
                "",
                f"{len(idle) / SECONDS:.0f} / {len(busy) / SECONDS:.0f}",
                None,
            ),
            Figure("writer's share of its speed alone", "not starved", f"{share:.0%}", share > 0.1),
            Figure("  documents/s, alone / beside", "", f"{rate(alone):.0f} / {rate(beside):.0f}", None),
        ],
    )


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def read(graph: SqliteGraph, seconds: float) -> list[float]:
    """Milliseconds of each search that the readers ask meanwhile, one after another each."""
    until = time.perf_counter() + seconds

    def one_reader(number: int) -> list[float]:
        language, taken = Language(seed=10 + number), []
        while (begun := time.perf_counter()) < until:
            question = SearchQuery(language.question())
            begun = time.perf_counter()
            graph.search(question)
            taken.append((time.perf_counter() - begun) * 1_000)
        return taken

    with ThreadPoolExecutor(READERS) as readers:
        return [one for taken in readers.map(one_reader, range(READERS)) for one in taken]


@contextmanager
def writer(path: Path, name: str) -> Iterator[dict[str, float]]:
    """A process that writes until the block ends; then what it wrote is in the dictionary."""
    done: dict[str, float] = {}
    with subprocess.Popen(
        [sys.executable, __file__, "--write", str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield done
        told, _ = process.communicate("stop\n")
    done.update(json.loads(told))


def write(path: Path, name: str) -> None:
    """Add documents until the standard input says something."""
    import select

    graph = SqliteGraph(path, now, WordVectors())
    episodes = Language(seed=5 if name == "alone" else 6).episodes(1_000_000, name)
    print("ready", flush=True)
    begun, written = time.perf_counter(), 0
    for some in batched(episodes, BATCH):
        if select.select([sys.stdin], [], [], 0)[0]:
            break
        graph.add(some)
        written += len(some)
    taken = time.perf_counter() - begun
    graph.close()
    print(json.dumps({"documents": written, "seconds": taken}))


def rate(done: dict[str, float]) -> float:
    """Documents a second."""
    return done["documents"] / done["seconds"]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), sys.argv[3])
    else:
        main()
