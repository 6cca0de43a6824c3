"""How answers are judged."""

import datetime as dt
from pathlib import Path

import pytest

from political_monitoring.answering.events import Answer
from political_monitoring.evaluation.answers import judge, people_named, score_answers, uncited_sentences
from political_monitoring.evaluation.questions import KnownQuestion, load_questions
from political_monitoring.evidence.citations import Citation
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import CHAIN

CITATION = Citation(1, "b", "0" * 64, "t", "s", None, None, "b#0", "no such words", 0, 13)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("As of 7 May 2025: Biggs (AZ) (R-AZ) and Roy (R-TX) voted so [1].", {"Biggs (AZ) (R-AZ)", "Roy (R-TX)"}),
        ("Scott, Austin (R-GA); Scott, David (D-GA) and Van Drew (R-NJ) voted so.", {
            "Scott, Austin (R-GA)", "Scott, David (D-GA)", "Van Drew (R-NJ)",
        }),
        ("Gegen X gab es Stimmen von O'Neil (D-NY), García (IL) (D-IL) [1], Lee (D-PA) [2].", {
            "O'Neil (D-NY)", "García (IL) (D-IL)", "Lee (D-PA)",
        }),
        ("Nobody voted against it: “Nays: Roy (R-TX)” [1].", set()),
    ],
)  # fmt: skip
def test_names_are_those_outside_quotations(text: str, named: set[str]) -> None:
    assert people_named(text) == named


def test_a_claim_without_a_mark_is_found_and_what_speaks_of_the_answer_is_not() -> None:
    text = (
        "The act passed on 3. Mai 2025: “It passed. It did.” [1]. The moon is full.\n\nAlso:\n- “Words” (S) [1]\n\n"
        "Rests on 1 source from 1 publisher; newest: 3 May 2025."
    )

    assert uncited_sentences(Answer(text, (CITATION,), None)) == ("The moon is full.",)
    assert uncited_sentences(Answer("The collection holds no evidence.", (), None)) == ()


def test_scores_tell_first_citation_names_and_quotations_that_do_not_stand() -> None:
    graph: KnowledgeGraph = open_graph(load_settings(), FrozenClock())
    graph.add(CHAIN)
    question = KnownQuestion(
        "q", "Who?", frozenset({"b"}), "oppose", dt.date(2025, 5, 7), frozenset({"Roy (R-TX)"})
    )
    right = judge(graph, question, Answer("Roy (R-TX) voted against it [1].", (CITATION,), None), 0.1)
    wrong = judge(graph, question, Answer("Lee (D-PA) voted against it.", (), None), 0.3)
    graph.close()

    (scores,) = score_answers([right, wrong]).values()
    assert (scores.first_citation, scores.names, scores.stray) == (0.5, 0.5, 1)
    assert (scores.quotes, scores.standing) == (1, 0)


def test_a_list_as_the_answer_is_of_names(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": 1, "query": "Who?", "relevant_ids": ["b"], "answer": ["Roy (R-TX)"]}\n')

    assert load_questions(path)[0].names == frozenset({"Roy (R-TX)"})
