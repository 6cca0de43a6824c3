"""Mails, Rich Text and OpenDocument texts, made here."""

import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.parsers import eml, odt, rtf
from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.errors import DocumentError, EmptyDocument, UnreadableDocument
from political_monitoring.settings import LimitsSettings

RTF = (
    rb"{\rtf1\ansi\deflang1031{\info{\title Stra\'dfe der Lampen}{\company Lampenamt}}{\fonttbl{\f0 Arial;}}"
    rb"\pard Erste Zeile.\par Zweite \u8364? Zeile.\par}"
)
CONTENT = """<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body><office:text>
<text:h text:outline-level="1">Lamps</text:h><text:p>First<text:s text:c="2"/>words<text:note><text:p>No</text:p>
</text:note>.</text:p>
<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>
<text:tracked-changes><text:p>Deleted</text:p></text:tracked-changes>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell>
<text:p>b</text:p></table:table-cell>
</table:table-row></table:table></office:text></office:body></office:document-content>"""
META = """<m xmlns:dc="d" xmlns:meta="m"><dc:title>Of Lamps</dc:title><dc:creator>Ada</dc:creator>
<dc:language>en-GB</dc:language>
<meta:keyword>date=2030-01-02, jurisdiction=UK</meta:keyword></m>"""


def odt_file(content: str = CONTENT, **more: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        for name, text in ({"meta.xml": META} | more).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada Lamp <ada@lamps.example>"
    message["To"] = "team@lamps.example"
    message["Subject"] = "Über Lampen"
    message["Date"] = "Wed, 02 Jan 2030 23:30:00 +0100"
    message["Message-ID"] = "<1234@lamps.example>"
    message.set_content("The committee met.\n\nIt adopted the report.")
    return message


def test_rich_text_gives_words_title_publisher_and_language(hints: Hints) -> None:
    (parsed,) = rtf.parse(RTF, hints)

    assert parsed.text == "Erste Zeile.\n\nZweite € Zeile."
    assert (parsed.title, parsed.source, parsed.language) == ("Straße der Lampen", "Lampenamt", "de")


def test_an_open_document_gives_headings_lists_tables_and_properties(hints: Hints) -> None:
    (parsed,) = odt.parse(odt_file(), hints)

    assert parsed.text == "Lamps\n\nFirst words.\n\n- one\n\na | b"
    assert [heading.text for heading in parsed.headings] == ["Lamps"]
    assert (parsed.title, parsed.source, parsed.date) == ("Of Lamps", "Ada", "2030-01-02")
    assert (parsed.language, parsed.jurisdiction) == ("en-GB", "UK")


def test_an_encrypted_or_other_archive_is_refused(hints: Hints) -> None:
    with pytest.raises(UnreadableDocument, match="encrypted"):
        odt.parse(odt_file(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), hints)
    with pytest.raises(UnreadableDocument, match="entities"):
        odt.parse(odt_file('<!DOCTYPE x [<!ENTITY a "b">]><x><body>&a;</body></x>'), hints)
    with pytest.raises(UnreadableDocument, match="not an OpenDocument text"):
        odt.parse(odt_file("<x/>"), hints)


@pytest.mark.integration
def test_attachments_become_documents_that_lead_back_to_their_mail() -> None:
    message = mail()
    message.add_attachment(
        b"# Report\n\nLamps work.", maintype="text", subtype="markdown", filename="report.md"
    )
    message.add_attachment(odt_file(), maintype="application", subtype="octet-stream", filename="lamps.odt")
    message.add_attachment(
        b"MZ\x90 run me", maintype="application", subtype="octet-stream", filename="../run.exe"
    )
    inner = EmailMessage()
    inner["Subject"] = "Forwarded"
    inner["Date"] = "Tue, 01 Jan 2030 10:00:00 +0000"
    inner.set_content("Earlier words.")
    message.add_attachment(inner)

    documents = parse(
        Item("a.eml", data=message.as_bytes(), media_type="message/rfc822"), LimitsSettings(parse_seconds=30)
    )

    letter, report, lamps, forwarded = documents
    assert (letter.title, str(letter.date), letter.source) == ("Über Lampen", "2030-01-02", "Ada Lamp")
    assert letter.url == "mid:1234@lamps.example"
    assert "It adopted the report." in letter.text
    assert "Attachment: report.md" in letter.text
    assert any("run.exe" in warning for warning in letter.warnings)
    assert (report.title, report.text, str(report.date)) == ("Report", "Report\n\nLamps work.", "2030-01-02")
    assert report.url == "mid:1234@lamps.example/1"
    assert dict(report.origins)["date"] == "date of the mail"
    assert "attached to the mail 'Über Lampen', mid:1234@lamps.example" in report.warnings[0]
    assert (lamps.title, dict(lamps.origins)["date"]) == ("Of Lamps", "document properties")
    assert (forwarded.title, forwarded.text.endswith("Earlier words.")) == ("Forwarded", True)
    assert len({document.id for document in documents}) == 4


def test_a_mail_in_html_is_read_as_it_is_shown(hints: Hints) -> None:
    message = EmailMessage()
    message["Subject"] = "S"
    message.set_content("<p>Shown.</p><p style='display:none'>Hidden.</p>", subtype="html")

    (parsed,) = eml.parse(message.as_bytes(), hints)

    assert parsed.text == "S\n\nShown."


def test_what_is_no_mail_or_says_nothing_is_refused(hints: Hints) -> None:
    with pytest.raises(UnreadableDocument, match="no header"):
        eml.parse(b"\n\njust words", hints)
    with pytest.raises(EmptyDocument, match="says nothing"):
        eml.parse(b"Message-ID: <x@y>\n\n", hints)


ODT = odt_file()


@given(st.sampled_from([RTF, ODT, mail().as_bytes()]), st.data())
def test_damaged_bytes_are_text_or_a_document_error(sample: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(sample)))
    damaged = sample[:cut] + data.draw(st.binary(max_size=20)) + sample[cut + data.draw(st.integers(0, 40)) :]
    parser = {RTF: rtf.parse, ODT: odt.parse}.get(sample, eml.parse)
    try:
        parsed = parser(damaged, Hints(text_chars=100_000))
    except DocumentError:
        return
    assert all(isinstance(one.text, str) for one in parsed)
