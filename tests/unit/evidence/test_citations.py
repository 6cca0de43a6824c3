"""Numbers and places of citation marks."""

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.structure import with_units
from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Evidence
from political_monitoring.evidence.citations import CitationList, Part

TEXT = "The House passed the bill. 🏛️ The Senate received it. It became law."
DOCUMENTS = {name: Document(name, f"Title {name}", TEXT, "hash", source="House") for name in ("a", "b")}


def evidence(document: str, words: str) -> Evidence:
    start = TEXT.index(words)
    return Evidence(document, f"{document}#0", Span(start, start + len(words)), words)


PASSED, RECEIVED = evidence("a", "The House passed the bill."), evidence("b", "The Senate received it.")


def test_marks_are_numbered_by_first_use_and_reused() -> None:
    citations = CitationList()

    text = citations.render(
        (Part("One", (PASSED,)), Part(", two", (RECEIVED, PASSED)), Part(".")), DOCUMENTS, 0
    )

    assert text == "One [1], two [2] [1]."
    assert [citation.document_id for citation in citations.citations] == ["a", "b"]
    assert citations.citations[0].quote == TEXT[citations.citations[0].start : citations.citations[0].end]


def test_other_words_of_the_same_document_are_another_citation() -> None:
    citations = CitationList()

    citations.render((Part("x", (PASSED, evidence("a", "It became law."))),), DOCUMENTS, 0)

    assert [citation.number for citation in citations.citations] == [1, 2]
    assert {citation.document_id for citation in citations.citations} == {"a"}


def test_a_citation_of_an_act_names_the_provision() -> None:
    text = "Article 1\n\n1.   The law applies.\n\n2.   It applies\n\n(a)\n\nhere.\n\nArticle 2\n\nIt ends."
    act = Document("act", "Sample Act", text, "hash", headings=with_units(text, ()))
    start = text.index("here.")

    citations = CitationList()
    citations.render(
        (Part("x", (Evidence("act", "act#0", Span(start, start + 5), "here."),)),), {"act": act}, 0
    )

    (citation,) = citations.citations
    assert (citation.place, citation.reference) == ("Art. 1(2)(a)", "Sample Act, Art. 1(2)(a)")


words = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), max_size=20)


@given(
    st.lists(
        st.lists(st.tuples(words, st.lists(st.sampled_from([PASSED, RECEIVED]))), max_size=4), max_size=4
    )
)
def test_positions_point_at_the_marks(sentences: list[list[tuple[str, list[Evidence]]]]) -> None:
    citations = CitationList()
    text = ""
    for sentence in sentences:
        parts = tuple(Part(one, tuple(marks)) for one, marks in sentence)
        text += citations.render(parts, DOCUMENTS, len(text))

    places = [(place, one.number) for one in citations.citations for place in one.positions]
    assert sorted(text[start:end] for (start, end), _ in places) == sorted(
        f"[{number}]" for _, number in places
    )
    assert len(places) == text.count("[")
