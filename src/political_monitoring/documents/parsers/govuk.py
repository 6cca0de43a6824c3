"""GOV.UK content items: what its content API says about a page, bodies as HTML."""

from collections.abc import Iterator
from html import unescape
from typing import Any

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.fields import each, said
from political_monitoring.documents.parsers.html import add_fragment
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder

KEYS = frozenset({"schema_name", "base_path", "details"})
_SITE = "https://www.gov.uk"
_DATES = ("public_updated_at", "first_published_at")
_DAY = len("2024-01-31")
_PARTS = ("parts", "collection_groups", "child_section_groups", "sections", "attachments")
"""Lists of what has a title, and often a body."""
_BODIES = (
    "introduction",
    "summary",
    "body",
    "final_outcome_detail",
    "public_feedback_detail",
    "ways_to_respond",
)


def read(item: dict[str, Any], hints: Hints) -> Parsed:
    """The page's words. Its date is that of this version of them: a page is rewritten, and says only how it is now.

    A speech was held on the day it was held.
    """
    builder = TextBuilder(hints.text_chars)
    details = item["details"]
    builder.heading(unescape(said(item, "title")), 1)
    _add_body(said(item, "description"), builder)
    if reason := said(item, "withdrawn_notice", "explanation"):
        builder.heading(f"Withdrawn {said(item, 'withdrawn_notice', 'withdrawn_at')[:_DAY]}", 2)
        _add_body(reason, builder)
    _add_details(details, builder)
    delivered = said(details, "delivered_on")
    dates = [("delivered_on", delivered), *((name, said(item, name)) for name in _DATES)]
    key, date = next(((key, date) for key, date in dates if date), ("", ""))
    path = said(item, "base_path")
    return Parsed(
        builder.text,
        title=one_line(unescape(said(item, "title"))),
        headings=builder.headings,
        identity=" ".join((said(item, "content_id"), said(item, "locale"))).strip(),
        date=date[:_DAY],
        source=_publisher(item),
        url=_SITE + path if path.startswith("/") else "",
        language=said(item, "locale"),
        kind=said(item, "document_type"),
        jurisdiction="UK",
        where="GOV.UK content item",
        origins={"date": f"GOV.UK {key}", "language": "GOV.UK locale", "url": "GOV.UK base_path"},
    )


def _publisher(item: dict[str, Any]) -> str:
    names = (
        "primary_publishing_organisation",
        "organisations",
        "lead_organisations",
        "worldwide_organisations",
    )
    titles = (said(one, "title") for name in names for one in each(item, "links", name))
    return one_line(unescape(next(filter(None, titles), "GOV.UK")))


def _add_details(details: Any, builder: TextBuilder) -> None:
    for name in _BODIES:
        for body in _bodies(details, name):
            _add_body(body, builder)
    for name in ("display_date", "cancellation_reason", "change_description", "latest_change_note"):
        _add_body(said(details, name), builder)
    for name in _PARTS:
        for part in each(details, name):
            _add_part(part, builder)
    for document in each(details, "documents"):
        _add_body(document if isinstance(document, str) and "<" in document else "", builder)


def _bodies(details: Any, name: str) -> Iterator[str]:
    """A body is HTML, or a list of versions of it in several markup languages."""
    yield said(details, name)
    for version in each(details, name):
        if said(version, "content_type") == "text/html":
            yield said(version, "content")


def _add_part(part: Any, builder: TextBuilder) -> None:
    builder.heading(unescape(said(part, "title")), 2)
    for body in _bodies(part, "body"):
        _add_body(body, builder)
    for section in each(part, "child_sections"):
        builder.block(said(section, "title"))
        _add_body(said(section, "description"), builder)


def _add_body(markup: str, builder: TextBuilder) -> None:
    if markup.strip():
        add_fragment(markup, builder)
