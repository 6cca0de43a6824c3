"""Questions with known answers, and how well a ranking answers them. Pure but for reading the file."""

import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from political_monitoring.errors import UserError

DEPTH = 10
"""Documents of a ranking that count."""


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the documents that answer it."""

    id: str
    query: str
    relevant: frozenset[str]
    type: str
    as_of: dt.date | None = None
    names: frozenset[str] | None = None
    """Who must be named, no more and no fewer; None: the question does not ask for names."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over questions, each in 0..1."""

    questions: int
    hit_1: float
    hit_5: float
    recall_10: float
    ndcg_10: float


def load_questions(path: Path) -> list[KnownQuestion]:
    """Read JSONL of {id, query, relevant_ids, type?, as_of?, answer?}; a list as the answer is of names.

    Raises:
        UserError: the file is missing, or a line is not a question; the line is named.
    """
    if not path.is_file():
        raise UserError(f"{path} is not a file")
    with path.open(encoding="utf-8") as lines:
        return [
            _question(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()
        ]


def _question(line: str, where: str) -> KnownQuestion:
    try:
        row = json.loads(line)
        return KnownQuestion(
            id=str(row["id"]),
            query=str(row["query"]),
            relevant=frozenset(map(str, row["relevant_ids"])),
            type=str(row.get("type") or "all"),
            as_of=dt.date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
            names=frozenset(map(str, row["answer"])) if isinstance(row.get("answer"), list) else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(
            f"{where} is not a question: it needs id, query and relevant_ids, as_of a date"
        ) from None


def score(questions: Sequence[KnownQuestion], rankings: Iterable[Sequence[str]]) -> dict[str, Scores]:
    """Scores by question type.

    Args:
        questions: questions with at least one relevant document.
        rankings: for each question, document ids, best first.
    """
    rows: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for question, ranking in zip(questions, rankings, strict=True):
        rows[question.type].append(_measures(question.relevant, ranking[:DEPTH]))
    return {
        kind: Scores(len(found), *(sum(column) / len(found) for column in zip(*found, strict=True)))
        for kind, found in sorted(rows.items())
    }


def _measures(relevant: frozenset[str], ranking: Sequence[str]) -> tuple[float, float, float, float]:
    """Hit@1, hit@5, recall@10 and nDCG@10 with binary gain (Järvelin and Kekäläinen 2002)."""
    found = [document in relevant for document in ranking]
    gain = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(found) if hit)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(DEPTH, len(relevant))))
    return float(any(found[:1])), float(any(found[:5])), sum(found) / len(relevant), gain / ideal
