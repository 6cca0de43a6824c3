"""Quality of search on development questions, beside bm25s in the same run.

    python bench/retrieval.py [FOLDER]

FOLDER holds one folder for each set, with docs.jsonl and queries.dev.jsonl; without it, ../shared/data beside the
checkout is looked at. The documents are ingested as any user's would be.
"""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measuring import Figure, print_figures

from political_monitoring.evaluation.questions import Scores, load_questions
from political_monitoring.evaluation.run import Comparison, evaluate
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the project set out to reach for one type of question."""

    type: str
    measure: Callable[[Scores], float]
    name: str
    least: float
    relative: bool = False
    """`least` is a factor over BM25, not a score."""


WANTED = {
    "congress": (
        Wanted("asof_status", lambda one: one.hit_1, "hit@1", 0.90),
        Wanted("asof_status", lambda one: one.hit_5, "hit@5", 0.99),
        Wanted("asof_status_num", lambda one: one.hit_1, "hit@1", 0.95),
        Wanted("known_item", lambda one: one.ndcg_10, "nDCG@10", 0.93),
        Wanted("changed_between", lambda one: one.recall_10, "recall@10", 0.98),
    ),
    "dip": (Wanted("known_item", lambda one: one.ndcg_10, "nDCG@10", 1.15, relative=True),),
}


def main() -> None:
    """Measure each set that is there."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BESIDE
    for name, wanted in WANTED.items():
        documents, questions = folder / name / "docs.jsonl", folder / name / "queries.dev.jsonl"
        if not (documents.is_file() and questions.is_file()):
            print(f"{name}: skipped, there is no {name}/docs.jsonl with queries.dev.jsonl in {folder}")
            continue
        print_figures(f"{name}, development questions", figures(measure(documents, questions), wanted))


def measure(documents: Path, questions: Path) -> Comparison:
    """Ingest and score."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(Path(sys.executable).with_name("polmon")), "ingest", str(documents)]
        subprocess.run(
            command, env={**os.environ, "POLMON_HOME": home}, check=True, stdout=subprocess.DEVNULL
        )
        graph = open_graph(load_settings({"POLMON_HOME": home}))
        try:
            return evaluate(graph, load_questions(questions), dt.datetime.now(dt.UTC).date(), "given")
        finally:
            graph.close()


def figures(result: Comparison, wanted: tuple[Wanted, ...]) -> list[Figure]:
    """One row for each figure asked for; BM25 knows no dates."""
    rows = []
    for one in wanted:
        if one.type not in result.search:
            continue
        ours, peer = one.measure(result.search[one.type]), one.measure(result.bm25[one.type])
        least = one.least * peer if one.relative else one.least
        reach = f"{least:.3f}" + (f" ({one.least:g} x BM25)" if one.relative else "")
        rows.append(Figure(f"{one.type} {one.name}", reach, f"{ours:.3f} (BM25 {peer:.3f})", ours >= least))
    return rows


if __name__ == "__main__":
    main()
