"""Germany: printed papers, procedures, the law gazette, cases. United Kingdom: acts, instruments, bills."""

import re
from datetime import date

from political_monitoring.extraction.identifier_patterns import DASH, IdentifierPattern, plain

# The Bundestag numbers its papers electoral term/number, the Bundesrat number/year.
_LATEST_TERM = 25
_PAPER = re.compile(
    r"(?<![\w-])(?:(?P<house>BT|BR|[Bb]undestags?|[Bb]undesrats?)[-\s]?)?(?:[Dd]rucksachen?|DRUCKSACHE|[Dd]rucks\.|"
    r"[Dd]rs\.?)"
    r"(?:\s*(?:Nr\.|des\s+Bundesrate?s|"
    r"des\s+Bundestage?s))?\s*(?P<to>zu\s?)?(?P<first>\d{1,4})/(?P<second>\d{1,5})"
    r"(?P<part>/\d{2})?(?P<note>\((?:[A-Z]|\d)\))?(?![\w/])"
)
_PAPER_URL = re.compile(r"/bt[dp]/(?P<term>\d{1,2})/\d{3}/(?P=term)(?P<number>\d{5})\b")
_BUNDESRAT_URL = re.compile(r"/drucksachen/(?P<year>20\d\d)/\d{4}-\d{4}/(?P<number>\d{1,4})-\d\d\b")

_PROCEDURE = re.compile(
    r"(?:dip(?:21)?:vorgang/|dip\.bundestag\.de/vorgang/(?:[^/\s]+/)?|\bDIP-Vorgang\s+|\bVorgangs?-?(?:ID|"
    r"Nr\.?):?\s*)(\d{3,7})\b"
)

# Until 2022 laws are cited by year, part and page; since 2023 by year, part and number.
_GAZETTE = r"\b(?:BGBl\.?|Bundesgesetzblatt)\s*"
_GAZETTE_PAGE = re.compile(
    _GAZETTE + r"(?:(?P<year>(?:19|20)\d\d)\s*)?(?:Teil\s+)?(?P<part>I{1,2})\s*(?P<late>(?:19|20)\d\d)?"
    r"(?:\s*Nr\.\s?\d+)?(?:\s+vom\s+[\d.]+)?,?\s*S\.\s?(?P<page>\d{1,5})(?!\w)"
)
_GAZETTE_NUMBER = re.compile(
    _GAZETTE + r"(?:Teil\s+)?(?P<part>I{1,2})?,?\s*(?:Jahrgang\s+)?(?P<year>20[2-9]\d)\s*"
    r"(?:Teil\s+)?(?P<late>I{1,2})?,?\s*"
    r"Nr\.\s?(?P<number>\d{1,4})\b"
    r"(?!\s+vom\s+[\d.]+\s+S\.)"
)
# "BGBl. 2021 I 2959": as before, the page without its S.
_GAZETTE_BARE_PAGE = re.compile(
    _GAZETTE + r"(?:(?P<year>(?:19|20)\d\d)\s(?P<part>I{1,2})|(?P<part2>I{1,2})\s(?P<late>(?:19|20)\d\d))"
    r"\s(?P<page>\d{1,5})(?![\w/]|\.\d)"
)
_NUMBERED_SINCE = 2023


def _paper(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    first, second, house = int(match["first"]), int(match["second"]), (match["house"] or "")[:7].casefold()
    if house in {"br", "bundesr"} or match["part"] or (not house and first > _LATEST_TERM):
        number = f"{first}/{match['second']}{match['part'] or ''}{match['note'] or ''}"
        return "de-drucksache", f"br-{'zu' if match['to'] else ''}{number}"
    return ("de-drucksache", f"bt-{first}/{second}") if 0 < first <= _LATEST_TERM else None


def _paper_url(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "de-drucksache", f"bt-{int(match['term'])}/{int(match['number'])}"


def _bundesrat_url(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "de-drucksache", f"br-{int(match['number'])}/{match['year'][2:]}"


def _gazette_page(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    year = match["year"] or match["late"]
    return ("de-bgbl", f"{year}-{match['part']}-S{int(match['page'])}") if year else None


def _gazette_bare_page(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    year, part = match["year"] or match["late"], match["part"] or match["part2"]
    return "de-bgbl", f"{year}-{part}-S{int(match['page'])}"


def _gazette_number(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    if int(match["year"]) < _NUMBERED_SINCE:
        return None
    return "de-bgbl", f"{match['year']}-{match['part'] or match['late'] or 'I'}-{int(match['number'])}"


def _gazette_url(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "de-bgbl", f"{match[2]}-{'I' * int(match[1])}-{int(match[3])}"


def _chapter(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "uk-act", f"{match['year']}/{int(match['bracketed'] or match['chapter'])}"


def _session_bill(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return (
        "uk-bill",
        f"{match['year']}-{match['end']}/{'hl-' if match['house'] else ''}{int(match['number'])}",
    )


PATTERNS = (
    IdentifierPattern(_PAPER, _paper, ("rucks", "RUCKS", "rs.", "Drs", "drs")),
    IdentifierPattern(_PAPER_URL, _paper_url, ("/bt",)),
    IdentifierPattern(_BUNDESRAT_URL, _bundesrat_url, ("/drucksachen/",)),
    IdentifierPattern(_PROCEDURE, plain("de-vorgang", 1), ("organg",)),
    IdentifierPattern(_GAZETTE_PAGE, _gazette_page, ("BGBl", "Bundesgesetzblatt")),
    IdentifierPattern(_GAZETTE_BARE_PAGE, _gazette_bare_page, ("BGBl", "Bundesgesetzblatt")),
    IdentifierPattern(_GAZETTE_NUMBER, _gazette_number, ("BGBl", "Bundesgesetzblatt")),
    IdentifierPattern(
        re.compile(r"recht\.bund\.de/bgbl/([12])/(\d{4})/(\d+)"), _gazette_url, ("recht.bund.de",)
    ),
    IdentifierPattern(
        re.compile(r"(?<!\w)([12])\s?(Bv[A-Z])\s(\d{1,4}/\d\d)(?!\d)"),
        plain("de-case", 1, " ", 2, " ", 3),
        ("Bv",),
    ),
    IdentifierPattern(
        re.compile(r"legislation\.gov\.uk/(?:id/)?ukpga/(\d{4})/([1-9]\d{0,2})\b"),
        plain("uk-act", 1, "/", 2),
        ("/ukpga/",),
    ),
    IdentifierPattern(
        re.compile(
            r"(?<!\d)(?P<year>(?:19|20)\d\d),?\s(?:\(c\.\s?(?P<bracketed>\d{1,3})\)|"
            r"(?:c\.|[Cc]hapter\s|CHAPTER\s)\s?(?P<chapter>\d{1,3})(?!\w))"
        ),
        _chapter,
        (" c.", "(c.", "hapter ", "CHAPTER "),
    ),
    IdentifierPattern(
        re.compile(r"legislation\.gov\.uk/(?:id/)?uksi/(\d{4})/([1-9]\d{0,3})\b"),
        plain("uk-si", 1, "/", 2),
        ("/uksi/",),
    ),
    IdentifierPattern(
        re.compile(
            r"\b(?:S\.\s?I\.|SI|Statutory\s+Instruments?)\s(?:No\.?\s)?((?:19|20)\d\d)(?:/|\sNo\.?\s?)"
            r"([1-9]\d{0,3})\b"
        ),
        plain("uk-si", 1, "/", 2),
        ("SI ", "I.", "Statutory"),
    ),
    IdentifierPattern(
        re.compile(r"bills\.parliament\.uk/bills/(\d{1,5})\b"), plain("uk-bill", 1), ("bills.parliament.uk",)
    ),
    IdentifierPattern(
        re.compile(
            rf"\b(?P<house>HL\s)?Bill\s(?P<number>\d{{1,3}}),?\s(?:of\s)?\(?(?:[Ss]ession\s)?(?P<year>20\d\d)(?:{DASH}|/)(?:20)?(?P<end>\d\d)\b\)?"
        ),
        _session_bill,
        ("Bill ",),
    ),
)
