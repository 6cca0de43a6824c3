"""Score search beside a plain BM25 over the same documents in the same run."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import MissingDependency, UserError
from political_monitoring.evaluation.questions import DEPTH, KnownQuestion, Scores, score
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.tools.search import search

Dates = Literal["given", "words", "none"]
"""Which dates restrict search: the file's as_of, the query's own words, or neither."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our scores and the baseline's, by question type."""

    search: dict[str, Scores]
    bm25: dict[str, Scores]


def evaluate(
    graph: KnowledgeGraph,
    questions: Sequence[KnownQuestion],
    today: dt.date,
    dates: Dates,
    track: Callable[[Sequence[KnownQuestion]], Iterator[KnownQuestion]] = iter,
) -> Comparison:
    """Rank every question both ways. BM25 sees title and text of each document, and no dates.

    Raises:
        UserError: the graph is empty, so there is nothing to search.
        MissingDependency: bm25s is not installed.
    """
    documents = graph.documents()
    if not documents:
        raise UserError("the graph is empty: ingest the documents that the questions are about first")
    baseline = rank_by_bm25(documents, questions)
    ours = (rank_by_search(graph, question, today, dates) for question in track(questions))
    return Comparison(score(questions, ours), score(questions, baseline))


def rank_by_search(graph: KnowledgeGraph, question: KnownQuestion, today: dt.date, dates: Dates) -> list[str]:
    """Document ids as `polmon search` ranks them."""
    time = AsOf.on(question.as_of) if dates == "given" and question.as_of else None
    hits = search(graph, question.query, today=today, time=time, limit=DEPTH, dated=dates != "none")
    return [hit.document_id for hit in hits]


def rank_by_bm25(documents: Sequence[Document], questions: Sequence[KnownQuestion]) -> list[list[str]]:
    """Document ids by BM25 with the usual parameters of `bm25s` (k1 1.5, b 0.75, Lucene's form).

    Raises:
        MissingDependency: bm25s is not installed.
    """
    try:
        import bm25s
    except ModuleNotFoundError:
        raise MissingDependency(
            "the baseline needs bm25s: install political-monitoring with its extra `evaluation`"
        ) from None
    index = bm25s.BM25()
    corpus = [f"{document.title} {document.text}" for document in documents]
    index.index(bm25s.tokenize(corpus, stopwords=None, show_progress=False), show_progress=False)
    asked = bm25s.tokenize([question.query for question in questions], stopwords=None, show_progress=False)
    found, _ = index.retrieve(asked, k=min(DEPTH, len(documents)), show_progress=False)
    return [[documents[number].id for number in row] for row in found]
