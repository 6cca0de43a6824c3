"""Quality of search on development questions, beside bm25s in the same run.

    python bench/retrieval.py [FOLDER]

FOLDER holds one folder for each set, with docs.jsonl and queries.dev.jsonl; without it, ../shared/data beside the
checkout is looked at. The documents are ingested as any user's would be.

The weights of search were chosen on half of the questions, those whose ids hash to an even byte; the other half shows
what they are worth elsewhere.
"""

import datetime as dt
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from measuring import Figure, print_figures

from political_monitoring.evaluation.questions import KnownQuestion, Scores, load_questions, score
from political_monitoring.evaluation.run import Comparison, rank_by_bm25, rank_by_search
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores over all questions, over those that the weights were chosen on, and over the others."""

    all: Comparison
    chosen_on: Comparison
    others: Comparison


def measure(documents: Path, asked: Path) -> Measured:
    """Ingest, rank and score."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(Path(sys.executable).with_name("polmon")), "ingest", str(documents)]
        subprocess.run(
            command, env={**os.environ, "POLMON_HOME": home}, check=True, stdout=subprocess.DEVNULL
        )
        graph = open_graph(load_settings({"POLMON_HOME": home}))
        try:
            questions = load_questions(asked)
            today = dt.datetime.now(dt.UTC).date()
            ours = [rank_by_search(graph, question, today, "given") for question in questions]
            ranked = list(zip(questions, ours, rank_by_bm25(graph.documents(), questions), strict=True))
        finally:
            graph.close()
    halves: tuple[list[Ranked], list[Ranked]] = [], []
    for one in ranked:
        halves[half(one[0])].append(one)
    return Measured(compare(ranked), *map(compare, halves))


Ranked = tuple[KnownQuestion, list[str], list[str]]
"""A question, and the document ids by search and by BM25."""


def half(question: KnownQuestion) -> int:
    """0 or 1, by the id: whether the first byte of its SHA-256 is odd."""
    return hashlib.sha256(question.id.encode()).digest()[0] % 2


def compare(ranked: Sequence[Ranked]) -> Comparison:
    """Scores of both rankings."""
    questions = [question for question, _, _ in ranked]
    ours = score(questions, [ranking for _, ranking, _ in ranked])
    return Comparison(ours, score(questions, [ranking for _, _, ranking in ranked]))


def figures(result: Measured, wanted: tuple[Wanted, ...]) -> list[Figure]:
    """For each figure asked for a row, and one for each half of the questions; BM25 knows no dates."""
    rows = []
    for one in wanted:
        for what, part in (
            (f"{one.type} {one.name}", result.all),
            ("  half the weights were chosen on", result.chosen_on),
            ("  other half", result.others),
        ):
            if one.type not in part.search:
                continue
            ours, peer = one.measure(part.search[one.type]), one.measure(part.bm25[one.type])
            least = one.least * peer if one.relative else one.least
            reach = f"{least:.3f}" + (f" ({one.least:g} x BM25)" if one.relative else "")
            reached = ours >= least if part is result.all else None
            rows.append(Figure(what, reach, f"{ours:.3f} (BM25 {peer:.3f})", reached))
    return rows


if __name__ == "__main__":
    main()
