import pytest

from political_monitoring.documents.formats import Format, find_format
from political_monitoring.errors import UnreadableDocument, UnsupportedFormat

HTML = b"<!DOCTYPE html><html><body>x</body></html>"
XHTML = b'<?xml version="1.0"?><!-- a comment --><html xmlns="http://www.w3.org/1999/xhtml"/>'
RSS = b'<?xml version="1.0"?>\n<rss version="2.0"/>'
ODT = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.textPK"
PDF, ZIP, OLE, PNG = b"%PDF-1.7 x", b"PK\x03\x04 x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", b"\x89PNG x"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.md", b"# Title", Format.MARKDOWN),
        ("a.MD", b"<div>inline</div>", Format.MARKDOWN),
        ("a.txt", b"text", Format.TEXT),
        ("a.html", HTML, Format.HTML),
        ("a.html", b"<p>fragment", Format.HTML),
        ("a.xhtml", XHTML, Format.HTML),
        ("a.pdf", PDF, Format.PDF),
        ("a.pdf", b"junk before\n%PDF-1.4", Format.PDF),
        ("a.docx", ZIP, Format.DOCX),
        ("a.docx", OLE, Format.DOCX),
        ("a.json", b"{}", Format.JSON),
        ("a.xml", RSS, Format.FEED),
        ("a.rss", b"\xef\xbb\xbf" + RSS, Format.FEED),
        ("a.xml", XHTML, Format.HTML),
        ("a.xml", b"<billStatus><bill/></billStatus>", Format.FIELD_XML),
        ("a.xml", b"<?xml version='1.0'?><akn:akomaNtoso xmlns:akn='x'/>", Format.FIELD_XML),
        ("a.xml", b"<?xml version='1.0'?><unknown/>", Format.FIELD_XML),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE bill PUBLIC "x" "bill.dtd"><bill/>', Format.FIELD_XML),
        ("a.atom", b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"/>', Format.FEED),
        ("a.odt", ODT, Format.ODT),
        ("a.rtf", b"{\\rtf1 x}", Format.RTF),
        ("a.eml", b"Subject: x\n\nText", Format.EML),
        ("a.json", b'{"schema_name": "news", "base_path": "/x"}', Format.FIELD_JSON),
        ("a.json", b'{"text": "a \\"celex_id\\": b \\"articles\\": c"}', Format.JSON),
        ("a.json", b'{"documents": [{"vorgangstyp": "Antrag"}]}', Format.FIELD_JSON),
        ("mail", b"From: a@b.eu\nSubject: x\n\nText", Format.EML),
        ("README", b"text", Format.TEXT),
        ("README", HTML, Format.HTML),
    ],
)
def test_a_file_has_the_format_its_name_says(name: str, data: bytes, expected: Format) -> None:
    assert find_format(name, "", data) is expected


@pytest.mark.parametrize(
    ("name", "data", "holds"),
    [
        ("a.pdf", HTML, "HTML"),
        ("a.pdf", b"just words", "something else"),
        ("a.html", PDF, "PDF"),
        ("a.txt", PDF, "PDF"),
        ("a.md", HTML, "HTML"),
        ("a.html", RSS, "XML"),
        ("a.docx", PDF, "PDF"),
        ("a.json", ZIP, "ZIP"),
        ("a.txt", HTML.decode().encode("utf-16"), "HTML"),
    ],
)
def test_a_name_that_contradicts_the_content_is_refused(name: str, data: bytes, holds: str) -> None:
    with pytest.raises(UnreadableDocument, match=holds):
        find_format(name, "", data)


@pytest.mark.parametrize(
    ("name", "data"), [("a.ods", ZIP), ("a.png", PNG), ("a.doc", OLE), ("photo", PNG), ("pack", ZIP)]
)
def test_other_formats_are_refused_with_those_that_are_read(name: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="Markdown, text, HTML, PDF"):
        find_format(name, "", data)


@pytest.mark.parametrize(
    ("url", "media_type", "data", "expected"),
    [
        ("https://a.eu/page", "text/html; charset=utf-8", b"<p>x", Format.HTML),
        ("https://a.eu/", "application/octet-stream", PDF, Format.PDF),
        ("https://a.eu/x.html", "text/html", PDF, Format.PDF),
        ("https://a.eu/x.md?raw=1", "text/plain", b"# x", Format.MARKDOWN),
        ("https://a.eu/x", "text/plain", b"x", Format.TEXT),
        ("https://a.eu/x", "application/rss+xml", RSS, Format.FEED),
        ("https://a.eu/x.docx", "application/octet-stream", ZIP, Format.DOCX),
        ("https://a.eu/x", "application/json", b"{}", Format.JSON),
    ],
)
def test_of_a_response_the_content_decides_first(
    url: str, media_type: str, data: bytes, expected: Format
) -> None:
    assert find_format(url, media_type, data) is expected


@pytest.mark.parametrize(
    ("media_type", "data"),
    [("image/png", PNG), ("application/zip", ZIP), ("video/mp4", b"x"), ("text/html", PNG)],
)
def test_a_response_of_another_kind_is_refused(media_type: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        find_format("https://a.eu/x", media_type, data)
