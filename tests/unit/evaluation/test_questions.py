"""Measures of a ranking, against values worked out by hand."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.errors import UserError
from political_monitoring.evaluation.questions import KnownQuestion, load_questions, score


def question(*relevant: str) -> KnownQuestion:
    return KnownQuestion("q", "words", frozenset(relevant), "known")


def test_measures_of_a_ranking_worked_out_by_hand() -> None:
    scores = score([question("a", "b")], [["x", "a", "y", "z", "v", "b"]])["known"]
    ideal = 1 + 1 / math.log2(3)
    assert (scores.hit_1, scores.hit_5, scores.recall_10) == (0, 1, 1)
    assert scores.ndcg_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(7)) / ideal)


def test_types_are_scored_apart_and_missing_rankings_are_an_error() -> None:
    other = KnownQuestion("p", "words", frozenset("b"), "status")
    scores = score([question("a"), other], [["a"], []])
    assert scores["known"].hit_1 == 1
    assert scores["status"].hit_5 == 0
    with pytest.raises(ValueError, match="zip"):
        score([question("a")], [])


@given(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=12))
def test_every_measure_is_a_share_and_putting_the_answers_first_is_best(ranking: list[str]) -> None:
    asked = question("a", "b", "c")
    found = score([asked], [ranking])["known"]
    best = score([asked], [sorted(ranking, key=lambda one: one not in asked.relevant)])["known"]
    for measure in ("hit_1", "hit_5", "recall_10", "ndcg_10"):
        assert 0 <= getattr(found, measure) <= getattr(best, measure) <= 1


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"id": 1}', '{"id": 1, "query": "q", "relevant_ids": ["a"], "as_of": "soon"}']
)
def test_a_line_that_is_no_question_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps({"id": 1, "query": "q", "relevant_ids": ["a"]}) + "\n" + line + "\n", "utf-8")
    with pytest.raises(UserError, match="line 2"):
        load_questions(file)
