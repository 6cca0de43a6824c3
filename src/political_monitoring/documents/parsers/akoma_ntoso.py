"""Akoma Ntoso (OASIS LegalDocML): acts, bills, judgments and debates."""

from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.provisions import Vocabulary, add_provisions
from political_monitoring.documents.parsers.xml_tree import first, name_of, text_at, words_of
from political_monitoring.errors import UnreadableDocument

_VOCABULARY = Vocabulary(
    levels={
        **dict.fromkeys(("book", "part", "title", "hcontainer", "attachment"), 2),
        **dict.fromkeys(("chapter", "subpart", "debatesection"), 3),
        **dict.fromkeys(("section", "division", "subchapter", "crossheading"), 4),
        **dict.fromkeys(("article", "rule"), 5),
    },
    provisions=frozenset(
        {"paragraph", "subparagraph", "subsection", "clause", "subclause", "point", "indent"}
    )
    | {"alinea", "level", "item", "recital", "speech"},
    quotations=frozenset({"quotedstructure", "embeddedstructure"}),
    skipped=frozenset({"meta", "toc", "authorialnote", "noteref", "componentref", "coverpage"}),
)
_UK = Vocabulary(
    levels={**_VOCABULARY.levels, "section": 5},
    provisions=_VOCABULARY.provisions,
    quotations=_VOCABULARY.quotations,
    skipped=_VOCABULARY.skipped,
    unit="s.",
    named=frozenset({"section"}),
)
_COUNTRIES = {"gb": "UK", "uk": "UK", "eu": "EU", "us": "US", "de": "DE"}


def read(root: Any, hints: Hints) -> Parsed:
    """Preface, preamble and body with their numbers; the date is that of the expression, else of the work."""
    document = next((child for child in root if name_of(child)), None)
    if document is None:
        raise UnreadableDocument("is Akoma Ntoso without a document")
    work, expression = first(document, "frbrwork"), first(document, "frbrexpression")
    country = _attribute(work, "frbrcountry", "value").lower()
    builder = TextBuilder(hints.text_chars)
    add_provisions(document, builder, _UK if country.startswith(("gb", "uk")) else _VOCABULARY)
    date, where = _date(document, work, expression)
    titles = {name: words_of(first(document, name)) for name in ("shorttitle", "doctitle", "longtitle")}
    named = _attribute(work, "frbralias", "value")
    title = titles["shorttitle"] or titles["doctitle"] or named or titles["longtitle"]
    address = _attribute(work, "frbruri", "value") or _attribute(work, "frbrthis", "value")
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=_attribute(expression, "frbruri", "value") or address,
        date=date,
        source=_author(document, work),
        url=address if address.startswith(("http://", "https://")) else "",
        language=_attribute(expression, "frbrlanguage", "language"),
        kind=document.get("name", "") or name_of(document),
        jurisdiction=_COUNTRIES.get(country[:2], country[:2].upper()),
        where="Akoma Ntoso identification",
        origins={"title": "Akoma Ntoso title", "date": where},
    )


def _date(document: Any, work: Any, expression: Any) -> tuple[str, str]:
    found = (
        (_attribute(document, "docdate", "date"), "Akoma Ntoso docDate"),
        (_attribute(first(document, "meta"), "publication", "date"), "Akoma Ntoso publication"),
        (_attribute(expression, "frbrdate", "date"), "Akoma Ntoso FRBRExpression"),
        (_attribute(work, "frbrdate", "date"), "Akoma Ntoso FRBRWork"),
    )
    return next(((date[:10], where) for date, where in found if date), ("", ""))


def _attribute(element: Any, name: str, attribute: str) -> str:
    found = first(element, name) if element is not None else None
    return str(found.get(attribute, "")) if found is not None else ""


def _author(document: Any, work: Any) -> str:
    reference = _attribute(work, "frbrauthor", "href").lstrip("#")
    for one in document.iter():
        if (
            name_of(one) in {"tlcorganization", "tlcperson"}
            and one.get("eId", one.get("id", "")) == reference
        ):
            return str(one.get("showAs", ""))
    return reference.rpartition("/")[2] or text_at(document, "preface", "p", "docauthority")
