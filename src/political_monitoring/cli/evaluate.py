"""polmon eval: score search against questions with known answers, beside a plain BM25."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import WorkspaceOption, settings_of
from political_monitoring.errors import UserError

if TYPE_CHECKING:
    from political_monitoring.evaluation.answers import AnswerScores
    from political_monitoring.evaluation.questions import Scores


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command("eval")(evaluate)


def evaluate(
    queries: Annotated[Path, typer.Argument(help="JSONL of {id, query, relevant_ids, type, as_of}")],
    no_dates: Annotated[
        bool, typer.Option("--no-dates", help="neither the file's dates nor the query's own restrict")
    ] = False,
    answers: Annotated[
        bool, typer.Option("--answers", help="score the answers that the chat gives, not search")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines")] = False,
) -> None:
    """Score search by question type, beside a plain BM25 over the same documents; or score answers.

    Examples: polmon eval questions.jsonl / polmon eval questions.jsonl --no-dates --json /
    polmon eval questions.jsonl --answers
    """
    if answers:
        _evaluate_answers(queries, workspace, as_json=as_json)
    else:
        _evaluate_search(queries, workspace, no_dates=no_dates, as_json=as_json)


def _evaluate_search(queries: Path, workspace: str | None, *, no_dates: bool, as_json: bool) -> None:
    from political_monitoring.cli.progress import track
    from political_monitoring.clock import utc_now
    from political_monitoring.evaluation import run
    from political_monitoring.evaluation.questions import load_questions
    from political_monitoring.knowledge.open import open_graph

    questions = load_questions(queries)
    graph = open_graph(settings_of(workspace), utc_now)
    try:
        dates: run.Dates = "none" if no_dates else "given"
        result = run.evaluate(
            graph, questions, utc_now().date(), dates, lambda all_of_them: track(all_of_them, "questions")
        )
    finally:
        graph.close()
    if as_json:
        print_json(asdict(result))
        return
    rows = [
        (kind, name, *_row(scores[kind]))
        for kind in result.search
        for name, scores in (("search", result.search), ("BM25", result.bm25))
    ]
    print_table(("Type", "Ranking", "Questions", "hit@1", "hit@5", "recall@10", "nDCG@10"), rows)


def _row(scores: "Scores") -> tuple[str, ...]:
    shares = (scores.hit_1, scores.hit_5, scores.recall_10, scores.ndcg_10)
    return (str(scores.questions), *(f"{share:.3f}" for share in shares))


def _evaluate_answers(queries: Path, workspace: str | None, *, as_json: bool) -> None:
    from political_monitoring.cli.progress import track
    from political_monitoring.evaluation.answers import answer_each, score_answers
    from political_monitoring.evaluation.questions import load_questions
    from political_monitoring.runtime import open_runtime

    questions = load_questions(queries)
    with open_runtime(settings_of(workspace)) as runtime:
        if not runtime.graph.stats().documents:
            raise UserError("the graph is empty: ingest the documents that the questions are about first")
        today = runtime.clock().date()
        ask = runtime.orchestrator.answer_now
        scores = score_answers(
            list(answer_each(runtime.graph, ask, questions, today, lambda all_: track(all_, "questions")))
        )
    if as_json:
        print_json({kind: asdict(one) for kind, one in scores.items()})
        return
    print_table(
        ("Type", "Questions", "first citation", "cited", "names exact", "stray names", "quotes", "standing",
         "uncited", "p50 ms", "p95 ms"),
        [(kind, *_answer_row(one)) for kind, one in scores.items()],
    )  # fmt: skip


def _answer_row(one: "AnswerScores") -> tuple[str, ...]:
    names = "–" if one.names is None else f"{one.names:.3f}"
    counts = (one.stray, one.quotes, one.standing, one.uncited)
    times = (f"{seconds * 1000:.0f}" for seconds in (one.p50, one.p95))
    return (
        str(one.questions),
        f"{one.first_citation:.3f}",
        f"{one.cited:.3f}",
        names,
        *map(str, counts),
        *times,
    )
