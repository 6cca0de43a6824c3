"""European Union: acts (CELEX, ELI, "Regulation (EU) 2024/1689"), procedures, Commission papers, cases."""

import re
from datetime import date

from political_monitoring.extraction.identifier_patterns import DASH, IdentifierPattern, plain

_EARLIEST, _LATEST = 1951, 2060

# Kind of act, as its letter in a CELEX number -> how it is called. German words also end compounds.
_KINDS = {
    "F": r"\bFramework\s+Decisions?|Rahmenbeschl(?:uss|usses|üsse)",
    "R": r"\b[Rr]egulations?|\bREGULATION|\bReg\.|[Vv]erordnung(?:en)?|\bVO",
    "L": r"\b[Dd]irectives?|\bDIRECTIVE|\bDir\.|[Rr]ichtlinien?|\bRL",
    "D": r"\bDecisions?|\bDECISION|[Bb]eschl(?:uss|usses|üsse)|[Ee]ntscheidung(?:en)?",
    "H": r"\bRecommendations?|[Ee]mpfehlung(?:en)?",
}
_SHORT = frozenset({"VO", "RL", "Reg.", "Dir."})
_CALLED = "|".join(f"(?P<{kind}>{forms})" for kind, forms in _KINDS.items())
_UNION = r"(?:EU|EG|EC|EWG|EEC|Euratom|CFSP|GASP|JHA|JI|GSVP)"
_BRACKET = rf"\({_UNION}(?:\s?,\s?{_UNION})*\)"
_NUMBER = (
    rf"(?:(?P<bracket>{_BRACKET}|{_UNION}(?=\s))\s*)?(?P<no>(?:No\.?|Nr\.?|N°)\s*)?"
    rf"(?P<first>\d{{2,5}})/(?P<second>\d{{1,5}})(?:/(?P<suffix>{_UNION}))?(?![\w/])"
)
_ACT = re.compile(rf"(?:{_CALLED})\s+{_NUMBER}")
# In a list only the first number has the word: "Verordnungen (EU) Nr. 345/2013, (EU) 2016/424".
_FURTHER = re.compile(rf"(?<![\w/])(?={_BRACKET}|\d+/\d+/{_UNION}\b){_NUMBER}")
_LISTED = re.compile(_CALLED)
_LIST_BREAK = re.compile(r"[;:\n]|\.\s+[A-ZÄÖÜ]")
_LIST_REACH = 400

_CELEX = re.compile(
    r"(?:(?<=%3A)|(?<![\w-]))(?P<sector>[0356])(?P<year>\d{4})(?P<kind>[A-Z]{1,2})(?P<number>\d{4})(?:-\d{8}|\(\d\d\))?(?!\w)"
)
_PAPERS = {"PC": "eu-com", "DC": "eu-com", "SC": "eu-swd", "JC": "eu-join"}
_COURTS = {"CJ": "C", "CC": "C", "CO": "C", "TJ": "T", "TO": "T", "FJ": "F"}
_ELI = re.compile(
    r"(?:(?<!\w)eli/|\bELI:?\s)(?P<kind>reg|dir|dec|reco)(?:_impl|_del)?/(?P<year>\d{4})/(?P<number>\d{1,5})\b"
)
_ELI_KINDS = {"reg": "R", "dir": "L", "dec": "D", "reco": "H"}

_PAPER = re.compile(
    r"\b(?P<series>COM|KOM|SWD|SEC|JOIN)\s?(?:\(|/)\s?(?P<year>(?:19|20)\d\d)\s?(?:\)|"
    r"/)\s?(?P<number>\d{1,4})(?!\w)"
    r"(?:\s?(?:final|endg\.?))?"
)
_SERIES = {"COM": "eu-com", "KOM": "eu-com", "SWD": "eu-swd", "SEC": "eu-swd", "JOIN": "eu-join"}

_PROCEDURES = (
    *("COD", "CNS", "APP", "NLE", "AVC", "SYN", "INI", "INL", "RSP", "BUD", "BUI"),
    *("ACI", "DEC", "REG", "DEA", "RPS", "IMM", "RSO", "COS", "SCE", "PRT"),
)
_KIND = "|".join(_PROCEDURES)
_PROCEDURE = re.compile(
    rf"(?<![\w/])(?P<year>(?:19|20)\d\d)/(?P<number>\d{{4}}[A-Z]?)"
    rf"(?:\s?\((?P<kind>{_KIND})\)|/(?P<behind>{_KIND})\b|\s(?P<cod>COD)\b)"
)
_PROCEDURE_KIND_FIRST = re.compile(
    rf"\b(?P<kind>{_KIND})(?:\s|/|\s?\()(?P<year>(?:19|20)\d\d)[)/](?P<number>\d{{4}}[A-Z]?)(?![\w/])"
)
_CASE = re.compile(
    rf"(?<![\w/])([CTF]){DASH}(\d{{1,4}})/(\d\d)(?![\w/])(?:\s?(?:P\(R\)|PPU|RENV|DEP|OST|P|R)\b)?"
)


def celex(kind: str, first: str, second: str, numbered: bool = False) -> str | None:
    """CELEX number of an act from the two numbers of its citation.

    Since 2015 the year comes first; before, regulations had it last ("No 1049/2001"), directives first
    and until 1999 with two digits ("95/46/EC"). `numbered`: "No" stood before the numbers.
    """
    years = (_year(first), _year(second))
    if numbered and years[1]:
        year, number = years[1], first
    elif years[0] and (len(first) == 4 or kind != "R" or not years[1]):
        year, number = years[0], second
    elif years[1]:
        year, number = years[1], first
    else:
        return None
    return f"3{year}{kind}{int(number):04d}"


def _year(digits: str) -> int | None:
    year = int(digits) + 1900 if len(digits) == 2 and int(digits) > 50 else int(digits)
    return year if _EARLIEST <= year <= _LATEST else None


def _act(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    kind = next(kind for kind in _KINDS if match[kind])
    stated = match["bracket"] or match["suffix"] or match["no"]
    if not stated and (kind in "DH" or not match[kind][0].isupper() or match[kind] in _SHORT):
        return None  # a bare "decision 1/2023" is some other body's
    return _as_celex(kind, match)


def _further_act(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    reach = max(0, match.start() - _LIST_REACH)
    called = list(_LISTED.finditer(match.string, reach, match.start()))
    if not called or _LIST_BREAK.search(match.string, called[-1].end(), match.start()):
        return None
    return _as_celex(called[-1].lastgroup or "", match)


def _as_celex(kind: str, match: re.Match[str]) -> tuple[str, str] | None:
    value = celex(kind, match["first"], match["second"], bool(match["no"]))
    return ("celex", value) if value else None


def _from_celex(match: re.Match[str], _on: date | None) -> tuple[str, str] | None:
    """Sector 3: acts; 0: consolidated acts; 5: Commission papers; 6: cases."""
    sector, year, kind, number = match["sector"], match["year"], match["kind"], match["number"]
    if sector in "03" and kind in _KINDS:
        return "celex", f"3{year}{kind}{number}"
    if sector == "5" and kind in _PAPERS:
        return _PAPERS[kind], f"{year}/{int(number)}"
    if sector == "6" and kind in _COURTS:
        return "eu-case", f"{_COURTS[kind]}-{int(number)}/{year[2:]}"
    return None


def _from_eli(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "celex", f"3{match['year']}{_ELI_KINDS[match['kind']]}{int(match['number']):04d}"


def _paper(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return _SERIES[match["series"]], f"{match['year']}/{int(match['number'])}"


def _procedure(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    named = match.groupdict()
    kind = named["kind"] or named.get("behind") or named.get("cod")
    return "eu-procedure", f"{match['year']}/{match['number']}({kind})"


def _case(match: re.Match[str], _on: date | None) -> tuple[str, str]:
    return "eu-case", f"{match[1]}-{int(match[2])}/{match[3]}"


PATTERNS = (
    IdentifierPattern(_ELI, _from_eli, ("eli/", "ELI")),
    IdentifierPattern(_CELEX, _from_celex),
    IdentifierPattern(_ACT, _act, ("/",)),
    IdentifierPattern(_FURTHER, _further_act, (")", "/E", "/J", "/C", "/G")),
    IdentifierPattern(_PROCEDURE, _procedure, _PROCEDURES),
    IdentifierPattern(_PROCEDURE_KIND_FIRST, _procedure, _PROCEDURES),
    IdentifierPattern(_PAPER, _paper, ("OM", "SWD", "SEC", "JOIN")),
    IdentifierPattern(_CASE, _case, ("C", "T", "F")),
    IdentifierPattern(
        re.compile(r"\b((?:AT|M|SA|DMA|DSA)\.\d{4,6})\b"),
        plain("eu-commission-case", 1),
        ("AT.", "M.", "SA.", "DMA.", "DSA."),
    ),
    # COMP/C-3/37.990 is the older spelling of AT.37990.
    IdentifierPattern(
        re.compile(r"\bCOMP/(?:[A-Z]-?\d/)?(\d\d)\.?(\d{3})\b"),
        plain("eu-commission-case", "AT.", 1, 2),
        ("COMP/",),
    ),
)
