"""From messages to one question."""

import datetime as dt

import pytest

from political_monitoring.answering.conversation import LONGEST_QUESTION, Message, Question, read_conversation
from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import TooLarge, UserError

TODAY = dt.date(2026, 6, 1)


def asked(*texts: str, time: AsOf | None = None) -> Question:
    messages = [
        message
        for text in texts
        for message in (Message("user", text), Message("assistant", "An answer about something else."))
    ]
    return read_conversation(messages[:-1], TODAY, time)


def test_the_last_user_message_is_the_question() -> None:
    question = asked("What is the status of H.R. 1?", "Who signed the CHIPS Act into law?")

    assert question.text == "Who signed the CHIPS Act into law?"
    assert question.earlier == ()
    assert len(question.history) == 2


@pytest.mark.parametrize(
    "follow_up",
    [
        "and in Germany?",
        "since when?",
        "Why?",
        "what about the DSA?",
        "When was it adopted?",
        "Who voted against this bill?",
    ],
)
def test_a_follow_up_carries_the_question_it_leans_on(follow_up: str) -> None:
    question = asked("What is the status of the AI Act?", follow_up)

    assert [reading.text for reading in question.earlier] == ["What is the status of the AI Act?"]


@pytest.mark.parametrize(
    "follow_up", ["und in Deutschland?", "seit wann?", "Wann tritt es in Kraft?", "Warum?"]
)
def test_a_german_follow_up_carries_the_question_it_leans_on(follow_up: str) -> None:
    question = asked("Wie ist der Stand beim Geologiedatengesetz?", follow_up)

    assert [reading.text for reading in question.earlier] == ["Wie ist der Stand beim Geologiedatengesetz?"]


def test_follow_ups_chain_back_to_the_question_that_stands_alone() -> None:
    question = asked("Who is Mr. Breton?", "What is the status of the AI Act?", "since when?", "why?")

    assert [reading.text for reading in question.earlier] == [
        "since when?",
        "What is the status of the AI Act?",
    ]


def test_a_follow_up_that_names_its_own_bill_stands_alone() -> None:
    assert asked("What is the status of H.R. 1?", "When was H.R. 2 introduced, did it pass?").earlier == ()


def test_days_are_carried_unless_the_follow_up_names_its_own() -> None:
    first = "What was the status of the AI Act on 2023-06-30?"

    assert asked(first, "since when?").time == AsOf(end_of_day(dt.date(2023, 6, 30)))
    assert asked(first, "and on 2024-08-15?").time == AsOf(end_of_day(dt.date(2024, 8, 15)))
    assert asked(first, "and now?").time.world is None


def test_an_explicit_time_wins_over_the_words() -> None:
    question = asked("What was the status of the AI Act on 2023-06-30?", time=AsOf.on(dt.date(2024, 1, 1)))

    assert question.time.world == end_of_day(dt.date(2024, 1, 1))


def test_an_explicit_knowledge_time_keeps_the_day_in_the_words() -> None:
    question = asked("What was its status on 2023-06-30?", time=AsOf.on(known=dt.date(2025, 1, 1)))

    assert question.time == AsOf.on(dt.date(2023, 6, 30), dt.date(2025, 1, 1))


@pytest.mark.parametrize(
    ("system", "language"),
    [
        ("Answer in German.", "de"),
        ("Antworte auf Deutsch.", "de"),
        ("You know German law.", "en"),
        ("Status of H.R. 9?", "en"),
    ],
)
def test_system_messages_choose_the_language_only(system: str, language: str) -> None:
    messages = [Message("system", system), Message("user", "What is the status of the AI Act?")]

    question = read_conversation(messages, TODAY)

    assert question.language == language
    assert question.reading.identifiers == ()
    assert question.earlier == ()


def test_a_question_is_answered_in_its_own_language() -> None:
    assert asked("Wann tritt das Krankenhausversorgungsverbesserungsgesetz in Kraft?").language == "de"
    assert asked("When does the hospital reform enter into force?").language == "en"


def test_without_a_user_message_there_is_no_question() -> None:
    with pytest.raises(UserError, match="no question"):
        read_conversation([Message("system", "Be kind."), Message("user", "  ")], TODAY)


def test_an_endless_question_is_refused() -> None:
    with pytest.raises(TooLarge, match=str(LONGEST_QUESTION)):
        asked("x" * (LONGEST_QUESTION + 1))
