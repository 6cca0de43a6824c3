"""A sentence of the model, held to its evidence before anybody sees it.

That the quoted words stand in the stored passage is certain. That they say what the sentence says is not; but numbers,
days and names that its evidence lacks, links, and sentences about something else are seen, and cost the sentence.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from political_monitoring.answering.draft import Statement
from political_monitoring.answering.llm.evidence import Item
from political_monitoring.answering.llm.forms import Sentence
from political_monitoring.answering.llm.orders import is_order, speaks_of_itself
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concept, concepts, content_words
from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence
from political_monitoring.evidence.citations import Part
from political_monitoring.extraction.dates import find_dates
from political_monitoring.extraction.llm.quotes import find_quote
from political_monitoring.telemetry import redact

MOST_SUPPORTS = 3
LONGEST_SENTENCE = 600
SUPPORTED = 0.5
"""Share of a sentence's words that its evidence, its document's title or the question must have, in one language."""

Fault = Literal[
    "it names no evidence, or says nothing",
    "it is too long",
    "it holds a link, markup or a secret",
    "it is no report: it speaks to its reader, or of itself",
    "it names an item that was not given",
    "its quotation does not stand in the item's text",
    "its quotation is an order and no report",
    "it has a day that its evidence does not have",
    "it has a number that its evidence does not have",
    "it has a name that its evidence does not have",
    "its words are not those of its evidence",
]

_LINK = re.compile(r"https?:|www\.|\]\(|</?[a-z!]|```|\bdata:[a-z]+/|\bjavascript:", re.IGNORECASE)
_MARK = re.compile(r"\s*\[\s*E?\d+(?:\s*[,;]\s*E?\d+)*\s*\]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that show nothing, or turn the direction in which the others are shown."""
_THOUSANDS = re.compile(r"(?<=\d)[.,   ](?=\d{3}(?!\d))")
_END = re.compile(r"[.!?]+$")
_NAME = re.compile(r"(?<![.!?:] )(?<!^)(?<![\w-])[A-Z][\w-]*")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the sentences of one answer.

    Attributes:
        items: the evidence that the model was shown, by number.
    """

    items: Mapping[str, Item]
    understanding: Understanding

    def check(self, sentence: Sentence) -> Statement | Fault:
        """The sentence with its evidence, or what is wrong with it."""
        text = " ".join(_UNSEEN.sub("", _MARK.sub("", sentence.text)).split()).lstrip("-*•# ")
        if len(text) > LONGEST_SENTENCE:
            return "it is too long"
        if not text or not sentence.evidence:
            return "it names no evidence, or says nothing"
        if _LINK.search(text) or redact(text) != text:
            return "it holds a link, markup or a secret"
        if is_order(text) or speaks_of_itself(text):
            return "it is no report: it speaks to its reader, or of itself"
        supports: dict[Evidence, Item] = {}
        for support in sentence.evidence[:MOST_SUPPORTS]:
            item = self.items.get(support.id.strip().strip("[]").upper())
            if item is None:
                return "it names an item that was not given"
            span = find_quote(support.quote, item.document.text, item.passage.span)
            if span is None:
                return "its quotation does not stand in the item's text"
            if _is_order(item, span):
                return "its quotation is an order and no report"
            quote = span.of(item.document.text)
            supports[Evidence(item.document.id, item.passage.id, span, quote)] = item
        return self._unsupported(text, supports) or _statement(text, tuple(supports))

    def _unsupported(self, text: str, supports: Mapping[Evidence, Item]) -> Fault | None:
        items = list(supports.values())
        said = " ".join((*(one.quote for one in supports), *map(_about, items), self._names))
        days = {day for item in items for day in (*item.days, item.document.date) if day}
        published = items[0].document.date
        if not _days_stand(text, said, days, self.understanding.day, published):
            return "it has a day that its evidence does not have"
        timeless = _without_days(text, published)
        if not _numbers(timeless) <= _numbers(said):
            return "it has a number that its evidence does not have"
        if {item.document.language for item in items} != {self.understanding.language}:
            return None  # words of two languages cannot be compared
        shown = concepts(" ".join((*(item.text for item in items), said, self.understanding.text)))
        if self.understanding.language == "en" and not _names_stand(timeless, shown):
            return "it has a name that its evidence does not have"
        shares = (_share(span.of(text), shown) for span in split_sentences(text))
        return "its words are not those of its evidence" if min(shares, default=0.0) < SUPPORTED else None

    @property
    def _names(self) -> str:
        """What the question is about may be named though the quoted words only point to it."""
        entities = self.understanding.entities
        names = (name for one in entities for name in (one.name, *one.aliases))
        numbers = (one.value for entity in entities for one in entity.identifiers)
        return " ".join((*names, *numbers))


def _is_order(item: Item, quote: Span) -> bool:
    """Whether the sentences that the quoted words stand in are addressed to whoever reads them."""
    text = item.document.text
    around = [
        one
        for one in split_sentences(text, item.passage.span)
        if one.start < quote.end and quote.start < one.end
    ]
    return any(is_order(one.of(text)) for one in around)


def _about(item: Item) -> str:
    return " ".join((item.document.title, item.document.source, *item.facts))


def _statement(text: str, evidence: Sequence[Evidence]) -> Statement:
    """Each sentence of the text with the marks before its full stop."""
    parts: list[Part] = []
    for span in split_sentences(text):
        one = span.of(text)
        end = _END.search(one)
        body = one[: end.start()] if end else one
        parts.append(Part((" " if parts else "") + body, tuple(evidence)))
        parts.append(Part(end[0] if end else "."))
    return Statement(tuple(parts))


def _days_stand(text: str, said: str, known: set[dt.date], asked: dt.date, published: dt.date | None) -> bool:
    """Whether the evidence has each day; a month is had with any day in it. The day asked about may be named."""
    found = find_dates(said, published)
    days = known | {one.day for one in found if one.precise}
    months = {(day.year, day.month) for day in (*days, *(one.day for one in found))}
    return all(
        one.day in days or one.day == asked if one.precise else (one.day.year, one.day.month) in months
        for one in find_dates(text, published)
    )


def _without_days(text: str, published: dt.date | None) -> str:
    pieces, at = [], 0
    for one in find_dates(text, published):
        pieces.append(text[at : one.span.start])
        at = max(at, one.span.end)
    return " ".join((*pieces, text[at:]))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", _THOUSANDS.sub("", text)))


def _names_stand(text: str, shown: frozenset[str]) -> bool:
    """Whether the capitalised words inside an English sentence are those of its evidence."""
    return all(concept(name) in shown for found in _NAME.findall(text) for name in found.split("-") if name)


def _share(text: str, shown: frozenset[str]) -> float:
    words = content_words(text)
    return sum(concept(word) in shown for word in words) / len(words) if words else 1.0
