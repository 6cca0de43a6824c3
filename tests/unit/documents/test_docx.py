import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from political_monitoring.documents.parsers import archive as archive_check
from political_monitoring.documents.parsers.archive import check_archive
from political_monitoring.documents.parsers.docx import parse
from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.errors import DocumentTooLarge, UnreadableDocument

W = nsdecls("w")


def saved(fill: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document()
    fill(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(data: bytes, hints: Hints) -> Parsed:
    (parsed,) = parse(data, hints)
    return parsed


def archive(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return buffer.getvalue()


def test_headings_lists_tables_and_paragraphs_come_in_order(hints: Hints) -> None:
    def fill(document: docx.document.Document) -> None:
        document.add_heading("The Act", 0)
        document.add_paragraph("It was adopted.")
        document.add_heading("Parts", 1)
        document.add_paragraph("one", style="List Bullet")
        table = document.add_table(2, 2)
        for cell, words in zip(table._cells, ["Body", "Vote", "House", "224"], strict=True):
            cell.text = words
        document.add_paragraph("After\tthe table.")

    parsed = read(saved(fill), hints)

    assert parsed.text.split("\n\n") == [
        "The Act",
        "It was adopted.",
        "Parts",
        "- one",
        "Body | Vote",
        "House | 224",
        "After the table.",
    ]
    assert [(heading.text, heading.level) for heading in parsed.headings] == [("The Act", 1), ("Parts", 2)]
    assert parsed.title == "The Act"


def test_tracked_changes_are_read_as_accepted(hints: Hints) -> None:
    def fill(document: docx.document.Document) -> None:
        paragraph = document.add_paragraph("The fine is ")
        paragraph._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>5</w:delText></w:r></w:del>"))
        paragraph._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>6</w:t></w:r></w:ins>"))
        paragraph.add_run(" million.")
        content_control = (
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        document.element.body.insert(1, parse_xml(content_control))

    assert read(saved(fill), hints).text == "The fine is 6 million.\n\nIn a control."


def test_properties_declare_what_they_can_and_no_date(hints: Hints) -> None:
    def fill(document: docx.document.Document) -> None:
        document.add_paragraph("Text.")
        properties = document.core_properties
        properties.title, properties.author, properties.category = "The title", "Publisher", "court"
        properties.comments = "see https://a.eu/doc (a note)"
        properties.keywords = "sample, jurisdiction=EU, language=de"

    parsed = read(saved(fill), hints)

    assert (parsed.title, parsed.source, parsed.kind) == ("The title", "Publisher", "court")
    assert (parsed.url, parsed.jurisdiction, parsed.language) == ("https://a.eu/doc", "EU", "de")
    assert parsed.date == ""


def test_external_entities_are_not_followed(hints: Hints) -> None:
    data = saved(lambda document: document.add_paragraph("Text."))
    hostile = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(hostile, "w") as out:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "word/document.xml":
                declaration = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'
                content = content.replace(b"<w:document", declaration, 1).replace(b"Text.", b"Text&x;.")
            out.writestr(entry, content)

    assert read(hostile.getvalue(), hints).text == "Text"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old binary Word format"),
        (b"PK\x03\x04 cut off", "damaged"),
        (archive(readme=b"just a zip"), "not a Word document"),
    ],
)
def test_what_is_no_word_document_is_refused(data: bytes, problem: str, hints: Hints) -> None:
    with pytest.raises(UnreadableDocument, match=problem):
        parse(data, hints)


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    bomb = archive(**{"word/document.xml": b"\0" * 50_000_000})

    assert len(bomb) < 100_000
    with pytest.raises(DocumentTooLarge, match="unpacks to 50,000,000 bytes"):
        check_archive(bomb)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "MOST_ENTRIES", 2)

    with pytest.raises(DocumentTooLarge, match="3 parts"):
        check_archive(archive(a=b"", b=b"", c=b""))


def test_a_directory_that_lies_about_sizes_gains_nothing(hints: Hints) -> None:
    honest = archive(**{"[Content_Types].xml": b"<x>" + b" " * 30_000_000 + b"</x>"})
    size = (30_000_007).to_bytes(4, "little")

    assert size in honest
    with pytest.raises((UnreadableDocument, zipfile.BadZipFile)):
        parse(honest.replace(size, (1000).to_bytes(4, "little")), hints)
