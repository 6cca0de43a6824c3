import re

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.parsers.parsed import marked_headings
from political_monitoring.documents.passages import MOST_CHARS, MOST_WORDS, split_passages
from political_monitoring.domain.documents import Document, Heading, Passage

WORD = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n"), min_size=1, max_size=30)
TEXTS = st.lists(
    st.one_of(
        WORD,
        st.sampled_from([". ", ".\n", "\n", "\n\n", "\n \n", " ", "? ", "; ", ":\n", "- ", "Art. 5 ", "3. "]),
    ),
    max_size=400,
).map("".join)


def document(text: str, *headings: Heading, title: str = "A title") -> Document:
    return Document("doc", title, text, "hash", headings=headings)


def sentence(words: int, name: str = "word") -> str:
    return " ".join([name.capitalize(), *[name] * (words - 1)]) + "."


def words(passage: Passage) -> int:
    return len(passage.text.split())


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(TEXTS)
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    offsets = draw(st.lists(st.sampled_from(lines), unique=True, max_size=8))
    headings = [Heading(offset, draw(st.integers(1, 6)), f"H{offset}") for offset in offsets]
    return document(text, *headings)


@given(documents())
def test_passages_cover_every_visible_character_once_in_order(doc: Document) -> None:
    passages = split_passages(doc)
    covered = [False] * len(doc.text)
    for passage in passages:
        for index in range(passage.span.start, passage.span.end):
            assert not covered[index]
            covered[index] = True

    assert all(covered[index] or letter.isspace() for index, letter in enumerate(doc.text))
    assert [passage.span.start for passage in passages] == sorted(passage.span.start for passage in passages)


@given(documents())
def test_passages_quote_the_text_exactly_and_are_neither_blank_nor_ragged(doc: Document) -> None:
    for ordinal, passage in enumerate(split_passages(doc)):
        assert passage.text == passage.span.of(doc.text)
        assert passage.text
        assert passage.text == passage.text.strip()
        assert passage.id == f"doc#{ordinal}"


@given(documents())
def test_no_passage_runs_across_a_heading(doc: Document) -> None:
    for passage in split_passages(doc):
        assert not any(passage.span.start < heading.offset < passage.span.end for heading in doc.headings)


@given(documents())
def test_no_passage_is_much_longer_than_it_should_be(doc: Document) -> None:
    for passage in split_passages(doc):
        assert words(passage) <= MOST_WORDS + 20
        assert len(passage.text) <= MOST_CHARS


def test_long_prose_gives_passages_near_a_hundred_words() -> None:
    text = "\n\n".join(" ".join(sentence(12) for _ in range(5)) for _ in range(50))

    sizes = [words(passage) for passage in split_passages(document(text))]

    assert 80 <= sum(sizes) / len(sizes) <= 125


def test_paragraphs_that_fit_stay_whole() -> None:
    text = f"{sentence(80, 'first')}\n\n{sentence(90, 'second')}\n\n{sentence(70, 'third')}"

    assert [passage.text.split()[0] for passage in split_passages(document(text))] == [
        "First",
        "Second",
        "Third",
    ]


def test_a_long_paragraph_is_divided_between_sentences() -> None:
    text = " ".join(sentence(30) for _ in range(10))

    assert all(passage.text.endswith(".") for passage in split_passages(document(text)))


def test_a_short_remainder_joins_the_passage_before_it() -> None:
    text = f"{sentence(125)}\n\n{sentence(10, 'rest')}"

    (passage,) = split_passages(document(text))

    assert passage.text == text


def test_a_sentence_without_end_is_cut_between_words() -> None:
    passages = split_passages(document(" ".join(f"w{n}" for n in range(1000))))

    assert [words(passage) for passage in passages] == [100] * 10


def test_text_without_spaces_is_cut_too() -> None:
    passages = split_passages(document("漢" * 4000))

    assert [len(passage.text) for passage in passages] == [1500, 1500, 1000]


def test_the_heading_path_names_what_stands_above() -> None:
    text = "# Act\nIntro.\n## Chapter II\n### Article 6\nBanned.\n### Article 7\nAllowed.\n"
    text += "## Chapter III\nFines."

    passages = split_passages(document(text, *marked_headings(text), title="Act"))

    assert [(passage.heading, passage.text.split()[-1]) for passage in passages] == [
        ("", "Intro."),
        ("Chapter II", "II"),
        ("Chapter II > Article 6", "Banned."),
        ("Chapter II > Article 7", "Allowed."),
        ("Chapter III", "Fines."),
    ]


def test_a_blank_document_has_no_passages() -> None:
    assert split_passages(document(" \n\n ")) == ()
