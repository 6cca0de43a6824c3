"""What a question says before anything is looked up: identifiers, titles, days. English and German."""

import re
from dataclasses import dataclass
from datetime import date

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Identifier
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.tools.days import read_days


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as its words have it.

    Attributes:
        identifiers: legal identifiers in canonical form, without a US bill's congress unless it is named.
        titles: quoted or bracketed titles, which may have been cut off.
        as_of: the state at the end of this day is asked for; None: the present.
        since, until: a window of days, both included.
        asks_status: it asks where something stands.
        counts: it asks for a number.
        asking: what asks in it, without titles, identifiers and their dots: all of a short text, of a longer one its
            short questions, nothing of a description.
    """

    text: str
    language: str
    """"en" or "de"."""
    identifiers: tuple[Identifier, ...]
    titles: tuple[str, ...]
    as_of: date | None
    since: date | None
    until: date | None
    asks_status: bool
    counts: bool
    asking: str


def read_query(text: str, today: date) -> Reading:
    """Read a question. The same text and day always give the same reading.

    Args:
        today: the day that "yesterday" counts from.
    """
    titles = find_titles(text)
    found = find_identifiers(text)
    plain = blank(text, [*titles, *(one.span for one in found)])
    asking = _asking(plain)
    days = read_days(asking, today)
    return Reading(
        text=text,
        language=read_language(text),
        identifiers=tuple(dict.fromkeys(one.identifier for one in found)),
        titles=tuple(span.of(text).strip() for span in titles),
        as_of=days.as_of,
        since=days.since,
        until=days.until,
        asks_status=bool(_STATUS.search(asking)),
        counts=bool(_COUNTS.search(asking)),
        asking=asking.replace("·", " "),
    )


_MOST_WORDS = 25
_DESCRIPTION = re.compile(r"\W*(?:this|these|diese[rs]?|(?:der|die|das) vorliegende)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.?!])\s+(?=[^\W\d_a-zäöü]|[„“\"(·])")


def _asking(text: str) -> str:
    """What asks in a text: all of a short one, of a longer one its short questions.

    The rest of a long text describes what is looked for, and so do the dates in it; so does a text that begins with
    "This bill" and asks nothing.
    """
    if _DESCRIPTION.match(text) and "?" not in text:
        return ""
    if len(text.split()) <= _MOST_WORDS:
        return text
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text)]
    return " ".join(one for one in sentences if one.endswith("?") and len(one.split()) <= _MOST_WORDS)


def blank(text: str, spans: list[Span]) -> str:
    """`text` with these ranges replaced by as many dots, so that places stay the same."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = "·" * (span.end - span.start)
    return "".join(letters)


_COUNTS = re.compile(
    r"\bhow (?:many|much|often|frequently|high|large|long)\b|\b(?:number|share|percentage|total) of\b"
    r"|\bwie ?vie(?:l|le|len|ler|les)\b|\bwie (?:hoch|oft|häufig|groß|lange)\b|\b(?:anzahl|zahl|anteil) "
    r"(?:der|des|von)\b",
    re.IGNORECASE,
)

# --- titles ----------------------------------------------------------------------------------------

_CLOSING = {"„": '“”"', "“": "”", "»": "«", "«": "»", '"': '"', "(": ")"}
_SHORTEST_QUOTED, _SHORTEST_BRACKETED = 4, 15


def find_titles(text: str) -> list[Span]:
    """Places of titles in quotation marks or brackets, without the marks; none inside another."""
    titles = []
    position = 0
    while position < len(text):
        opening = text[position]
        end = _closing(text, position) if opening in _CLOSING else None
        shortest = _SHORTEST_BRACKETED if opening == "(" else _SHORTEST_QUOTED
        if end is None or end - position - 1 < shortest:
            position += 1
            continue
        titles.append(Span(position + 1, end))
        position = end + 1
    return titles


def _closing(text: str, position: int) -> int | None:
    """Where the mark that opens at `position` is closed.

    A title that was cut off may have lost a bracket of its own; then the last one in the text closes it.
    """
    opening = text[position]
    closing = _CLOSING[opening]
    depth = 0
    for at in range(position, len(text)):
        if text[at] == opening and (at == position or opening not in closing):
            depth += 1
        elif text[at] in closing:
            depth -= 1
        if depth == 0:
            return at
    last = max(text.rfind(mark) for mark in closing)
    return last if last > position else None


# --- language --------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN = frozenset(
    """
    der die das den dem des ein eine einen einem einer und oder ist sind war waren wird wurde wurden hat
    hatte haben wie was wer wann wo warum welche welchen welcher welches welchem stand steht beim zum zur im am vom für
    von mit nicht auf seit bis zwischen gegen über nach es sich gibt noch schon bei aus
    """.split()  # noqa: SIM905 - eighty quoted words would be harder to read
)
_ENGLISH = frozenset(
    """
    the of is are was were what which who when where why how did does do has have had been be and or in on
    at to for with by from since until between against about after before it its this that not stand status
    """.split()  # noqa: SIM905
)


def read_language(text: str) -> str:
    """ "de" or "en", by the small words; English when they do not tell."""
    words = [word.casefold() for word in _WORD.findall(text)]
    german = sum(word in _GERMAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    umlauts = any(mark in text.casefold() for mark in "äöüß")
    return "de" if german > english or (german == english and umlauts) else "en"


# --- status ----------------------------------------------------------------------------------------

_DONE_EN = (
    r"adopted|passed|approved|enacted|signed|rejected|vetoed|repealed|annulled|withdrawn|introduced|ratified|"
    r"published|applicable|effective|law"
)
_DONE_DE = (
    r"beschlossen|verabschiedet|angenommen|abgelehnt|verkündet|ausgefertigt|unterzeichnet|in\s+kraft|gescheitert|"
    r"aufgehoben|zurückgezogen|eingebracht|ratifiziert"
)
_STATUS = re.compile(
    r"\b(?:legislative |current |procedural )?(?:status|state of play)\b"
    r"|\bwhere (?:does|did|do|is|was|had)\b[^?]*\bst(?:and|ood)\b|\bwhat stage\b|\bwhich stage\b|\bhow far\b"
    rf"|\b(?:has|had|have|was|were|is|are|did)\b[^?]*\b(?:{_DONE_EN})\b"
    r"|\b(?:in|into) force\b|\bbecome law\b|\bbecame law\b"
    r"|\b(?:verfahrens|sach|bearbeitungs|gesetzgebungs)?stand\b"
    r"(?=\s+(?:beim|bei|der|des|von|vom|zu[mr]?|hatte|hat)\b)"
    r"|\b(?:welchen|welcher|welchem|wie|was)\b[^?]*\b(?:verfahrens|sach)?stand\b"
    r"|\bwo (?:steht|stand)\b|\bwie weit\b"
    rf"|\b(?:ist|war|sind|wurde|wurden|hat|hatte)\b[^?]*\b(?:{_DONE_DE})\b|\bin kraft\b|\bgilt\b",
    re.IGNORECASE,
)
