"""Scores and orders, as pure functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.knowledge import ranking


def numbers(*values: int) -> ranking.Numbers:
    return np.array(values, np.int32)


def floats(*values: float) -> ranking.Floats:
    return np.array(values, np.float32)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    scores = ranking.word_scores(4, [numbers(0, 1, 2), numbers(3), numbers()])
    assert scores[3] > scores[0] == scores[1] > 0
    assert ranking.rarity(10, 10) > 0


def test_a_short_title_says_more_per_word() -> None:
    short, long = ranking.title_norms(numbers(2, 20))
    assert short > long > 0
    assert ranking.title_norms(numbers()).size == 0


def test_what_other_passages_hold_lifts_a_document_and_one_of_a_single_passage_stays() -> None:
    starts, ends, best = numbers(0, 3), numbers(3, 4), numbers(1, 3)
    postings = [numbers(1, 3), numbers(0), numbers()]
    spread, alone = ranking.spread_scores(4, postings, starts, ends, best, mean=1.0)
    assert spread > 0, "a word stands in a passage that is not its best"
    assert alone == pytest.approx(0), "its passage is the whole of it"


def test_a_word_that_returns_in_a_document_counts_more_and_less_each_time() -> None:
    def lift(*holding: int) -> float:
        scores = ranking.spread_scores(9, [numbers(*holding)], numbers(0), numbers(4), numbers(0), mean=4.0)
        return float(scores[0]) / ranking.rarity(9, len(holding))

    once, twice, often = lift(0), lift(0, 1), lift(0, 1, 2)
    assert once == pytest.approx(0)
    assert 0 < often - twice < twice - once


def test_words_alone_rank_when_there_are_no_vectors() -> None:
    assert ranking.fuse(floats(2, 1, 0), None).tolist() == [1.0, 0.5, 0.0]


def test_meaning_decides_between_equal_words_and_finds_what_shares_none() -> None:
    fused = ranking.fuse(floats(1, 1, 0, 0), floats(0.2, 0.8, 0.9, 0.1))
    assert fused[1] > fused[0] > fused[2] > 0
    assert fused[3] == 0, "neither a common word nor alike enough"


def test_a_document_is_found_by_its_best_passage_and_the_newer_wins_a_tie() -> None:
    scores, documents, starts = floats(1, 3, 0, 3, -1), numbers(0, 0, 1, 2, 3), numbers(0, 2, 3, 4)
    assert ranking.best_passages(scores, documents, starts, 10) == [(2, 3, 3.0), (0, 1, 3.0)]
    assert len(ranking.best_passages(scores, documents, starts, 1)) == 1
    assert ranking.best_passages(floats(), numbers(), numbers(), 5) == []


@given(st.lists(st.floats(0, 9, width=32), min_size=1, max_size=30), st.integers(1, 12))
def test_best_passages_fall_and_hold_the_highest(values: list[float], limit: int) -> None:
    documents = np.arange(len(values), dtype=np.int32) // 2
    starts = np.arange(0, len(values), 2, dtype=np.int32)
    found = ranking.best_passages(floats(*values), documents, starts, limit)
    scores = [score for _, _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert len(found) <= limit
    if max(values) > 0:
        assert scores[0] == pytest.approx(max(values))


def test_changes_are_first_reports_newest_first_and_the_last_confirmation() -> None:
    steps = [
        (1, "introduced", 7),
        (1, "introduced", 8),
        (3, "reported", 9),
        (5, "passed", 4),
        (6, "passed", 5),
    ]
    assert ranking.changes_of_status(steps) == [5, 4, 9, 7]
    assert ranking.changes_of_status(steps[:2]) == [7], "two reports of one moment: the more telling one"
    assert ranking.changes_of_status([]) == []


@given(
    st.lists(st.just(0.0) | st.floats(min_value=0.125, max_value=100, width=32), max_size=300),
    st.integers(min_value=1, max_value=50),
)
def test_the_strongest_hold_the_highest_scores(values: list[float], count: int) -> None:
    scores = floats(*values)
    chosen = ranking.strongest(scores, count)
    assert (scores[chosen] > 0).all()
    assert chosen.size >= min(count, int((scores > 0).sum()))
    # A step is a thousandth of the best: what lies more than that below the last chosen may be left out only.
    left_out = np.setdiff1d(np.arange(scores.size), chosen)
    if chosen.size and left_out.size:
        assert scores[left_out].max() <= scores[chosen].min() + scores.max() / 500


def test_among_many_equal_scores_the_newest_rows_are_taken() -> None:
    chosen = ranking.strongest(floats(2, *([1] * 100)), 10)
    assert chosen.tolist() == [0, *range(91, 101)]


def test_the_least_different_are_at_least_so_many() -> None:
    assert ranking.least_different(np.array([3, 1, 2, 2, 9], np.uint16), 2).tolist() == [1, 2, 3]
    assert ranking.least_different(np.array([3, 1], np.uint16), 10).tolist() == [0, 1]
