"""Where in an act something stands, as lawyers write it: Art. 6(1)(f), Recital 12, § 5 Abs. 2, Sec. 101(a)(2), s. 9(4).

The unit (article, section, recital, annex) is the heading above. Inside it paragraphs and points are counted from
their marks. A mark that does not continue the count belongs to words that the act quotes: from there on only the unit
is named, because a citation may be coarse but not wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from political_monitoring.documents.structure import is_convincing, read_number, successors
from political_monitoring.domain.documents import Document, Span

_UNIT = re.compile(
    r"(?P<name>Article|Artikel|Art\.|§|SEC\.|Sec\.|SECTION(?=\s\d+[A-Z]*\.)|s\.|Recital|Erwägungsgrund|ANNEX|ANHANG|SCHEDULE|Schedule)"
    r"\s*(?P<number>\d+[A-Za-z]{0,2}\b|[IVXLC]+\b|)"
)
_SHORT = {
    "Article": "Art.",
    "Artikel": "Art.",
    "SEC.": "Sec.",
    "SECTION": "Sec.",
    "ANNEX": "Annex",
    "ANHANG": "Anhang",
    "SCHEDULE": "Sch.",
    "Schedule": "Sch.",
}
_RECITALS = frozenset({"Recital", "Erwägungsgrund"})
_APPENDED = frozenset({"ANNEX", "ANHANG", "SCHEDULE", "Schedule"})
_WHOLE = _RECITALS | _APPENDED
"""Units whose own parts are not named: an annex counts in ways of its own."""
_US_HEAD = re.compile(r"IN THE (?:HOUSE OF REPRESENTATIVES|SENATE OF THE UNITED STATES)", re.IGNORECASE)
_US_SECTION = re.compile(r"(?P<number>\d+[A-Z]{0,2})\. ")
_HEAD = 3_000

_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(
    r"[ \t#*]*(?:\((?P<inside>\d{1,3}[a-z]{0,2}|[a-z]{1,5}|[A-Z]{1,4})\)|(?P<dotted>\d{1,3}[a-z]?)\.(?=\s|$)"
    r"|(?P<closed>[a-z]{1,2})\))[ \t*|\u00a0]*(?P<words>.?)"
)
_CLOSES_LEAD = re.compile(r"(?:[.;:,!?)\]’”“\"»—–]|\b(?:and|or|und|oder|sowie|bzw\.))[ \t]*$")
_QUOTES_BEGIN = re.compile(r"[ \t]*(?:[‘“„«\"]|``)")
_AMENDS = re.compile(
    r"(?:(?:replaced|to read|reads?|inserted|added|inserting|adding|substitut\w+)\b[^\n]{0,120}\bfollow(?:ing|s)"
    r"(?: (?:new )?(?:sub)?(?:section|paragraph|point|article|clause|text)s?)?"
    r"|\bfollowing\b[^\n]{0,80}\b(?:is|are|there is) (?:inserted|added|substituted)[^\n]{0,40}"
    r"|\b(?:wie folgt gefasst|ersetzt|eingefügt|angefügt|Fassung)[^\n]{0,20})[:—–-][ \t]*$",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"[ \t]*(?:Done at |Geschehen zu |HA(?:VE|S) ADOPTED THIS|HA(?:BEN|T) FOLGENDE|"
    r"This (?:Regulation|Decision) shall be binding in its entirety|"
    r"Diese Verordnung ist in allen ihren Teilen verbindlich)"
)
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
_ROMAN = (
    "",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """The mark of a paragraph or point."""

    style: str
    """How it is written: "(1)", "1.", "(a)", "(A)", "(i)", "a)"."""
    word: str
    lasting: bool = False
    """Whether unmarked paragraphs after its points still belong to it."""
    sure: bool = True
    """False when its line may be the continuation of a wrapped one."""


_QUOTED = _Mark("", "?")


def place_of(document: Document, span: Span) -> str:
    """The smallest part of an act that holds the whole span; "" when the document has no such parts.

    Source of the forms: EU Interinstitutional Style Guide; German Handbuch der Rechtsförmlichkeit; OSCOLA; Bluebook.
    """
    unit = _unit_above(document, span.start)
    if unit is None:
        return ""
    begin, end, name, number = unit
    last = max(span.start, span.end - 1)
    if last >= end:
        return ""
    label = _law_above(document, begin, name) + " ".join(filter(None, (_short(name), number)))
    lines = list(_LINE.finditer(document.text, begin, end))
    if any(_FINAL.match(line[0]) for line in lines if begin < line.start() <= last):
        return ""
    if name in _WHOLE:
        return label
    first, final = _marks_at(lines, span.start), _marks_at(lines, last)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, final, strict=False))]
    german = name == "Artikel" or (name in {"§", "Art."} and document.language == "de")
    return label + "".join(_written(mark, german) for mark in shared)


def _unit_above(document: Document, offset: int) -> tuple[int, int, str, str] | None:
    """(begin, end, name, number) of the unit at a place."""
    above = [heading for heading in document.headings if heading.offset <= offset]
    lowest = 7
    for heading in reversed(above):
        if heading.level >= lowest:
            continue
        lowest = heading.level
        if (named := _names(document, heading.text)) and _is_unit(document, named[0]):
            later = (one.offset for one in document.headings if one.offset > offset and one.level <= lowest)
            return heading.offset, next(later, len(document.text)), *named
    return None


def _is_unit(document: Document, name: str) -> bool:
    """Whether the document counts such units itself: a page about Article 6 is not an act with an Article 6."""
    if name in _APPENDED or (_short(name) == "Sec." and _US_HEAD.search(document.text, 0, _HEAD)):
        return True
    named = filter(None, (_names(document, heading.text) for heading in document.headings))
    numbers = [read_number(number) for other, number in named if _short(other) == _short(name)]
    return is_convincing(numbers) or (name in _RECITALS and numbers[0] == (1, ""))


def _short(name: str) -> str:
    return _SHORT.get(name, name)


def _law_above(document: Document, begin: int, name: str) -> str:
    """ "Art. 2 " for a section of a law that is one article of an act."""
    if name != "§":
        return ""
    own = next(heading.level for heading in document.headings if heading.offset == begin)
    above = [
        _names(document, one.text) for one in document.headings if one.offset < begin and one.level < own
    ]
    article = next((one for one in reversed(above) if one), None)
    return f"Art. {article[1]} " if article and article[0] == "Artikel" else ""


def _names(document: Document, heading: str) -> tuple[str, str] | None:
    if found := _UNIT.match(heading):
        if found["number"] or found["name"] in _WHOLE:
            return found["name"], found["number"]
    elif (found := _US_SECTION.match(heading)) and _US_HEAD.search(document.text, 0, _HEAD):
        return "SEC.", found["number"]
    return None


def _marks_at(lines: Sequence[re.Match[str]], offset: int) -> tuple[_Mark, ...]:
    """The marks that hold at a place of a unit, outermost first."""
    found = list(_marks(lines))
    stack: list[_Mark] = []
    for (line, mark), following in zip(found, _following(found), strict=True):
        if line.start() > offset:
            break
        if mark is _QUOTED:
            return ()
        if mark is None:
            stack = [one for one in stack[:1] if one.lasting]
            continue
        if not mark.sure and not (following and _leads_to(mark, following)):
            continue
        placed = _placed(stack, replace(mark, sure=True), following)
        if placed is None:
            return ()
        stack = placed
    return tuple(stack)


def _following(found: Sequence[tuple[re.Match[str], _Mark | None]]) -> list[_Mark | None]:
    """For each line the next mark that is written like its own."""
    nearest: dict[str, _Mark] = {}
    following: list[_Mark | None] = []
    for _, mark in reversed(found):
        following.append(nearest.get(mark.style) if mark else None)
        if mark:
            nearest[mark.style] = mark
    return following[::-1]


def _marks(lines: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], _Mark | None]]:
    """Each line that begins with a mark, and with None each paragraph that has none.

    Ends with _QUOTED at words of another act.
    """
    before = lines[0]
    open_mark = quoted = False
    for line in lines[1:]:
        if _is_open_quotation(line[0]):
            yield line, _QUOTED
            return
        apart = (
            line.start() - before.end() > 1 or bool(_CLOSES_LEAD.search(before[0])) or "#" in before[0][:2]
        )
        mark = _MARK.match(line[0])
        sure = apart or before is lines[0]
        if (
            mark
            and not sure
            and not (_word(mark) in {"1", "a"} and not _MONTH.match(line[0], mark.end() - 1))
        ):
            mark = None
        if _AMENDS.search(before[0]):
            quoted = True
        if quoted and mark:
            yield line, _QUOTED
            return
        if mark:
            open_mark = not mark["words"]
            yield line, _read(mark, sure)
        elif open_mark:
            open_mark = False
        elif apart and before is not lines[0]:
            yield line, None
        before = line


def _is_open_quotation(line: str) -> bool:
    return bool(_QUOTES_BEGIN.match(line)) and not re.search(r"[’”\"“»]|''", line.lstrip()[1:])


def _word(found: re.Match[str]) -> str:
    return found["inside"] or found["dotted"] or found["closed"]


def _read(found: re.Match[str], sure: bool) -> _Mark:
    word = _word(found)
    kind = "1" if word[0].isdigit() else "A" if word[0].isupper() else "a"
    style = f"({kind})" if found["inside"] else f"{kind}." if found["dotted"] else f"{kind})"
    return _Mark(style, word, found["words"].isupper() or style == "1.", sure)


def _placed(stack: list[_Mark], mark: _Mark, following: _Mark | None) -> list[_Mark] | None:
    """The marks that hold from here on; None when this one does not continue the count."""
    options = [one for one in (_as_letter(mark), _as_roman(mark)) if one]
    ways = [way for way in (_continued(stack, option) or _begun(stack, option) for option in options) if way]
    if len(ways) == 2:
        after = [way for way in ways if following and _leads_to(way[-1], following)]
        ways = after if len(after) == 1 else []
    return ways[0] if len(ways) == 1 else None


def _as_letter(mark: _Mark) -> _Mark | None:
    repeated = len(set(mark.word)) == 1
    return (
        mark if mark.word[0].isdigit() or len(mark.word) == 1 or (len(mark.word) == 2 and repeated) else None
    )


def _as_roman(mark: _Mark) -> _Mark | None:
    if mark.word.lower() not in _ROMAN:
        return None
    return _Mark(mark.style.replace("a", "i").replace("A", "I"), mark.word, mark.lasting)


def _continued(stack: list[_Mark], mark: _Mark) -> list[_Mark] | None:
    for depth, open_mark in enumerate(stack):
        if open_mark.style == mark.style:
            return [*stack[:depth], mark] if _leads_to(open_mark, mark) else None
    return None


def _begun(stack: list[_Mark], mark: _Mark) -> list[_Mark] | None:
    is_first = mark.word.lower() in {"1", "a"} if mark.style[-2] not in "iI" else mark.word.lower() == "i"
    return [*stack, mark] if is_first and all(one.style != mark.style for one in stack) else None


def _leads_to(one: _Mark, other: _Mark) -> bool:
    first, second = one.word.lower(), other.word.lower()
    if first[0].isdigit() or second[0].isdigit():
        return read_number(second) in successors(read_number(first))
    if "i" in one.style.lower():
        return first in _ROMAN[:-1] and _ROMAN[_ROMAN.index(first) + 1] == second
    if len(first) == len(second):
        return ord(second[0]) == ord(first[0]) + 1
    return first == "z" and second == "aa"


def _written(mark: _Mark, german: bool) -> str:
    if not german:
        return f"({mark.word})"
    names = {"(1)": "Abs.", "1.": "Nr.", "a)": "Buchst.", "(a)": "Buchst."}
    name = "Doppelbuchst." if len(mark.word) == 2 and mark.word.isalpha() else names.get(mark.style, "")
    return f" {name} {mark.word}" if name else ""
