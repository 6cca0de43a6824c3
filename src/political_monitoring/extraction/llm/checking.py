"""What a model states, held to the document: words, names, values and days that do not stand there are not taken."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Entity
from political_monitoring.domain.ontology import Ontology, Predicate
from political_monitoring.extraction.candidates import SCANNED
from political_monitoring.extraction.dates import find_dates
from political_monitoring.extraction.llm.forms import StatedFact
from political_monitoring.extraction.llm.naming import NOT_IN_SCHEMA, NOT_NAMED, Named
from political_monitoring.extraction.llm.quotes import find_quote, find_words
from political_monitoring.extraction.money import find_money
from political_monitoring.extraction.reading import Draft

NO_QUOTE = "quotes that the text does not have"
NO_VALUE = "values that the quoted words do not have"
NO_DAY = "days that the text does not name"

CONFIDENCE = 0.8
"""Below a rule's 1.0: that the words stand there is certain, that they say so is the model's reading."""

_COUNTS = re.compile(r"\d{1,4}(?:-\d{1,4}){1,2}")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks statements about one document.

    Attributes:
        days: those that the document names, and its own.
    """

    document: Document
    ontology: Ontology
    named: Named
    days: frozenset[date]

    def drafts(self, part: Span, facts: Iterable[StatedFact], dropped: Counter[str]) -> list[Draft]:
        """What stands up to the text of this part; the reasons against the rest are counted."""
        drafts: list[Draft] = []
        for fact in facts:
            checked = self._check(part, fact, dropped)
            if isinstance(checked, Draft):
                drafts.append(checked)
            else:
                dropped[checked] += 1
        return drafts

    def _check(self, part: Span, fact: StatedFact, dropped: Counter[str]) -> Draft | str:
        """A draft, or the reason against it."""
        span = find_quote(fact.quote, self.document.text, part)
        if span is None:
            return NO_QUOTE
        predicate = self.ontology.predicates.get(fact.predicate)
        subject = self.named.find(fact.subject)
        target = self.named.find(fact.object) if fact.object else None
        if predicate is None:
            return NOT_IN_SCHEMA
        if subject is None or (fact.object and target is None):
            return NOT_NAMED
        if not _fits(predicate, subject, target):
            return NOT_IN_SCHEMA
        quote = span.of(self.document.text)
        value = None if target else self._value(predicate, fact.value, quote)
        if target is None and value is None:
            return NO_VALUE
        on, until = self._on(predicate, fact, value, quote, dropped), self._stated(fact.until, dropped)
        if on and until and until < on:
            until = None
        return Draft(
            subject.id,
            predicate.name,
            span,
            quote,
            object=target.id if target else None,
            value=value,
            on=on,
            confidence=CONFIDENCE,
            until=until,
        )

    def _value(self, predicate: Predicate, value: str, quote: str) -> str | None:
        """A literal as the rules write it, if the quoted words have it."""
        match predicate.name:
            case "status":
                return value if value in self.ontology.stages else None
            case "enters_into_force" | "applies_from":
                named = {one.day for one in find_dates(quote, self.document.date)}
                day = _day(value)
                return day.isoformat() if day is not None and day in named else None
            case "fine_amount":
                amounts = {str(one) for one in find_money(quote)}
                meant = {str(one) for one in find_money(value)} & amounts
                return next(iter(meant or (amounts if len(amounts) == 1 else ())), None)
            case "vote_result":
                counts = re.sub(r"\s*[-–:]\s*", "-", value.strip())
                numbers = set(re.findall(r"\d+", quote))
                stated = _COUNTS.fullmatch(counts) and set(counts.split("-")) <= numbers
                return counts if stated else None
            case _:
                words = value.split()
                place = find_words(words, quote) if words else None
                return " ".join(place.of(quote).split()) if place else None

    def _on(
        self, predicate: Predicate, fact: StatedFact, value: str | None, quote: str, dropped: Counter[str]
    ) -> date | None:
        """From when: the day that the model gives if the document names it, else as the rules date such a sentence."""
        published = self.document.date
        if predicate.name in ("enters_into_force", "applies_from") and value:
            return min(date.fromisoformat(value), published) if published else None
        if fact.on:
            return self._stated(fact.on, dropped)
        named = {one.day for one in find_dates(quote, published) if one.precise}
        return next(iter(named)) if len(named) == 1 else published

    def _stated(self, written: str, dropped: Counter[str]) -> date | None:
        """A day that the document names, or none."""
        if not written:
            return None
        day = _day(written)
        if day in self.days:
            return day
        dropped[NO_DAY] += 1
        return None


def days_of(document: Document) -> frozenset[date]:
    """The days that a document names, and its own."""
    named = {one.day for one in find_dates(document.text[:SCANNED], document.date)}
    return frozenset(named | ({document.date} if document.date else set()))


def _fits(predicate: Predicate, subject: Entity, target: Entity | None) -> bool:
    if predicate.subjects and subject.type not in predicate.subjects:
        return False
    if target is None:
        return not predicate.objects
    return target.id != subject.id and (not predicate.objects or target.type in predicate.objects)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None
