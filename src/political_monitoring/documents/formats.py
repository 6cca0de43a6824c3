"""Which format a file has: what its name or its server says, checked against its first bytes."""

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
    JSON = "json"
    FEED = "feed"


RECORD_LINES = frozenset({".jsonl", ".ndjson"})
"""Suffixes of files with one JSON record in each line."""

_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown"), Format.MARKDOWN),
    **dict.fromkeys((".txt", ".text"), Format.TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format.HTML),
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".json": Format.JSON,
    **dict.fromkeys((".xml", ".rss", ".atom"), Format.FEED),
}
MEDIA_TYPES = {
    Format.MARKDOWN: "text/markdown",
    Format.TEXT: "text/plain",
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.JSON: "application/json",
    Format.FEED: "application/xml",
}
_BY_MEDIA_TYPE = {
    **{media_type: known for known, media_type in MEDIA_TYPES.items()},
    "application/xhtml+xml": Format.HTML,
    "text/x-markdown": Format.MARKDOWN,
    "text/xml": Format.FEED,
    "application/rss+xml": Format.FEED,
    "application/atom+xml": Format.FEED,
    "application/rdf+xml": Format.FEED,
    "text/json": Format.JSON,
    "application/x-pdf": Format.PDF,
}
READABLE = "Markdown, text, HTML, PDF, DOCX, JSON, JSONL, RSS and Atom are read"

_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "gzip data"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)*(<!doctype\s+\w+|<[a-z][\w:.-]*)",
    re.DOTALL | re.IGNORECASE,
)
_HOLDS = {
    Format.PDF: {"PDF"},
    Format.DOCX: {"a ZIP archive", "an OLE file"},
    Format.HTML: {"HTML", ""},
    Format.FEED: {"XML", ""},
    Format.JSON: {""},
    Format.TEXT: {""},
    Format.MARKDOWN: {""},
}
_FOUND = {"PDF": Format.PDF, "a ZIP archive": Format.DOCX, "HTML": Format.HTML, "XML": Format.FEED}


def find_format(ref: str, media_type: str, data: bytes) -> Format:
    """The format to parse `data` as.

    A file's name is its owner's own statement, so a name that contradicts the content is an error; what a
    web server says is not, so there the content decides first.

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
        return _format_of_response(media_type.split(";", 1)[0].strip().lower(), suffix, content)
    if not suffix:
        return _format_of_content(content)
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
    if content in _FOUND and (content != "a ZIP archive" or known is Format.DOCX):
        return _FOUND[content]
    if known is None or content:
        raise UnsupportedFormat(f"is {content or media_type}; {READABLE}")
    return known


def _format_of_content(content: str) -> Format:
    if content and (content not in _FOUND or content == "a ZIP archive"):
        raise UnsupportedFormat(f"is {content}; {READABLE}")
    return _FOUND.get(content, Format.TEXT)


def _sniff(data: bytes) -> str:
    """What the first bytes betray, as words for a person; "" for text of some kind, or nothing known."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", errors="replace").encode()
    found = _MARKUP.match(head)
    if found is None:
        return ""
    tag = found[1].lower().split()[-1].lstrip(b"<")
    if tag in {b"html", b"head", b"body"}:
        return "HTML"
    return "XML" if tag in {b"rss", b"feed", b"rdf:rdf"} or head.lstrip().startswith(b"<?xml") else ""
