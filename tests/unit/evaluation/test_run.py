"""Search and a plain BM25 scored side by side."""

import datetime as dt
import sys
from collections.abc import Iterator

import pytest

from political_monitoring.errors import MissingDependency, UserError
from political_monitoring.evaluation.questions import KnownQuestion
from political_monitoring.evaluation.run import evaluate, rank_by_bm25, rank_by_search
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import BILL, CHAIN, day

TODAY = dt.date(2026, 6, 1)
ASKED = f"Where did {BILL.name} stand on 2025-04-01?"


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    opened = open_graph(load_settings(), FrozenClock())
    opened.add(CHAIN)
    yield opened
    opened.close()


def question(as_of: dt.date | None = None) -> KnownQuestion:
    return KnownQuestion("q", ASKED, frozenset({"b"}), "status", as_of)


def test_dates_restrict_as_asked(graph: KnowledgeGraph) -> None:
    assert rank_by_search(graph, question(), TODAY, "words")[0] == "b"
    assert rank_by_search(graph, question(day(2)), TODAY, "given")[0] == "a"
    assert rank_by_search(graph, question(day(2)), TODAY, "none")[0] == "c"


def test_both_rankings_are_scored_over_the_same_documents(graph: KnowledgeGraph) -> None:
    result = evaluate(graph, [question()], TODAY, "words")
    assert result.search["status"].hit_1 == 1
    assert result.bm25["status"].questions == 1
    assert sorted(rank_by_bm25(graph.documents(), [question()])[0]) == ["a", "b", "c", "o"]


def test_an_empty_graph_cannot_be_scored() -> None:
    graph = open_graph(load_settings(), FrozenClock())
    with pytest.raises(UserError, match="empty"):
        evaluate(graph, [question()], TODAY, "words")
    graph.close()


def test_a_missing_baseline_is_one_sentence(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    with pytest.raises(MissingDependency, match="evaluation"):
        rank_by_bm25(graph.documents(), [question()])
