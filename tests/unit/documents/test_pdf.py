from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from political_monitoring.documents.parsers import pdf as pdf_parser
from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.documents.parsers.pdf import parse
from political_monitoring.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument

MakePdf = Callable[..., bytes]
PROSE = "The Commission shall adopt implementing acts that lay down the rules for the reports. "


def read(data: bytes, hints: Hints) -> Parsed:
    (parsed,) = parse(data, hints)
    return parsed


def test_paragraphs_and_headings_are_put_together_from_lines(tmp_path: Path, hints: Hints) -> None:
    styles = getSampleStyleSheet()
    path = tmp_path / "a.pdf"
    story = [
        Paragraph(
            "A Regulation on Reports and on the Bodies that Read and Keep Them for Years", styles["Title"]
        ),
        Paragraph(PROSE * 5, styles["BodyText"]),
        Paragraph(PROSE * 3, styles["BodyText"]),
        Paragraph("Scope", styles["Heading2"]),
        Spacer(1, 6),
        Paragraph(PROSE * 2, styles["BodyText"]),
    ]
    SimpleDocTemplate(str(path), pagesize=A4).build(story)

    parsed = read(path.read_bytes(), hints)

    title = "A Regulation on Reports and on the Bodies that Read and Keep Them for Years"
    assert parsed.text.split("\n\n") == [
        title,
        (PROSE * 5).strip(),
        (PROSE * 3).strip(),
        "Scope",
        (PROSE * 2).strip(),
    ]
    assert [(heading.text, heading.level) for heading in parsed.headings] == [(title, 1), ("Scope", 2)]
    assert all(parsed.text[heading.offset :].startswith(heading.text) for heading in parsed.headings)


def test_properties_declare_what_they_can_and_no_date(pdf: MakePdf, hints: Hints) -> None:
    parsed = read(
        pdf(
            [(10, "Some text.")],
            title="The title",
            author="Publisher",
            subject="https://a.eu/doc",
            keywords="sample, jurisdiction=EU, type=court, language=en",
        ),
        hints,
    )

    assert (parsed.title, parsed.source, parsed.url) == ("The title", "Publisher", "https://a.eu/doc")
    assert (parsed.jurisdiction, parsed.kind, parsed.language, parsed.date) == ("EU", "court", "en", "")


def test_a_file_name_left_in_the_title_gives_way_to_the_first_heading(pdf: MakePdf, hints: Hints) -> None:
    page = [(20, "Real title"), *[(10, "Body text of the page.")] * 5]

    assert read(pdf(page, title="Microsoft Word - draft_v3.docx"), hints).title == "Real title"


def test_running_headers_and_page_numbers_go(pdf: MakePdf, hints: Hints) -> None:
    pages = [
        [(10, "Official Journal"), (10, f"This is what page {number} says."), (10, f"Page {number} of 4")]
        for number in range(1, 5)
    ]

    text = read(pdf(*pages), hints).text

    assert "Official Journal" not in text
    assert "Page 2 of 4" not in text
    assert "This is what page 3 says." in text


def test_a_sentence_goes_on_over_the_page(pdf: MakePdf, hints: Hints) -> None:
    parsed = read(pdf([(10, "The sentence begins here")], [(10, "and ends here.")]), hints)

    assert parsed.text == "The sentence begins here and ends here."


def test_an_encrypted_file_is_named_as_such(pdf: MakePdf, hints: Hints) -> None:
    with pytest.raises(UnreadableDocument, match="encrypted"):
        parse(pdf([(10, "secret")], encrypt="password"), hints)


@pytest.mark.parametrize("cut", [0.1, 0.5])
def test_a_damaged_file_is_refused(cut: float, pdf: MakePdf, hints: Hints) -> None:
    data = pdf([(10, "text")])

    with pytest.raises((UnreadableDocument, EmptyDocument)):
        parse(data[: int(len(data) * cut)], hints)


def test_a_scan_needs_ocr_and_a_blank_page_does_not(tmp_path: Path, pdf: MakePdf, hints: Hints) -> None:
    picture = tmp_path / "scan.ppm"
    picture.write_bytes(b"P6 8 8 255 " + bytes(range(192)))
    scan = tmp_path / "scan.pdf"
    canvas = Canvas(str(scan))
    canvas.drawImage(str(picture), 0, 0, 500, 700)
    canvas.showPage()
    canvas.save()

    with pytest.raises(EmptyDocument, match="OCR"):
        parse(scan.read_bytes(), hints)
    with pytest.raises(EmptyDocument, match=r"no text$"):
        parse(pdf([]), hints)


def test_too_many_pages_or_letters_are_refused(
    pdf: MakePdf, hints: Hints, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_pages = pdf([(10, "one page")], [(10, "another page")])

    with pytest.raises(DocumentTooLarge, match="10 characters"):
        parse(two_pages, Hints(text_chars=10))
    monkeypatch.setattr(pdf_parser, "MOST_PAGES", 1)
    with pytest.raises(DocumentTooLarge, match="1 pages"):
        parse(two_pages, hints)


def test_text_that_swells_out_of_a_small_file_is_cut_off(
    pdf_with_stream: Callable[[bytes, int], bytes],
) -> None:
    bomb = pdf_with_stream(
        b"BT /F1 1 Tf 10 10 Td (" + b"swollen words " * 70 + b") Tj ET 1 0 0 1 0 2 cm\n", 300
    )

    assert len(bomb) < 5_000
    with pytest.raises(DocumentTooLarge, match="50,000 characters"):
        parse(bomb, Hints(text_chars=50_000))
