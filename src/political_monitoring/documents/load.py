"""From one item (a file, a URL's bytes, a record) to documents with ids, dates and languages."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.dates import UNDETERMINED, find_date, find_language, read_language
from political_monitoring.documents.formats import MEDIA_TYPES, Format, find_format, json_form
from political_monitoring.documents.parsers import json, text
from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.documents.sandbox import parse_apart
from political_monitoring.documents.structure import with_units
from political_monitoring.documents.targets import Item, Refused, iter_items
from political_monitoring.domain.documents import Document, Origin
from political_monitoring.errors import DocumentError, DocumentTooLarge, EmptyDocument, UnreadableDocument
from political_monitoring.settings import LimitsSettings

__all__ = ["Item", "Refused", "item_hash", "iter_items", "parse"]

_PARSED_HERE = {Format.JSON: json.parse, Format.TEXT: text.parse}
"""Formats that need no library and cost no more than their size, as long as they are short."""
_SHORT = 1_000_000
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_LEADING_DATE = re.compile(r"^\d{4}[-_.]?\d{2}[-_.]?\d{2}[-_. ]+")
_LONGEST_SLUG = 80
_NAMED_BY_TITLE = frozenset({Format.FEED, Format.EML})
"""One file of these holds several documents."""
_DATES_FOUND = {Origin.TEXT: "first or last lines of the text", Origin.FILE: "name of the file"}
_HARMFUL_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob"})


def parse(item: Item, limits: LimitsSettings) -> tuple[Document, ...]:
    """The documents in an item: one, or as many as a feed has entries or a JSON array records.

    What came from outside is parsed in a process of its own, under `limits`; only short records and plain
    text are not.

    Raises:
        UnsupportedFormat: nothing here reads this kind of file.
        UnreadableDocument: damaged, encrypted, or not what its name says.
        EmptyDocument: no text came out.
        DocumentTooLarge: over a limit of size, length, time or memory.
    """
    data = _content(item, limits)
    try:
        if not data.strip():
            raise EmptyDocument("is empty")
        found = json_form(data) if item.locator else find_format(item.ref, item.media_type, data)
        charset = _CHARSET.search(item.media_type)
        parsed = _parse(found, data, charset[1] if charset else "", limits)
        if not all(one.text.strip() for one in parsed):
            raise EmptyDocument("has no text")
    except DocumentError as error:
        raise type(error)(f"{item.ref} {error}") from error
    return tuple(_document(item, found, one) for one in parsed)


def item_hash(item: Item) -> str:
    """SHA-256 of the item's bytes, hexadecimal: whether it is the same as what was received before.

    Raises:
        UnreadableDocument: the file cannot be read.
    """
    if item.data is not None:
        return hashlib.sha256(item.data).hexdigest()
    try:
        with _path(item).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableDocument(f"{item.ref} cannot be read: {error.strerror}") from error


def _content(item: Item, limits: LimitsSettings) -> bytes:
    most = limits.document_bytes
    if item.data is not None:
        size, data = len(item.data), item.data
    else:
        try:
            size = _path(item).stat().st_size
            with _path(item).open("rb") as stream:
                data = stream.read(most + 1) if size <= most else b""
        except OSError as error:
            raise UnreadableDocument(f"{item.ref} cannot be read: {error.strerror}") from error
    if max(size, len(data)) > most:
        raise DocumentTooLarge(
            f"{item.ref} is larger than {most:,} bytes; POLMON_LIMITS_DOCUMENT_BYTES is the limit"
        )
    return data


def _path(item: Item) -> Path:
    if item.path is None:
        raise UnreadableDocument(f"{item.ref} has neither content nor a path")
    return item.path


def _parse(found: Format, data: bytes, charset: str, limits: LimitsSettings) -> list[Parsed]:
    if found in _PARSED_HERE and len(data) <= _SHORT:
        return _PARSED_HERE[found](data, Hints(limits.text_chars, charset))
    return parse_apart(found, data, charset, limits)


def _document(item: Item, found: Format, parsed: Parsed) -> Document:
    name = "" if item.locator or found is Format.FEED else item.ref
    day, origin, problem = find_date(parsed.date, parsed.text, name)
    title = parsed.title or one_line(_readable(item.ref))
    url, harm = _address(item, found, parsed)
    host = urlsplit(item.ref).hostname or "" if item.path is None else ""
    content_hash = _content_hash(title, day.isoformat() if day else "", parsed.text)
    document = Document(
        id=parsed.id
        or _derived_id(
            title if found in _NAMED_BY_TITLE else _stem(item.ref), parsed.identity or url, content_hash
        ),
        title=title,
        text=parsed.text,
        content_hash=content_hash,
        source=parsed.source or host,
        url=url or None,
        date=day,
        date_origin=origin,
        language=find_language(parsed.language or item.language, parsed.text),
        media_type=MEDIA_TYPES[found],
        kind=parsed.kind,
        jurisdiction=parsed.jurisdiction,
        headings=with_units(parsed.text, parsed.headings),
        warnings=tuple(filter(None, (*parsed.warnings, problem, harm))),
    )
    return replace(document, origins=tuple(_origins(document, parsed)))


def _origins(document: Document, parsed: Parsed) -> Iterator[tuple[str, str]]:
    """Where each field that the document has was found: by its parser, or else here."""
    elsewhere = {
        "title": "" if parsed.title else "name of the file",
        "date": _DATES_FOUND.get(document.date_origin, ""),
        "language": "" if read_language(parsed.language) else "guessed from the text",
        "source": "" if parsed.source else "host of the address",
        "url": "" if parsed.url == document.url else "address it was read from",
    }
    for name in ("title", "date", "language", "source", "jurisdiction", "kind", "url"):
        if getattr(document, name) not in {None, "", UNDETERMINED}:
            declared = parsed.origins.get(name) or parsed.where or "declared"
            yield name, elsewhere.get(name) or declared


def _content_hash(title: str, day: str, text: str) -> str:
    return hashlib.sha256("\x1f".join((title, day, text)).encode()).hexdigest()


def _derived_id(name: str, identity: str, content_hash: str) -> str:
    """A readable id for a document that has none of its own.

    It must be the same when the same file comes from another folder, and differ for two files of one name. So
    no part of it is the path: the name is there for people, and the digits are of what the document says it
    is (its address, a feed's id for it). A file that says nothing is known by its content alone; an edited
    copy of it is another document, because nothing tells that it is not.
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = _NOT_IN_SLUG.sub("-", plain)[:_LONGEST_SLUG].strip("-") or "document"
    digest = hashlib.sha256((_canonical(identity) or content_hash).encode()).hexdigest()
    return f"{slug}-{digest[:10]}"


def _canonical(address: str) -> str:
    """An address without what does not change what it leads to."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return address
    query = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("utm_")]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), urlencode(query), ""))


def _address(item: Item, found: Format, parsed: Parsed) -> tuple[str, str]:
    """Where the document can be read, and a warning about an address that was dropped."""
    declared = parsed.url.strip()
    if declared and (urlsplit(declared).scheme.lower() in _HARMFUL_SCHEMES or len(declared.split()) > 1):
        declared, warning = "", "its address is not one to follow and was not used"
    else:
        warning = ""
    if item.path is not None or found in {Format.JSON, Format.FIELD_JSON, Format.FEED, Format.EML}:
        return declared, warning
    # A page may name a better address for itself, but not one of another site.
    same_site = urlsplit(declared).hostname == urlsplit(item.ref).hostname
    return declared if declared and same_site else item.ref, warning


def _stem(ref: str) -> str:
    """The last part of a path or URL without its suffix; a site's name for its front page."""
    parts = urlsplit(ref)
    if parts.scheme in {"http", "https"}:
        return PurePath(parts.path).stem or parts.hostname or ""
    return PurePath(ref).stem


def _readable(ref: str) -> str:
    stem = _stem(ref)
    return re.sub(r"[-_]+", " ", _LEADING_DATE.sub("", stem)).strip() or stem
