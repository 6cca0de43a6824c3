"""Whether a text that is much like another one says anything that the other does not.

Publishers who bring a report again change its headline and dateline, cut its end, add lines about themselves, and put
a word in place of another. Whoever reports something else changes a number, a date, a name, or whether it is so.
So every sentence of the repetition must be one of the original's; or one of them with words in it that are known to
be equal; or plainly no part of the report. What the original says besides does not matter: it is the one that is kept.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from political_monitoring.documents.differences import Comparison, Edit, compare
from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Span
from political_monitoring.extraction.dates import find_dates
from political_monitoring.extraction.identifiers import LAW_SCHEMES, find_identifiers
from political_monitoring.extraction.money import find_money
from political_monitoring.extraction.number_words import NUMBER_WORDS

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+|\w+")
_NUMBER_WORDS = {word: str(number) for word, number in NUMBER_WORDS.items()}

# Words that may stand for each other, and words that may come and go. Whatever is in neither list may not change: in
# "60 days" and "60 weeks" one small word is all the difference, and no list of opposites is ever complete.
_EQUALS = {
    word: group.split()[0]
    for group in (
        "announced presented unveiled",
        "announces presents unveils",
        "companies firms",
        "company firm",
        "approximately about around roughly",
        "began started",
        "begins starts",
        "bought purchased",
        "comply conform",
        "decision ruling",
        "decisions rulings",
        "helped assisted",
        "inform tell",
        "lift remove",
        "lifted removed",
        "said stated",
        "shows demonstrates",
        "erklärte sagte",
        "etwa rund zirka",
        "unternehmen firmen",
    )
    for word in group.split()
}
_FILLERS = frozenset(
    """
    a also an and consequently furthermore however in meanwhile moreover now of on that the then thereby therefore
    though thus which auch außerdem da dabei damit das dem den der des die ebenso ein eine einem einen einer eines
    ferner jedoch nun so somit und weiterhin zudem
    """.split()  # noqa: SIM905 - a list of words reads better than a column of strings
)
_FIXED = frozenset("all never no not only without alle kein keine nicht nie nur ohne".split())  # noqa: SIM905
"""Words whose place matters."""
_PHRASES = (
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"\b(?:has|have) to\b"), "must"),
    (re.compile(r"\bper cent\b|%"), " percent"),
    (re.compile(r"\bbetween (\w+(?: \w+)?) and\b"), r"from \1 to"),
)
_SPELLINGS = (
    (re.compile(r"is(e|ed|es|ing|ations?)$"), r"iz\1"),
    (re.compile(r"(?<=\w\w)our"), "or"),
    (re.compile(r"^programme"), "program"),
)

_HEAD = 600
"""Characters in which a dateline stands."""
_LINE_WORDS = 25
"""Headlines and bylines are shorter, and end without a full stop."""
_DATELINE = re.compile(
    r"^\W{0,3}(?:[A-ZÄÖÜ]{3,}(?:[ /-][A-ZÄÖÜ]{2,})*(?:, [^\n–—]{1,30}?)?(?: ?\([^)\n]{1,30}\))?"
    r"|[A-ZÄÖÜ][\w.-]+(?: [A-ZÄÖÜ][\w.-]+)?"
    r"(?:, [^\n–—]{1,30}? ?\([^)\n]{1,30}\)|, [^\n–—]{0,20}\d{4}| ?\([^)\n]{1,30}\)))"
    r"\s?(?:[–—]|\s--?\s)\s*"
)
_FRAME = re.compile(
    r"©|\(c\) \d{4}|copyright (?:\d{4}|by)|all rights reserved|alle rechte vorbehalten|\S@\S+\.\w"
    r"|(?:https?://|www\.)\S+$|\btel(?:efon|\.|:)|\bphone:|\bcontacts?:"
    r"|\bfor (?:more|further|additional) information\b|\bweitere informationen\b|\brückfragen\b"
    r"|\b(?:reporting|report|edit(?:ing|ed)|written|compiled|photos?) by\b|^by [a-z]|^von [a-z]+ [a-z]+$"
    r"|\bpress contact|\bpressekontakt|\bsubscribe\b|\bnewsletter\b|\bsign up\b|\babonnieren\b|\bfollow us\b"
    r"|\bread (?:more|also)\b|\blesen sie (?:auch|mehr)|\bmehr dazu\b|^related:|^see also|^advertisement$|^anzeige$"
    r"|^share (?:this|on)"
    r"|\b(?:this|the) (?:article|story|report|text|release) (?:was|is|has been|first|originally)\b"
    r"|\bdieser (?:artikel|text|beitrag)\b|\boriginally (?:published|appeared)\b|\bdistributed by\b"
    r"|\boriginal-content von\b|^(?:sources?|quellen?): \S+(?: \S+){0,3}$"
    r"|^photo:|^foto:|^image:|^bild:|\bwith material from\b|\bmit material (?:von|der)\b",
    re.IGNORECASE,
)
_FRAME_TO_THE_END = re.compile(
    r"^\W*(?:about (?!\d)|über (?:die|den|das|uns)\b|notes? (?:to|for) editors|editors?['’]? notes?"
    r"|(?:press|media) contact"
    r"|(?:presse)?kontakt\b|contacts?\b|ends?\W*$|ende\W*$|-\s?30\s?-)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """The words of a document."""

    title: str
    url: str | None
    day: str | None
    """ISO date."""
    text: str

    @property
    def date(self) -> date | None:
        """The day as such."""
        return date.fromisoformat(self.day) if self.day else None


def says_nothing_new(repetition: Report, original: Report) -> bool:
    """Whether everything in the repetition stands in the original, in the same or in equal words."""
    mine, theirs = _acts(repetition), _acts(original)
    if mine and theirs and not mine & theirs:
        return False
    # Most pairs are told apart by their first other sentence, long before this is wanted.
    said = cache(lambda: {one for one, _ in _figures(f"{original.title}\n{original.text}", original.date)})
    titled = {one for one, _ in _figures(repetition.title, repetition.date)} - {repetition.day}
    if titled and not titled <= said():
        return False
    compared = compare(original.text, repetition.text)
    known = {_plain(span.of(original.text)) for span in split_sentences(original.text)}
    known |= {_plain(original.title), _plain(repetition.title)}
    framed = False
    for edit in compared.edits:
        if edit.after is None:
            continue
        sentence = edit.after.of(repetition.text)
        framed = framed or (
            _is_behind(edit.after, compared) and _FRAME_TO_THE_END.match(sentence) is not None
        )
        if _plain(sentence) in known or (edit.before and _rewords(edit, repetition, original)):
            continue
        figures = {one for one, is_act_or_amount in _figures(sentence, repetition.date) if is_act_or_amount}
        is_frame = edit.before is None and (framed or _is_frame(edit.after, repetition, compared))
        if not is_frame or (figures and not figures <= said()):
            return False
    return True


def _acts(report: Report) -> set[str]:
    """Laws and procedures that title and address name."""
    found = find_identifiers(f"{report.title}\n{report.url or ''}", report.date)
    return {str(one.identifier) for one in found if one.identifier.scheme in LAW_SCHEMES}


def _is_behind(place: Span, compared: Comparison) -> bool:
    return place.start >= compared.kept.end


def _is_frame(place: Span, report: Report, compared: Comparison) -> bool:
    """Whether an added sentence is about the publication: a byline, a headline, an address, a notice."""
    sentence = place.of(report.text)
    words = len(sentence.split())
    if place.end <= compared.kept.start and words <= _LINE_WORDS and sentence[-1] not in ".!?":
        own = {report.day, *(one for one, _ in _figures(report.title, report.date))}
        return all(one in own for one, _ in _figures(sentence, report.date))
    return _FRAME.search(sentence) is not None


def _rewords(edit: Edit, repetition: Report, original: Report) -> bool:
    """Whether a sentence says what another does: the same words and figures, one of them at most in another place."""
    mine, theirs = (
        _wording(_without_dateline(span, report), report.date) if span else []
        for span, report in ((edit.after, repetition), (edit.before, original))
    )
    if mine == theirs:
        return True
    if Counter(mine) != Counter(theirs):
        return False
    first = next(place for place, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one != other)
    moved = {mine[first], theirs[first]} - _FIXED
    return any(_without(mine, word) == _without(theirs, word) for word in moved if not word[0].isdigit())


def _without(words: list[str], moved: str) -> list[str]:
    place = words.index(moved)
    return words[:place] + words[place + 1 :]


def _without_dateline(place: Span, report: Report) -> str:
    """A sentence without the dateline before it; one of another day than the report's own says something."""
    sentence = place.of(report.text)
    line = _DATELINE.match(sentence) if place.start < _HEAD else None
    if line is None or {one for one, _ in _figures(line[0], report.date)} - {report.day}:
        return sentence
    return sentence[line.end() :]


def _wording(sentence: str, on: date | None) -> list[str]:
    """The words and figures of a sentence in order, each in one of its spellings, without those that say nothing."""
    for pattern, phrase in _PHRASES:
        sentence = pattern.sub(phrase, sentence)
    found: list[tuple[int, str]] = []
    taken: set[int] = set()
    for span, figure, _ in _placed_figures(sentence, on):
        found.append((span.start, figure))
        taken.update(range(span.start, span.end))
    for token in _TOKEN.finditer(sentence):
        if token.start() not in taken:
            found.append((token.start(), _spelled(token[0].casefold())))
    return [word for _, word in sorted(found) if word not in _FILLERS]


def _spelled(word: str) -> str:
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return _EQUALS.get(word, word)


def _figures(text: str, on: date | None) -> Iterator[tuple[str, bool]]:
    """Each figure, and whether it is the number of an act or an amount of money."""
    return ((figure, heavy) for _, figure, heavy in _placed_figures(text, on))


def _placed_figures(text: str, on: date | None) -> Iterator[tuple[Span, str, bool]]:
    """Numbers of acts, amounts, days and other numbers, each once, in one spelling whatever the text's."""
    taken: set[int] = set()
    found = [
        *((one.span, str(one.identifier), True) for one in find_identifiers(text, on)),
        *((one.span, str(one), True) for one in find_money(text)),
        *((one.span, one.day.isoformat(), False) for one in find_dates(text, on)),
        *((Span(*one.span()), _number(one[0]), False) for one in _TOKEN.finditer(text) if _number(one[0])),
    ]
    for span, figure, heavy in found:
        places = set(range(span.start, span.end))
        if not places & taken:
            taken |= places
            yield span, figure, heavy


def _number(word: str) -> str:
    """The number that a word is or holds, without its separators; empty for other words."""
    if word.isalpha():
        return _NUMBER_WORDS.get(word.casefold(), "")
    return re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word.casefold())


def _plain(sentence: str) -> str:
    return " ".join(one[0].casefold() for one in _TOKEN.finditer(sentence))
