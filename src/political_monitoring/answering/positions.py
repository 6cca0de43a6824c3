"""Who stands where, by name: who supports, opposes, voted for or against something, and who leads a body."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from political_monitoring.answering.chambers import chambers_in
from political_monitoring.answering.draft import Statement
from political_monitoring.answering.forms import act_sentence, own_words
from political_monitoring.answering.names import capitalised, subject_name
from political_monitoring.answering.sides import positions_asked
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import quoted, say
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.evidence.citations import Part
from political_monitoring.tools.entities import Act

MOST_SENTENCES = 12
MOST_MARKS = 3

_VOTES = frozenset({"votes_for", "votes_against", "abstains_from", "misses_vote"})


def positions(
    understanding: Understanding, acts: Sequence[Act], results: Sequence[Fact] = ()
) -> list[Statement]:
    """A sentence for each position that is known, in the order of time; empty when none is.

    Of votes only those of the day asked about, else of the latest day; who voted alike by one source is told in
    one sentence. Of a day on which there was a vote (`results`) nobody is named who voted on another.
    """
    asked = positions_asked(understanding.asking) if understanding.asks_who else ()
    found = [act for act in acts if act.fact.predicate in asked]
    votes = [act for act in found if act.fact.predicate in _VOTES and _is_meant(act, understanding)]
    others = [act for act in found if act.fact.predicate not in _VOTES]
    told = _of_one_day(votes, understanding.as_of, {one.valid_at.date() for one in results if one.valid_at})
    sentences = [*_votes(told, understanding), *_others(others, understanding)]
    return [
        replace(sentence, before="\n") if number else sentence
        for number, sentence in enumerate(sentences[:MOST_SENTENCES])
    ]


_PARTIES = {
    "D": re.compile(r"\bdemo[ck]rat\w*", re.IGNORECASE),
    "R": re.compile(r"\brepubli[ck]an\w*", re.IGNORECASE),
    "I": re.compile(r"\bindependents?\b|\bunabhängige\w*", re.IGNORECASE),
}
_IN_CHAMBER = re.compile(r"^[\w ]+ in the (?P<chamber>House|Senate)\b")
_OF_PARTY = re.compile(r"\((?P<letter>[A-Z])-[A-Z]{2}\)$")


def _is_meant(vote: Act, understanding: Understanding) -> bool:
    """Whether who voted is of the chamber and the party that the question names, if it names one."""
    chambers = next(filter(None, map(chambers_in, understanding.turns)), frozenset())
    parties = next(filter(None, map(_parties, understanding.turns)), frozenset())
    chamber, party = _IN_CHAMBER.search(vote.fact.evidence.quote), _OF_PARTY.search(vote.actor.name)
    of_chamber = not chambers or chamber is None or chamber["chamber"] in chambers
    return of_chamber and (not parties or party is None or party["letter"] in parties)


def _parties(text: str) -> frozenset[str]:
    return frozenset(letter for letter, form in _PARTIES.items() if form.search(text))


def _of_one_day(votes: Sequence[Act], as_of: dt.date | None, voted: set[dt.date]) -> list[Act]:
    days = {act.fact.valid_at.date() for act in votes if act.fact.valid_at}
    if as_of in voted and as_of not in days:
        return []
    on = as_of if as_of in days else max(days, default=None)
    return [act for act in votes if on is None or (act.fact.valid_at and act.fact.valid_at.date() == on)]


def _votes(votes: Sequence[Act], understanding: Understanding) -> list[Statement]:
    """A sentence for each way to vote that one document tells of."""
    alike: dict[tuple[str, str], dict[Evidence, list[Act]]] = {}
    for act in votes:
        lists = alike.setdefault((act.fact.predicate, act.fact.evidence.document_id), {})
        lists.setdefault(act.fact.evidence, []).append(act)
    return [_named(list(lists.values()), understanding) for lists in alike.values()]


def _named(lists: Sequence[Sequence[Act]], understanding: Understanding) -> Statement:
    """Who voted alike: each stretch of the list with its mark, and where there is but one, with its words."""
    everyone = [_name(act, understanding) for acts in lists for act in acts]
    if len(lists) == 1:
        sentence = act_sentence(
            lists[0][0].fact, _listed(list(dict.fromkeys(everyone)), understanding), understanding
        )
        return _told(sentence, lists[0][:1], understanding)
    before, after = act_sentence(lists[0][0].fact, _BLANK, understanding).split(_BLANK)
    comma = _comma(everyone)
    parts = [Part(capitalised(before))] if before else []
    for number, acts in enumerate(lists):
        names = comma.join(_name(act, understanding) for act in acts)
        parts.append(Part(f"{comma if number else ''}{names}", (acts[0].fact.evidence,)))
    return Statement((*parts, Part(f"{after}.")), "")


_BLANK = "\N{BULLET}"
"""Stands for the names in a sentence that is cut there."""


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
    """ "A, B and C"; semicolons between names that have commas of their own ("Scott, Austin (R-GA)")."""
    *first, last = names
    return say(understanding.language, "names", first=_comma(names).join(first), last=last) if first else last


def _comma(names: Sequence[str]) -> str:
    return "; " if any("," in name for name in names) else ", "
