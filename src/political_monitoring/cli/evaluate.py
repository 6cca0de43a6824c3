"""polmon eval: score search against questions with known answers, beside a plain BM25."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.cli.output import print_json, print_table
from political_monitoring.cli.workspace import WorkspaceOption, settings_of

if TYPE_CHECKING:
    from political_monitoring.evaluation.questions import Scores


def register(app: typer.Typer) -> None:
    """Add this command to the tree."""
    app.command("eval")(evaluate)


def evaluate(
    queries: Annotated[Path, typer.Argument(help="JSONL of {id, query, relevant_ids, type, as_of}")],
    no_dates: Annotated[
        bool, typer.Option("--no-dates", help="neither the file's dates nor the query's own restrict")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines")] = False,
) -> None:
    """Score search by question type, beside a plain BM25 over the same documents.

    Examples: polmon eval questions.jsonl / polmon eval questions.jsonl --no-dates --json
    """
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
