"""Whether a sentence reports something that has happened, and on which day."""

import re
from collections.abc import Sequence
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.extraction.dates import FoundDate
from political_monitoring.extraction.sentences import Sentence

# In front of a verb these make it a wish, a plan or its opposite when they stand in its own clause ...
_NOT_A_FACT = re.compile(
    r"(?i)\b(?:not|never|n['’]t|yet to|expected to|could|would|should|might|(?-i:may)|must|will|can|"
    r"wants?|plans? to|hopes?|calls? (?:on|for)|urges?|"
    r"asks?|nicht|kein\w*|soll\w*|will|würde\w*|könnte\w*|kann|muss)\b"
)
_CLAUSE = re.compile(r"[,;:–—()]|\b(?:and|but|which|that|while|und|aber|nachdem|after)\b")
# ... and these make it a condition for everything up to the next comma.
_CONDITION = re.compile(
    r"(?i)\b(?:until|unless|once|if|whether|before|as soon as|bis|bevor|sobald|wenn|falls|ob)\b"
)
# "Had the Senate passed it, ...": the verb in front makes the clause a condition.
_INVERTED = re.compile(r"\W*(?:Had|Should|Were|Hätten?|Sollten?|Würden?|Wären?)\b")
_COMMA_CLAUSE = re.compile(r"[,;:–—()]")
# "will be signed and published": the auxiliary governs both participles.
_TO_BE_DONE = re.compile(
    r"\b(?:will|must|should|would|shall|could|may|can|is to|are to|has to|have to)\b[^.;]{0,25}\bbe\b"
    r"(?![^.;]*\b(?:was|were|been)\b)"
    r"|\b(?:wird|werden)\b(?![^.;]*\b(?:wurde|wurden|hat|haben|hatte|ist|sind)\b)"
)

_BACKGROUND = re.compile(
    r"(?i)\b(?:had|hatte|hatten|war|waren|earlier|previously|zuvor|bereits|already|ursprünglich)\b"
)
# A date behind one of these words belongs to a document or a plan, not to the event;
# but a judgment's own date is the event's.
_OTHER_DATE = re.compile(
    r"(?i)(?:\b(?:of|vom|dated|from|until|till|by|before|ab|bis|after|nach)\s(?:the\s|dem\s|den\s)?)$"
)
_RULING_DATE = re.compile(
    r"(?i)\b(?:in|with|by|mit|durch)\s(?:(?:its|a|the|seinem|dem|das)\s)?(?:judgment|ruling|urteil|"
    r"beschluss)\s(?:of|vom)\s$"
)
RELATIVE_DAY = re.compile(
    r"\s*(?:on the (?:\w+ ){0,2}day (?:after|following)|\w+ days (?:after|later|following)|"
    r"am \w+ Tage? nach)\b"
)
"""Behind a verb: its day is counted from another one, not named."""
COUNTED_FROM = re.compile(
    r"\b(?:after|following) (?:(?:its|the|their) )?(?:publication|adoption|signature|entry|announcement)\b"
    r"|\bnach (?:(?:der|ihrer|seiner) )?(?:Veröffentlichung|Verkündung|Annahme)\b"
)
"""Between a verb and a date: the date is what the verb's day is counted from."""
# "On Tuesday 3 May ...": a date that a sentence begins with is the day of everything in it.
_WORDS_BEFORE_LEADING = 2
_SUBORDINATE = re.compile(r"\b(?:that|which|who|whose|after|before|nachdem|bevor)\b")
_ANOTHER_CLAUSE = 100
_DATE_FIRST = 10
# The first sentences of a text tell its news; later ones without a date may tell its history.
_LEAD = 3


def is_hypothetical(sentence: str, at: int) -> bool:
    """Whether what stands before position `at` makes what follows a wish, a plan, a condition or a denial."""
    clause = max((mark.end() for mark in _CLAUSE.finditer(sentence, 0, at)), default=0)
    comma = max((mark.end() for mark in _COMMA_CLAUSE.finditer(sentence, 0, at)), default=0)
    governed = sentence[comma:at]
    return bool(
        _NOT_A_FACT.search(sentence[clause:at])
        or _CONDITION.search(governed)
        or _TO_BE_DONE.search(governed)
        or _INVERTED.match(governed)
    )


def event_day(
    sentence: Sentence, verb: Span, dates: Sequence[FoundDate], on: date | None, rivals: Sequence[Span] = ()
) -> tuple[date | None, float] | None:
    """(day of the event, confidence in it), or None when it lies ahead or its day cannot be told.

    The sentence's date nearest to the verb, unless another verb (`rivals`) is nearer to it, or the one the
    sentence begins with; where the sentence has no date, the document's (`on`), except in background further
    down. Spans and dates count from the beginning of the sentence.
    """
    own = _own_date(sentence.text, verb, dates, rivals)
    if own is not None:
        if on is not None and own.day > on:
            return None
        return own.day, 1.0 if own.precise else 0.7
    if dates and sentence.ordinal:
        return None  # its dates belong to other things: the day is not the document's either
    if on is None:
        return None, 0.5
    if sentence.ordinal >= _LEAD and _BACKGROUND.search(sentence.text):
        return None
    return on, 0.9 if sentence.ordinal < _LEAD else 0.7


def _own_date(text: str, verb: Span, dates: Sequence[FoundDate], rivals: Sequence[Span]) -> FoundDate | None:
    if RELATIVE_DAY.match(text, verb.end):
        return None
    usable = [
        one
        for one in dates
        if _is_an_events(text[: one.span.start]) and not COUNTED_FROM.search(text, verb.end, one.span.start)
    ]
    near = [
        one
        for one in usable
        if all(_distance(text, one.span, verb) <= _distance(text, one.span, rival) for rival in rivals)
    ]
    if near:
        return min(near, key=lambda one: _distance(text, one.span, verb))
    leading = next(
        (one for one in usable if len(text[: one.span.start].split()) <= _WORDS_BEFORE_LEADING), None
    )
    return leading if leading and not _SUBORDINATE.search(text, leading.span.end, verb.start) else None


def _is_an_events(lead: str) -> bool:
    return not _OTHER_DATE.search(lead) or bool(_RULING_DATE.search(lead))


def _distance(text: str, day: Span, verb: Span) -> int:
    """Characters from a date to a verb; another clause is far away, and dates rather follow their verb."""
    start, end = min(day.end, verb.end), max(day.start, verb.start)
    another_clause = _ANOTHER_CLAUSE if end > start and _CLAUSE.search(text, start, end) else 0
    return max(0, end - start) + another_clause + (_DATE_FIRST if day.start < verb.start else 0)
