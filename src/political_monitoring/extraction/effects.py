"""Days on which laws enter into force or begin to apply, stated or announced."""

import re
from collections.abc import Iterator
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.extraction.dates import FoundDate, find_dates
from political_monitoring.extraction.events import COUNTED_FROM, RELATIVE_DAY
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.sentences import Sentence
from political_monitoring.extraction.status_prose import says_part

_ENTERS = re.compile(
    r"\b(?:enter|enters|entered|come|comes|came) into (?:force|effect)\b|\btakes? (?:legal )?effect\b|"
    r"\btook effect\b|\bin force (?=since)"
    r"|\b(?:tritt|treten|trat|traten)\b(?=[^;]{0,90}\bin Kraft\b)|\bin Kraft (?:treten|getreten)\b|"
    r"\bInkrafttreten\b"
)
_APPLIES = re.compile(
    r"\b(?:apply|applies|applied)\b(?=[,.]|\s(?:from|as of|on|to|since|in|only|fully|directly)\b)|"
    r"\bapplicable\b|\bbegan to apply\b|\b(?:gilt|gelten|galt|galten|anzuwenden|anwendbar)\b"
)
_POINTS_AT_DATE = re.compile(
    r"(?i)\b(?:on|from|as of|since|starting|am|ab|seit|zum)\s(?:the\s|dem\s|den\s)?$"
)
_REPLACED = re.compile(
    r"(?i)\b(?:instead of|not|no longer|nicht|statt|anstelle)\s(?:on\s|from\s|am\s|ab\s)?(?:the\s|dem\s)?$"
)
_WISH = re.compile(r"(?i)\b(?:should|would|could|sollte|würde|proposed|wants|due to|unless|until)\b")
_PLAN = re.compile(r"(?i)\b(?:is|are) to\b|\bsoll(?:en)?\b")
_OWN_TEXT = re.compile(
    r"\b[Tt]his (?:Regulation|Directive|Decision|Act)\b|\bIt shall\b|\b(?:Dieses Gesetz|Diese Verordnung)\b"
)
_REACH = 130


def effect_days(reading: Reading) -> list[Draft]:
    """enters_into_force and applies_from facts; the value is the ISO day, valid from when it was said."""
    return [draft for sentence in reading.sentences for draft in _in_sentence(reading, sentence)]


def _in_sentence(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    text, on = sentence.text, reading.document.date
    for predicate, pattern in (("enters_into_force", _ENTERS), ("applies_from", _APPLIES)):
        for match in pattern.finditer(text):
            law = _law(reading, sentence, match)
            if law is None or _WISH.search(text[: match.end()]) or RELATIVE_DAY.match(text, match.end()):
                continue
            confidence = 0.6 if _PLAN.search(text[: match.end()]) else 1.0
            for day in _days(text, match, find_dates(text, on), several=predicate == "applies_from"):
                yield Draft(
                    law,
                    predicate,
                    sentence.span,
                    match[0],
                    value=day.isoformat(),
                    on=min(day, on) if on else None,
                    confidence=confidence,
                )


def _days(text: str, match: re.Match[str], dates: list[FoundDate], several: bool) -> list[date]:
    """The days the verb points at: behind it ("from 2 August 2026 and from ..."), else nearest in front."""
    pointed = [
        one
        for one in dates
        if one.precise
        and _POINTS_AT_DATE.search(text[: one.span.start])
        and not _REPLACED.search(text[: one.span.start])
    ]
    behind = [
        one
        for one in pointed
        if match.end() <= one.span.start <= match.end() + _REACH
        and not COUNTED_FROM.search(text, match.end(), one.span.start)
    ]
    if behind:
        return [one.day for one in (behind if several else behind[:1])]
    in_front = [one for one in pointed if one.span.end <= match.start()]
    return [in_front[-1].day] if in_front else []


def _law(reading: Reading, sentence: Sentence, match: re.Match[str]) -> str | None:
    if reading.genre is Genre.STATUTE:
        return reading.principal if _OWN_TEXT.search(sentence.text) else None
    base = sentence.span.start
    before = reading.laws(Span(base, base + match.start()))
    lead = sentence.text[: match.start()]
    if before:
        law = before[-1]
        whole = match[0] == "began to apply" or not says_part(reading.document.text[base : law.span.start])
        return law.entity_id if whole else None
    inside = (
        reading.laws(Span(base + match.start(), sentence.span.end))
        if match[0].casefold().startswith("tr")
        else []
    )
    return inside[0].entity_id if inside else reading.generic_law(lead + match[0])
