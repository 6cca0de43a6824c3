import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.parsers.json import parse
from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.errors import DocumentError, EmptyDocument, UnreadableDocument, UnsupportedFormat

RECORD = {
    "id": "HR-1-119:text",
    "title": "An Act",
    "date": "2025-01-03",
    "source": "congress.gov",
    "url": "https://www.congress.gov/bill/119th-congress/house-bill/1",
    "language": "en",
    "text": "SECTION 1.\n#### 1. Short title\nText.",
}


def encoded(**changes: Any) -> bytes:
    return json.dumps(RECORD | changes).encode()


def test_a_record_is_taken_as_it_is(hints: Hints) -> None:
    (parsed,) = parse(encoded(type="event", jurisdiction="US", bill="HR-1"), hints)

    assert (parsed.id, parsed.title, parsed.date) == ("HR-1-119:text", "An Act", "2025-01-03")
    assert (parsed.kind, parsed.jurisdiction, parsed.language) == ("event", "US", "en")
    assert [(heading.offset, heading.level, heading.text) for heading in parsed.headings] == [
        (11, 4, "1. Short title")
    ]


@given(st.text(min_size=1).filter(lambda text: text.strip() and "\0" not in text))
def test_the_text_is_kept_to_the_character(text: str) -> None:
    (parsed,) = parse(encoded(text=text), Hints(text_chars=1_000))

    assert parsed.text == text


def test_an_array_gives_each_record(hints: Hints) -> None:
    parsed = parse(b"[" + encoded() + b"," + encoded(id="two", date=None, kind="bill") + b"]", hints)

    assert [(one.id, one.date, one.kind) for one in parsed] == [
        ("HR-1-119:text", "2025-01-03", ""),
        ("two", "", "bill"),
    ]


@pytest.mark.parametrize(
    ("data", "error", "problem"),
    [
        (b"{'id': 1}", UnreadableDocument, "not valid JSON: .* line 1, column 2"),
        (b"[" * 100_000, UnreadableDocument, "nested too deeply"),
        (b'{"id": ' + b"9" * 5000 + b"}", UnreadableDocument, "number too long"),
        (b"[]", EmptyDocument, "empty list"),
        (b"3", UnsupportedFormat, "not a record of {id, title, date"),
        (b'{"title": "x", "details": {"body": "y"}}', UnsupportedFormat, "without 'id', 'text'"),
        (encoded(title=None), UnsupportedFormat, "without 'title'"),
        (encoded(id=7), UnreadableDocument, "wrong 'id': it must be text, not int"),
        (encoded(date=20250103), UnreadableDocument, "wrong 'date': it must be text, not int"),
        (encoded(id=" "), UnreadableDocument, "wrong 'id': it must be one line"),
        (encoded(id="a\nb"), UnreadableDocument, "wrong 'id': it must be one line"),
        (encoded(text=" \n"), EmptyDocument, "empty 'text'"),
        (encoded(text="a\0b"), UnreadableDocument, "NUL"),
        (encoded(text="a\ud800b"), UnreadableDocument, "surrogate"),
        (b"[" + encoded() + b"," + encoded(text=None) + b"]", UnsupportedFormat, "^record 2 is not"),
        (b"\0\1\2", UnreadableDocument, "binary"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    data: bytes, error: type[DocumentError], problem: str, hints: Hints
) -> None:
    with pytest.raises(error, match=problem):
        parse(data, hints)
