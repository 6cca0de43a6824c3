"""Hybrid search in process at 10,000 and 100,000 passages, 500,000 with --large.

Beside it, in the same run: bm25s over the same passages (words only, all in memory, no dates, no entities), and the
product of all vectors with the question's as a plain float32 matrix (vectors only).
"""

import argparse
import datetime as dt
import tempfile
import time
from itertools import batched
from pathlib import Path

import bm25s
import numpy as np
from measuring import Figure, milliseconds, p50, p95, peak_memory, print_figures
from measuring.invented import PASSAGES, Language, WordVectors

from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.port import SearchQuery

REACH = {10_000: 5.0, 100_000: 10.0, 500_000: 25.0}
WARM, MEASURED = 100, 300


def main() -> None:
    """Build a graph, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="500,000 passages too: ten minutes")
    sizes = [10_000, 100_000, *([500_000] if parser.parse_args().large else [])]
    figures = [figure for size in sizes for figure in measure(size)]
    print_figures("hybrid search, in process, one reader", figures)


def measure(passages: int) -> list[Figure]:
    """Figures at one size."""
    encoder = WordVectors()
    texts: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        graph = SqliteGraph(Path(folder) / "graph.db", lambda: dt.datetime.now(dt.UTC), encoder)
        for some in batched(Language().episodes(passages // PASSAGES), 1_000):
            graph.add(some)
            texts += [passage.text for episode in some for passage in episode.passages]
        ask = Language(seed=3)
        questions = [ask.question() for _ in range(WARM + MEASURED)]
        begun = time.perf_counter()
        graph.search(SearchQuery(questions[0]))
        opened = time.perf_counter() - begun
        calls = [lambda text=text: graph.search(SearchQuery(text)) for text in questions]
        taken = milliseconds(calls)[WARM:]
        graph.close()
    reach = REACH[passages]
    return [
        Figure(f"p50 at {passages:,}", f"{reach:g} ms", f"{p50(taken):.1f} ms", p50(taken) <= reach),
        Figure("  p95", "", f"{p95(taken):.1f} ms", None),
        Figure("  first search of a process", "", f"{opened * 1_000:.0f} ms", None),
        *beside(texts, questions, encoder),
        Figure("  peak memory, bm25s included", "", f"{peak_memory() / 1e6:.0f} MB", None),
    ]


def beside(texts: list[str], questions: list[str], encoder: WordVectors) -> list[Figure]:
    """bm25s and a plain scan over the same passages."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)

    def by_words(text: str) -> object:
        asked = bm25s.tokenize([text], stopwords=None, show_progress=False)
        return index.retrieve(asked, k=10, show_progress=False)

    words = milliseconds([lambda text=text: by_words(text) for text in questions])[WARM:]
    matrix = np.concatenate([encoder.encode(list(some)) for some in batched(texts, 10_000)])
    scan = milliseconds([lambda text=text: matrix @ encoder.encode([text])[0] for text in questions])[WARM:]
    return [
        Figure("  bm25s, words only: p50", "", f"{p50(words):.1f} ms", None),
        Figure("  float32 scan, vectors only: p50", "", f"{p50(scan):.1f} ms", None),
    ]


if __name__ == "__main__":
    main()
