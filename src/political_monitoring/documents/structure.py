"""The structure of acts, found in their text: chapters, articles, sections, recitals, annexes.

Acts come as XML, as web pages and as plain text; in each the reader sees the same lines ("Article 6", "§ 5 Begriffe",
"SEC. 101. SHORT TITLE."), so these are what is looked for. A line of prose can look the same when it was wrapped or
quotes another act. What stands as the act's own unit is therefore only what continues the count: after 5 comes 6.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from political_monitoring.domain.documents import Heading

type Number = tuple[int, str]
"""12a is (12, "a"), which comes after (12, "")."""

_GAP = "[ \t\u00a0\u202f\u2009]"
_MARKS = r"^[ \t#*]*"
_TITLE = r"(?P<title>[“‘„\"]?[^\W\d_a-zß][^\n]{1,160}?)"
_UNITS = {
    "Article": rf"(?:Article|Art\.){_GAP}+(?P<number>\d+[a-z]{{0,2}})\.?(?:{_GAP}*[-–—:]?{_GAP}*{_TITLE})?",
    "Artikel": rf"Artikel{_GAP}+(?P<number>\d+[a-z]{{0,2}})\.?(?:{_GAP}*[-–—:]?{_GAP}*{_TITLE})?",
    "§": rf"§{_GAP}*(?P<number>\d+[a-z]{{0,2}})\.?(?:{_GAP}*[-–—:]?{_GAP}*\(?{_TITLE})?",
    "SEC.": rf"(?:SEC\.|SECTION){_GAP}+(?P<number>\d+[A-Z]{{0,2}})\.(?:{_GAP}*{_TITLE})?",
    "s.": rf"(?P<number>\d+[A-Z]{{0,2}}){_GAP}+{_TITLE}",
}
_UNIT_LINES = {name: re.compile(rf"{_MARKS}{line}[ \t*]*$", re.MULTILINE) for name, line in _UNITS.items()}
_WORDS_OF_UNITS = {
    "Article": ("Article", "Art."),
    "Artikel": ("Artikel",),
    "§": ("§",),
    "SEC.": ("SEC.", "SECTION"),
}
_CONTAINER = re.compile(
    rf"{_MARKS}(?P<line>(?P<kind>TITLE|Title|TITEL|Titel|PART|Part|TEIL|Teil|CHAPTER|Chapter|KAPITEL|Kapitel|"
    rf"SECTION|Section|ABSCHNITT|Abschnitt|SUBTITLE|Subtitle){_GAP}+(?:[IVXLC]+|[A-Z]|\d+[a-z]?)\b"
    rf"(?:{_GAP}*[-–—:.]{{0,2}}{_GAP}*{_TITLE})?)[ \t*]*$",
    re.MULTILINE,
)
_GERMAN_CONTAINER = re.compile(
    rf"{_MARKS}(?P<line>(?:Erst|Zweit|Dritt|Viert|Fünft|Sechst|Siebt|Acht|Neunt|Zehnt)er{_GAP}"
    r"(?P<kind>Teil|Abschnitt|Titel))[ \t*]*$",
    re.MULTILINE,
)
_LEVELS = {
    **dict.fromkeys(("title", "titel", "part", "teil"), 2),
    **dict.fromkeys(("chapter", "kapitel", "subtitle"), 3),
    **dict.fromkeys(("section", "abschnitt"), 4),
}
_ANNEX_LEVEL, _UNIT_LEVEL = 2, 5
_ANNEX = re.compile(
    rf"{_MARKS}(?P<line>(?:ANNEX|ANHANG|SCHEDULE|Schedule)(?:{_GAP}+(?:[IVXLC]+|\d+[A-Z]?))?)[ \t*]*$",
    re.MULTILINE,
)
_RECITALS_BEGIN = re.compile(
    rf"{_MARKS}(?:Whereas:?|in Erwägung nachstehender Gründe:?|Having regard [^\n]*whereas:)[ \t*]*$",
    re.MULTILINE | re.IGNORECASE,
)
_RECITAL = re.compile(rf"^[ \t]*\((?P<number>\d{{1,3}})\)(?:{_GAP}*\|)?(?:{_GAP}+|[ \t]*$)", re.MULTILINE)
_ADOPTED = re.compile(r"^HA(?:VE|S) ADOPTED THIS|^HA(?:BEN|T) FOLGENDE", re.MULTILINE)
_UK_ENACTED = re.compile(
    r"\b(?:Be it enacted|BE IT ENACTED) by the (?:King|Queen)[’']s most Excellent Majesty"
)
_GOES_ON = re.compile(
    r"\s*(?:Abs(?:\.|atz)|Satz|S\.|Nr\.|Nummer|Buchst|und|oder|bis|gilt|des|der|of|and|or|to|shall|applies)\b"
)
_ENDS_PROSE = re.compile(r"[.;,:]$")
_ENDS_BLOCK = re.compile(r"[.;:!?)\]’”“\"»—–]$")
_BEGINS_BLOCK = re.compile(r"\s*\n[ \t#*]*[A-ZÄÖÜ(\d‘„“]")
_LONGEST_TITLE = 200
_CONVINCING = 3
_WORDED = 60
"""Characters between units that have words; the lines of a table of contents are closer."""


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    """End of its line."""
    number: Number
    title: str


def with_units(text: str, headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """The headings, with those of an act's own units wherever its parser has not set one already."""
    known = {_line_start(text, heading.offset) for heading in headings}
    found = [heading for heading in _units_of(text) if heading.offset not in known]
    return tuple(sorted((*headings, *found), key=lambda heading: heading.offset)) if found else headings


def _units_of(text: str) -> Iterator[Heading]:
    end = len(text)
    chains = {name: _chain_of(name, text, 0, end) for name in ("Article", "Artikel", "§", "SEC.")}
    if chains["Artikel"] and chains["§"]:
        chains["§"] = _sections_of_articles(text, chains["Artikel"])
    chains = {name: chain for name, chain in chains.items() if chain}
    if enacted := _UK_ENACTED.search(text):
        chains["s."] = _chain(_lines(text, _UNIT_LINES["s."], enacted.end(), _annex_after(text, 0)))
    units = [(name, unit) for name, chain in chains.items() for unit in chain]
    if not units:
        return
    first = min(unit.start for _, unit in units)
    last = max(unit.start for _, unit in units)
    yield from _recitals(text, first)
    for name, unit in units:
        level = _UNIT_LEVEL + (name == "§" and "Artikel" in chains)
        yield Heading(unit.start, level, _named(name, unit, text))
    taken = {unit.start for _, unit in units}
    around = _containers(text, first, _annex_after(text, last))
    yield from (heading for heading in around if heading.offset not in taken)
    for annex in _ANNEX.finditer(text, last, end):
        if _stands_apart(text, annex.start()):
            yield Heading(annex.start(), _ANNEX_LEVEL, _plain(annex["line"]))


def _chain_of(name: str, text: str, start: int, end: int) -> list[_Unit]:
    """The act's own units of one kind: the first count of them that has words between its lines.

    A table of contents counts them too, with hardly a word, and what is annexed counts its own again.
    """
    if not any(word in text for word in _WORDS_OF_UNITS[name]):  # many times faster than to look at each line
        return []
    candidates = list(_lines(text, _UNIT_LINES[name], start, end))
    runs: list[list[_Unit]] = []
    for unit in candidates:
        if not runs or unit.number == candidates[0].number:
            runs.append([])
        runs[-1].append(unit)
    chains = [chain for chain in map(_chain, runs) if is_convincing([unit.number for unit in chain])]
    worded = (chain for chain in chains if _distance(chain) >= _WORDED)
    return next(worded, max(chains, key=_distance, default=[]))


def _distance(chain: list[_Unit]) -> float:
    """Characters from one unit to the next, as a rule."""
    return median(later.start - unit.start for unit, later in pairwise(chain))


def is_convincing(numbers: Sequence[Number]) -> bool:
    """Whether lines with these numbers are the units of an act, and not mentions of another's."""
    return len(numbers) >= _CONVINCING or (len(numbers) == _CONVINCING - 1 and numbers[0] == (1, ""))


def _sections_of_articles(text: str, articles: list[_Unit]) -> list[_Unit]:
    """The sections of an act whose articles are laws of their own, each counted from 1."""
    ends = [*(article.start for article in articles[1:]), len(text)]
    found = (_chain_of("§", text, article.end, end) for article, end in zip(articles, ends, strict=True))
    return [unit for chain in found if chain and chain[0].number == (1, "") for unit in chain]


def _lines(text: str, pattern: re.Pattern[str], start: int, end: int) -> Iterator[_Unit]:
    for found in pattern.finditer(text, start, end):
        title = (found["title"] or "").strip(" \t*#")
        prose = _ENDS_PROSE.search(title) and not title.isupper()
        apart = _stands_apart(text, found.start()) or (not title and _BEGINS_BLOCK.match(text, found.end()))
        if apart and not prose and not _GOES_ON.match(title):
            yield _Unit(found.start(), found.end(), read_number(found["number"]), title)


def _stands_apart(text: str, start: int) -> bool:
    """Whether a line begins a block, and is not the continuation of a wrapped one."""
    before = text[:start].rstrip(" \t") if start < 500 else text[start - 500 : start].rstrip(" \t")
    if not before or before.endswith("\n\n") or before.removesuffix("\n").endswith(("\n", "#")):
        return True
    line = before.rstrip("\n").rpartition("\n")[2].strip()
    return line.startswith("#") or line.isupper() or bool(_ENDS_BLOCK.search(line))


def _chain(candidates: Iterable[_Unit]) -> list[_Unit]:
    """Those that continue the count. A gap is believed only when what it leaves out does not come later."""
    candidates = list(candidates)
    last = {unit.number: index for index, unit in enumerate(candidates)}
    chain: list[_Unit] = []
    for index, unit in enumerate(candidates):
        if not chain:
            chain.append(unit)
        elif unit.number > chain[-1].number:
            following = successors(chain[-1].number)
            if unit.number in following or not any(last.get(number, -1) > index for number in following):
                chain.append(unit)
    return chain


def read_number(words: str) -> Number:
    """12a as (12, "a")."""
    digits = re.match(r"\d+", words)
    return (int(digits[0]), words[digits.end() :].lower()) if digits else (0, words.lower())


def successors(number: Number) -> tuple[Number, ...]:
    """What may come next: after 12 both 13 and 12a, after 12a both 12b and 13."""
    value, letter = number
    inserted = chr(ord(letter) + 1) if len(letter) == 1 and letter < "z" else "a" if not letter else "aa"
    return (value + 1, ""), (value, inserted)


def _recitals(text: str, before: int) -> Iterator[Heading]:
    begins = _RECITALS_BEGIN.search(text, 0, before)
    if begins is None:
        return
    adopted = _ADOPTED.search(text, begins.end(), before)
    end = adopted.start() if adopted else before
    found = [
        _Unit(one.start(), one.end(), read_number(one["number"]), "")
        for one in _RECITAL.finditer(text, begins.end(), end)
        if _stands_apart(text, one.start())
    ]
    name = "Erwägungsgrund" if begins[0].strip(" #*").lower().startswith("in ") else "Recital"
    chain = _chain(found)
    if chain and chain[0].number == (1, ""):
        yield from (Heading(unit.start, _UNIT_LEVEL, f"{name} {unit.number[0]}") for unit in chain)


def _containers(text: str, start: int, end: int) -> Iterator[Heading]:
    """Titles, chapters and sections around the units; the first stands before the first unit."""
    reach = max(0, start - 1_000)
    for pattern in (_CONTAINER, _GERMAN_CONTAINER):
        for found in pattern.finditer(text, reach, end):
            if _stands_apart(text, found.start()) or found["kind"].isupper():
                title = _following_title(text, found.end())
                line = " ".join(filter(None, (_plain(found["line"]), title)))
                yield Heading(found.start(), _LEVELS[found["kind"].lower()], line)


def _annex_after(text: str, start: int) -> int:
    return next(
        (one.start() for one in _ANNEX.finditer(text, start) if _stands_apart(text, one.start())), len(text)
    )


def _named(name: str, unit: _Unit, text: str) -> str:
    number = f"{unit.number[0]}{unit.number[1]}"
    if name in {"SEC.", "s."}:
        number = number.upper() + ("." if name == "SEC." else "")
    title = unit.title or _following_title(text, unit.end)
    return " ".join(filter(None, (name, number, title.rstrip(")") if name == "§" else title)))


def _following_title(text: str, end: int) -> str:
    """The next line, when it is a title and not yet the words of the law."""
    line = next((one.strip(" \t*#\u00a0") for one in text[end : end + 600].split("\n") if one.strip()), "")
    is_title = line[:1].isupper() and len(line) <= _LONGEST_TITLE and not _ENDS_PROSE.search(line)
    taken: tuple[Callable[[str], object], ...] = (
        *(one.match for one in _UNIT_LINES.values()),
        _CONTAINER.match,
    )
    return _plain(line) if is_title and not any(match(line) for match in taken) else ""


def _plain(line: str) -> str:
    return " ".join(line.split())


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1
