"""Which sentences of the passages found answer a question, word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from political_monitoring.answering.intents import Intent
from political_monitoring.answering.relevance import Wanted, in_context
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concepts
from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence
from political_monitoring.knowledge.port import Hit

LONGEST_QUOTE = 320
_SHORTEST_QUOTE = 25
NEAR = 0.25
"""Share of a question's words that make a passage worth naming as near. Measured on 200 descriptions of German
records: named for 112, rightly for 91 (at 0.5: 16 and 13); on 200 questions about other things, for 4 (2)."""
WORTH = 0.6
"""A second quotation scores at least this share of the first one's."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage, with how well it answers (0 and up)."""

    hit: Hit
    evidence: Evidence
    score: float


def select_quotes(understanding: Understanding, hits: Sequence[Hit], most: int) -> list[Quote]:
    """The best sentences, best first, no two saying the same; empty when no passage is about the question."""
    chosen: list[Quote] = []
    quotes = _all_rated(understanding, hits)
    for quote in quotes:
        if len(chosen) == most:
            break
        if quote.score >= WORTH * quotes[0].score and not any(_same(quote, other) for other in chosen):
            chosen.append(quote)
    return chosen


def quote_each(understanding: Understanding, hits: Sequence[Hit]) -> list[Quote]:
    """The best sentence of each document that is about the question, in the order of their dates."""
    best: dict[str, Quote] = {}
    for quote in _all_rated(understanding, hits):
        if quote.hit.date:
            best.setdefault(quote.hit.document_id, quote)
    return sorted(best.values(), key=lambda quote: (quote.hit.date, quote.hit.document_id))


def nearest(understanding: Understanding, hits: Sequence[Hit]) -> tuple[Hit, Evidence] | None:
    """The first passage found that shares enough with the question, and something particular to it."""
    wanted = Wanted.of(understanding)
    for hit in hits:
        covered = wanted.covered(in_context(hit))
        if wanted.share(covered) >= NEAR and len(covered & wanted.particular) >= 2:
            return hit, quote_start(hit)
    return None


def quote_start(hit: Hit) -> Evidence:
    """The passage's first words worth quoting: behind the line that only repeats date and title."""
    spans = _sentences(hit)
    return _evidence(hit, _trimmed(hit.text, spans[0] if spans else Span(0, len(hit.text)), frozenset()))


# What a sentence that answers this kind of question looks like.
_CUES: dict[Intent, re.Pattern[str]] = {
    Intent.AMOUNT: re.compile(
        r"(?:EUR|€|USD|\$|£|GBP)\s?\d|"
        r"\d\s?(?:€|%|million|billion|Mio|Mrd|Millionen|Milliarden|euros?\b|Euro\b)"
    ),
    Intent.DATE: re.compile(
        r"\b(?:\d{1,2}\.? [A-Z][a-zä]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|"
        r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
    ),
    Intent.VOTE: re.compile(
        r"\b\d+\s?[-–:]\s?\d+\b|\b\d+ (?:votes?|Stimmen|members)|yeas|nays|Roll no|unanimous|voice vote",
        re.IGNORECASE,
    ),
    Intent.WHO: re.compile(r"\b(?:[A-Z][\w'’-]+ ){1,3}[A-Z][\w'’-]+"),
    Intent.CONTENT: re.compile(
        r"^To [a-z]+ |(?<!-)\b(?:purposes?|aims?|in order to|requires?|sets? (?:up|out)|regulates?|"
        r"prohibits?|must|bans?|regelt|Ziel|Zweck|sollen|soll|müssen|verpflichtet)\b"
    ),
    Intent.REASON: re.compile(
        r"\b(?:because|due to|therefore|grounds?|reasons?|held that|found that|did not|not limited|"
        r"in order to|weil|wegen|aufgrund|da|denn|damit|begründet)\b"
    ),
    Intent.STATUS: re.compile(
        r"\b(?:(?:adopt|propos|agree|pass|in(?:to)? force|appl|vot|reject|publish|beschl|tritt|trat|Kraft|verk)\w*|"
        r"sign(?:ed|s|ing)?\b)",
        re.IGNORECASE,
    ),
}
_NEED_CUE = frozenset({Intent.AMOUNT, Intent.DATE, Intent.VOTE})
"""No amount, no answer to "how much"."""
_NEED_EVENT = frozenset({Intent.AMOUNT, Intent.DATE, Intent.WHO, Intent.CONTENT})
"""A sentence that only names the law does not say when it applies."""
_MAY_POINT = frozenset({Intent.CONTENT, Intent.REASON})
"""Reasons and contents follow in sentences that say "it", in a passage that has named the thing."""
_WHOLE = re.compile(r"[.!?:;…]['\"”“’»)\]]*$")
"""A heading or a byline is worse to quote than a sentence."""


def _all_rated(understanding: Understanding, hits: Sequence[Hit]) -> list[Quote]:
    wanted = Wanted.of(understanding)
    if wanted.is_empty and not (understanding.since or understanding.until):
        return []
    ranks = {name: rank for rank, name in enumerate(dict.fromkeys(hit.document_id for hit in hits))}
    quotes: list[Quote] = []
    for hit in hits:
        covered = wanted.covered(in_context(hit))
        if wanted.is_met_by(covered) and (not understanding.asks_whether or wanted.tells_whether(covered)):
            literal = wanted.literal_share(in_context(hit))
            rank = ranks[hit.document_id] / len(ranks)
            context = 0.3 * wanted.share(covered) + 0.3 * literal + 0.2 * (1 - rank)
            quotes += _rated(hit, wanted, understanding.intent, context)
    return sorted(quotes, key=lambda quote: -quote.score)


def _rated(hit: Hit, wanted: Wanted, intent: Intent, context: float) -> list[Quote]:
    quotes = []
    for span in _sentences(hit):
        words = span.of(hit.text)
        own = wanted.covered(words)
        cued = intent in _CUES and _CUES[intent].search(words) is not None
        if _fits(own, wanted, intent, cued):
            score = context + (0.5 if cued else 0.0) - (0.0 if _WHOLE.search(words) else 0.4)
            if intent is Intent.CONTENT and not wanted.event:
                score += 0.3 if own else 0.0
            else:
                score += wanted.share(own) + 0.1 * wanted.literal_share(words)
            quotes.append(Quote(hit, _evidence(hit, _trimmed(hit.text, span, own)), score))
    return quotes


def _fits(own: frozenset[str], wanted: Wanted, intent: Intent, cued: bool) -> bool:
    """Whether a sentence that covers `own` can be an answer of this kind."""
    if not cued and (intent in _NEED_CUE or (intent is Intent.REASON and not wanted.event)):
        return False
    if intent in _NEED_EVENT and wanted.event:
        return bool(wanted.event & own)
    return bool(own) or not wanted.weights or (cued and intent in _MAY_POINT)


_LEAD_IN = re.compile(
    r"\d{4}-\d{2}-\d{2}\s+(?:[-–—:]\s+)?[^:\n]{0,60}?[(“„\"].*?[)”“\"][.:]+\s+(?=\S)", re.DOTALL
)


def _sentences(hit: Hit) -> list[Span]:
    """Sentences of the passage worth quoting."""
    lead = _LEAD_IN.match(hit.text)
    within = Span(lead.end() if lead else 0, len(hit.text))
    whole = split_sentences(hit.text, within)
    spans = [part for span in whole for part in _behind_headings(hit.text, span)]
    return [
        span for span in spans if span.end - span.start >= _SHORTEST_QUOTE and hit.text[span.start] != "#"
    ] or spans


_ANNOUNCING = re.compile(r"(?:^|(?<=\n))(?:[^a-z\n]{3,80}|#{1,6} [^\n]*)\n(?=\S)")


def _behind_headings(text: str, span: Span) -> list[Span]:
    """The sentence without lines in capitals and headings that only announce it ("A BILL")."""
    starts = [span.start, *(match.end() for match in _ANNOUNCING.finditer(text, span.start, span.end))]
    ends = [*starts[1:], span.end]
    parts = [
        Span(start, start + len(text[start:end].rstrip())) for start, end in zip(starts, ends, strict=True)
    ]
    return [part for part in parts if part.end > part.start]


def _trimmed(text: str, span: Span, wanted: frozenset[str]) -> Span:
    """The sentence, or of a long one the stretch, between words, that says most of what is wanted."""
    if span.end - span.start <= LONGEST_QUOTE:
        return span
    starts = [m.start() for m in re.finditer(r"\S+", text[: span.end]) if m.start() >= span.start]
    clauses = [start for start in starts if start == span.start or text[:start].rstrip()[-1] in ",;:)–—"]

    def stretch(start: int) -> Span:
        end = min(start + LONGEST_QUOTE, span.end)
        if end < span.end:
            end = max((one for one in starts if start < one <= end), default=end)
        return Span(start, start + len(text[start:end].rstrip()))

    candidates = [stretch(start) for start in clauses]
    return max(candidates, key=lambda one: (len(wanted & concepts(one.of(text))), -one.start))


def _evidence(hit: Hit, span: Span) -> Evidence:
    return Evidence(hit.document_id, hit.passage_id, span.shifted(hit.span.start), span.of(hit.text))


def _same(quote: Quote, other: Quote) -> bool:
    a, b = concepts(quote.evidence.quote), concepts(other.evidence.quote)
    return len(a & b) >= 0.75 * min(len(a), len(b))
