"""When a document was published and in which language, and where each was found.

What the document declares comes before words in its text, and those before its file's name. A date is
taken from running text only where it stands as the document's own: a labelled line, a dateline, a line that
is nothing but a date. Undated stays undated.
"""

import re
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from political_monitoring.domain.documents import Origin

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"
EARLIEST, LATEST = date(1700, 1, 1), date(2100, 12, 31)
"""Years outside are placeholders and misprints."""

# Code, then the other ways to write it.
_NAMES_OF_LANGUAGES = (
    *("en eng english englisch", "de deu ger german deutsch", "fr fra fre french français", "es spa spanish"),
    *("it ita italian", "nl nld dut dutch", "pl pol polish", "pt por portuguese", "sv swe swedish", "da dan"),
    *("fi fin finnish", "cs ces cze czech", "el ell gre greek", "hu hun", "ro ron rum", "bg bul", "hr hrv"),
    *("sl slv", "sk slk slo", "lt lit", "lv lav", "et est", "ga gle", "mt mlt", "is isl", "no nor nb nob"),
    *("ru rus", "tr tur", "uk ukr"),
)
LANGUAGES = tuple(names.split()[0] for names in _NAMES_OF_LANGUAGES)
"""Languages a political document is likely to be in: those of the Union and of its neighbours."""
_CODES = {name: names.split()[0] for names in _NAMES_OF_LANGUAGES for name in names.split()}
_READ_BY_DATEPARSER = [code for code in LANGUAGES if code not in {"en", "de", "ga", "mt", "no", "tr"}]
_ENOUGH_LETTERS = 20
_ENOUGH_CONFIDENCE = 0.6
_SAMPLE = 4_000

_NAMES_OF_MONTHS = (
    *("january jan januar jänner", "february feb februar", "march mar märz mrz", "april apr", "may mai"),
    *("june jun juni", "july jul juli", "august aug", "september sep sept", "october oct oktober okt"),
    *("november nov", "december dec dezember dez"),
)
_MONTHS = {name: number for number, names in enumerate(_NAMES_OF_MONTHS, 1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_WRITTEN = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}\.?,?\s+\d{{4}}"
    rf"|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}})"
)
_TIME_OF_DAY = r"\.?(?:,?\s+(?:at\s+|um\s+|[-–]\s*)?\d{1,2}:\d{2}.{0,30})?"
_DAY_MONTH_YEAR = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?({_MONTH})\.?,?\s+(\d{{4}}){_TIME_OF_DAY}", re.IGNORECASE
)
_MONTH_DAY_YEAR = re.compile(
    rf"({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME_OF_DAY}", re.IGNORECASE
)
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})")
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d.*)?")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SMALL_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|"
    r"mon|tue|wed|thu|fri|sat|sun)"
)
_LEADING_WEEKDAY = re.compile(rf"{_WEEKDAY}\.?,?\s+(?:den\s+|the\s+)?", re.IGNORECASE)

_LABEL = (
    r"(?:published(?: on)?|publication date|date(?: of publication)?|issued(?: on)?|released(?: on)?|"
    r"press release|veröffentlicht(?: am)?|datum|erschienen(?: am)?|stand|pressemitteilung(?: vom)?)"
)
_LABELLED = re.compile(
    rf"^\W{{0,4}}{_LABEL}\W{{0,6}}(?:{_WEEKDAY},?\s+)?({_WRITTEN})", re.IGNORECASE | re.MULTILINE
)
_PLACE = r"[^\W\d_][^\n\d,;:!?]{1,60}"
_SIGNED = rf"(?:{_PLACE},\s+(?:den\s+|am\s+)?|(?:Done at|Geschehen zu) {_PLACE}?,?\s+(?:am\s+|on\s+)?)?"
_DATE_LINE = rf"[ \t*_(]{{0,4}}{_SIGNED}(?:{_WEEKDAY},?\s+(?:den\s+)?)?({_WRITTEN})[ \t*_.)]{{0,4}}"
# A blank line on one side at least, or it is a line of wrapped prose.
_ALONE = (
    re.compile(rf"(?:\A\s*|\n[ \t]*\n){_DATE_LINE}$", re.IGNORECASE | re.MULTILINE),
    re.compile(rf"^{_DATE_LINE}(?=\n[ \t]*\n|\s*\Z)", re.IGNORECASE | re.MULTILINE),
)
_DATELINE = re.compile(
    rf"^\W{{0,3}}{_PLACE},\s+(?:den\s+)?({_WRITTEN})\s*\)?\s*[-–—:]\s", re.IGNORECASE | re.MULTILINE
)
_HEAD, _TAIL = 1_500, 400
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_ONLY_YEAR = re.compile(r"(?:^|[-_ .])((?:19|20)\d{2})(?=[-_ .])")
_LONGEST_EXPRESSION = 60


def read_date(words: str) -> date | None:
    """The day that `words`, a single date and nothing else, name; None when they name none or leave it open.

    A time of day is passed over, and the day is the one the publisher wrote, whatever its time zone.
    "03/04/2025" is two days to two readers, so it is none.
    """
    words = " ".join(words.split())
    if not words or len(words) > _LONGEST_EXPRESSION:
        return None
    if found := _ISO.fullmatch(words):
        return _day(found[1], found[3], found[4])
    if found := _NUMBERS.fullmatch(words):
        return _read_numbers(*found.groups())
    words = _LEADING_WEEKDAY.sub("", words)
    if found := _DAY_MONTH_YEAR.fullmatch(words):
        return _day(found[3], _MONTHS[found[2].lower()], found[1])
    if found := _MONTH_DAY_YEAR.fullmatch(words):
        return _day(found[3], _MONTHS[found[1].lower()], found[2])
    return _read_other(words)


def find_date(declared: str, text: str, ref: str) -> tuple[date | None, Origin, str]:
    """Publication date, its origin, and a warning when a declared date could not be read.

    Args:
        declared: the date in the document's metadata, in any spelling, or "".
        text: the document's text.
        ref: path or URL; only its last part is looked at.
    """
    warning = ""
    if declared.strip():
        if day := read_date(declared):
            return day, Origin.DECLARED, ""
        shown = declared.strip()[:_LONGEST_EXPRESSION]
        warning = f"its date {shown!r} does not name one day of the calendar and was not used"
    if day := date_in_text(text):
        return day, Origin.TEXT, warning
    if day := date_in_name(ref):
        return day, Origin.FILE, warning
    if not warning and (year := _ONLY_YEAR.search(_last_part(ref))):
        warning = f"its name gives only a year, {year[1]}: it stays undated"
    return None, Origin.ABSENT, warning


def date_in_text(text: str) -> date | None:
    """The date that the text gives as its own, at its beginning or in its signature, and no other."""
    head = text[:_HEAD]
    tail = text[-_TAIL:] if len(text) > _HEAD else ""
    for pattern in (_LABELLED, _DATELINE):
        if days := _days(pattern, head):
            return days[0]
    for pattern, part in (*((pattern, head) for pattern in _ALONE), (_ALONE[1], tail)):
        days = _days(pattern, part)
        if len(set(days)) > 1:  # a chronology
            return None
        if days:
            return days[0]
    return None


def _days(pattern: re.Pattern[str], text: str) -> list[date]:
    return [day for found in pattern.finditer(text) if (day := read_date(found[1]))]


def date_in_name(ref: str) -> date | None:
    """A full date written with digits, year first, in a file's name or a URL's last part."""
    found = _IN_NAME.search(_last_part(ref))
    return _day(found[1], found[3], found[4]) if found else None


def _last_part(ref: str) -> str:
    return PurePath(ref.split("?", 1)[0].split("#", 1)[0]).name


def read_language(declared: str) -> str:
    """ISO 639-1 code of a declared language ("en-GB", "deu", "German"); "" when it names none."""
    tag = declared.strip().lower().replace("_", "-").split("-", 1)[0]
    return _CODES.get(tag, tag if len(tag) == 2 and tag.isascii() and tag.isalpha() else "")


def find_language(declared: str, text: str) -> str:
    """The declared language, else the likeliest one of LANGUAGES, else "und" when the text does not tell."""
    if code := read_language(declared):
        return code
    sample = text[:_SAMPLE]
    if sum(letter.isalpha() for letter in sample) < _ENOUGH_LETTERS:
        return UNDETERMINED
    code, _confidence = _identifier().classify(sample)
    return str(code)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    sure = _ENOUGH_CONFIDENCE
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=sure)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _read_numbers(first: str, separator: str, second: str, year: str) -> date | None:
    if separator == "." or first == second or int(first) > 12:
        return _day(year, second, first)
    return _day(year, first, second) if int(second) > 12 else None


def _read_other(words: str) -> date | None:
    """Month names in other languages. Numbers alone are never guessed at: their order is not known."""
    one_each = len(_YEAR.findall(words)) == len(_SMALL_NUMBER.findall(words)) == 1
    if not one_each or not _LETTERS.search(words):
        return None
    from dateparser import parse

    exact = {"REQUIRE_PARTS": ["year", "month", "day"], "PARSERS": ["absolute-time"], "DATE_ORDER": "DMY"}
    moment = parse(words, languages=_READ_BY_DATEPARSER, settings=exact)
    return _day(moment.year, moment.month, moment.day) if moment else None
