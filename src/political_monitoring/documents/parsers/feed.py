"""RSS and Atom feeds: one document for each entry."""

import re
from io import BytesIO
from typing import Any

import feedparser

from political_monitoring.documents.characters import decode
from political_monitoring.documents.parsers.html import add_fragment
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument, UnsupportedFormat

MOST_BYTES = 10_000_000
MOST_ENTRIES = 1_000
_LONGEST_FIELD = 1_000
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_ENTITIES = re.compile(r"<!(?:ENTITY|DOCTYPE[^>]{0,1000}\[)", re.IGNORECASE)


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The entries that have a text or at least a title.

    Raises:
        UnsupportedFormat: XML of another kind.
        UnreadableDocument: broken XML, or XML that defines entities (external files, exponential expansion).
        DocumentTooLarge: more bytes or entries than any real feed has.
        EmptyDocument: no entry says anything.
    """
    if len(data) > MOST_BYTES:
        raise DocumentTooLarge(f"is a feed of more than {MOST_BYTES:,} bytes")
    encoding = _DECLARED_ENCODING.match(data)
    text, _ = decode(data, encoding[1].decode("ascii") if encoding else hints.charset)
    if _ENTITIES.search(text):
        raise UnreadableDocument("defines XML entities, which can read files or explode; remove its DTD")
    # Bytes in a buffer: feedparser would take a bare string for an address to fetch.
    feed = feedparser.parse(BytesIO(_as_utf8(text)), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise UnsupportedFormat("is XML but neither an RSS nor an Atom feed")
    if len(feed.entries) > MOST_ENTRIES:
        raise DocumentTooLarge(f"is a feed of more than {MOST_ENTRIES:,} entries")
    if feed.bozo and not feed.entries:
        raise UnreadableDocument("is a feed with broken XML")
    documents = [_entry(entry, feed.feed, hints) for entry in feed.entries]
    documents = [document for document in documents if document.text]
    if not documents:
        raise EmptyDocument("is a feed without a single entry that says anything")
    return documents


def _as_utf8(text: str) -> bytes:
    return re.sub(r"\A\ufeff?<\?xml[^>]*\?>", "", text).encode("utf-8", errors="replace")


def _entry(entry: Any, feed: Any, hints: Hints) -> Parsed:
    builder = TextBuilder(hints.text_chars)
    for part in entry.get("content") or [{"value": entry.get("summary", "")}]:
        add_fragment(str(part.get("value", "")), builder)
    title = _plain(entry.get("title", ""))
    if not builder.text:
        builder.block(title)
    url = str(entry.get("link", ""))
    tags = {str(tag.get("scheme", "")).lower(): str(tag.get("term", "")) for tag in entry.get("tags", [])}
    publisher = entry.get("source", {}).get("title", "") or feed.get("author", "")
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=_identity(entry, feed, url),
        date=_field(entry.get("published", "") or entry.get("updated", "")),
        source=_field(publisher) or _plain(feed.get("title", "")),
        url=url[:_LONGEST_FIELD],
        language=_field(entry.get("title_detail", {}).get("language") or feed.get("language") or ""),
        kind=_field(tags.get("type", "")),
        jurisdiction=_field(tags.get("jurisdiction", "")),
        where="feed entry",
    )


def _identity(entry: Any, feed: Any, url: str) -> str:
    """What names the entry at its next reading: a global id or its address, else an id within this feed."""
    own = _field(entry.get("id", "")) or url
    return own if ":" in own or not own else f"{_field(feed.get('id', '') or feed.get('link', ''))} {own}"


def _field(value: Any) -> str:
    return str(value)[:_LONGEST_FIELD]


def _plain(markup: Any) -> str:
    builder = TextBuilder(1_000_000)
    add_fragment(_field(markup), builder)
    return " ".join(builder.text.split())
