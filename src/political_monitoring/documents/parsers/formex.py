"""Formex 4: acts as the Publications Office of the European Union exchanges them."""

import re
from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.xml_tree import first, name_of, words_of

_SKIPPED = frozenset(
    {"bib.instance", "bib.data", "note", "toc", "quot.start", "quot.end", "include", "gr.annotation"}
)
_CONTAINERS = {
    "PART": 2,
    "TITLE": 2,
    "CHAPTER": 3,
    "SECTION": 4,
    "TEIL": 2,
    "TITEL": 2,
    "KAPITEL": 3,
    "ABSCHNITT": 4,
}
_ANNEX_LEVEL, _UNIT_LEVEL = 2, 5
_NUMBERED = {"np": "no.p", "parag": "no.parag", "item": "no.item"}
_GROUPS = frozenset(
    {
        "alinea",
        "list",
        "tbl",
        "corpus",
        "title",
        "ti",
        "sti",
        "act",
        "annex",
        "combined.fmx",
        "contents",
        "gr.seq",
    }
) | {
    *(
        "preamble",
        "preamble.init",
        "preamble.final",
        "gr.visa",
        "gr.consid",
        "consid",
        "enacting.terms",
        "division",
    ),
    *("article", "parag", "item", "np", "final", "signature", "quot.s", "quot.s.inline"),
}
"""Elements that hold others; the words of all other elements are one block."""
_KINDS = {
    "regulation": r"\b(?:regulation|verordnung|règlement)\b",
    "directive": r"\b(?:directive|richtlinie)\b",
    "decision": r"\b(?:decision|beschluss|décision)\b",
}


def read(root: Any, hints: Hints) -> Parsed:
    """Title, recitals and articles with their numbers; footnotes are left out."""
    builder = TextBuilder(hints.text_chars)
    language = _of(root, "lg.doc") or _of(root, "lg.oj")
    _Walk(builder, "Erwägungsgrund" if language.upper() == "DE" else "Recital").through(root)
    title = words_of(first(root, "title"), _SKIPPED)
    date, where = _date(root)
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        identity=_identity(root),
        date=date,
        source="Official Journal of the European Union",
        language=language,
        kind=kind_of_act(title),
        jurisdiction="EU",
        where="Formex BIB.INSTANCE",
        origins={"title": "Formex TITLE", "date": where, "kind": "title", "jurisdiction": "format"},
    )


def kind_of_act(title: str) -> str:
    """regulation, directive or decision, whichever the title names first; "" when none."""
    found = [
        (match.start(), kind) for kind, words in _KINDS.items() if (match := re.search(words, title.lower()))
    ]
    return min(found)[1] if found else ""


def _of(root: Any, name: str) -> str:
    return words_of(first(root, name))


def _date(root: Any) -> tuple[str, str]:
    """The day of the act as its title has it, else of its issue of the Official Journal."""
    places = (("Formex TITLE", first(root, "title")), ("Formex BIB.INSTANCE", first(root, "bib.instance")))
    for where, place in places:
        date = first(place, "date") if place is not None else None
        if date is not None and (iso := date.get("ISO", "")):
            return f"{iso[:4]}-{iso[4:6]}-{iso[6:8]}" if iso.isdigit() and len(iso) == 8 else iso, where
    return "", ""


def _identity(root: Any) -> str:
    celex = _of(root, "no.celex")
    number = first(root, "no.doc")
    parts = [celex or words_of(number), _of(root, "lg.doc") or _of(root, "lg.oj"), name_of(root)]
    return " ".join(parts) if parts[0] else ""


class _Walk:
    """A walk through an act that adds headings, recitals, paragraphs and points to a text."""

    def __init__(self, builder: TextBuilder, recitals: str) -> None:
        self._builder = builder
        self._recitals = recitals
        self._before = ""

    def through(self, element: Any, depth: int = 0) -> None:
        name = name_of(element)
        if not name or name in _SKIPPED:
            return
        if name == "quot.s" or depth > 200:
            self._block(
                f"‘{words_of(element, _SKIPPED)}’" if name == "quot.s" else words_of(element, _SKIPPED)
            )
        elif name == "division":
            self._division(element, depth)
        elif name == "article":
            self._article(element, depth)
        elif name == "consid":
            self._recital(element, depth)
        elif name == "annex":
            self._builder.mark(_ANNEX_LEVEL, words_of(first(element, "ti"), _SKIPPED) or "ANNEX")
            self._children(element, depth)
        elif name == "row":
            self._block(" | ".join(filter(None, (words_of(cell, _SKIPPED) for cell in element))))
        elif name in _NUMBERED:
            self._numbered(element, _NUMBERED[name], depth)
        elif name in _GROUPS or any(name_of(one) in _GROUPS for one in element):
            self._children(element, depth)
        else:
            self._block(words_of(element, _SKIPPED))

    def _children(self, element: Any, depth: int, without: frozenset[str] = frozenset()) -> None:
        self._block(element.text or "")
        for child in element:
            if name_of(child) not in without:
                self.through(child, depth + 1)
            self._block(child.tail or "")

    def _block(self, words: str) -> None:
        if words := " ".join(words.split()):
            self._builder.block(f"{self._before} {words}" if self._before else words)
            self._before = ""

    def _division(self, element: Any, depth: int) -> None:
        title = next((one for one in element if name_of(one) == "title"), None)
        number, words = (
            words_of(first(title, name), _SKIPPED) if title is not None else "" for name in ("ti", "sti")
        )
        level = _CONTAINERS.get(number.partition(" ")[0].upper(), 4)
        self._builder.heading(" ".join(filter(None, (number, words))), level)
        self._children(element, depth, frozenset({"title"}))

    def _article(self, element: Any, depth: int) -> None:
        number = words_of(next((one for one in element if name_of(one) == "ti.art"), None), _SKIPPED)
        title = words_of(next((one for one in element if name_of(one) == "sti.art"), None), _SKIPPED)
        self._builder.mark(_UNIT_LEVEL, " ".join(filter(None, (number, title))))
        self._block(number)
        self._block(title)
        self._children(element, depth, frozenset({"ti.art", "sti.art"}))

    def _recital(self, element: Any, depth: int) -> None:
        if number := re.search(r"\d+", words_of(first(element, "no.p"))):
            self._builder.mark(_UNIT_LEVEL, f"{self._recitals} {number[0]}")
        self._children(element, depth)

    def _numbered(self, element: Any, number: str, depth: int) -> None:
        mark = next((one for one in element if name_of(one) == number), None)
        if mark is not None:
            self._before = " ".join(filter(None, (self._before, words_of(mark, _SKIPPED))))
        self._children(element, depth, frozenset({number}))
