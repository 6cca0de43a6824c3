"""Texts come back as they were, whole and in pieces, wherever the parts meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.domain.documents import Span
from political_monitoring.knowledge.embedded.texts import PART, pack, unpack

LONG = "".join(chr(0x4E00 + number % 5_000) if number % 3 else "😀" for number in range(3 * PART + 7))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back(text: str) -> None:
    assert unpack(pack(text)) == text


@given(st.integers(0, len(LONG)), st.integers(0, len(LONG)))
def test_a_piece_of_a_long_text_comes_back(one: int, other: int) -> None:
    span = Span(min(one, other), max(one, other))
    assert unpack(pack(LONG), span) == span.of(LONG)


@pytest.mark.parametrize("start", [0, PART - 1, PART, 2 * PART])
@pytest.mark.parametrize("length", [0, 1, 2, PART])
def test_pieces_that_begin_or_end_where_parts_meet(start: int, length: int) -> None:
    span = Span(start, start + length)
    assert unpack(pack(LONG), span) == span.of(LONG)
