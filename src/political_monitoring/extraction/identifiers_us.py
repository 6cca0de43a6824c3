"""United States: bills and resolutions, public laws, executive orders, Federal Register and codes."""

import re
from datetime import date
from functools import lru_cache

from political_monitoring.extraction.identifier_patterns import DASH, IdentifierPattern, plain

# Kind of measure -> how it is written. Longer spellings first.
_KINDS = {
    "hconres": r"H\.?\s?Con\.?\s?Res\.?|House\s+Concurrent\s+Resolution",
    "sconres": r"S\.?\s?Con\.?\s?Res\.?|Senate\s+Concurrent\s+Resolution",
    "hjres": r"H\.?\s?J\.?\s?Res\.?|House\s+Joint\s+Resolution",
    "sjres": r"S\.?\s?J\.?\s?Res\.?|Senate\s+Joint\s+Resolution",
    "hres": r"H\.?\s?Res\.?|House\s+(?:Simple\s+)?Resolution",
    "sres": r"S\.?\s?Res\.?|Senate\s+(?:Simple\s+)?Resolution",
    "hr": r"H\.\s?R\.|HR\.?|H\sR|House\s+Bill",
    "s": r"Senate\s+Bill",
}
_NUMBER = r"\s*(?:No\.?\s*|Nr\.?\s*)?(?P<number>[1-9]\d{0,4})(?![\w/%]|[.,]\d)"
_MEASURE = re.compile(
    r"(?<![\w./-])(?:" + "|".join(f"(?P<{kind}>{forms})" for kind, forms in _KINDS.items()) + ")" + _NUMBER,
    re.IGNORECASE,
)
_SENATE_BILL = re.compile(
    rf"(?<![\w./-])S(?P<dot>\.)?(?P<space>\s)?(?P<number>[1-9]\d{{0,4}})(?![\w/%]|[.,]\d|\s?{DASH}\s?\d|"
    rf"\s?ff?\.)"
)
_URL = re.compile(
    r"congress\.gov/bill/(?P<congress>\d+)(?:st|nd|rd|th)-congress/"
    r"(?P<kind>(?:house|senate)-(?:bill|resolution|joint-resolution|concurrent-resolution))/(?P<number>\d+)"
)
_URL_KINDS = {
    "house-bill": "hr",
    "senate-bill": "s",
    "house-resolution": "hres",
    "senate-resolution": "sres",
    "house-joint-resolution": "hjres",
    "senate-joint-resolution": "sjres",
    "house-concurrent-resolution": "hconres",
    "senate-concurrent-resolution": "sconres",
}
_PACKAGE = re.compile(
    r"(?:BILLS|BILLSTATUS|BILLSUM)-(?P<congress>\d{2,3})(?P<kind>hconres|sconres|hjres|sjres|hres|sres|hr|"
    r"s)(?P<number>\d+)"
)

_CONGRESS = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)(?:\s+|-)congress\b", re.IGNORECASE)
_NEAR = 100

# "S. 209" is a page in German, "CR S3570" one of the Congressional Record.
_PAGE_BEFORE = re.compile(
    r"(?:\bCR\s?|\bCR\s[SHE]?\d+[;,]\s?|\d\)?,?\s?|\b(?:BGBl|ABl|GVBl|GMBl|BAnz|Bundesgesetzblatt|"
    r"Amtsblatt|Plenarprotokoll|"
    r"Bd|Rn|Fn|a\.\s?a\.\s?O)\b[^\n]{0,40}?|\bvom\s[\d. ]+\w*\s?\d*,?\s?)$"
)
_MEASURE_BEFORE = re.compile(r"\b(?:R|S|Res)\.?\s?\d{1,5},?\s?$", re.IGNORECASE)
# A loosely written number needs company that makes it a bill: the start of a title, or a word asking for one.
_ASKS = re.compile(
    r"(?:^|[\n\"“„(\[]|\d{4}-\d{2}-\d{2}\s-\s|\b(?:bills?|act|resolutions?|senate|congress|of|on|for|to|"
    r"and|or|is|was|has|did|does|"
    r"about|see|with|status|von|zu|zum|für|bei|beim|über|gesetz|und)\s)$",
    re.IGNORECASE,
)


def congress_on(day: date) -> int:
    """Number of the congress in session on a day; a new one begins on 3 January of odd years."""
    year = day.year - 1 if day.year % 2 and (day.month, day.day) < (1, 3) else day.year
    return (year - 1789) // 2 + 1


def _measure(match: re.Match[str], on: date | None) -> tuple[str, str] | None:
    kind = next(kind for kind in _KINDS if match[kind])
    words = match[0]
    if words.startswith("hr") and not _asked_for(match):  # "48 hr 30 min"
        return None
    return _in_congress(f"{kind}-{match['number']}", match, on)


def _senate_bill(match: re.Match[str], on: date | None) -> tuple[str, str] | None:
    before = match.string[max(0, match.start() - 60) : match.start()]
    if match["dot"]:
        if _PAGE_BEFORE.search(before) and not _MEASURE_BEFORE.search(before):
            return None
    elif not _asked_for(match) or (not match["space"] and len(match["number"]) < 2):
        return None
    return _in_congress(f"s-{match['number']}", match, on)


def _asked_for(match: re.Match[str]) -> bool:
    """Whether what stands before a loosely written number makes it a bill: "status of S1582"."""
    return bool(_ASKS.search(match.string[max(0, match.start() - 20) : match.start()]))


def _in_congress(measure: str, match: re.Match[str], on: date | None) -> tuple[str, str]:
    congress = _stated_congress(match) or (congress_on(on) if on else None)
    return "us-bill", f"{congress}-{measure}" if congress else measure


def _stated_congress(match: re.Match[str]) -> int | None:
    """The congress named beside the number, else the only one named at the head of the text."""
    after = _CONGRESS.search(match.string, match.end(), match.end() + _NEAR)
    before = list(_CONGRESS.finditer(match.string, max(0, match.start() - _NEAR), match.start()))
    if after and "." not in match.string[match.end() : after.start()]:
        return int(after[1])
    if before:
        return int(before[-1][1])
    return _only_congress(match.string[:2000])


@lru_cache(maxsize=1)  # asked again for every bill of the same text
def _only_congress(head: str) -> int | None:
    named = {found[1] for found in _CONGRESS.finditer(head)}
    return int(named.pop()) if len(named) == 1 else None


def _from_url(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "us-bill", f"{int(match['congress'])}-{_URL_KINDS[match['kind']]}-{int(match['number'])}"


def _from_package(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "us-bill", f"{int(match['congress'])}-{match['kind']}-{int(match['number'])}"


def _register_page(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "us-fr", f"{match[1]}-{match[2].replace(',', '')}"


PATTERNS = (
    IdentifierPattern(_URL, _from_url, ("congress.gov/bill/",)),
    IdentifierPattern(_PACKAGE, _from_package, ("BILLS",)),
    IdentifierPattern(_MEASURE, _measure),
    IdentifierPattern(
        _SENATE_BILL, _senate_bill, ("S.", "S ", "S\u00a0", *(f"S{digit}" for digit in "123456789"))
    ),
    IdentifierPattern(
        re.compile(
            rf"\b(?:[Pp]ublic\s+[Ll]aw|PUBLIC\s+LAW|Pub\.?\s?L\.?|P\.\s?L\.|"
            rf"PL)(?:\s*(?:No[.:]{{0,2}}|Number))?\s*(\d{{1,3}})\s?{DASH}\s?(\d{{1,4}})\b"
        ),
        plain("us-law", 1, "-", 2),
        ("ublic", "PUBLIC", "Pub", "P.", "PL"),
    ),
    IdentifierPattern(
        re.compile(r"congress\.gov/(\d{2,3})/plaws/publ(\d+)\b"), plain("us-law", 1, "-", 2), ("/plaws/",)
    ),
    IdentifierPattern(re.compile(r"\bPLAW-(\d{2,3})publ(\d+)\b"), plain("us-law", 1, "-", 2), ("PLAW",)),
    IdentifierPattern(
        re.compile(r"\b(?:[Ee]xecutive\s+[Oo]rder|E\.\s?O\.|EO)\s*(?:No\.?\s*|Nr\.?\s*)?(\d{4,5})\b"),
        plain("us-eo", 1),
        ("xecutive", "E.", "EO"),
    ),
    IdentifierPattern(
        re.compile(
            r"\b(\d{2,3})\s+(?:FR|F\.\s?R\.|Fed\.\s?Reg(?:\.|ister)|Federal\s+Register)\s+"
            r"(\d{1,3},\d{3}|\d{1,6})\b"
        ),
        _register_page,
        ("FR", "F.", "Reg"),
    ),
    IdentifierPattern(
        re.compile(r"\b(\d{1,2})\s+(?:CFR|C\.\s?F\.\s?R\.)\s+(?:[Pp]arts?\s+|pts?\.\s+|§+\s*)?(\d{1,4})\b"),
        plain("us-cfr", 1, "-", 2),
        ("CFR", "C."),
    ),
    IdentifierPattern(
        re.compile(r"\b(\d{1,2})\s+(?:USC|U\.\s?S\.\s?C\.)\s+(?:§+\s*)?(\d{1,5}[a-z]{0,2})\b"),
        plain("us-usc", 1, "-", 2),
        ("USC", "U."),
    ),
)
