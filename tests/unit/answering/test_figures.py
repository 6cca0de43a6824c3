"""Fines and votes as sentences."""

import datetime as dt
from dataclasses import replace

from political_monitoring.answering.figures import amounts, votes
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Entity, Evidence, Fact
from political_monitoring.tools.procedures import ProcedureStatus, Step

CASE = Entity(
    "EnforcementAction:google", "EnforcementAction", "EUR 4.34 billion fine on Google", (), ("Android case",)
)
EVIDENCE = Evidence("a", "a#0", Span(0, 31), "the fine in the Android case")
BILL = Entity("us-bill:1", "Bill", "H.R. 1")


def asking(entity: Entity, *, as_of: dt.date | None = None, asks_who: bool = False) -> Understanding:
    return Understanding(
        text="How high is the fine in the Android case?",
        intent=Intent.AMOUNT,
        entities=(entity,),
        unknown=(),
        words=(),
        search_text="",
        time=AsOf.on(as_of),
        since=None,
        until=None,
        language="en",
        day=dt.date(2026, 6, 1),
        asks_who=asks_who,
    )


def fact(entity: Entity, predicate: str, value: str, year: int, document: str = "") -> Fact:
    name = document or f"d{year}"
    return Fact(
        id=f"{name}:{value}",
        subject=entity.id,
        predicate=predicate,
        evidence=Evidence(name, f"{name}#0", Span(0, 5), f"words of {name}."),
        value=value,
        valid_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC),
    )


def text(statements: list[object]) -> str:
    return " ".join("".join(part.text for part in one.parts) for one in statements)  # type: ignore[attr-defined]


def test_a_single_amount_stands_since_its_day() -> None:
    told = amounts(asking(CASE), [fact(CASE, "fine_amount", "4340000000 EUR", 2018)], [])

    assert text([*told]) == (
        "The fine on Google (Android case) has stood at EUR 4.34 billion "
        "since 1 January 2018: “words of d2018”."
    )


def test_a_reduced_fine_names_both_amounts_each_with_its_source_and_what_came_since() -> None:
    facts = [
        fact(CASE, "fine_amount", "4340000000 EUR", 2018),
        fact(CASE, "fine_amount", "4125000000 EUR", 2022),
    ]
    upheld = Step("upheld", "dismissed", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), facts[0].evidence)

    told = amounts(asking(CASE), facts, [ProcedureStatus(CASE.id, upheld, ())])

    assert "was reduced from EUR 4.34 billion to EUR 4.125 billion on 1 January 2022" in text([*told])
    assert [[one.document_id for one in part.evidence] for part in told[0].parts] == [
        ["d2018"],
        ["d2022"],
        [],
    ]
    assert text([*told[1:]]).startswith(
        "The fine of EUR 4.125 billion on Google (Android case) was upheld on 1 January 2026"
    )


def test_an_annulled_fine_is_annulled_and_what_is_upheld_then_is_the_annulment() -> None:
    facts = [fact(CASE, "fine_amount", "4340000000 EUR", 2018), fact(CASE, "fine_amount", "0 EUR", 2022)]
    upheld = Step("upheld", "dismissed", dt.datetime(2024, 1, 1, tzinfo=dt.UTC), facts[0].evidence)

    told = text([*amounts(asking(CASE), facts, [ProcedureStatus(CASE.id, upheld, ())])])

    assert "set at EUR 4.34 billion, was annulled on 1 January 2022" in told
    assert "The annulment was upheld on 1 January 2024" in told


def test_of_several_fines_the_one_whose_evidence_fits_is_told() -> None:
    other = Entity("EnforcementAction:other", "EnforcementAction", "EUR 2 fine on Google")
    android = replace(fact(CASE, "fine_amount", "5 EUR", 2018), evidence=EVIDENCE)
    question = replace(asking(CASE), entities=(CASE, other), words=("fine", "Google", "Android"))

    told = text([*amounts(question, [fact(other, "fine_amount", "2 EUR", 2020), android], [])])

    assert "EUR 5" in told
    assert "EUR 2 since" not in told


def test_amounts_of_one_day_are_shown_to_contradict_each_other() -> None:
    facts = [fact(CASE, "fine_amount", "5 EUR", 2018, "a"), fact(CASE, "fine_amount", "7 EUR", 2018, "b")]

    told = amounts(asking(CASE), facts, [])

    assert "contradict each other" in text([*told])
    assert "EUR 5 or EUR 7" in text([*told])
    assert {one.document_id for part in told[0].parts for one in part.evidence} == {"a", "b"}


def test_the_vote_of_the_day_asked_about_is_told() -> None:
    facts = [fact(BILL, "vote_result", "215-211", 2024), fact(BILL, "vote_result", "51-49", 2025)]

    assert "was 215 to 211" in text([*votes(asking(BILL, as_of=dt.date(2024, 1, 1)), facts)])
    assert "was 51 to 49" in text([*votes(asking(BILL), facts)])


def test_two_counts_of_one_vote_are_said_to_differ() -> None:
    facts = [
        fact(BILL, "vote_result", "407-226-4", 2024, "a"),
        fact(BILL, "vote_result", "404-226-4", 2024, "b"),
    ]

    told = votes(asking(BILL), facts)

    assert text([*told]).startswith("The sources give different results")
    assert not told[0].claim
    assert "407 : 226" in text([*told])
    assert "404 : 226" in text([*told])


def test_who_voted_is_said_to_be_wanting_only_when_asked() -> None:
    facts = [fact(BILL, "vote_result", "406-1", 2024)]

    assert "names" in text([*votes(asking(BILL, asks_who=True), facts)])
    assert "names" not in text([*votes(asking(BILL), facts)])
    assert votes(asking(BILL, asks_who=True), []) == []
