"""Which of several laws is meant."""

import datetime as dt

import pytest

from political_monitoring.answering.choices import choices, chosen
from political_monitoring.domain.facts import Entity, Identifier
from political_monitoring.tools.query import read_query

TODAY = dt.date(2026, 6, 1)


def bill(congress: int) -> Entity:
    number = f"{congress}-hr-1"
    return Entity(
        f"us-bill:{number}", "Bill", f"Act of the {congress}th", (Identifier("us-bill", number),), (), "US"
    )


LAMPS_EU = Entity(
    "celex:32023R0001",
    "Regulation",
    "European Lamps Act",
    (Identifier("celex", "32023R0001"),),
    ("Lamps Act",),
    "EU",
)
LAMPS_US = Entity(
    "us-bill:117-hr-2",
    "Bill",
    "LAMPS and Bulbs Act",
    (Identifier("us-bill", "117-hr-2"),),
    ("LAMPS Act",),
    "US",
)
BILLS, LAMPS = (bill(118), bill(119)), (LAMPS_EU, LAMPS_US)


def open_for(text: str, among: tuple[Entity, ...]) -> tuple[Entity, ...]:
    return choices(among, read_query(text, TODAY))


def test_one_number_in_two_congresses_and_one_name_of_two_laws_leave_a_choice() -> None:
    assert open_for("What is the status of H.R. 1?", BILLS) == BILLS
    assert open_for("What is the status of the Lamps Act?", LAMPS) == LAMPS


@pytest.mark.parametrize(
    "text",
    [
        "What was the status of H.R. 1 on 2024-05-05?",
        "What happened to H.R. 1 between 2023-01-01 and 2023-02-01?",
    ],
)
def test_a_day_leaves_none(text: str) -> None:
    assert open_for(text, BILLS) == ()


def test_a_place_or_different_names_leave_none() -> None:
    assert open_for("What is the status of the US Lamps Act?", LAMPS) == ()
    assert open_for("How do the European Lamps Act and the LAMPS and Bulbs Act differ?", LAMPS) == ()


@pytest.mark.parametrize(
    ("reply", "congress"),
    [
        *(("the first", 118), ("the second one", 119), ("der zweite", 119), ("the last", 119)),
        *(("119th", 119), ("the 118th congress", 118), ("the 2024 one", 118), ("the 2026 one", 119)),
    ],
)
def test_a_reply_picks_one(reply: str, congress: int) -> None:
    assert chosen(reply, BILLS) == bill(congress)


def test_a_reply_that_fits_several_or_none_picks_none() -> None:
    assert chosen("the US one", BILLS) is None
    assert chosen("the fourth", BILLS) is None
    assert chosen("since when?", BILLS) is None
    assert chosen("the US one", LAMPS) == LAMPS_US
