import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.extraction.sentences import split_sentences


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Senate passed H.R. 4346 by voice vote.",
        "Mr. Cruz of Texas introduced S. 12 on Jan. 5, 2025.",
        "Am 21. Mai 2024 hat der Bundestag in 2. Lesung beschlossen.",
        "In der 1042. Sitzung fand u.a. die Anrufung statt.",
        "President Biden vetoed H.J.Res. 30 on March 20, 2023.",
        "Das Gesetz (BGBl. I Nr. 5) gilt.",
    ],
)
def test_stays_together(text: str) -> None:
    assert [one.text for one in split_sentences(text)] == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It passed by 68 votes to 30. The House followed.", 2),
        ("It entered into force on 5 May 2024. The Act binds.", 2),
        ("# A heading\nThe first sentence. The second.", 3),
        ("One line\n\nanother", 2),
        ("- an item\n- another item", 2),
        ("Was it adopted? “Yes.” It was.", 3),
    ],
)
def test_comes_apart(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


@given(st.text(max_size=400), st.integers(0, 400))
def test_sentences_are_where_they_say(text: str, end: int) -> None:
    found = split_sentences(text, end)

    assert all(one.text == one.span.of(text) == one.text.strip() for one in found)
    assert [one.ordinal for one in found] == list(range(len(found)))
    assert "".join(text[: min(end, len(text))].split()) == "".join("".join(one.text.split()) for one in found)
