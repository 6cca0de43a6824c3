"""The units of acts in plain text: what counts as one, and that nothing is lost by it."""

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.passages import split_passages
from political_monitoring.documents.places import place_of
from political_monitoring.documents.structure import with_units
from political_monitoring.domain.documents import Document, Span


def act(text: str) -> Document:
    return Document("act", "Sample Act", text, "hash", headings=with_units(text, ()))


def test_prose_that_names_articles_is_no_act() -> None:
    text = "The court looked at two rules.\n\nArticle 101 TFEU forbids cartels.\n\nArticle 102 TFEU is another.\n"

    assert with_units(text, ()) == ()


def test_an_inserted_article_is_counted() -> None:
    text = "".join(
        f"Article {number}\n\nWords of {number}.\n\n" for number in ("1", "2", "2a", "2b", "3", "5")
    )

    assert [heading.text for heading in with_units(text, ())] == [
        f"Article {number}" for number in ("1", "2", "2a", "2b", "3", "5")
    ]


LINES = st.sampled_from(
    [
        *(
            "Article 1",
            "Article 2",
            "Article 3",
            "Article 2a",
            "1. One.",
            "2. Two.",
            "(a) a",
            "(b) b",
            "(i) i",
            "(ii) ii",
        ),
        *(
            "Whereas:",
            "(1) Recital",
            "(2) Recital",
            "ANNEX I",
            "CHAPTER I",
            "§ 1 Zweck",
            "§ 2",
            "(1) Satz.",
            "Done at X, 1",
        ),
        *(
            "SEC. 1. A.",
            "SEC. 2. B.",
            "‘Article 9",
            "words",
            "",
            "",
            "words end.",
            "is replaced by the following:",
            "#### 1. X",
        ),
    ]
)


@given(st.lists(LINES, max_size=40), st.sampled_from(["\n", "\n\n"]))
def test_whatever_stands_in_it_offsets_are_exact_and_nothing_is_lost(
    lines: list[str], separator: str
) -> None:
    text = separator.join(lines)
    document = act(text)

    assert [h.offset for h in document.headings] == sorted({h.offset for h in document.headings})
    assert all(h.offset == 0 or text[h.offset - 1] == "\n" for h in document.headings)
    passages = split_passages(document)
    assert all(p.text == p.span.of(text) for p in passages)
    assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())
    for passage in passages:
        whole, first = (
            place_of(document, passage.span),
            place_of(document, Span(passage.span.start, passage.span.start + 1)),
        )
        assert first.startswith(whole)


@given(st.text(max_size=300))
def test_any_text_has_a_structure_or_none(text: str) -> None:
    document = act(text)

    assert isinstance(place_of(document, Span(0, min(len(text), 5))), str)
