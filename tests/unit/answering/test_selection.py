"""Which sentences answer, and when none does."""

import datetime as dt

import pytest

from political_monitoring.answering.intents import Intent
from political_monitoring.answering.selection import (
    LONGEST_QUOTE,
    nearest,
    quote_each,
    quote_start,
    select_quotes,
)
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import content_words
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.knowledge.port import Hit

ANDROID = (
    "On 14 September 2022 the General Court reduced the fine on Google in the Android case from "
    "EUR 4.34 billion to EUR 4.125 billion. It otherwise largely confirmed the decision. "
    "Google and its parent can appeal."
)
DSA = "The Digital Services Act protects users. Platforms publish their terms every year."


def hit(
    text: str, number: int = 0, title: str = "A title", date: dt.date | None = dt.date(2024, 1, 1)
) -> Hit:
    name = f"doc{number}"
    return Hit(name, f"{name}#0", 1.0, title, "Source", None, date, "en", "", text, Span(7, 7 + len(text)))


def asking(
    text: str,
    intent: Intent = Intent.GENERAL,
    entities: tuple[Entity, ...] = (),
    *,
    asks_whether: bool = False,
) -> Understanding:
    return Understanding(
        text=text,
        intent=intent,
        entities=entities,
        unknown=(),
        words=content_words(text),
        search_text=text,
        time=AsOf(),
        since=None,
        until=None,
        language="en",
        day=dt.date(2026, 6, 1),
        asks_whether=asks_whether,
    )


def test_the_sentence_that_answers_comes_first_and_word_for_word() -> None:
    quotes = select_quotes(
        asking("How high is the fine against Google in the Android case?", Intent.AMOUNT), [hit(ANDROID)], 3
    )

    assert [quote.evidence.quote for quote in quotes] == [ANDROID[: ANDROID.index(" It otherwise")]]
    assert quotes[0].evidence.span == Span(7, 7 + len(quotes[0].evidence.quote))


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Who is the Prime Minister of Australia?",
        "How do I bake a chocolate cake?",
        "How high is the fine against Microsoft in the Teams case?",
        "What is the status of the Fooland Widget Act?",
    ],
)
def test_a_question_about_something_else_finds_nothing(question: str) -> None:
    assert (
        select_quotes(asking(question), [hit(ANDROID), hit(DSA, 1), hit("France fined Google.", 2)], 3) == []
    )


def test_without_an_amount_there_is_no_answer_to_how_much() -> None:
    question = asking("How high is the fine against Google?", Intent.AMOUNT)

    assert select_quotes(question, [hit("The fine against Google was large.")], 3) == []


def test_a_sentence_that_only_names_the_law_does_not_say_when_it_applies() -> None:
    law = Entity("celex:32022R2065", "Regulation", "Digital Services Act", (), ("DSA",))
    named = hit("On 12 July 2024 the Commission wrote to X about the Digital Services Act.")
    applies = hit("The DSA applies from 17 February 2024.", 1)
    question = asking("When does the Digital Services Act apply?", Intent.DATE, (law,))

    assert [quote.hit for quote in select_quotes(question, [named, applies], 3)] == [applies]


def test_yes_or_no_is_told_only_by_what_speaks_of_all_that_is_asked() -> None:
    law = Entity("celex:32022R2065", "Regulation", "Digital Services Act", (), ("DSA",))
    ban = hit("The DSA bans advertising that targets minors.")

    def told(question: str) -> list[Hit]:
        asked = asking(question, entities=(law,), asks_whether=True)
        return [quote.hit for quote in select_quotes(asked, [ban], 3)]

    assert told("Does the Digital Services Act ban advertising?") == [ban]
    assert told("Does the Digital Services Act ban umbrellas?") == []


def test_an_entity_named_by_its_alias_is_named() -> None:
    law = Entity("celex:32022R2065", "Regulation", "Digital Services Act", (), ("DSA",))

    assert select_quotes(
        asking("What does the Digital Services Act protect?", entities=(law,)),
        [hit("The DSA protects users.")],
        1,
    )


def test_near_duplicates_are_quoted_once() -> None:
    assert len(select_quotes(asking("Google Android fine"), [hit(ANDROID), hit(ANDROID, 1)], 3)) == 1


def test_a_long_sentence_is_cut_to_the_stretch_that_matters() -> None:
    text = (
        "Having regard to the Treaty, "
        + "and to many other acts and opinions, " * 15
        + "the fine on Google is annulled."
    )

    quote = select_quotes(asking("Is the Google fine annulled?"), [hit(text)], 1)[0].evidence

    assert len(quote.quote) <= LONGEST_QUOTE
    assert "fine on Google" in quote.quote
    assert quote.span.shifted(-7 if quote.span.start >= 7 else 0).of(text) == quote.quote


def test_one_sentence_of_each_document_in_the_order_of_time() -> None:
    hits = [
        hit("Google appealed against the fine.", 1, date=dt.date(2024, 5, 1)),
        hit(ANDROID, 2, date=dt.date(2022, 9, 14)),
        hit("Undated note on the Google fine.", 3, date=None),
    ]

    assert [quote.hit.document_id for quote in quote_each(asking("Google fine"), hits)] == ["doc2", "doc1"]


def test_the_nearest_document_must_share_something_particular() -> None:
    assert nearest(asking("When does the Digital Services Act end?"), [hit(DSA)]) is not None
    assert nearest(asking("What is the capital of France?"), [hit("A fine in France.")]) is None


def test_the_line_that_repeats_date_and_title_is_not_quoted() -> None:
    record = hit("2026-02-12 - HCONRES 72 (Authorizing the use of the hall.): Received in the Senate.")

    assert quote_start(record).quote == "Received in the Senate."
