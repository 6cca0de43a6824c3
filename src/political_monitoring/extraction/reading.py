"""What the rules look at, and the facts they draft."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from political_monitoring.clock import start_of_day
from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import Entity, Evidence, Fact, Mention
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.resolve import LAW_TYPES
from political_monitoring.extraction.sentences import Sentence

_LONGEST_QUOTE = 600
# "it", "the act", "das Gesetz": the law the document is about.
_GENERIC = re.compile(
    r"(?i:\b(?:it|es|sie)\b|\b(?:the|this|its|that|das|dieses|den|dem|der|die|diese|des)\s(?:[\w-]+\s){0,2}?"
    r"(?:act|bill|law|legislation|regulation|directive|text|proposal|measure|resolution|order|draft|"
    r"reform|file|provisions|rules|act['’]s"
    r"|gesetz(?:es)?|gesetzentwurfs?|entwurfs?|verordnung|richtlinie|novelle|vorlage|regelung(?:en)?|regeln|vorschriften|reform)\b)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with everything known about it before facts are drafted.

    Attributes:
        sentences: of the part that rules may look at.
        mentions: in order of appearance.
        principal: id of the law the document is about, or None.
    """

    document: Document
    genre: Genre
    sentences: tuple[Sentence, ...]
    entities: dict[str, Entity]
    mentions: tuple[Mention, ...]
    principal: str | None

    def within(self, span: Span) -> list[Mention]:
        """Mentions that lie inside `span` of the document."""
        first = bisect_right(self.mentions, span.start - 1, key=lambda one: one.span.start)
        found: list[Mention] = []
        for one in self.mentions[first:]:
            if one.span.start >= span.end:
                break
            if one.span.end <= span.end:
                found.append(one)
        return found

    def named(self, span: Span, types: frozenset[str]) -> list[Mention]:
        """Mentions of entities of these types that lie inside `span` of the document."""
        return [one for one in self.within(span) if self.entities[one.entity_id].type in types]

    def laws(self, span: Span) -> list[Mention]:
        """Mentions of bills, acts and orders inside `span`."""
        return self.named(span, LAW_TYPES)

    def generic_law(self, words: str) -> str | None:
        """The principal law, when `words` speak of "the act" or "it"."""
        return self.principal if self.principal and _GENERIC.search(words) else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact before it has an id and its evidence a passage."""

    subject: str
    predicate: str
    span: Span
    words: str = ""
    object: str | None = None
    value: str | None = None
    on: date | None = None
    confidence: float = 1.0
    until: date | None = None
    """The day on which it ends, where the text says so."""


def write_facts(
    drafts: Iterable[Draft], document: Document, passages: tuple[Passage, ...]
) -> tuple[Fact, ...]:
    """Facts with ids that depend on their content alone; the same fact twice is one."""
    facts: dict[str, Fact] = {}
    starts = [one.span.start for one in passages]
    for draft in drafts:
        evidence = _evidence(draft.span, document, passages, starts)
        if evidence is None:
            continue
        identity = "\x1f".join(
            (
                document.id,
                draft.subject,
                draft.predicate,
                draft.object or "",
                draft.value or "",
                draft.on.isoformat() if draft.on else "",
            )
        )
        fact_id = hashlib.sha256(identity.encode()).hexdigest()[:24]
        facts.setdefault(
            fact_id,
            Fact(
                id=fact_id,
                subject=draft.subject,
                predicate=draft.predicate,
                evidence=evidence,
                object=draft.object,
                value=draft.value,
                words=" ".join(draft.words.split()),
                valid_at=start_of_day(draft.on) if draft.on else None,
                invalid_at=start_of_day(draft.until) if draft.until else None,
                confidence=draft.confidence,
            ),
        )
    return tuple(facts.values())


def _evidence(
    span: Span, document: Document, passages: tuple[Passage, ...], starts: list[int]
) -> Evidence | None:
    """The span cut to the passage in which it begins; None where no passage is."""
    at = bisect_right(starts, span.start) - 1
    if at < 0 or span.start >= passages[at].span.end:
        return None
    passage = passages[at]
    end = min(span.end, passage.span.end, span.start + _LONGEST_QUOTE)
    inside = Span(span.start, end)
    return Evidence(document.id, passage.id, inside, inside.of(document.text))
