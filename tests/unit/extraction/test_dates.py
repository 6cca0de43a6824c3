import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.extraction.dates import find_dates, parse_day

ON = dt.date(2024, 3, 15)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-21",
        "21 May 2024",
        "21st May 2024",
        "21st of May, 2024",
        "May 21, 2024",
        "21. Mai 2024",
        "21.05.2024",
        "21. 5. 2024",
    ],
)
def test_one_day_in_every_way_of_writing_it(text: str) -> None:
    assert parse_day(f"On {text}, it happened") == dt.date(2024, 5, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 13 March", "2024-03-13"),
        ("on 20 December", "2023-12-20"),
        ("on 2 April", "2024-04-02"),
        ("yesterday", "2024-03-14"),
        ("heute", "2024-03-15"),
        ("on Wednesday", "2024-03-13"),
        ("am Freitag", "2024-03-15"),
    ],
)
def test_what_is_left_out_comes_from_the_documents_date(text: str, day: str) -> None:
    assert parse_day(text, ON) == dt.date.fromisoformat(day)
    assert parse_day(text) is None


def test_a_month_is_over_when_it_was_certain() -> None:
    assert [(one.day, one.precise) for one in find_dates("in February 2024", ON)] == [
        (dt.date(2024, 2, 29), False)
    ]
    assert find_dates("in March 2024", ON)[0].day == ON


@pytest.mark.parametrize(
    "text", ["31.02.2024", "2024/1689", "in 2024", "Regulation 2024/16", "99 May 2024", "version 1.2.3"]
)
def test_no_day_is_made_up(text: str) -> None:
    assert find_dates(text, ON) == []


@given(st.text(max_size=200), st.none() | st.dates(dt.date(1970, 1, 1), dt.date(2090, 1, 1)))
def test_any_text_is_read_without_an_error(text: str, on: dt.date | None) -> None:
    for found in find_dates(text, on):
        assert found.span.of(text)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_english_and_german_agree(day: dt.date) -> None:
    months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"]
    months += ["November", "Dezember"]

    assert parse_day(f"{day.day} {day:%B} {day.year}") == day
    assert parse_day(f"{day.day}. {months[day.month - 1]} {day.year}") == day
    assert parse_day(day.isoformat()) == day
