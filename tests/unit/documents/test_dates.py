import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.dates import (
    EARLIEST,
    LATEST,
    date_in_name,
    date_in_text,
    find_date,
    find_language,
    read_date,
    read_language,
)
from political_monitoring.domain.documents import Origin

ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
DAYS = st.dates(EARLIEST, LATEST)
MARCH_12 = date(2024, 3, 12)


@given(DAYS)
def test_every_usual_spelling_of_a_day_is_read(day: date) -> None:
    english, german = ENGLISH[day.month - 1], GERMAN[day.month - 1]
    spellings = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month:02}/{day.day:02}",
        f"{day.isoformat()}T23:59:59-11:00",
        f"{day.isoformat()} 00:00",
        f"{day.day} {english} {day.year}",
        f"{day.day}. {german} {day.year}",
        f"{english} {day.day}, {day.year}",
        f"{english[:3]} {day.day} {day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%A}, {day.day} {english} {day.year}",
        f"{day:%a}, {day.day:02} {english[:3]} {day.year} 10:00:00 GMT",
    ]

    assert {spelling: read_date(spelling) for spelling in spellings} == dict.fromkeys(spellings, day)


@given(st.text(max_size=80))
def test_anything_else_is_a_day_or_nothing(words: str) -> None:
    found = read_date(words)

    assert found is None or EARLIEST <= found <= LATEST


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12 mars 2024", MARCH_12),
        ("12 de marzo de 2024", MARCH_12),
        ("12 marca 2024", MARCH_12),
        ("Mittwoch, den 12. März 2024", MARCH_12),
        ("12th of March, 2024", MARCH_12),
        ("13/04/2025", date(2025, 4, 13)),
        ("04/13/2025", date(2025, 4, 13)),
        ("05/05/2025", date(2025, 5, 5)),
    ],
)
def test_other_languages_and_orders(words: str, day: date) -> None:
    assert read_date(words) == day


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "2024",
            "March 2024",
            "Q3 2024",
            "yesterday",
            "2 days ago",
            "next Monday",
            "2024-02-30",
            "31 June 2024",
        ),
        *(
            "03/04/2025",
            "01.02.24",
            "0001-01-01",
            "9999-12-31",
            "Article 5 of 2024",
            "Version 3 2024",
            "2024-03",
        ),
        "12 March 2024 and 13 March 2024 and much more than one date",
    ],
)
def test_what_names_no_single_day_is_no_date(words: str) -> None:
    assert read_date(words) is None


@pytest.mark.parametrize(
    "text",
    [
        "Brussels, 12 March 2024 – The Commission today proposed",
        "Title\n\n12 March 2024\n\nThe text begins.",
        "Press release\n12 March 2024\n\nThe text begins.",
        "Published: Tuesday, 12 March 2024\nThe text",
        "**Date:** 2024-03-12\n\nThe text",
        "Berlin, den 12. März 2024\n\nDer Text",
        "U.S. Congress, March 12, 2024\n\nThe text",
        "Stand: 12.03.2024",
        "The text. " * 500 + "\n\nDone at Brussels, 12 March 2024.",
        "Der Text. " * 500 + "\n\nGeschehen zu Brüssel am 12. März 2024.",
    ],
)
def test_a_text_gives_its_own_date(text: str) -> None:
    assert date_in_text(text) == MARCH_12


@pytest.mark.parametrize(
    "text",
    [
        "On 12 March 2024 the Commission decided.",
        "The law of 12 March 2024.\nIt applies.",
        "which has applied since\n12 March 2024\nin all member states",
        "The text. " * 500 + "\n\nPublished: 12 March 2024\n\n" + "More text. " * 500,
        "Timeline\n\n12 March 2024\n\nIt was proposed.\n\n13 March 2024\n\nIt was adopted.",
        "",
    ],
)
def test_other_dates_in_a_text_are_not_its_own(text: str) -> None:
    assert date_in_text(text) is None


def test_hostile_text_costs_no_time() -> None:
    started = time.perf_counter()
    for piece in ("Done at a", "a, ", "Published \n", "12 March ", "( \t", "\n \n", "Januar 1 "):
        date_in_text(piece * 2000)

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("ref", "day"),
    [
        ("/a/2024-03-12-title.md", MARCH_12),
        ("notes_20240312.pdf", MARCH_12),
        ("https://example.org/press/2024-03-12-title?v=2025-01-01", MARCH_12),
        ("/2024-03-12/title.md", None),
        ("bill-119-20241399.txt", None),
        ("1202403123.txt", None),
    ],
)
def test_a_file_name_may_begin_or_end_with_a_date(ref: str, day: date | None) -> None:
    assert date_in_name(ref) == day


def test_declared_comes_before_text_and_text_before_file_name() -> None:
    text, name = "Brussels, 12 March 2024 – Text", "2022-01-01.md"

    assert find_date("2023-01-01", text, name) == (date(2023, 1, 1), Origin.DECLARED, "")
    assert find_date("", text, name) == (MARCH_12, Origin.TEXT, "")
    assert find_date("", "Text", name) == (date(2022, 1, 1), Origin.FILE, "")
    assert find_date("", "Text", "name.md") == (None, Origin.ABSENT, "")


def test_an_unreadable_declared_date_leaves_a_warning() -> None:
    day, origin, warning = find_date("2024-02-30", "Text", "name.md")

    assert (day, origin) == (None, Origin.ABSENT)
    assert "'2024-02-30'" in warning


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("de_DE.utf8", "de"),
        ("deu", "de"),
        ("German", "de"),
        ("", ""),
        ("x-klingon", ""),
    ],
)
def test_declared_languages_become_codes(declared: str, code: str) -> None:
    assert read_language(declared) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Commission adopted the proposal for a regulation on chips.", "en"),
        ("Der Bundestag hat das Gesetz in dritter Lesung beschlossen.", "de"),
        ("Le Conseil a adopté le règlement sur les marchés numériques.", "fr"),
        ("H.R. 4346", "und"),
        ("12345 67890 12345 67890 12345", "und"),
    ],
)
def test_undeclared_languages_are_told_from_the_text(text: str, code: str) -> None:
    assert find_language("", text) == code


def test_a_declared_language_is_not_questioned() -> None:
    assert find_language("de", "The Commission adopted the proposal for a regulation on chips.") == "de"
