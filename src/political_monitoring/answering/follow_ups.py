"""What in a message leans on the messages before it: openings, pronouns, corrections, days that move. Pure."""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import replace

from political_monitoring.extraction.number_words import NUMBER_WORDS
from political_monitoring.tools.query import Reading, read_query

_FEW_WORDS = 12
_VERY_FEW_WORDS = 7

_OPENING = re.compile(
    r"^\s*(?:(?:ok(?:ay)?|yes|oh|ja|gut)[,.]?\s+)?"
    r"(?:and|but|also|what about|how about|same for|before that|after that|since then|instead|rather|then what|"
    r"what (?:was|came|happened) (?:before|after|next)|"
    r"und|aber|auch|was ist (?:denn )?mit|davor|danach|seitdem|seither|stattdessen|"
    r"wie (?:ist|sieht) es (?:mit|bei|in)|wie sieht'?s)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|he|she|him|her|his|(?:the|this|that|these|those) (?:same|one|ones|bill|act|law|case|"
    r"proposal|fine|vote|decision|ruling|judgment|deal|agreement|regulation|directive|reform|rules?|measure)|"
    r"es|er|sie|ihn|ihm|dies\w*|davon|daran|dagegen|dafür|damit|dazu|darüber|"
    r"(?:das|dem|des|die|der|den) (?:gesetz|gesetzes|verfahren|verfahrens|abstimmung|entscheidung|urteil|urteils|"
    r"geldbuße|strafe|reform|verordnung|richtlinie|frist|regeln))\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?:that|this|das)\s*[?.!]*\s*$", re.IGNORECASE)
_BARE = re.compile(
    r"^\s*(?:(?:since|until|from|by) when|when|where|why(?: not| so)?|how so|how(?: come)?|how much|how high|"
    r"who|by whom|what else|which ones?|"
    r"who (?:voted|was|were|is) (?:against|for|in favou?r|no|yes)|"
    r"what happened(?: then| next)?|now|today|details?|more|"
    r"seit wann|bis wann|ab wann|wann|wo|warum|wieso|weshalb|wer|von wem|wie hoch|wie viel|heute|jetzt|welche|"
    r"wer (?:war|ist|stimmte) (?:dagegen|dafür)|"
    r"was (?:geschah|passierte)(?: dann| danach)?|mehr)\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|currently|at present|heute|jetzt|aktuell|derzeit|inzwischen)\b", re.IGNORECASE
)
_CHOICE = re.compile(
    r"^\s*(?:i mean(?:t)?\s+|ich meine\s+)?(?:the|das|den|die|der)?\s*"
    r"(?:first|second|third|fourth|last|former|latter|other|erste\w*|zweite\w*|dritte\w*|vierte\w*|letzte\w*|andere\w*|"
    r"\d{2,3}(?:st|nd|rd|th)|(?:19|20)\d\d|EU|US|UK|american|european|german|british|amerikanische\w*|"
    r"europäische\w*|deutsche\w*|britische\w*)"
    r"(?:\s+(?:one|act|law|bill|congress|version|regulation|directive|gesetz|kongress|verordnung|of (?:them|those)))?"
    r"[\s.!?]*$",
    re.IGNORECASE,
)
_LANGUAGE_ONLY = re.compile(
    r"^\s*(?:(?:and|und|now|bitte|please|nochmal|again|the same|das gleiche)[,\s]+)*(?:auf|in)\s+"
    r"(?P<language>german|deutsch|english|englisch)(?:[,\s]+(?:please|bitte|nochmal|again))*\s*[?.!]*\s*$",
    re.IGNORECASE,
)


def leans(own: Reading) -> bool:
    """Whether a question cannot be understood alone: elliptical, or pointing back and naming nothing."""
    text = own.text
    if any(form.search(text) for form in (_OPENING, _BARE, _CHOICE, _LANGUAGE_ONLY)):
        return True
    if own.identifiers or own.titles:
        return False
    words = len(text.split())
    return words <= _FEW_WORDS and bool(
        _POINTING.search(text) or (words <= _VERY_FEW_WORDS and (_THAT.search(text) or _MOVED.search(text)))
    )


def language_asked(text: str) -> str | None:
    """ "de" or "en" where a message asks for nothing but the language: "in German, please"."""
    found = _LANGUAGE_ONLY.search(text)
    return None if found is None else "de" if found["language"].casefold() in {"german", "deutsch"} else "en"


_CORRECTION = re.compile(
    r"^\s*(?:(?:no|nope|sorry|actually|wait|nein|nee|entschuldigung|halt|quatsch)\s*[,.;:!–—-]+\s*)*"
    r"(?:(?:no |nein )?(?:i (?:meant?|was asking about|was talking about)|ich (?:meine?|meinte)|"
    r"gemeint (?:war|ist)|make that|not that one but)\b[\s,:–—-]*)?",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"(?:[,;–—]\s*(?:not|nicht)|\s(?:not the|nicht (?:das|den|die|der)|rather than|instead of|statt|anstatt))\s[^?]*",
    re.IGNORECASE,
)
_OTHER_FIRST = re.compile(
    r"^\s*(?:not|nicht)\s(?:the\s|das\s|den\s|die\s|der\s)?[^,;?]{2,60}[,;]\s*(?:but|sondern)?\s*",
    re.IGNORECASE,
)


def corrected(text: str) -> str | None:
    """What a message puts in the place of what was asked: "no, I meant the DMA" -> "the DMA"; None: no correction."""
    other = _OTHER_FIRST.match(text)
    lead = other or _CORRECTION.match(text)
    if lead is None or not lead[0].strip():
        return None
    rest = text[lead.end() :] if other else _NOT_THAT.sub("", text[lead.end() :])
    return rest.strip() or None


_SINCE_THEN = re.compile(r"\b(?:since then|after that|afterwards|seitdem|seither|danach)\b", re.IGNORECASE)
_COUNTS = {**NUMBER_WORDS, **dict.fromkeys(("a", "an", "one", "ein", "einen", "eine", "einem", "einer"), 1)}
_MOVED = re.compile(
    r"\b(?P<count>\d{1,3}|" + "|".join(sorted(map(re.escape, _COUNTS), key=len, reverse=True)) + r")\s+"
    r"(?P<unit>day|week|month|year|tag|woche|monat|jahr)\w*\s+"
    r"(?P<way>later|after(?:wards)?|earlier|before|später|danach|früher|zuvor|davor)\b",
    re.IGNORECASE,
)
_BACK = frozenset({"earlier", "before", "früher", "zuvor", "davor"})
_DAYS = {"d": 1, "t": 1, "w": 7}
_MONTHS = {"m": 1, "y": 12, "j": 12}
_BEFORE_THAT = re.compile(
    r"^\W*(?:(?:and|but|und|aber)\s+)?(?:(?:what (?:was|came|happened)|how high was|was war|wie war)\s+)?(?:it |es )?"
    r"(?:before(?: that| then)?|previously|earlier|davor|zuvor|vorher|früher)\W*$",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(r"^\W*(?:(?:and|und|but|aber)\s+)?(?P<year>(?:19|20)\d\d)\W*$", re.IGNORECASE)


def asks_before(text: str) -> bool:
    """Whether a message asks for what was before what was told: "and before that?"."""
    return _BEFORE_THAT.search(text) is not None


def with_days_of(earlier: Reading, own: Reading, today: dt.date) -> Reading:
    """A question that leans on another, with the other's days unless it names or moves them.

    "a year later" moves them, "since then" begins after them, and after a window another period is a window too.
    """
    base = earlier.as_of or earlier.until
    if (found := _MOVED.search(own.text)) and base:
        return replace(own, as_of=min(_moved(base, found), today), since=None, until=None)
    if _SINCE_THEN.search(own.text) and base and base < dt.date.max:
        return replace(own, as_of=None, since=base + dt.timedelta(days=1), until=None)
    if (year := _YEAR_ALONE.match(own.text)) and base:
        own = replace(own, as_of=dt.date(int(year["year"]), 12, 31))
    if own.as_of and earlier.since and not (own.since or own.until):
        window = read_query(
            f"what happened in {year['year']}" if year else f"what happened {own.text}", today
        )
        if window.since and window.until:
            return replace(own, as_of=None, since=window.since, until=window.until)
    if own.as_of or own.since or own.until or _NOW.search(own.text):
        return own
    return replace(own, as_of=earlier.as_of, since=earlier.since, until=earlier.until)


def _moved(day: dt.date, found: re.Match[str]) -> dt.date:
    word, unit = found["count"].casefold(), found["unit"][0].casefold()
    count = int(word) if word.isdigit() else _COUNTS[word]
    count = -count if found["way"].casefold() in _BACK else count
    if unit in _DAYS:
        return day + dt.timedelta(days=count * _DAYS[unit])
    year, month = divmod(day.year * 12 + day.month - 1 + count * _MONTHS[unit], 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
