"""Legal identifiers in running text, in every usual spelling. One identifier, one canonical form."""

import re
from dataclasses import dataclass
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction import identifiers_eu, identifiers_national, identifiers_us

PATTERNS = (*identifiers_us.PATTERNS, *identifiers_eu.PATTERNS, *identifiers_national.PATTERNS)

# Scheme -> what such a number identifies: entity type and jurisdiction.
SCHEMES = {
    "us-bill": ("Bill", "US"),
    "us-law": ("Regulation", "US"),
    "us-eo": ("Policy", "US"),
    "us-fr": ("Document", "US"),
    "us-cfr": ("Document", "US"),
    "us-usc": ("Document", "US"),
    "celex": ("Regulation", "EU"),
    "eu-procedure": ("Regulation", "EU"),
    "eu-com": ("Regulation", "EU"),
    "eu-swd": ("Document", "EU"),
    "eu-join": ("Document", "EU"),
    "eu-case": ("CourtCase", "EU"),
    "eu-commission-case": ("EnforcementAction", "EU"),
    "de-vorgang": ("Bill", "DE"),
    "de-drucksache": ("Document", "DE"),
    "de-bgbl": ("Regulation", "DE"),
    "de-case": ("CourtCase", "DE"),
    "uk-act": ("Regulation", "UK"),
    "uk-si": ("Regulation", "UK"),
    "uk-bill": ("Bill", "UK"),
}

# One act of lawmaking can carry several of these at once; a case or a printed paper is another thing.
LAW_SCHEMES = frozenset(
    {
        "us-bill",
        "us-law",
        "us-eo",
        "celex",
        "eu-procedure",
        "eu-com",
        "de-vorgang",
        "de-bgbl",
        "uk-act",
        "uk-bill",
        "uk-si",
    }
)

_CONGRESS_KINDS = {
    "hr": "H.R.",
    "s": "S.",
    "hres": "H.Res.",
    "sres": "S.Res.",
    "hjres": "H.J.Res.",
    "sjres": "S.J.Res.",
    "hconres": "H.Con.Res.",
    "sconres": "S.Con.Res.",
}
_ACT_KINDS = {
    "R": "Regulation",
    "L": "Directive",
    "D": "Decision",
    "F": "Framework Decision",
    "H": "Recommendation",
}


@dataclass(frozen=True, slots=True)
class FoundIdentifier:
    """An identifier and where it stands. `words == span.of(text)`."""

    identifier: Identifier
    type: str
    """Entity type of what it identifies."""
    jurisdiction: str
    span: Span
    words: str


def find_identifiers(text: str, on: date | None = None) -> list[FoundIdentifier]:
    """Identifiers in order of appearance, none overlapping another; the longer reading wins.

    Args:
        text: running text, a title, a question or a URL.
        on: the text's date; numbers that start anew with each congress belong to the one then in session.
            Without it, and with no congress named, a US bill's value lacks the congress ("hconres-72").
    """
    found: list[FoundIdentifier] = []
    for kind in PATTERNS:
        if kind.hints and not _has_one(text, kind.hints):
            continue
        for match in kind.pattern.finditer(text):
            if (read := kind.read(match, on)) is not None:
                span = Span(match.start(), match.end())
                found.append(FoundIdentifier(Identifier(*read), *SCHEMES[read[0]], span, match[0]))
    found.sort(key=lambda one: (one.span.start, -one.span.end))
    apart: list[FoundIdentifier] = []
    for one in found:
        if not apart or one.span.start >= apart[-1].span.end:
            apart.append(one)
    return apart


def _has_one(text: str, hints: tuple[str, ...]) -> bool:
    # any() over a generator is several times slower, and this runs for every pattern and text.
    for hint in hints:  # noqa: SIM110
        if hint in text:
            return True
    return False


def spelled(identifier: Identifier) -> str:
    """The identifier as people write it: "H.Con.Res. 72 (119th Congress)", "Regulation (EU) 2024/1689"."""
    scheme, value = identifier.scheme, identifier.value
    if scheme == "us-bill":
        return _spelled_bill(value)
    if scheme == "celex":
        return _spelled_act(value)
    if scheme == "de-drucksache":
        return f"{value[:2].upper()}-Drucksache {value[3:]}"
    if scheme == "de-bgbl":
        year, part, number = value.split("-")
        return f"BGBl. {year} {part} {f'S. {number[1:]}' if number.startswith('S') else f'Nr. {number}'}"
    form = {
        "us-law": "Public Law {}",
        "us-eo": "Executive Order {}",
        "eu-case": "Case {}",
        "eu-commission-case": "Case {}",
        "eu-procedure": "{}",
        "eu-com": "COM({0}) {1}",
        "eu-swd": "SWD({0}) {1}",
        "eu-join": "JOIN({0}) {1}",
        "de-vorgang": "DIP-Vorgang {}",
        "uk-act": "{0} c. {1}",
        "uk-si": "S.I. {}",
        "uk-bill": "UK bill {}",
        "us-fr": "{0} FR {1}",
        "us-cfr": "{0} CFR {1}",
        "us-usc": "{0} U.S.C. {1}",
    }.get(scheme, "{}")
    if "{1}" in form:
        return form.format(*re.split(r"[/-]", value, maxsplit=1))
    return form.format(value)


def _spelled_bill(value: str) -> str:
    *congress, kind, number = value.split("-")
    return f"{_CONGRESS_KINDS[kind]} {number}" + (
        f" ({_ordinal(int(congress[0]))} Congress)" if congress else ""
    )


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _spelled_act(value: str) -> str:
    year, kind, number = int(value[1:5]), value[5:6], int(value[6:])
    if year >= 2015:
        return f"{_ACT_KINDS[kind]} (EU) {year}/{number}"
    union = "JHA" if kind == "F" else "EU" if year >= 2010 else "EC" if year >= 1994 else "EEC"
    shown = year % 100 if year < 1999 else year
    return (
        f"Regulation ({union}) No {number}/{shown}"
        if kind == "R"
        else f"{_ACT_KINDS[kind]} {shown}/{number}/{union}"
    )
