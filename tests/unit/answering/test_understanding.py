"""What a question is about, against a real graph."""

import datetime as dt
from collections.abc import Callable

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.knowledge.port import KnowledgeGraph

TODAY = dt.date(2026, 6, 1)
Read = Callable[..., Understanding]


@pytest.fixture
def read(graph: KnowledgeGraph) -> Read:
    def reading(*questions: str) -> Understanding:
        messages = [Message("user", text) for text in questions]
        return understand(read_conversation(messages, TODAY), graph, TODAY)

    return reading


def names(understanding: Understanding) -> list[str]:
    return [entity.id for entity in understanding.entities]


def test_a_law_is_known_by_its_name_its_short_name_and_its_number(read: Read) -> None:
    for name in ("Artificial Intelligence Act", "AI Act", "Regulation (EU) 2024/1689", "KI-Verordnung"):
        assert names(read(f"What is the status of the {name}?")) == ["celex:32024R1689"], name


@pytest.mark.parametrize(
    "question",
    ["What is the status of the Fooland Widget Act?", "What did the House decide on artificial flavours?"],
)
def test_sharing_a_word_with_an_entity_does_not_name_it(read: Read, question: str) -> None:
    assert read(question).entities == ()


def test_a_number_the_graph_does_not_know_is_unknown(read: Read) -> None:
    asked = read("What is the status of H.R. 99999?")

    assert asked.entities == ()
    assert [identifier.value for identifier in asked.unknown] == ["hr-99999"]
    assert read("What is the status of H.Con.Res. 72?").unknown == ()


def test_a_follow_up_takes_subject_and_kind_from_what_it_leans_on(read: Read) -> None:
    since_when = read("What is the status of the AI Act?", "since when?")
    another = read("What is the status of the AI Act?", "and H.Con.Res. 72?")

    assert (names(since_when), since_when.intent) == (["celex:32024R1689"], Intent.DATE)
    assert (names(another), another.intent) == (["us-bill:119-hconres-72"], Intent.STATUS)


def test_a_follow_up_about_another_country_is_not_about_the_law_of_the_first(read: Read) -> None:
    assert read("What is the status of the AI Act?", "and in Germany?").entities == ()
    assert names(read("What is the status of the AI Act?", "and in the European Union?")) == [
        "celex:32024R1689"
    ]


def test_a_laws_bare_name_asks_where_it_stands(read: Read) -> None:
    assert read("AI Act").intent is Intent.STATUS
    assert read("AI Act enforcement").intent is Intent.GENERAL


def test_a_title_is_meant_as_a_whole(read: Read) -> None:
    title = "Act to amend Regulation (EU) 2024/1689 on conformity marks"

    assert names(read(f"What is the status of „{title}“?")) == ["bill:amendment"]
    assert names(read("What is the status of Regulation (EU) 2024/1689?")) == ["celex:32024R1689"]


def test_a_replaced_subject_is_no_longer_searched_for(read: Read) -> None:
    another = read("What is the status of the AI Act?", "and H.Con.Res. 72?")

    assert "AI" not in another.words
    assert "AI Act" not in another.search_text


def test_the_window_of_the_question_is_kept(read: Read) -> None:
    asked = read("What happened to the AI Act between 2024-01-01 and 2024-12-31?")

    assert (asked.since, asked.until) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert asked.intent is Intent.CHANGES
