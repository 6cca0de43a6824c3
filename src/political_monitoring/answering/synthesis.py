"""Step four: sentences, made only of facts and verbatim passages, each with its evidence.

The local reasoner has a form for each kind of question. Where the graph holds no fact for it, the best
sentences of the passages are quoted; where none is about the question, the draft says what was searched and
nothing more.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from political_monitoring.answering import figures, forms
from political_monitoring.answering.draft import Draft, Statement, note
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.lookup import Findings
from political_monitoring.answering.nothing import no_evidence, polite, which_one
from political_monitoring.answering.positions import positions
from political_monitoring.answering.quoting import plain
from political_monitoring.answering.selection import Quote, quote_each, select_quotes
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concepts
from political_monitoring.answering.wording import day, quoted, say
from political_monitoring.evidence.citations import Part

MOST_QUOTES = 3
_NEWEST_FIRST = frozenset({Intent.STATUS, Intent.AMOUNT})


def synthesise(understanding: Understanding, findings: Findings) -> Draft:
    """Compose the answer in the form its question asks for."""
    language = understanding.language
    gaps = [
        say(language, "failed", tool=one.call.tool, error=str(one.error).rstrip("."))
        for one in findings.failures
    ]
    if understanding.courtesy:
        return Draft((), polite(understanding, findings), aside=True)
    if understanding.choices:
        return Draft((), which_one(understanding), aside=True)
    nothing = no_evidence(understanding, findings)
    if understanding.unknown:
        return Draft((), nothing, tuple(gaps))
    statements = (
        _from_the_part(understanding, findings)
        or _from_facts(understanding, findings)
        or _from_passages(understanding, findings)
    )
    return Draft(_as_of(statements, understanding), nothing, tuple(gaps))


def _from_facts(understanding: Understanding, findings: Findings) -> list[Statement]:
    """Statements in the form asked for; empty when the graph holds no fact of that kind."""
    match understanding.intent:
        case Intent.STATUS:
            return forms.status(understanding, findings.statuses)
        case Intent.CHANGES:
            return forms.changes(understanding, findings.changes) or forms.changes_outside(
                understanding, findings.changes
            )
        case Intent.DATE:
            return forms.dates(understanding, findings.facts, findings.statuses)
        case Intent.AMOUNT:
            return figures.amounts(understanding, findings.facts, findings.statuses)
        case Intent.VOTE:
            results = [fact for fact in findings.facts if fact.predicate == "vote_result"]
            named = positions(understanding, findings.acts, results)
            counts = figures.votes(understanding, findings.facts, named=bool(named))
            return [*named, *_below(counts)] if named else counts
        case Intent.WHO:
            return positions(understanding, findings.acts) or forms.actors(understanding, findings.acts)
        case _:
            return []


def _below(statements: Sequence[Statement]) -> list[Statement]:
    """The statements as a paragraph of their own."""
    return [replace(one, before=one.before if number else "\n\n") for number, one in enumerate(statements)]


def _from_the_part(understanding: Understanding, findings: Findings) -> list[Statement]:
    """What was said of a part of a law ("the high-risk rules") since the law's own dates were last stated.

    A date may have been moved for the part alone; the law's dates would then answer for it wrongly.
    """
    part = forms.part_asked(understanding) if understanding.intent is Intent.DATE else frozenset()
    if not part or not findings.facts:
        return []
    stated = max((fact.valid_at for fact in findings.facts if fact.valid_at), default=None)
    quotes = [
        quote
        for quote in select_quotes(understanding, findings.hits, 2 * MOST_QUOTES)
        if part <= concepts(quote.evidence.quote) and _is_after(quote, stated)
    ]
    return _listed(_newest_first(quotes)[:MOST_QUOTES], understanding, "also")


def _is_after(quote: Quote, time: dt.datetime | None) -> bool:
    return quote.hit.date is not None and (time is None or quote.hit.date > time.date())


def _from_passages(understanding: Understanding, findings: Findings) -> list[Statement]:
    """The best sentences found, word for word; the most recent first where the answer may have moved on."""
    if understanding.intent is Intent.CHANGES:
        return [
            _dated(quote, understanding, "\n" if number else "")
            for number, quote in enumerate(quote_each(understanding, findings.hits))
        ]
    quotes = select_quotes(understanding, findings.hits, MOST_QUOTES)
    if understanding.intent in _NEWEST_FIRST:
        return _listed(_newest_first(quotes), understanding, "earlier")
    return _listed(quotes, understanding, "also")


def _newest_first(quotes: Sequence[Quote]) -> list[Quote]:
    return sorted(quotes, key=lambda quote: quote.hit.date or dt.date.min, reverse=True)


def _listed(quotes: Sequence[Quote], understanding: Understanding, heading: str) -> list[Statement]:
    """The first quotation, and the others under a heading."""
    statements = [
        _quotation(quote, understanding, "- " if number else "") for number, quote in enumerate(quotes)
    ]
    if len(statements) > 1:
        statements.insert(1, note(say(understanding.language, heading), "\n\n"))
    return statements


def _quotation(quote: Quote, understanding: Understanding, bullet: str) -> Statement:
    language, hit = understanding.language, quote.hit
    where = ", ".join(
        part for part in (plain(hit.source), day(hit.date, language) if hit.date else "") if part
    )
    text = f"{bullet}{quoted(quote.evidence.quote, language)}" + (f" ({where})" if where else "")
    return Statement((Part(text, (quote.evidence,)),), "\n" if bullet else "")


def _dated(quote: Quote, understanding: Understanding, before: str) -> Statement:
    language = understanding.language
    when = day(quote.hit.date, language) if quote.hit.date else say(language, "undated")
    return Statement(
        (Part(f"- {when}: {quoted(quote.evidence.quote, language)}", (quote.evidence,)),), before
    )


def _as_of(statements: Sequence[Statement], understanding: Understanding) -> tuple[Statement, ...]:
    """The statements, the first of which says of which day all of them speak when one was asked for."""
    if not statements or understanding.as_of is None:
        return tuple(statements)
    first, *rest = statements
    prefix = Part(say(understanding.language, "as_of", day=day(understanding.as_of, understanding.language)))
    return replace(first, parts=(prefix, *first.parts)), *rest
