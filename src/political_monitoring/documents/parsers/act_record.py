"""EU acts as data: number, name, recitals and articles in lists."""

import re
from typing import Any
from urllib.parse import urlsplit

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.fields import each, said
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder

KEYS = frozenset({"celex_id", "articles"})
_RECITAL_LEVEL, _ARTICLE_LEVEL = 5, 5
_LEFT_OVER = re.compile(r"/*\$\(document\)\.ready\(.*\Z", re.DOTALL)
"""Script of the web page that such data was taken from."""
_SIGNED = re.compile(r"^Done at [^\n,]{2,40},\s+(\d{1,2}\s+\w+\s+\d{4})", re.MULTILINE)
_KINDS = {"R": "regulation", "L": "directive", "D": "decision"}
_CELEX = re.compile(r"3(?P<year>\d{4})(?P<kind>[A-Z])(?P<number>\d{4})$")


def read(act: dict[str, Any], hints: Hints) -> Parsed:
    """Recitals, then articles, in their order. A list that repeats a recital is read once.

    The date is the day on which the act was signed, from its own last lines; the day from which it applies is
    another, and is said in the text.
    """
    builder = TextBuilder(hints.text_chars)
    title, celex = (
        one_line(said(act, "full_name")) or one_line(said(act, "title")),
        said(act, "celex_id").strip(),
    )
    builder.heading(title or celex, 1)
    builder.block("\n".join(_facts(act, celex)))
    _add_recitals(act, builder)
    for article in each(act, "articles"):
        number, name = said(article, "number").strip(), one_line(said(article, "title")).rstrip("`")
        if number:
            builder.mark(_ARTICLE_LEVEL, " ".join(filter(None, ("Article", number, name))))
            builder.block(f"Article {number}")
        builder.block(name)
        builder.block(_LEFT_OVER.sub("", said(article, "text")))
    signed = _SIGNED.search(builder.text)
    address = said(act, "eur_lex_url").strip()
    kind = _CELEX.match(celex)
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=f"celex {celex}" if celex else "",
        date=" ".join(signed[1].split()) if signed else "",
        source="EUR-Lex" if urlsplit(address).hostname == "eur-lex.europa.eu" else "",
        url=address,
        language=_language(address),
        kind=_KINDS.get(kind["kind"], "") if kind else "",
        jurisdiction="EU",
        where="act as JSON",
        origins={
            "title": "full_name",
            "date": "signature of the act",
            "language": "address of the act",
            "kind": "CELEX number",
            "jurisdiction": "CELEX number",
            "url": "eur_lex_url",
        },
    )


def _facts(act: dict[str, Any], celex: str) -> list[str]:
    lines = (("CELEX", celex), ("Applies from", said(act, "effective_date")))
    return [f"{name}: {value}" for name, value in lines if value]


def _add_recitals(act: dict[str, Any], builder: TextBuilder) -> None:
    seen: set[str] = set()
    for recital in each(act, "recitals"):
        number, words = said(recital, "recital_number").strip(), said(recital, "text")
        if number in seen or not words.strip():
            continue
        if not seen:
            builder.block("Whereas:")
        seen.add(number)
        builder.mark(_RECITAL_LEVEL, f"Recital {number}")
        builder.block(f"({number}) {words}")


def _language(address: str) -> str:
    found = re.search(r"/legal-content/([A-Z]{2})/", address)
    return found[1].lower() if found else ""
