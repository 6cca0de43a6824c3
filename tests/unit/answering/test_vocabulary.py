"""Words across inflections and languages."""

import pytest

from political_monitoring.answering.vocabulary import concept, concepts, content_words, read_places, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fine", "fined"),
        ("fines", "fine"),
        ("applies", "apply"),
        ("Gesetzes", "Gesetz"),
        ("Länder", "länder"),
        ("acts", "Act"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("status", "state"), ("court", "count")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("german", "english"),
    [("Geldbuße", "fine"), ("Kommission", "Commission"), ("Kraft", "force"), ("KI", "AI")],
)
def test_the_two_languages_share_concepts(german: str, english: str) -> None:
    assert concept(german) == concept(english)


def test_a_question_is_about_its_content_words() -> None:
    assert content_words("What was the status of the AI Act on 30 June 2023?") == ("AI", "Act")
    assert content_words("Wann tritt das Geologiedatengesetz in Kraft?") == ("Geologiedatengesetz", "Kraft")


def test_numbers_of_acts_are_kept_whole_and_days_are_not_subjects() -> None:
    assert content_words("Regulation 2024/1689 and Public Law 117-167 on 2024-05-21, 12, 1999") == (
        "Regulation",
        "2024/1689",
        "Public",
        "Law",
        "117-167",
    )


def test_places_are_named_in_either_language() -> None:
    assert read_places("and in Germany?") == read_places("und in Deutschland?") == {"DE"}
    assert read_places("tell us more") == frozenset()
    assert read_places("the U.S. and the European Union") == {"US", "EU"}


def test_the_same_concept_is_wanted_once() -> None:
    assert content_words("fine and fines, penalty") == ("fine",)


def test_concepts_of_no_words_are_none() -> None:
    assert concepts("— … !") == frozenset()
