"""What an answer calls things."""

import pytest

from political_monitoring.answering.names import capitalised, name_of, subject_name
from political_monitoring.domain.facts import Entity, Identifier

AI_ACT = Entity(
    "celex:32024R1689",
    "Regulation",
    "Artificial Intelligence Act",
    (Identifier("celex", "32024R1689"),),
    ("AI Act",),
)


def test_the_questions_own_name_is_used_with_the_number() -> None:
    assert name_of(AI_ACT, "Is the ai act in force?").startswith("AI Act (")
    assert "2024/1689" in name_of(AI_ACT, "Is the ai act in force?")
    assert name_of(AI_ACT, "since when?").startswith("Artificial Intelligence Act (")


def test_an_entity_without_a_number_is_called_by_its_name() -> None:
    assert name_of(Entity("company:google", "Company", "Google"), "x") == "Google"


def test_a_long_title_is_cut_between_words() -> None:
    entity = Entity(
        "us-bill:119-hr-1", "Bill", "To amend " + "word " * 60, (Identifier("us-bill", "119-hr-1"),)
    )

    name = name_of(entity, "status?")

    assert name.startswith("H.R. 1 ")
    assert name.endswith("word …)")
    assert len(name) < 150


def test_a_bill_is_called_by_its_number() -> None:
    bill = Entity("us-bill:119-hr-1", "Bill", "Hall Act", (Identifier("us-bill", "119-hr-1"),))

    assert name_of(bill, "H.R. 1?") == "H.R. 1 (119th Congress; Hall Act)"


@pytest.mark.parametrize(
    ("name", "kind", "language", "expected"),
    [
        ("AI Act", "Regulation", "en", "the AI Act"),
        ("AI Act", "Regulation", "de", "der AI Act"),
        ("GDPR", "Regulation", "en", "the GDPR"),
        ("H.R. 1 (119th Congress)", "Bill", "en", "H.R. 1 (119th Congress)"),
        ("IBM", "Company", "en", "IBM"),
        ("Geologiedatengesetz", "Regulation", "de", "das Geologiedatengesetz"),
        ("KI-Verordnung", "Regulation", "de", "die KI-Verordnung"),
        ("EUR 4 billion fine on Google", "EnforcementAction", "en", "the EUR 4 billion fine on Google"),
        (
            "EUR 4 billion fine on Google",
            "EnforcementAction",
            "de",
            "die Geldbuße gegen Google (EUR 4 billion)",
        ),
    ],
)
def test_a_law_as_the_subject_of_a_sentence_has_its_article(
    name: str, kind: str, language: str, expected: str
) -> None:
    assert subject_name(Entity("x", kind, name), "?", language) == expected  # type: ignore[arg-type]


def test_a_sentence_begins_with_a_capital() -> None:
    assert capitalised("the AI Act") == "The AI Act"
    assert capitalised("") == ""
