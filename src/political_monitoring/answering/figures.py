"""Sentences made from figures: fines with their revisions and contradictions, and results of votes."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from political_monitoring.answering.chambers import chambers_in, last_chamber
from political_monitoring.answering.draft import Statement, note
from political_monitoring.answering.forms import name_in, own_words, step_statement
from political_monitoring.answering.names import capitalised, fine_name
from political_monitoring.answering.sides import positions_asked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concept, concepts
from political_monitoring.answering.wording import amount, day, quoted, say
from political_monitoring.domain.facts import Fact
from political_monitoring.evidence.citations import Part
from political_monitoring.evidence.coverage import Revision, contradictions, revisions
from political_monitoring.tools.procedures import ProcedureStatus

MOST_REVISIONS = 5
MOST_VOTES = 3


def amounts(
    understanding: Understanding, facts: Sequence[Fact], statuses: Sequence[ProcedureStatus]
) -> list[Statement]:
    """The amount that holds, how it got there, where sources contradict each other, and what came since."""
    statements: list[Statement] = []
    for figures in _meant(understanding, facts):
        subject = figures[0].subject
        statements += [_conflict(pair, understanding) for pair in contradictions(figures)]
        revised = revisions(figures)[-MOST_REVISIONS:]
        statements += [_revision(one, understanding) for one in reversed(revised)]
        if not revised:
            statements.append(_amount(figures[-1], understanding))
        statements += [
            _outcome(status, figures, understanding)
            for status in statuses
            if status.entity_id == subject and _is_news(status, figures)
        ]
    return statements


def _meant(understanding: Understanding, facts: Sequence[Fact]) -> list[list[Fact]]:
    """Amounts by fine, the one last changed first; of several fines those whose evidence fits best."""
    fines: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.predicate == "fine_amount":
            fines.setdefault(fact.subject, []).append(fact)
    wanted = {concept(word) for word in understanding.words}
    fits = {
        subject: len(wanted & concepts(" ".join(fact.evidence.quote for fact in figures)))
        for subject, figures in fines.items()
    }
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    best = [figures for subject, figures in fines.items() if fits[subject] == max(fits.values())]
    return sorted(best, key=lambda figures: max(fact.valid_at or never for fact in figures), reverse=True)


def votes(understanding: Understanding, facts: Sequence[Fact], *, named: bool = False) -> list[Statement]:
    """Results of the votes of the day asked about, else of the latest day, and that names are wanting if they are."""
    results = [fact for fact in facts if fact.predicate == "vote_result" and fact.valid_at and fact.value]
    chambers = next(filter(None, map(chambers_in, understanding.turns)), frozenset())
    if any(_chamber(fact) in chambers for fact in results):
        results = [fact for fact in results if _chamber(fact) in {None, *chambers}]
    days = {fact.valid_at.date() for fact in results if fact.valid_at}
    on = understanding.as_of if understanding.as_of in days else max(days, default=None)
    chosen = {fact.value: fact for fact in results if fact.valid_at and fact.valid_at.date() == on}
    told = list(chosen.values())[:MOST_VOTES]
    if on and len({fact.evidence.document_id for fact in told}) > 1:
        name, when = name_in(told[0].subject, understanding), day(on, understanding.language)
        heading = note(say(understanding.language, "votes_differ", name=name, day=when), "")
        counts = (_count(fact, understanding) for fact in told)
        statements = [replace(one, essential=True) for one in (heading, *counts)]
    else:
        statements = [_vote(fact, understanding) for fact in told]
    told_by_count = all(_unanimity(fact, understanding) for fact in told)
    if statements and understanding.asks_who and not named and not told_by_count:
        statements.append(note(say(understanding.language, "no_names"), "\n\n"))
    return statements


def _chamber(fact: Fact) -> str | None:
    """The chamber whose vote it was: the one that is named last before the figures, or with them."""
    at = fact.evidence.quote.find(fact.words)
    return last_chamber(fact.words) or last_chamber(fact.evidence.quote[: at if at > 0 else None])


def _is_news(status: ProcedureStatus, figures: Sequence[Fact]) -> bool:
    """Whether the last step came after the last amount, and so is not yet told."""
    last = max((fact.valid_at for fact in figures if fact.valid_at), default=None)
    return last is not None and status.current.valid_at > last


def _outcome(status: ProcedureStatus, figures: Sequence[Fact], understanding: Understanding) -> Statement:
    """What came after the last amount. What is upheld after an annulment is the annulment."""
    language, step = understanding.language, status.current
    if step.stage != "upheld" or _number(figures[-1]):
        name = _fine_in(status.entity_id, understanding, amount(figures[-1], language))
        return step_statement(name, step, understanding)
    text = say(language, "annulment_upheld", day=day(step.valid_at.date(), language))
    words = quoted(own_words(step.evidence, step.words), language)
    return Statement((Part(f"{text}: {words}", (step.evidence,)), Part(".")))


def _amount(fact: Fact, understanding: Understanding) -> Statement:
    language = understanding.language
    when = day(fact.valid_at.date(), language) if fact.valid_at else say(language, "undated")
    text = say(
        language,
        "amount",
        name=_fine_in(fact.subject, understanding),
        amount=amount(fact, language),
        day=when,
    )
    words = quoted(own_words(fact.evidence), language)
    return Statement((Part(f"{capitalised(text)}: {words}", (fact.evidence,)), Part(".")))


def _revision(one: Revision, understanding: Understanding) -> Statement:
    language = understanding.language
    before, after = _number(one.earlier), _number(one.later)
    values = {
        "name": _fine_in(one.later.subject, understanding),
        "direction": say(language, "lower" if after < before else "higher"),
        "earlier": amount(one.earlier, language),
        "later": amount(one.later, language),
        "day": day(one.later.valid_at.date(), language) if one.later.valid_at else say(language, "undated"),
    }
    words = quoted(own_words(one.later.evidence), language)
    first, second = ("revised", "revised_to") if after else ("set_at", "was_annulled")
    return Statement(
        (
            Part(capitalised(say(language, first, **values)), (one.earlier.evidence,)),
            Part(f"{say(language, second, **values)}: {words}", (one.later.evidence,)),
            Part("."),
        )
    )


def _conflict(pair: tuple[Fact, Fact], understanding: Understanding) -> Statement:
    language = understanding.language
    first, second = pair
    values = {
        "name": _fine_in(first.subject, understanding),
        "day": day(first.valid_at.date(), language) if first.valid_at else say(language, "undated"),
        "first": amount(first, language),
        "second": amount(second, language),
    }
    return Statement(
        (
            Part(capitalised(say(language, "conflict", **values)), (first.evidence,)),
            Part(say(language, "conflict_or", **values), (second.evidence,)),
            Part("."),
        ),
        essential=True,
    )


def _vote(fact: Fact, understanding: Understanding) -> Statement:
    language = understanding.language
    counts = (fact.value or "").split("-")
    text = say(
        language,
        _unanimity(fact, understanding) or "vote",
        name=name_in(fact.subject, understanding),
        day=day(fact.valid_at.date(), language) if fact.valid_at else say(language, "undated"),
        yes=counts[0],
        no=counts[1] if len(counts) > 1 else "?",
    )
    words = quoted(own_words(fact.evidence, fact.words), language)
    return Statement((Part(f"{capitalised(text)}: {words}", (fact.evidence,)), Part(".")))


def _unanimity(fact: Fact, understanding: Understanding) -> str:
    """The phrase for "nobody", where the count alone tells who voted so; "" where names are wanting."""
    asked = positions_asked(understanding.asking) if understanding.asks_who else ()
    yes, no, *_ = (*(fact.value or "").split("-"), "?", "?")
    if "votes_against" in asked and no == "0":
        return "nobody_against"
    return "nobody_for" if "votes_for" in asked and yes == "0" else ""


def _count(fact: Fact, understanding: Understanding) -> Statement:
    words = quoted(own_words(fact.evidence, fact.words), understanding.language)
    return Statement(
        (Part(f"- {' : '.join((fact.value or '').split('-')[:2])} – {words}", (fact.evidence,)),), "\n"
    )


def _fine_in(entity_id: str, understanding: Understanding, amount: str = "") -> str:
    """A fine of the question as the subject of a sentence, with the amount that holds."""
    entity = next((one for one in understanding.entities if one.id == entity_id), None)
    return fine_name(entity, understanding.text, understanding.language, amount) if entity else entity_id


def _number(fact: Fact) -> float:
    """The number of a value such as "4125000000 EUR"; 0 where there is none."""
    found = re.search(r"\d+(?:\.\d+)?", fact.value or "")
    return float(found[0]) if found else 0.0
