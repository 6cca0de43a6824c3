"""Quoted words are found exactly, or not at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.documents import Span
from political_monitoring.extraction.llm.quotes import find_name, find_quote

TEXT = "On 3 March the Council’s presidency\n  said: “no deal” – and left.\tThe Council's staff stayed."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("the Council’s presidency said", "the Council’s presidency\n  said"),
        ("the Council's presidency\nsaid", "the Council’s presidency\n  said"),
        ('said: "no deal" - and left', "said: “no deal” – and left"),
        ("“On 3 March the Council’s presidency...", "On 3 March the Council’s presidency"),
        ("The Council's staff", "The Council's staff"),
    ],
)
def test_other_spaces_and_marks_do_not_matter(quote: str, found: str) -> None:
    span = find_quote(quote, TEXT)
    assert span is not None
    assert span.of(TEXT) == found


@pytest.mark.parametrize(
    "quote",
    [
        "the council’s presidency said",
        "the Council’s presidency denied",
        "",
        "...",
        "On 3",
        ".*",
        "No deal and left",
    ],
)
def test_other_words_do(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


def test_only_the_part_that_was_shown_counts() -> None:
    text = "The bill passed today. Nothing else. The bill passed today."
    second = find_quote("The bill passed today", text, Span(24, len(text)))
    assert second == Span(37, 58)
    assert find_quote("The bill passed today", text, Span(24, 40)) is None


def test_names_are_whole_words() -> None:
    assert [one.start for one in find_name("Meta", "Metaphors of Meta, and Meta-analysis by Meta.")] == [
        13,
        23,
        40,
    ]
    assert find_name("", "text") == []


@given(st.text(alphabet="ab ().*[]'’-–\n", min_size=30, max_size=200), st.data())
def test_what_was_copied_is_found_where_it_reads_the_same(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 20))
    copied = text[start : start + 20]
    found = find_quote(copied, text)
    if found is not None:
        assert _plain(found.of(text)) in _plain(copied)
    elif sum(map(len, copied.strip().removesuffix("...").split())) >= 8:
        # Only a word cut in two at an edge of the copy could not be found; here edges are no word boundaries.
        raise AssertionError(copied)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("–", "-")).strip()
