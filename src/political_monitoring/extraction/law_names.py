"""Names of laws as such: "Online Safety Act 2023", "Krankenhauszukunftsgesetz", short titles in brackets."""

import re
from dataclasses import dataclass

from political_monitoring.domain.documents import Span

_ENGLISH_WORD = r"(?:[A-Z][\w’'&-]*|\([A-Z][\w ]+\))"
_ENGLISH = re.compile(
    rf"\b{_ENGLISH_WORD}(?:,?\s(?:and\s|of\s|for\s|to\s|on\s|in\s|from\s|or\s|"
    rf"&\s)?(?:the\s)?{_ENGLISH_WORD}){{0,11}}?"
    r"\s(?:(?:Act|Bill|Directive|Regulation)\b(?:\s(?:of\s)?(?:19|20)\d\d\b)?|(?:Regulations|Order)\s(?:19|20)\d\d\b)"
)
# What a sentence may begin with before the name itself begins.
_NOT_OF_THE_NAME = re.compile(
    r"^(?:(?:The|This|That|These|Under|In|By|On|An?|For|And|With|Of|To|From|As|At|Since|After|Before|When|"
    r"While|If|Its?|Our|Their|New|Both|"
    r"Senator|Representative|Congressman|Congresswoman|German|Germany[’']s|British|American|President|Congress|Parliament|Council|Commission|Senate|"
    r"House)\s)+(?:the\s)?"
)
_GERMAN = re.compile(
    r"(?<![\w-])(?P<stem>[A-ZÄÖÜ][\wäöüß]*(?:-[A-ZÄÖÜ\d][\wäöüß]*)*(?:gesetz|verordnung|Gesetz|"
    r"Verordnung))(?P<ending>es|s|en)?(?![\w-])"
)
_GENERAL = frozenset(
    """
    Gesetz Verordnung Bundesgesetz Landesgesetz Rechtsverordnung Durchführungsverordnung Änderungsgesetz
    Artikelgesetz Rahmengesetz Haushaltsgesetz Zustimmungsgesetz Einspruchsgesetz Umsetzungsgesetz
    Ausführungsgesetz Vertragsgesetz Grundgesetz
    """.split()  # noqa: SIM905 - a list of words reads better than a column of strings
)
_BRACKET = re.compile(r"\((?P<inside>[^()]{2,160}(?:\([^()]*\)[^()]*)?)\)")
_PART = re.compile(r"\s+[-–]\s+|;\s+|,\s+(?=kurz\b)")
_ABBREVIATION = re.compile(
    r"(?:\d{1,2}\.\s)?[A-ZÄÖÜ][\wÄÖÜäöüß-]*[A-ZÄÖÜ][\wÄÖÜäöüß-]*(?:\s(?:II|III|IV|V|VI|XI|\d{4}))?"
)
_LONG_FORM = re.compile(
    r"(?:[Gg]esetz|[Vv]erordnung|Act|Bill|Directive|Regulation|Paket|Richtlinie)(?:\s+(?:of\s+)?\d{4}|"
    r"\s+[IVX]+)?$"
)
_CITED_AS = re.compile(
    r"\bmay be cited as (?:the )?[\"“”‘’']*(?P<name>[^\"“”\n]{4,200}?)[\"“”‘’']*\s?(?:\.(?:\s|$)|\n|$)"
)


@dataclass(frozen=True, slots=True)
class LawName:
    """A law's name in a text; `name` is its base form, without genitive ending and leading article."""

    name: str
    span: Span


def find_law_names(text: str, start: int = 0, end: int | None = None) -> list[LawName]:
    """Names that show by their form that they are a law's: English "... Act", German "...gesetz"."""
    limit = len(text) if end is None else end
    found: list[LawName] = []
    for match in _ENGLISH.finditer(text, start, limit):
        lead = _NOT_OF_THE_NAME.match(match[0])
        first = match.start() + (lead.end() if lead else 0)
        name = text[first : match.end()]
        if " " in name and not re.match(r"(?:Act|Bill|Directive|Regulation)\b", name):
            found.append(LawName(" ".join(name.split()), Span(first, match.end())))
    for match in _GERMAN.finditer(text, start, limit):
        if match["stem"] not in _GENERAL:
            found.append(LawName(match["stem"], Span(match.start(), match.end())))
    return sorted(found, key=lambda one: one.span)


def short_titles(title: str) -> tuple[str, ...]:
    """Names given in brackets: "... (Geologiedatengesetz - GeolDG)" -> Geologiedatengesetz, GeolDG."""
    names: dict[str, None] = {}
    for match in _BRACKET.finditer(title):
        for part in _PART.split(match["inside"]):
            name = part.strip().removeprefix("kurz ").strip('"“”„ ')
            if _LONG_FORM.search(name) or _ABBREVIATION.fullmatch(name):
                names[name] = None
    return tuple(names)


def cited_as(text: str) -> str:
    """The short title an English statute gives itself, or ""."""
    match = _CITED_AS.search(text, 0, 6000)
    return " ".join(match["name"].split()).removesuffix(" .").strip(" .,") if match else ""
