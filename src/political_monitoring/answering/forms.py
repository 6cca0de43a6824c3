"""Sentences made from facts about procedures: where they stand, what happened, when it applies."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from political_monitoring.answering.draft import Statement, note
from political_monitoring.answering.names import capitalised, name_of, subject_name
from political_monitoring.answering.selection import LONGEST_QUOTE, quote_start
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concept, concepts, stem
from political_monitoring.answering.wording import (
    day,
    quoted,
    say,
    stage_label,
    stage_sentence,
)
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.evidence.citations import Part
from political_monitoring.tools.entities import Act
from political_monitoring.tools.procedures import ProcedureStatus, Step
from political_monitoring.tools.timeline import Change

MOST_STEPS = 6
MOST_EVENTS = 25
MOST_OUTSIDE = 2
MOST_MARKS = 3
MOST_DAYS = 6


def status(understanding: Understanding, statuses: Sequence[ProcedureStatus]) -> list[Statement]:
    """Where each procedure stands, in the ontology's words and the source's own, and the steps before.

    Procedures that share a name follow each other, the one that moved last first.
    """
    statements: list[Statement] = []
    for one in sorted(statuses, key=lambda one: one.current.valid_at, reverse=True):
        current = step_statement(name_in(one.entity_id, understanding), one.current, understanding)
        statements.append(replace(current, before="\n\n"))
        if one.earlier:
            statements.append(_steps_before(one.earlier, understanding))
    return statements


def changes(understanding: Understanding, found: Sequence[Change]) -> list[Statement]:
    """A dated list, oldest first; what several documents report alike is one item with several marks."""
    bullets, left_out = _bullets([one for one in found if _within(one.day, understanding)], understanding)
    if not bullets:
        return []
    if left_out:
        bullets.append(note(say(understanding.language, "more", n=left_out), "\n\n"))
    return [note(_window(understanding), ""), *bullets]


def changes_outside(understanding: Understanding, found: Sequence[Change]) -> list[Statement]:
    """That the window holds nothing, and the last events before it and the first behind it."""
    since, until = understanding.since, understanding.until
    before = [one for one in found if since and one.day < since]
    after = [one for one in found if until and one.day > until]
    last, _ = _bullets(before, understanding)
    first, _ = _bullets(after, understanding)
    bullets = [*last[-MOST_OUTSIDE:], *first[:MOST_OUTSIDE]]
    if not bullets:
        return []
    heading = say(understanding.language, "window_empty", what=_window(understanding).rstrip(":"))
    return [note(heading, ""), *bullets]


def _within(on: dt.date, understanding: Understanding) -> bool:
    since, until = understanding.since, understanding.until
    return (since is None or on >= since) and (until is None or on <= until)


def _bullets(found: Sequence[Change], understanding: Understanding) -> tuple[list[Statement], int]:
    """A line for each event, and the number of events that are left out."""
    language = understanding.language
    items: dict[tuple[dt.date, str], tuple[str, list[Evidence]]] = {}
    for change in found:
        event = _event(change, understanding)
        if event is None:
            continue
        label, words, evidence = event
        text = f"{label} – {words}" if label else words
        items.setdefault((change.day, label or words), (text, []))[1].append(evidence)
    bullets = [
        Statement((Part(f"- {day(on, language)}: {text}", tuple(marks[:MOST_MARKS])),), "\n")
        for (on, _), (text, marks) in list(items.items())[:MOST_EVENTS]
    ]
    return bullets, len(items) - len(bullets)


def dates(
    understanding: Understanding, facts: Sequence[Fact], statuses: Sequence[ProcedureStatus]
) -> list[Statement]:
    """When the event asked for happened, then when it is announced for; without one named, the last step."""
    stages, predicate = _asked_event(understanding)
    statements: list[Statement] = []
    reached = dt.date.min
    for one in statuses:
        steps = [step for step in (one.current, *one.earlier) if not stages or step.stage in stages]
        shown = sorted(steps, key=lambda step: step.valid_at)[-MOST_DAYS:] if stages else steps[:1]
        name = name_in(one.entity_id, understanding)
        statements += [step_statement(name, step, understanding) for step in shown]
        reached = max([reached, *(step.valid_at.date() for step in shown)])
    days: dict[dt.date, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.confidence):
        stated = _day_of(fact)
        if fact.predicate == predicate and stated and stated > reached:
            days[stated] = fact
    return statements + [_day_statement(on, days[on], understanding) for on in sorted(days)[:MOST_DAYS]]


def actors(understanding: Understanding, acts: Sequence[Act]) -> list[Statement]:
    """Who did what the question asks for; what several documents report alike is said once."""
    wanted = {stem(word) for word in understanding.words}
    years = {int(year) for year in re.findall(r"\b(?:in|im Jahr) ((?:19|20)\d\d)\b", understanding.text)}
    predicates = load_ontology().predicates
    told: dict[str, list[Fact]] = {}
    for act in acts:
        label = predicates[act.fact.predicate].labels
        when = act.fact.valid_at
        if years and when and when.year not in years:
            continue
        if wanted & {stem(word) for one in label.values() for word in one.split()}:
            actor = subject_name(act.actor, understanding.text, understanding.language)
            told.setdefault(act_sentence(act.fact, actor, understanding), []).append(act.fact)
    statements = []
    for text, facts in list(told.items())[-MOST_STEPS:]:
        words = quoted(own_words(facts[0].evidence, facts[0].words), understanding.language)
        marks = tuple(fact.evidence for fact in facts[:MOST_MARKS])
        statements.append(Statement((Part(f"{capitalised(text)}: {words}", marks), Part("."))))
    return statements


def act_sentence(fact: Fact, actor: str, understanding: Understanding) -> str:
    """Who did what to what the question is about, or leads it; without a full stop."""
    language = understanding.language
    labels = load_ontology().predicates[fact.predicate].labels
    return say(
        language,
        f"act_{fact.predicate}" if fact.predicate in _ACTS else "act",
        actor=actor,
        label=labels.get(language, labels["en"]),
        name=name_in(fact.subject if fact.predicate == "led_by" else fact.object or "", understanding),
        day=day(fact.valid_at.date(), language) if fact.valid_at else say(language, "undated"),
    )


_ACTS = frozenset(
    {
        *("introduces", "proposes", "signs", "fines", "annuls", "supports", "opposes", "lobbies_for"),
        *("lobbies_against", "votes_for", "votes_against", "abstains_from", "misses_vote"),
        "led_by",
    }
)


def step_statement(name: str, step: Step, understanding: Understanding) -> Statement:
    """A change of status of what is called so, in the ontology's words, then in the source's."""
    sentence = stage_sentence(name, step.stage, step.valid_at.date(), understanding.language)
    words = quoted(own_words(step.evidence, step.words), understanding.language)
    text = f"{capitalised(sentence)}: {words}"
    return Statement((Part(text, (step.evidence,)), Part(".")))


def own_words(evidence: Evidence, words: str = "") -> str:
    """What to quote of evidence: all, or of a long one the words that carry the fact, or its beginning."""
    quote = re.sub(r"\s*\([^()]*$", "", " ".join(evidence.quote.split())).rstrip(".")
    if len(quote) <= LONGEST_QUOTE:
        return quote
    short = " ".join(words.split())
    if len(short.split()) > 2 and short in quote and len(short) <= LONGEST_QUOTE:
        return short
    return quote[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def name_in(entity_id: str, understanding: Understanding) -> str:
    """An entity of the question as the subject of a sentence."""
    entity = next((one for one in understanding.entities if one.id == entity_id), None)
    return subject_name(entity, understanding.text, understanding.language) if entity else entity_id


def _steps_before(steps: Sequence[Step], understanding: Understanding) -> Statement:
    language = understanding.language
    parts = [Part(say(language, "before"))]
    for number, step in enumerate(_told_apart(steps)[:MOST_STEPS]):
        label, when = stage_label(step.stage, language), day(step.valid_at.date(), language)
        parts.append(Part(f"{'; ' if number else ''}{label} ({when})", (step.evidence,)))
    return Statement((*parts, Part(".")))


def _told_apart(steps: Sequence[Step]) -> list[Step]:
    """The steps, newest first, without those that only repeat the stage of a few days before."""
    near = dt.timedelta(days=7)
    return [
        step
        for step, before in zip_longest(steps, steps[1:])
        if before is None or step.stage != before.stage or step.valid_at - before.valid_at > near
    ]


def _event(change: Change, understanding: Understanding) -> tuple[str, str, Evidence] | None:
    """What a change is called, the words to quote for it and the evidence; None for a fact of no event."""
    language = understanding.language
    facts = [fact for fact in change.facts if fact.predicate in _EVENTFUL and fact.value]
    if facts:
        stages = [fact for fact in facts if fact.predicate == "status"]
        label = ", ".join(dict.fromkeys(stage_label(fact.value or "", language) for fact in stages))
        fact = (stages or facts)[-1]
        return label, quoted(own_words(fact.evidence, fact.words), language), fact.evidence
    if change.hit is None or change.hit.date != change.day:
        return None
    evidence = quote_start(change.hit)
    return "", quoted(evidence.quote, language), evidence


_EVENTFUL = frozenset({"status", "fine_amount", "vote_result"})


def _window(understanding: Understanding) -> str:
    language, since, until = understanding.language, understanding.since, understanding.until
    entity = understanding.entities[0]
    text = say(language, "changes", name=name_of(entity, understanding.text))
    if since and until:
        text += say(language, "between", since=day(since, language), until=day(until, language))
    elif since:
        text += say(language, "from", since=day(since, language))
    elif until:
        text += say(language, "to", until=day(until, language))
    return text + ":"


_PASSED = "adopted parliament_approved passed_house passed_senate passed_commons passed_lords"
# A word of the question -> the stages that are this event, and the predicate that announces its day.
_EVENTS: dict[str, tuple[frozenset[str], str]] = {
    concept(word): (frozenset(stages.split()), predicate)
    for word, stages, predicate in (
        ("force", "in_force", "enters_into_force"),
        ("apply", "applies partly_applies", "applies_from"),
        ("adopted", _PASSED, ""),
        ("passed", _PASSED, ""),
        ("proposed", "proposed introduced government_draft", ""),
        ("introduced", "introduced proposed", ""),
        ("eingebracht", "introduced proposed", ""),
        ("signed", "signed became_law royal_assent", ""),
        ("published", "promulgated", ""),
        ("verkündet", "promulgated", ""),
        ("law", "became_law royal_assent", ""),
        ("assent", "royal_assent", ""),
        ("repealed", "repealed", ""),
        ("annulled", "annulled", ""),
        ("vetoed", "vetoed", ""),
        ("reported", "reported reported_house reported_senate", ""),
    )
}


_CHAMBERS = ("house", "senate", "commons", "lords", "parliament")


def _asked_event(understanding: Understanding) -> tuple[frozenset[str], str]:
    """Stages and predicate of the event whose date is asked for; empty when none is named."""
    names = {concept(part) for entity in understanding.entities for part in entity.name.split()}
    asked = {concept(word) for word in understanding.words}
    for word in understanding.words:
        event = _EVENTS.get(concept(word))
        if event and concept(word) not in names:
            stages, predicate = event
            chambers = [chamber for chamber in _CHAMBERS if concept(chamber) in asked]
            own = frozenset(stage for stage in stages if any(chamber in stage for chamber in chambers))
            return own or stages, predicate
    return frozenset(), ""


def part_asked(understanding: Understanding) -> frozenset[str]:
    """What the question says beside the names and the event: the part of a law that has a date of its own."""
    names = (name for entity in understanding.entities for name in (entity.name, *entity.aliases))
    asked = frozenset(concept(word) for word in understanding.words)
    return asked - concepts(" ".join(names)) - frozenset(_EVENTS) - frozenset(map(concept, _CHAMBERS))


def _day_of(fact: Fact) -> dt.date | None:
    """The day a fact such as "enters into force on" states; its valid time is when it was said."""
    try:
        return dt.date.fromisoformat(fact.value or "")
    except ValueError:
        return None


def _day_statement(on: dt.date, fact: Fact, understanding: Understanding) -> Statement:
    language = understanding.language
    phrase = fact.predicate if on > understanding.day else _PAST[fact.predicate]
    text = say(language, phrase, name=name_in(fact.subject, understanding), day=day(on, language))
    words = quoted(own_words(fact.evidence, fact.words), language)
    return Statement((Part(f"{capitalised(text)}: {words}", (fact.evidence,)), Part(".")))


_PAST = {"enters_into_force": "entered_into_force", "applies_from": "applied_from"}
