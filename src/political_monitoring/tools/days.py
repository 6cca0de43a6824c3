"""Which days a question asks about: a day to look back from, or a window. English and German. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from political_monitoring.extraction.dates import find_dates
from political_monitoring.extraction.number_words import NUMBER_WORDS


@dataclass(frozen=True, slots=True)
class Days:
    """`as_of`: the state at the end of that day is asked for. `since`, `until`: a window, both included."""

    as_of: date | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Period:
    """A stretch of days named at text[start:end]; one day long for a date."""

    start: int
    end: int
    first: date
    last: date


def read_days(text: str, today: date) -> Days:
    """The days that the words of a question set; titles and identifiers must be blanked out before.

    "in June 2024" looks back from the end of the month, "since June 2024" begins with it and looks back from
    nowhere. "Ab 2025" tells when something is to apply, and is a window only where it is asked what happened. A
    period asked for with "what happened" is a window. Nothing that has not ended yet lasts longer than until today.
    "Today" sets nothing: it is what is asked about anyway.
    """
    # A run of dots joins two dates; as dashes of the same length they do not look like part of one.
    text = _DOTS.sub(lambda dots: "–".center(len(dots[0])), text)
    periods = _periods(text, today)
    if not periods:
        return Days()
    if (window := _window(text, periods)) is not None:
        return window
    dated = [period for period in periods if not _describes(text, period)]
    if not dated:
        return Days()
    last = max(dated, key=lambda period: period.last)
    ended = last if last.first > today else replace(last, last=min(last.last, max(today, last.first)))
    if _HAPPENED.search(text) and ended.first != ended.last:
        return Days(since=ended.first, until=ended.last)
    return Days(as_of=ended.last)


_HAPPENED = re.compile(
    r"\bwhat(?:'s| has| is| was)? (?:happened|changed|new)\b|\bwhat happen|\bdevelopments?\b|\bchang(?:es|ed)\b"
    r"|\bwas (?:geschah|passierte|tat sich|änderte)\b"
    r"|\bwas (?:ist|hat sich)\b[^?]*\b(?:passiert|geschehen|geändert|getan|neu)\b"
    r"|\bneuigkeiten\b|\bentwicklungen\b|\bänderte\b|\bgeändert\b",
    re.IGNORECASE,
)

# --- windows ---------------------------------------------------------------------------------------

_PAIR = re.compile(
    r"\s*(?:,\s*)?(?:and|to|until|till|through|und|bis(?: zum)?|[-–—]|\.{2,3}|…)\s*(?:the\s+|dem\s+)?",
    re.IGNORECASE,
)
_ARTICLE = r"(?:(?:the|dem|der|den|dem Jahr|the year|end of|Ende)\s+)?"
_BETWEEN = re.compile(rf"\b(?:between|zwischen|from|von|vom)\s+{_ARTICLE}$", re.IGNORECASE)
_BARE_PAIR = re.compile(r"\.{2,3}|…|[-–—]|\bto\b|\bbis\b", re.IGNORECASE)
_SINCE = re.compile(rf"\b(?:since|seit)\s+{_ARTICLE}$", re.IGNORECASE)
_FROM = re.compile(rf"\bab\s+{_ARTICLE}$", re.IGNORECASE)
_AFTER = re.compile(rf"\b(?:after|nach)\s+{_ARTICLE}$", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(?:until|till|up to|bis(?: zum| einschließlich)?)\s+{_ARTICLE}$", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:before|vor)\s+{_ARTICLE}$", re.IGNORECASE)
_DOTS = re.compile(r"(?<=\d)(?:\.{2,3}|…)(?=\d)")
_DAY = timedelta(days=1)


def _window(text: str, periods: list[_Period]) -> Days | None:
    for one, two in pairwise(periods):
        joint = text[one.end : two.start]
        if _PAIR.fullmatch(joint) and (_BETWEEN.search(text, 0, one.start) or _BARE_PAIR.search(joint)):
            first, last = sorted((one, two), key=lambda period: period.first)
            return Days(since=first.first, until=max(first.last, last.last))
    since = until = None
    happened = bool(_HAPPENED.search(text))
    for period in periods:
        before = text[: period.start]
        if _SINCE.search(before) or (happened and _FROM.search(before)):
            since = period.first
        elif _AFTER.search(before) and period.last < date.max:
            since = period.last + _DAY
        elif _UNTIL.search(before):
            until = period.last
        elif _BEFORE.search(before) and period.first > date.min:
            until = period.first - _DAY
    if since is None and until is None:
        return None
    if since and until and since > until:
        since = None
    return Days(since=since, until=until)


# --- dates that tell one act from another: "the Decision of 10 July 2023", "das Gesetz vom 3. Mai 2024" ----

_OF_THE_DAY = re.compile(r"\b(?:of|dated|vom)\s+(?:the\s+)?$", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"\b(?:introduced|published|adopted|signed|passed|proposed|issued|announced|eingebrachte[nrs]?|"
    r"veröffentlichte[nrs]?|verabschiedete[nrs]?)\s+(?:on|in|am|im)\s+$",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did|stood|been|war|waren|wurde|wurden|hatte|stand)\b", re.IGNORECASE)


def _describes(text: str, period: _Period) -> bool:
    before = text[: period.start]
    if _FROM.search(before):
        return True
    if _OF_THE_DAY.search(before):
        return not _STATE_AT.search(before)
    return bool(_PARTICIPLE.search(before)) and not _PAST.search(before)


_STATE_AT = re.compile(
    r"\b(?:as of|as at|end of|beginning of|(?:Stand|Lage|Fassung)\s+vom)\s+(?:the\s+)?$", re.IGNORECASE
)

# --- periods in words ------------------------------------------------------------------------------

_NUMBERS = {
    **dict.fromkeys(["a", "an", "one", "ein", "einem", "einer"], 1),
    **{word: number for word, number in NUMBER_WORDS.items() if number <= 10},
}
_COUNT = r"(?P<count{0}>\d{{1,3}}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit{0}>years?|months?|weeks?|days?|jahr(?:en?|es)?|monat(?:en?|s)?|wochen?|tag(?:en?)?)"
_RELATIVE = re.compile(
    rf"\b{_COUNT.format(1)}\s+{_UNIT.format(1)}\s+ago\b"
    rf"|\bvor\s+{_COUNT.format(2)}\s+{_UNIT.format(2)}\b"
    rf"|\b(?:last|previous|(?:letzte|vergangene|vorige)[nrsm]?|vorjahr)\s+{_UNIT.format(3)}\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:(?:(?P<begin>early|beginning of|start of|anfang)|(?P<middle>mid|middle of|mitte)"
    r"|(?P<close>late|end of|ende))"
    r"[\s-]+(?:des\s+jahres\s+)?|(?:in|during|throughout|since|until|before|after|between|from|im\s+jahre?|in\s+the\s+year|"
    r"seit|bis|vor|nach|ab|zwischen|von)\s+)(?P<year>(?:19|20)\d\d)(?![\w/.-]*\d)"
    r"|(?<=\d{4}\s)(?:and|und|to|bis)\s+(?P<second>(?:19|20)\d\d)(?![\w/.-]*\d)",
    re.IGNORECASE,
)
_TODAY = frozenset({"today", "heute"})


def _periods(text: str, today: date) -> list[_Period]:
    found = [*_dates(text, today), *_relative(text, today)]
    years = [
        one
        for one in _years(text)
        if not any(other.start < one.end and one.start < other.end for other in found)
    ]
    return sorted([*found, *years], key=lambda period: period.start)


def _dates(text: str, today: date) -> Iterator[_Period]:
    for found in find_dates(text, today):
        if found.span.of(text).casefold() in _TODAY:
            continue
        first = found.day if found.precise else found.day.replace(day=1)
        last = found.day if found.precise else _month_end(found.day)
        yield _Period(found.span.start, found.span.end, first, last)


def _relative(text: str, today: date) -> Iterator[_Period]:
    for match in _RELATIVE.finditer(text):
        if match["unit3"]:
            first, last = _last_unit(match["unit3"], today)
        else:
            form = "1" if match["count1"] else "2"
            counted = match[f"count{form}"].casefold()
            count = _NUMBERS.get(counted) or int(counted)
            first = last = _back(today, count, match[f"unit{form}"])
        yield _Period(match.start(), match.end(), first, last)


def _years(text: str) -> Iterator[_Period]:
    for match in _YEAR.finditer(text):
        group = "year" if match["year"] else "second"
        year = int(match[group])
        last = (
            date(year, 1, 31)
            if match["begin"]
            else date(year, 6, 30)
            if match["middle"]
            else date(year, 12, 31)
        )
        first = last.replace(day=1) if match["close"] or match["middle"] else date(year, 1, 1)
        yield _Period(match.start(group), match.end(group), first, last)


def _last_unit(unit: str, today: date) -> tuple[date, date]:
    match unit[0].casefold():
        case "y" | "j":
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        case "m":
            last = today.replace(day=1) - _DAY
            return last.replace(day=1), last
        case "w":
            monday = today - timedelta(days=today.weekday() + 7)
            return monday, monday + timedelta(days=6)
        case _:
            return today - _DAY, today - _DAY


def _back(today: date, count: int, unit: str) -> date:
    match unit[0].casefold():
        case "y" | "j":
            months = 12 * count
        case "m":
            months = count
        case "w":
            return today - timedelta(weeks=count)
        case _:
            return today - timedelta(days=count)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
