"""Who stands where, by name: who supports, opposes, voted for or against something, and who leads a body."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from political_monitoring.answering.draft import Statement
from political_monitoring.answering.forms import act_sentence, own_words
from political_monitoring.answering.names import capitalised, subject_name
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import quoted, say
from political_monitoring.domain.facts import Evidence
from political_monitoring.evidence.citations import Part
from political_monitoring.tools.entities import Act

MOST_SENTENCES = 12
MOST_MARKS = 3

_VOTES = frozenset({"votes_for", "votes_against"})
# What a question says -> the relations that answer it; the first that matches is meant.
_ASKED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(form, re.IGNORECASE), predicates)
    for form, predicates in (
        (
            r"\bvot\w+ (?:no\b|against)|\bnays\b|\bstimm\w* (?:dagegen|gegen)\b|\b(?:da)?gegen\b.*\bge?stimmt\b",
            ("votes_against",),
        ),
        (
            r"\bvot\w+ (?:yes\b|for\b|in favou?r)|\byeas\b|\bstimm\w* (?:dafür|für)\b|\b(?:da)?für\b.*\bge?stimmt\b",
            ("votes_for",),
        ),
        (r"\blobb\w+ against\b|\blobbyier\w* gegen\b", ("lobbies_against",)),
        (r"\blobb\w+ for\b|\blobbyier\w* für\b|\bwirbt für\b", ("lobbies_for",)),
        (
            r"\boppos\w+|\bopponents?\b|\b(?:is|are|was|were) against\b|\b(?:ist|sind|war|waren) gegen\b"
            r"|\blehn\w+\b.*\bab\b|\babgelehnt\b|\bgegner\w*\b",
            ("opposes", "lobbies_against", "votes_against"),
        ),
        (
            r"\bsupport\w*|\bbacks?\b|\bbacked\b|\bin favou?r of\b|\bunterstütz\w+|\bbefürwort\w+",
            ("supports", "lobbies_for", "votes_for"),
        ),
        (
            r"\blead(?:s|er)?\b|\bled\b|\bheads?\b|\bheaded\b|\bchairs?\b|\bchaired\b|\bruns\b"
            r"|\bleite\w*\b|\bgeleitet\b|\bführt\b|\bchef\w*\b|\bvorsitz\w*\b",
            ("led_by",),
        ),
    )
)


def positions_asked(text: str) -> tuple[str, ...]:
    """The relations that a question for names asks about; empty when it asks for something else."""
    return next((predicates for form, predicates in _ASKED if form.search(text)), ())


def positions(understanding: Understanding, acts: Sequence[Act]) -> list[Statement]:
    """A sentence for each position that is known, in the order of time; empty when none is.

    Of votes only those of the day asked about, else of the latest day; who voted alike by one source is told in
    one sentence.
    """
    asked = positions_asked(understanding.text) if understanding.asks_who else ()
    found = [act for act in acts if act.fact.predicate in asked]
    votes = _of_one_day([act for act in found if act.fact.predicate in _VOTES], understanding.as_of)
    others = [act for act in found if act.fact.predicate not in _VOTES]
    sentences = [*_votes(votes, understanding), *_others(others, understanding)]
    return [
        replace(sentence, before="\n") if number else sentence
        for number, sentence in enumerate(sentences[:MOST_SENTENCES])
    ]


def _of_one_day(votes: Sequence[Act], as_of: dt.date | None) -> list[Act]:
    days = {act.fact.valid_at.date() for act in votes if act.fact.valid_at}
    on = as_of if as_of in days else max(days, default=None)
    return [act for act in votes if on is None or (act.fact.valid_at and act.fact.valid_at.date() == on)]


def _votes(votes: Sequence[Act], understanding: Understanding) -> list[Statement]:
    alike: dict[tuple[str, Evidence], list[Act]] = {}
    for act in votes:
        alike.setdefault((act.fact.predicate, act.fact.evidence), []).append(act)
    sentences = []
    for group in alike.values():
        names = dict.fromkeys(_name(act, understanding) for act in group)
        sentence = act_sentence(group[0].fact, _listed(list(names), understanding), understanding)
        sentences.append(_told(sentence, group[:1], understanding))
    return sentences


def _others(acts: Sequence[Act], understanding: Understanding) -> list[Statement]:
    """What several documents report alike is said once, with several marks."""
    alike: dict[str, list[Act]] = {}
    for act in acts:
        sentence = act_sentence(act.fact, _name(act, understanding), understanding)
        alike.setdefault(sentence, []).append(act)
    return [_told(sentence, group, understanding) for sentence, group in alike.items()]


def _told(sentence: str, acts: Sequence[Act], understanding: Understanding) -> Statement:
    first = acts[0].fact
    words = quoted(own_words(first.evidence, first.words), understanding.language)
    marks = tuple(dict.fromkeys(act.fact.evidence for act in acts))[:MOST_MARKS]
    return Statement((Part(f"{capitalised(sentence)}: {words}", marks), Part(".")), "")


def _name(act: Act, understanding: Understanding) -> str:
    return subject_name(act.actor, understanding.text, understanding.language)


def _listed(names: Sequence[str], understanding: Understanding) -> str:
    """ "A, B and C"."""
    *first, last = names
    return say(understanding.language, "names", first=", ".join(first), last=last) if first else last
