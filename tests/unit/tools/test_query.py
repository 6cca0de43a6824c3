"""What a question says before anything is looked up."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.tools.query import read_query

TODAY = dt.date(2026, 11, 23)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("Where did H.R. 1 stand on 3 March 2025?", "2025-03-03"),
        ("Where did H.R. 1 stand on March 3, 2025?", "2025-03-03"),
        ("What was the status of HR 1 on 2025-03-03?", "2025-03-03"),
        ("Wie war der Stand am 14. Mai 2020?", "2020-05-14"),
        ("Wie war der Stand am 14.05.2020?", "2020-05-14"),
        ("What was the status of the AI Act last year?", "2025-12-31"),
        ("What was the status of the AI Act yesterday?", "2026-11-22"),
        ("What was the status of the AI Act in June 2024?", "2024-06-30"),
        ("What is the status of the AI Act?", None),
    ],
)
def test_the_day_a_question_names(text: str, as_of: str | None) -> None:
    assert read_query(text, TODAY).as_of == (d(as_of) if as_of else None)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("What happened to HR 1 between 2025-03-14 and 2025-12-15?", "2025-03-14", "2025-12-15"),
        (
            "Was geschah zwischen dem 1. März 2025 und dem 2. April 2025 mit dem Gesetz?",
            "2025-03-01",
            "2025-04-02",
        ),
        ("What changed since 1 May 2025?", "2025-05-01", None),
        ("Was hat sich seit dem 1. Mai 2025 geändert?", "2025-05-01", None),
    ],
)
def test_the_window_a_question_names(text: str, since: str | None, until: str | None) -> None:
    reading = read_query(text, TODAY)
    assert reading.since == (d(since) if since else None)
    assert reading.until == (d(until) if until else None)
    assert reading.as_of is None, "since a day is not as of that day"


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("Where did H.Con.Res. 72 stand on 2026-02-06?", "en", True),
        ("What is the status of the AI Act?", "en", True),
        ("Welchen Stand hatte das Gesetzgebungsverfahren „Gesetz über X“ am 2021-03-23?", "de", True),
        ("Wie war am 2020-10-02 der Stand beim Wohnungseigentumsmodernisierungsgesetz?", "de", True),
        ("Who voted against H.R. 1?", "en", False),
    ],
)
def test_language_and_whether_it_asks_where_something_stands(text: str, language: str, asks: bool) -> None:
    reading = read_query(text, TODAY)
    assert (reading.language, reading.asks_status) == (language, asks)


def test_identifiers_and_titles_are_read() -> None:
    reading = read_query(
        "Welchen Stand hatte „Gesetz zur Änderung des Tierschutzgesetzes“ (2021/0106(COD))?", TODAY
    )
    assert "Gesetz zur Änderung des Tierschutzgesetzes" in reading.titles
    assert "eu-procedure:2021/0106(COD)" in {str(one) for one in reading.identifiers}


@given(st.text(max_size=300))
def test_any_text_is_read_the_same_way_twice(text: str) -> None:
    reading = read_query(text, TODAY)
    assert reading == read_query(text, TODAY)
    assert reading.language in {"en", "de"}


@pytest.mark.parametrize(
    "text",
    [
        "Status of HR 7147 (Further Appropriations Act, 2026) on 2025-02-23?",
        "Welchen Stand hatte „Gesetz zu dem Übereinkommen vom 30. November 1999 zur Errichtung“ am 2025-02-23?",
        "Status of the Decision of 10 July 2023 as of 23 February 2025?",
    ],
)
def test_dates_that_belong_to_a_title_set_nothing(text: str) -> None:
    assert read_query(text, TODAY).as_of == d("2025-02-23")


@pytest.mark.parametrize(
    ("text", "as_of", "since", "until"),
    [
        ("fines 2024-01-01..2024-03-01", None, "2024-01-01", "2024-03-01"),
        ("fines from 2023 to 2024", None, "2023-01-01", "2024-12-31"),
        ("Bußgelder von 2023 bis 2024", None, "2023-01-01", "2024-12-31"),
        ("votes until 2 May 2024", None, None, "2024-05-02"),
        ("votes before 2 May 2024", None, None, "2024-05-01"),
        ("votes after 2 May 2024", None, "2024-05-03", None),
        ("Was galt im Mai 2024?", "2024-05-31", None, None),
        ("Was geschah im Mai 2024?", None, "2024-05-01", "2024-05-31"),
        ("What happened last year?", None, "2025-01-01", "2025-12-31"),
        ("Stand Ende 2023?", "2023-12-31", None, None),
        ("What was the status two months ago?", "2026-09-23", None, None),
        ("Wie war der Stand vor zwei Jahren?", "2024-11-23", None, None),
        ("What did the Commission decide in 2026?", "2026-11-23", None, None),
        ("What is the status of the Harbour Act of 2022?", None, None, None),
        ("What is the status today?", None, None, None),
        ("What is the status of the bill introduced on 3 March 2025?", None, None, None),
    ],
)
def test_days_and_windows_in_words(
    text: str, as_of: str | None, since: str | None, until: str | None
) -> None:
    reading = read_query(text, TODAY)
    assert (reading.as_of, reading.since, reading.until) == tuple(
        d(one) if one else None for one in (as_of, since, until)
    )


def test_a_long_description_is_searched_for_with_its_dates_and_asks_nothing() -> None:
    text = (
        "This bill requires the agency to carry out the recommendations of the report published on November 6, "
        "2024, related to the computer systems that were adopted in earlier years by the regional offices."
    )
    reading = read_query(text, TODAY)
    assert (reading.as_of, reading.asks_status) == (None, False)
    asked = read_query(f"{text} Where did it stand on 3 March 2025?", TODAY)
    assert (asked.as_of, asked.asks_status) == (d("2025-03-03"), True)


@pytest.mark.parametrize(
    "text",
    [
        "This bill designates the country for temporary protected status through 3 March 2025.",
        "Dieses Gesetz gilt bis zum 3. März 2025 für alle Häfen.",
    ],
)
def test_a_text_that_begins_with_this_bill_describes_and_asks_nothing(text: str) -> None:
    reading = read_query(text, TODAY)
    assert (reading.as_of, reading.until, reading.asks_status, reading.asking) == (None, None, False, "")


def test_from_when_something_is_to_apply_is_no_window_but_what_happened_from_then_is() -> None:
    assert read_query("Was kostet das Kindergeld ab 2019?", TODAY).since is None
    assert read_query("Was hat sich ab 2019 geändert?", TODAY).since == d("2019-01-01")


def test_a_question_for_a_number_is_known() -> None:
    assert read_query("How many bills were vetoed in 2024?", TODAY).counts
    assert read_query("Wie viele Züge fielen 2018 aus?", TODAY).counts
    assert not read_query("Wie ist der Stand beim Hafengesetz?", TODAY).counts


def test_a_title_that_was_cut_inside_a_bracket_is_read_to_the_last_one() -> None:
    reading = read_query("Status of HR 5 (An Act (short: the ferries act about) on 2025-02-23?", TODAY)
    assert reading.titles == ("An Act (short: the ferries act about",)
    assert reading.as_of == d("2025-02-23")


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))
MONTHS = [dt.date(2000, month, 1).strftime("%B") for month in range(1, 13)]


@given(DAYS)
def test_a_day_is_the_same_day_in_every_spelling(day: dt.date) -> None:
    spellings = (
        f"on {day.isoformat()}",
        f"on {day.day} {MONTHS[day.month - 1]} {day.year}",
        f"on {MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"am {day.day}.{day.month}.{day.year}",
        f"as of {day.isoformat()}",
    )
    for spelling in spellings:
        assert read_query(f"What was the status {spelling}?", TODAY).as_of == day, spelling


@given(DAYS, DAYS)
def test_a_window_never_runs_backwards(one: dt.date, two: dt.date) -> None:
    reading = read_query(f"What happened between {one} and {two}?", TODAY)
    assert (reading.since, reading.until, reading.as_of) == (min(one, two), max(one, two), None)


WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "since",
                "until",
                "between",
                "and",
                "from",
                "to",
                "before",
                "after",
                "in",
                "am",
                "Ende",
                "vor zwei Jahren",
            ),
            *("2024", "2025-03-01", "May", "last year", "„", "“", "(", ")", "?", "."),
        ]
    ),
    max_size=14,
)


@given(WORDS)
def test_no_order_of_date_words_gives_a_window_that_runs_backwards(words: list[str]) -> None:
    reading = read_query(" ".join(words), TODAY)
    if reading.since and reading.until:
        assert reading.since <= reading.until
        assert reading.as_of is None
