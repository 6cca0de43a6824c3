"""US bills, resolutions and public laws in XML: the bill DTD of Congress, and United States Legislative Markup."""

import re
from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.provisions import NUMBERS, TITLES, Vocabulary, add_provisions
from political_monitoring.documents.parsers.xml_tree import first, name_of, text_at, words_of

_VOCABULARY = Vocabulary(
    levels={
        **dict.fromkeys(("division", "title", "part"), 2),
        **dict.fromkeys(("subtitle", "chapter", "subpart", "subchapter"), 3),
        "section": 5,
    },
    provisions=frozenset(
        {"subsection", "paragraph", "subparagraph", "clause", "subclause", "item", "subitem"}
    ),
    quotations=frozenset({"quoted-block", "quotedcontent"}),
    skipped=frozenset(
        {"metadata", "meta", "toc", "distribution-code", "endorsement", "preface", "after-quoted-block"}
    ),
    unit="SEC.",
    named=frozenset({"section"}),
)
_PLACE_OF_DATE = re.compile(r"\b[A-Z][a-z]{2,8} \d{1,2}, \d{4}\b")


def read(root: Any, hints: Hints) -> Parsed:
    """The printed text; a section's heading reads "SEC. 101. Title" whatever the vocabulary."""
    builder = TextBuilder(hints.text_chars)
    _add_head(root, builder)
    for body in (one for one in root if name_of(one) not in {"metadata", "meta", "preface", "form"}):
        add_provisions(body, builder, _VOCABULARY)
    title, title_from = _title(root)
    date, date_from = _date(root)
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=words_of(first(root, "citableas")) or _dublin_core(root, "title"),
        date=date,
        source=_dublin_core(root, "publisher") or "congress.gov",
        language=_dublin_core(root, "language") or "en",
        kind=(_dublin_core(root, "type") or name_of(root)).lower(),
        jurisdiction="US",
        where="dublinCore",
        origins={"title": title_from, "date": date_from, "kind": "root element", "jurisdiction": "format"},
    )


def _add_head(root: Any, builder: TextBuilder) -> None:
    for part in (one for one in root if name_of(one) in {"form", "preface"}):
        for line in part:
            if name_of(line) not in _VOCABULARY.skipped | NUMBERS | TITLES:
                builder.block(words_of(line))


def _dublin_core(root: Any, name: str) -> str:
    listed = first(root, "dublincore", "meta", "metadata")
    return words_of(first(listed, name)) if listed is not None else ""


def _title(root: Any) -> tuple[str, str]:
    """A declared title names number and stage first: "117 HR 1 IH: For the People Act of 2021"."""
    declared = re.sub(r"^\d+ [A-Z][A-Za-z. ]* \d+ [A-Z]+: ", "", _dublin_core(root, "title"))
    official = words_of(first(root, "official-title", "officialtitle"))
    short = words_of(first(root, "short-title", "shorttitle"))
    found = ((declared, "dc:title"), (short, "short title"), (official, "official title"))
    return next(((title, where) for title, where in found if title), ("", ""))


def _date(root: Any) -> tuple[str, str]:
    declared = _dublin_core(root, "date")
    action = first(root, "action-date", "actiondate", "approveddate")
    marked = str(action.get("date", "")) if action is not None else ""
    written = _PLACE_OF_DATE.search(words_of(action)) if action is not None else None
    found = (
        (declared[:10], "dc:date"),
        (marked[:10], "date of the action"),
        (written[0] if written else "", "date of the action"),
        (text_at(root, "preface", "currentdate"), "date in the preface"),
    )
    return next(((date, where) for date, where in found if date), ("", ""))
