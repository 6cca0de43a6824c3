"""Dates written out in a sentence: English, German and ISO, resolved against the document's own date."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from political_monitoring.domain.documents import Span

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sept sep",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag",
            "tuesday dienstag",
            "wednesday mittwoch",
            "thursday donnerstag",
            "friday freitag",
            "saturday samstag sonnabend",
            "sunday sonntag",
        )
    )
    for name in names.split()
}
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<iso>(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})(?![\w-]))"
    r"|(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>\d{4})(?!\w)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH.format(3)}(?:,?\s+(?P<y3>\d{{4}}))?(?!\w)"
    rf"|{_MONTH.format(4)}\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y4>\d{{4}}))?(?![\w/])"
    rf"|{_MONTH.format(5)}\s+(?P<y5>\d{{4}})(?!\w)"
    r"|(?P<word>today|yesterday|heute|gestern)(?!\w)"
    rf"|(?:on|am)\s+(?P<weekday>{'|'.join(_WEEKDAYS)})(?!\w|,?\s+(?:the\s+)?\d)"
    r")",
    re.IGNORECASE,
)
_LEADING = re.compile(r"\W{0,4}(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})\b")
_EARLIEST, _LATEST = 1945, 2100
# A year left out means the nearest such day that is at most this far ahead of the document.
_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day named in a text. `precise` is False when only its month was given (`day`: the last of it)."""

    span: Span
    day: date
    precise: bool = True


def find_dates(text: str, on: date | None = None) -> list[FoundDate]:
    """Days named in `text`, in order.

    Dates without a year, weekdays and "today" are resolved against `on`, and left out without it.
    A month alone ("in March 2024") gives its last day: by then it had happened.
    """
    found = (_read(match, on) for match in _DATE.finditer(text))
    return [one for one in found if one is not None]


def parse_day(text: str, on: date | None = None) -> date | None:
    """The first day named in `text`, or None."""
    return next((one.day for one in find_dates(text, on)), None)


def leading_day(text: str) -> date | None:
    """The day that an entry of a record begins with: "2025-03-05 - HR 647: ..."."""
    match = _LEADING.match(text)
    return parse_day(match[1]) if match else None


def _read(match: re.Match[str], on: date | None) -> FoundDate | None:
    span = Span(match.start(), match.end())
    if word := match["word"]:
        if on is None:
            return None
        return FoundDate(span, on - timedelta(days=1) if word.casefold() in {"yesterday", "gestern"} else on)
    if weekday := match["weekday"]:
        return (
            FoundDate(span, on - timedelta((on.weekday() - _WEEKDAYS[weekday.casefold()]) % 7))
            if on
            else None
        )
    if match["y5"]:
        year, month = int(match["y5"]), _MONTHS[match["month5"].casefold()]
        if not _EARLIEST <= year <= _LATEST:
            return None
        last = date(year, month, monthrange(year, month)[1])
        return FoundDate(
            span, min(last, on) if on and on.year == year and on.month == month else last, precise=False
        )
    day = _day(match, on)
    return FoundDate(span, day) if day else None


def _day(match: re.Match[str], on: date | None) -> date | None:
    if match["iso"]:
        return _calendar_day(match["y1"], int(match["m1"]), match["d1"])
    if match["d2"]:
        return _calendar_day(match["y2"], int(match["m2"]), match["d2"])
    form = "3" if match["d3"] else "4"
    month = _MONTHS[match[f"month{form}"].casefold()]
    if match[f"y{form}"]:
        return _calendar_day(match[f"y{form}"], month, match[f"d{form}"])
    if on is None:
        return None
    near = [
        _calendar_day(str(year), month, match[f"d{form}"]) for year in (on.year + 1, on.year, on.year - 1)
    ]
    return next((day for day in near if day and day <= on + _AHEAD), None)


def _calendar_day(year: str, month: int, day: str) -> date | None:
    try:
        found = date(int(year), month, int(day))
    except ValueError:  # 31.02.2024 is no day: the text is wrong or not a date
        return None
    return found if _EARLIEST <= found.year <= _LATEST else None
