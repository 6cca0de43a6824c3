"""What extraction reads out of the labelled sentences is right, and it stays silent where nothing is said."""

from pathlib import Path

import pytest

from political_monitoring.domain.ontology import load_ontology
from political_monitoring.evaluation.extraction import (
    PARTS,
    Judged,
    judge,
    load_labelled,
    predicates_of,
    score,
)
from political_monitoring.extraction.local import open_local

LABELLED = Path(__file__).parents[2] / "labelled"
SENTENCES = load_labelled(LABELLED)
PRECISION = 0.90
# Of the sentences from which nothing is to be read, so many may fool the rules.
FOOLED = 1


@pytest.fixture(scope="module", params=["off", "auto"])
def judged(request: pytest.FixtureRequest) -> list[Judged]:
    extractor = open_local(request.param)
    return [judge(one, extractor) for one in SENTENCES]


def test_the_set_is_large_enough_and_numbered() -> None:
    assert len(SENTENCES) >= 150
    assert len({one.id for one in SENTENCES}) == len(SENTENCES)
    assert sum(one.document.language == "de" for one in SENTENCES) >= 40
    assert sum(one.negative for one in SENTENCES) >= 40
    assert {one.part for one in SENTENCES} == set(PARTS)


def test_labels_use_the_schema() -> None:
    ontology = load_ontology()

    for sentence in SENTENCES:
        assert sentence.negative != bool(sentence.facts), sentence.id
        for fact in sentence.facts:
            assert fact.predicate in ontology.predicates, sentence.id
            assert fact.predicate != "status" or fact.target in ontology.stages, sentence.id


def test_what_is_read_is_right(judged: list[Judged]) -> None:
    precision = score(judged).precision

    assert precision is not None
    assert precision >= PRECISION, [
        (one.sentence.id, fact.subject, fact.predicate, fact.object or fact.value)
        for one in judged
        for fact in one.wrong
    ]


def test_most_of_what_is_said_plainly_is_read(judged: list[Judged]) -> None:
    """The floor under recall is low on purpose: silence is better than a wrong fact."""
    recall = score(judged).recall

    assert recall is not None
    assert recall >= 0.70


def test_nearly_nothing_is_read_where_nothing_is_said(judged: list[Judged]) -> None:
    fooled = [one.sentence.id for one in judged if one.sentence.negative and one.wrong]

    assert len(fooled) <= FOOLED, fooled


def test_every_fact_quotes_its_sentence(judged: list[Judged]) -> None:
    for one in judged:
        for fact in one.wrong:
            assert fact.evidence.quote in one.sentence.document.text


def test_scores_count_each_expected_fact_once(judged: list[Judged]) -> None:
    whole = score(judged)
    parts = [score(judged, predicate) for predicate in predicates_of(judged)]

    assert whole.right + whole.missed == sum(len(one.facts) for one in SENTENCES)
    assert (whole.right, whole.wrong, whole.missed) == (
        sum(one.right for one in parts),
        sum(one.wrong for one in parts),
        sum(one.missed for one in parts),
    )
