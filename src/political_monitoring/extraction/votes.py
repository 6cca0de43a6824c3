"""Results of votes: "523 votes in favour, 46 against and 49 abstentions", "215 - 211 (Roll no. 226)"."""

import re
from collections.abc import Iterator

from political_monitoring.domain.documents import Span
from political_monitoring.extraction.dates import find_dates, leading_day
from political_monitoring.extraction.events import event_day
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.number_words import NUMBER_WORDS
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.sentences import Sentence

_WORDS = {
    **dict.fromkeys(["no", "kein", "keine", "keiner", "null", "zero"], 0),
    **dict.fromkeys(["one", "a", "ein", "eine", "einer"], 1),
    **NUMBER_WORDS,
}
_N = r"(?:\d{1,3}(?:,\d{3})+|\d+|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_VOTES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<for>{_N}) (?:members |MEPs )?(?:votes? |voted )?(?:in favou?r|for)\b(?:,| to|"
        rf" and)?[^.;]{{0,25}}?\b(?P<against>{_N}) (?:votes? |voted )?against\b"
        rf"(?:[^.;]{{0,40}}?\b(?P<abstained>{_N}) (?:members? )?(?:abstentions?|abstained|abstaining))?",
        rf"\bby (?:a vote of )?(?P<for>\d+) votes? (?:to|"
        rf"against) (?P<against>\d+)\b(?:[^.;]{{0,20}}?\b(?P<abstained>{_N}) abstentions?)?",
        r"\b(?:by|with) a vote of (?P<for>\d+)(?: ?[-–] ?| to )(?P<against>\d+)\b",
        rf"\b(?P<for>{_N}) (?:Abgeordnete |Ja-?Stimmen |Stimmen )?(?:stimmten |stimmte )?(?:dafür|"
        rf"Ja-?Stimmen)\b[^.;]{{0,20}}?\b(?P<against>{_N}) (?:dagegen|Nein-?Stimmen|Gegenstimmen)\b"
        rf"(?:[^.;]{{0,20}}?\b(?P<abstained>{_N})\b[^.;]{{0,15}}(?:enthielt|Enthaltung))?",
        rf"\bmit (?P<for>\d+) (?:gegen|"
        rf"zu) (?P<against>\d+) Stimmen\b(?:[^.;]{{0,20}}?\b(?P<abstained>{_N}) Enthaltung)?",
    )
)
_WORTH_READING = re.compile(r"\b(?:votes?|voted|members|stimmten?|Stimmen|dafür)\b|-Stimmen")
_DECIDES = re.compile(
    r"(?i)\b(?:pass(?:ed|es)?|adopt(?:ed|s)|approv(?:ed|es)|agreed|endorsed|backed|reject(?:ed|s)|voted|"
    r"votes? in favou?r|beschlossen|beschloss|verabschiedete?|angenommen|abgelehnt|gebilligt|billigte|"
    r"stimmten?|zugestimmt|dafür)\b"
)
_ROLL_CALL = re.compile(
    r"(?:Passed|agreed|Agreed|pass|Failed|passage)[^.;]{0,160}?(?:Yeas and Nays|Yea-Nay Vote|"
    r"recorded vote|Recorded Vote)[.:]*(?: \(2/3 required\):)? "
    r"(?P<for>\d{1,3}) ?[-–] ?(?P<against>\d{1,3})(?:, (?P<abstained>\d+) Present)?[^.;]{0,12}(?:Roll "
    r"no\. \d+|Record Vote Number: \d+)?"
)
_ON_THE_MEASURE = re.compile(
    r"Passed|[Oo]n [Pp]assage|[Ss]uspend the [Rr]ules and (?:[Pp]ass|[Aa]gree)|"
    r"[Oo]n [Aa]greeing to the [Rr]esolution|Failed of passage|Resolution agreed"
)

PROCEDURAL = re.compile(
    r"\b(?:amendment|recommit|table|cloture|proceed|reconsider|previous question|adjourn|instruct|"
    r"nomination|point of order|Änderungsantrag|Entschließungsantrag|Geschäftsordnung)\b",
    re.IGNORECASE,
)
"""A vote on this says nothing about who wants the law."""


def vote_results(reading: Reading) -> list[Draft]:
    """vote_result facts: "for-against" or "for-against-abstained" about the law that was voted on."""
    if reading.genre is Genre.STATUTE:
        return []
    if reading.genre is Genre.RECORD:
        return list(_roll_calls(reading))
    return [draft for sentence in reading.sentences for draft in _in_sentence(reading, sentence)]


def _roll_calls(reading: Reading) -> Iterator[Draft]:
    text = reading.document.text
    for match in _ROLL_CALL.finditer(text):
        question = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        procedural = reading.document.kind == "roll_call" and PROCEDURAL.search(question)
        if reading.principal and _ON_THE_MEASURE.search(match[0]) and not procedural:
            span = Span(match.start(), match.end())
            on = leading_day(text[text.rfind("\n", 0, match.start()) + 1 :]) or reading.document.date
            yield Draft(reading.principal, "vote_result", span, match[0], value=_result(match), on=on)


def _in_sentence(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    dates = find_dates(sentence.text, reading.document.date) if _WORTH_READING.search(sentence.text) else None
    if dates is None:
        return
    for pattern in _VOTES:
        for match in pattern.finditer(sentence.text):
            base = sentence.span.start
            before = reading.laws(Span(base, base + match.start()))
            law = before[-1].entity_id if before else reading.principal
            when = event_day(sentence, Span(match.start(), match.end()), dates, reading.document.date)
            if law is not None and when is not None and _DECIDES.search(sentence.text):
                yield Draft(
                    law,
                    "vote_result",
                    sentence.span,
                    match[0],
                    value=_result(match),
                    on=when[0],
                    confidence=when[1],
                )


def _result(match: re.Match[str]) -> str:
    counts = [match["for"], match["against"], match.groupdict().get("abstained")]
    return "-".join(str(_WORDS.get(count.casefold(), count.replace(",", ""))) for count in counts if count)
