"""Which format a file has: what its name or its server says, checked against its content."""

import re
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import urlsplit

from political_monitoring.errors import UnreadableDocument, UnsupportedFormat


class Format(StrEnum):
    """A format with a parser of the same name in `parsers`."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    EML = "eml"
    JSON = "json"
    """Records in our own form."""
    FIELD_JSON = "field_json"
    """JSON in a form of the field: GOV.UK, DIP, acts by article."""
    FEED = "feed"
    FIELD_XML = "field_xml"
    """XML in a form of the field: Formex, Akoma Ntoso, US bills and their status, plenary protocols."""


RECORD_LINES = frozenset({".jsonl", ".ndjson"})
"""Suffixes of files with one JSON record in each line."""

_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown"), Format.MARKDOWN),
    **dict.fromkeys((".txt", ".text"), Format.TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format.HTML),
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".odt": Format.ODT,
    ".rtf": Format.RTF,
    ".eml": Format.EML,
    ".json": Format.JSON,
    **dict.fromkeys((".xml", ".rss", ".atom"), Format.FEED),
}
MEDIA_TYPES = {
    Format.MARKDOWN: "text/markdown",
    Format.TEXT: "text/plain",
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.RTF: "application/rtf",
    Format.EML: "message/rfc822",
    Format.JSON: "application/json",
    Format.FIELD_JSON: "application/json",
    Format.FEED: "application/xml",
    Format.FIELD_XML: "application/xml",
}
_BY_MEDIA_TYPE = {
    **{media_type: known for known, media_type in MEDIA_TYPES.items() if known in _SUFFIXES.values()},
    "application/xhtml+xml": Format.HTML,
    "text/x-markdown": Format.MARKDOWN,
    "text/xml": Format.FEED,
    "application/rss+xml": Format.FEED,
    "application/atom+xml": Format.FEED,
    "application/rdf+xml": Format.FEED,
    "application/akn+xml": Format.FEED,
    "text/rtf": Format.RTF,
    "text/json": Format.JSON,
    "application/x-pdf": Format.PDF,
}
READABLE = (
    "Markdown, text, HTML, PDF, DOCX, ODT, RTF, EML, JSON, JSONL, RSS, Atom, Formex, Akoma Ntoso, US bills and "
    "their status, and plenary protocols are read"
)

_ZIP, _ODT, _FEED = "a ZIP archive", "an OpenDocument text", "an XML feed"
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "gzip data"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_ODT_MARK = b"mimetypeapplication/vnd.oasis.opendocument.text"
"""The first entry of an OpenDocument archive, unpacked by rule (OpenDocument 1.3, part 2, 3.3)."""
_MAIL_HEADER = re.compile(
    rb"(?:From|Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Date|Subject): ?\S", re.IGNORECASE
)
_MARKUP = re.compile(
    rb"\s*(?:<\?[^>]*>\s*|<!--.{0,2000}?-->\s*|<!doctype[^>\[]{0,1000}>\s*)*<(?:[\w.-]+:)?([a-z][\w.-]*)",
    re.DOTALL | re.IGNORECASE,
)
_HTML_DOCTYPE = re.compile(rb"[^<]{0,10}(?:<[?!][^>]*>\s*)*<!doctype html", re.IGNORECASE)
_FEED_ROOTS = frozenset({b"rss", b"feed", b"rdf"})
_FIELD_ROOTS = frozenset(
    {b"billstatus", b"akomantoso", b"dbtplenarprotokoll", b"rollcall-vote", b"roll_call_vote"}
)
"""Roots that are known also without an XML declaration."""
_HTML_TAGS = frozenset({b"html", b"head", b"body"})
_HOLDS = {
    Format.PDF: {"PDF"},
    Format.DOCX: {_ZIP, "an OLE file"},
    Format.ODT: {_ZIP, _ODT},
    Format.RTF: {"RTF"},
    Format.HTML: {"HTML", ""},
    Format.FEED: {_FEED, "XML", "HTML", ""},
    Format.JSON: {""},
    Format.EML: {""},
    Format.TEXT: {""},
    Format.MARKDOWN: {""},
}
_FOUND = {
    "PDF": Format.PDF,
    _ZIP: Format.DOCX,
    _ODT: Format.ODT,
    "RTF": Format.RTF,
    "HTML": Format.HTML,
    _FEED: Format.FEED,
    "XML": Format.FIELD_XML,
}
_FIELD_KEYS = (
    (b'"schema_name"', b'"base_path"'),
    (b'"celex_id"', b'"articles"'),
    (b'"vorgangstyp"',),
    (b'"drucksachetyp"',),
    (b'"aktivitaetsart"',),
    (b'"herausgeber"', b'"dokumentnummer"'),
)
"""Keys that only one form of JSON has together. Inside a string their quotation marks would be escaped."""


def find_format(ref: str, media_type: str, data: bytes) -> Format:
    """The format to parse `data` as.

    A file's name is its owner's own statement, so a name that contradicts the content is an error; what a
    web server says is not, so there the content decides first. Which form of JSON or XML it is, the content
    alone decides.

    Args:
        ref: path or URL.
        media_type: the server's Content-Type, or "" for a file.
        data: the content.

    Raises:
        UnsupportedFormat: nothing here reads it.
        UnreadableDocument: the content is not what the file's name says.
    """
    content = _sniff(data)
    suffix = PurePath(urlsplit(ref).path if media_type else ref).suffix.lower()
    if media_type:
        found = _format_of_response(media_type.split(";", 1)[0].strip().lower(), suffix, content)
    elif not suffix:
        found = _format_of_content(content, data)
    else:
        found = _format_of_name(suffix, content, data)
    if found is Format.JSON:
        return json_form(data)
    if found is Format.FEED and content != _FEED:
        return Format.HTML if content == "HTML" else Format.FIELD_XML
    return found


def json_form(data: bytes) -> Format:
    """Our own records, unless the keys are those of a form of the field."""
    known = any(all(key in data for key in keys) for keys in _FIELD_KEYS)
    return Format.FIELD_JSON if known else Format.JSON


def _format_of_name(suffix: str, content: str, data: bytes) -> Format:
    if suffix not in _SUFFIXES:
        raise UnsupportedFormat(f"has the unsupported type {suffix}; {READABLE}")
    named = _SUFFIXES[suffix]
    # PDF readers, PDFium among them, allow some bytes before the mark.
    if content not in _HOLDS[named] and not (named is Format.PDF and b"%PDF-" in data[:1024]):
        what = content or "something else"
        raise UnreadableDocument(f"is named {suffix} but holds {what}; give it its right name and try again")
    return named


def _format_of_response(media_type: str, suffix: str, content: str) -> Format:
    known = _BY_MEDIA_TYPE.get(media_type)
    if known in {None, Format.TEXT}:
        known = _SUFFIXES.get(suffix, known)
    if content in _FOUND and (content != _ZIP or known in {Format.DOCX, Format.ODT}):
        return known if known is Format.ODT else _FOUND[content]
    if known is None or content:
        raise UnsupportedFormat(f"is {content or media_type}; {READABLE}")
    return known


def _format_of_content(content: str, data: bytes) -> Format:
    if content and (content not in _FOUND or content == _ZIP):
        raise UnsupportedFormat(f"is {content}; {READABLE}")
    if not content and _MAIL_HEADER.match(data):
        return Format.EML
    return _FOUND.get(content, Format.TEXT)


def _sniff(data: bytes) -> str:
    """What the first bytes betray, as words for a person; "" for text of some kind, or nothing known."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return _ODT if name == _ZIP and head[30:].startswith(_ODT_MARK) else name
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", errors="replace").encode()
    found = _MARKUP.match(head)
    if found is None:
        return ""
    tag = found[1].lower()
    if tag in _HTML_TAGS or _HTML_DOCTYPE.match(head):
        return "HTML"
    if tag in _FEED_ROOTS:
        return _FEED
    return "XML" if head.lstrip().startswith(b"<?xml") or tag in _FIELD_ROOTS else ""
