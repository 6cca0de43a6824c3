"""What leans on the message before it, and how its days move."""

import datetime as dt

import pytest

from political_monitoring.answering.follow_ups import (
    asks_before,
    corrected,
    language_asked,
    leans,
    with_days_of,
)
from political_monitoring.tools.query import read_query

TODAY = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        "and in Germany?",
        "the second one",
        "119th",
        "when was that?",
        "a year later?",
        "Wie ging die Abstimmung aus?",
    ],
)
def test_what_cannot_be_understood_alone_leans(text: str) -> None:
    assert leans(read_query(text, TODAY))


@pytest.mark.parametrize(
    "text", ["What is the status of H.R. 1?", "US budget law of 2024", "No votes on H.R. 7?"]
)
def test_what_says_what_it_asks_does_not(text: str) -> None:
    assert not leans(read_query(text, TODAY))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no, I meant the DMA", "the DMA"),
        ("I meant the DSA, not the AI Act", "the DSA"),
        ("not the AI Act, the Data Act", "the Data Act"),
        ("Nein, ich meinte das Heizungsgesetz", "das Heizungsgesetz"),
        ("sorry, the Data Act", "the Data Act"),
        ("Who did not vote on it?", None),
        ("No votes on H.R. 7?", None),
        ("no", None),
    ],
)
def test_a_correction_says_what_was_meant(text: str, meant: str | None) -> None:
    assert corrected(text) == meant


@pytest.mark.parametrize(
    ("text", "as_of", "window"),
    [
        ("and why?", "2024-06-30", ""),
        ("and a year later?", "2025-06-30", ""),
        ("und zwei Monate früher?", "2024-04-30", ""),
        ("and ten years later?", "2026-06-01", ""),
        ("and since then?", "None", "2024-07-01..None"),
        ("and today?", "None", ""),
    ],
)
def test_days_are_taken_over_or_moved(text: str, as_of: str, window: str) -> None:
    earlier = read_query("What was the status of the AI Act on 2024-06-30?", TODAY)
    reading = with_days_of(earlier, read_query(text, TODAY), TODAY)

    assert str(reading.as_of) == as_of
    assert (f"{reading.since}..{reading.until}" if reading.since else "") == window


def test_after_a_window_another_year_is_a_window() -> None:
    earlier = read_query("What happened between 2024-01-01 and 2024-12-31?", TODAY)
    for text in ("and in 2025?", "und 2025?"):
        reading = with_days_of(earlier, read_query(text, TODAY), TODAY)
        assert (reading.since, reading.until) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31)), text


def test_the_language_alone_may_be_asked_for() -> None:
    assert language_asked("in German, please") == "de"
    assert language_asked("auf Englisch?") == "en"
    assert language_asked("What happened in German law?") is None


def test_what_was_before_is_asked_by_the_whole_message() -> None:
    assert asks_before("and before that?")
    assert asks_before("Und davor?")
    assert not asks_before("does it enter into force earlier?")
