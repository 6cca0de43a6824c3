"""What a web page declares about itself: meta tags, microdata, JSON-LD, links."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from political_monitoring.documents.characters import one_line

# Names under which pages give the same thing, most reliable first; "ld:" is JSON-LD.
_NAMES = {
    "title": "ld:headline og:title dc.title dcterms.title citation_title twitter:title",
    "date": "ld:datepublished article:published_time datepublished dcterms.issued dc.date.issued "
    "dcterms.date dc.date date pubdate publishdate publish_date publication_date parsely-pub-date "
    "sailthru.date citation_publication_date og:published_time dcterms.created",
    "source": "ld:publisher og:site_name dc.publisher dcterms.publisher citation_publisher publisher author "
    "dc.creator",
    "language": "ld:inlanguage dc.language dcterms.language content-language og:locale language",
    "kind": "type",
    "jurisdiction": "jurisdiction",
}


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read_declarations(page: HtmlElement) -> tuple[dict[str, str], dict[str, str]]:
    """Title, date, source, language, kind, jurisdiction and url, and where each stands, as far as the page says."""
    given = _given(page)
    names = {
        field: next((one for one in known.split() if one in given), "") for field, known in _NAMES.items()
    }
    found = {field: given.get(name, "") for field, name in names.items()}
    where = {field: _described(name) for field, name in names.items() if name}
    if not found["date"] and (day := _only_time(page)):
        found["date"], where["date"] = day, "HTML time"
    if language := one_line(page.get("lang", "") or page.get(_XML_LANG, "")):
        found["language"], where["language"] = language, "HTML lang"
    address, where["url"] = _canonical(page, given)
    return found | {"url": address}, where


def _described(name: str) -> str:
    return f"JSON-LD {name.removeprefix('ld:')}" if name.startswith("ld:") else f"HTML meta {name}"


def _given(page: HtmlElement) -> dict[str, str]:
    """Every declared value by lower-case name; the first of a name counts."""
    given: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        )
        if content := one_line(meta.get("content") or ""):
            given.setdefault(name.strip().lower(), content)
    for script in page.iter("script"):
        if script.get("type", "").strip().lower() == "application/ld+json":
            for name, value in _linked_data(script.text or ""):
                given.setdefault(f"ld:{name}", value)
    return given


def _linked_data(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of the fields wanted from a JSON-LD block; broken blocks are common and say nothing."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return
    nodes = _listed(content)
    inner = [node for outer in nodes if isinstance(outer, dict) for node in _listed(outer.get("@graph"))]
    for node in nodes + inner:
        if not isinstance(node, dict) or "datePublished" not in node:
            continue
        publisher = node.get("publisher")
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        fields = {key: node.get(key) for key in ("headline", "datePublished", "inLanguage")} | {
            "publisher": name
        }
        for key, value in fields.items():
            if isinstance(value, str) and one_line(value):
                yield key.lower(), one_line(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _only_time(page: HtmlElement) -> str:
    """The date of the page's `<time datetime>` when all of them name the same day."""
    days = {str(time.get("datetime"))[:10] for time in page.iter("time") if time.get("datetime")}
    return days.pop() if len(days) == 1 else ""


def _canonical(page: HtmlElement, given: dict[str, str]) -> tuple[str, str]:
    links = (link for link in page.iter("link") if "canonical" in link.get("rel", "").lower().split())
    addresses = [(link.get("href", ""), "link rel=canonical") for link in links]
    for address, where in [*addresses, (given.get("og:url", ""), "HTML meta og:url")]:
        if _is_web_address(address.strip()):
            return one_line(address, 2_000), where
    return "", ""


def _is_web_address(address: str) -> bool:
    try:
        return urlsplit(address).scheme in {"http", "https"}
    except ValueError:  # brackets that are no IPv6 address
        return False
