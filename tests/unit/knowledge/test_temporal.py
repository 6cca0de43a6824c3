"""Where facts end, by the rules alone."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.clock import start_of_day
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Evidence, Fact
from political_monitoring.knowledge.temporal import Window, is_functional, validity_ends


def moment(day: int) -> dt.datetime:
    return start_of_day(dt.date(2025, 1, day))


def fact(
    document: str,
    day: int | None,
    value: str,
    *,
    at: int = 0,
    ends: int | None = None,
    predicate: str = "status",
) -> Fact:
    return Fact(
        id=f"{document}:{at}:{value}",
        subject="us-bill:119-hr-1",
        predicate=predicate,
        evidence=Evidence(document, f"{document}#0", Span(at, at + 1), "x"),
        value=value,
        valid_at=moment(day) if day else None,
        invalid_at=moment(ends) if ends else None,
    )


def ends(*facts: Fact) -> list[int | None]:
    return [end.day if end else None for end in validity_ends(facts)]


def test_the_next_day_with_a_fact_ends_the_one_before() -> None:
    assert ends(fact("c", 9, "rejected"), fact("a", 2, "introduced"), fact("b", 5, "reported")) == [
        None,
        5,
        9,
    ]


def test_a_stated_end_counts_when_it_comes_first() -> None:
    assert ends(fact("a", 2, "introduced", ends=3), fact("b", 5, "reported")) == [3, None]
    assert ends(fact("a", 2, "introduced", ends=8), fact("b", 5, "reported")) == [5, None]


def test_documents_that_contradict_each_other_stand_side_by_side_until_the_next_day() -> None:
    assert ends(fact("a", 2, "reported"), fact("b", 2, "rejected"), fact("c", 4, "signed")) == [4, 4, None]


def test_within_one_document_and_day_only_the_furthest_stage_lasts() -> None:
    assert ends(fact("a", 2, "reported", at=0), fact("a", 2, "introduced", at=9)) == [None, 2]


def test_what_one_document_left_behind_that_day_is_left_behind_in_another() -> None:
    found = ends(fact("a", 2, "introduced"), fact("b", 2, "introduced"), fact("b", 2, "reported", at=5))
    assert found == [2, 2, None]


def test_amounts_in_opposite_orders_both_stand() -> None:
    one = (
        fact("a", 2, "10", at=0, predicate="fine_amount"),
        fact("a", 2, "20", at=5, predicate="fine_amount"),
    )
    two = (
        fact("b", 2, "20", at=0, predicate="fine_amount"),
        fact("b", 2, "10", at=5, predicate="fine_amount"),
    )
    assert ends(*one) == [2, None]
    assert ends(*one, *two) == [None] * 4


def test_undated_facts_neither_end_nor_are_ended() -> None:
    assert ends(fact("u", None, "withdrawn"), fact("a", 2, "introduced")) == [None, None]


FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from("abcd"),
        st.none() | st.integers(1, 9),
        st.sampled_from(("introduced", "reported", "rejected")),
        at=st.integers(0, 3),
        ends=st.none(),
    ),
    max_size=8,
    unique_by=lambda one: (one.id, one.valid_at),
)


@given(FACTS, st.randoms())
def test_ends_do_not_depend_on_the_order(facts: list[Fact], random: object) -> None:
    shuffled = facts[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    straight = dict(zip([(one.id, one.valid_at) for one in facts], validity_ends(facts), strict=True))
    mixed = dict(zip([(one.id, one.valid_at) for one in shuffled], validity_ends(shuffled), strict=True))
    assert straight == mixed


@given(FACTS, st.integers(1, 9))
def test_something_dated_holds_on_every_day_since_the_first(facts: list[Fact], day: int) -> None:
    begun = [one for one in facts if one.valid_at and one.valid_at <= moment(day)]
    holding = [
        one
        for one, end in zip(facts, validity_ends(facts), strict=True)
        if one.valid_at and one.valid_at <= moment(day) and (end is None or end > moment(day))
    ]
    assert bool(holding) == bool(begun)
    assert {one.valid_at for one in holding} <= {
        max((one.valid_at for one in begun if one.valid_at), default=None)
    }


@pytest.mark.parametrize(
    ("predicate", "functional"), [("status", True), ("supports", False), ("unheard_of", False)]
)
def test_only_the_ontology_makes_a_predicate_functional(predicate: str, functional: bool) -> None:
    assert is_functional(predicate) is functional


def test_a_question_without_a_day_is_about_now_and_may_use_what_is_undated() -> None:
    now = moment(7)
    assert Window.of(AsOf(), now) == Window(now, dated=False, known=None)
    assert Window.of(AsOf(moment(3), moment(4)), now) == Window(moment(3), dated=True, known=moment(4))
