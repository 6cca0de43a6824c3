"""Who voted how, by name: the lists of a roll call, "Nays: Biggs (AZ) (R-AZ), Casar (D-TX)".

A member is called as the list calls him. Surnames alone would make one person of many, so only names with their
party, and in the US their state, are read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Entity, Mention
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.people import PARTIES
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.resolve import name_id
from political_monitoring.extraction.votes import PROCEDURAL

LONGEST_LIST = 300
"""Characters of a list that are the evidence for the names in them."""

_LABELS = {
    "votes_against": r"(?:Members |Those )?(?:[Vv]oting|[Vv]oted|who voted) (?:nay|Nay|no|No|against)|"
    r"Nays?|NAYS?|Noes|NOES|No|Against|Nein(?:-?Stimmen)?|Dagegen|Mit Nein (?:stimmten|haben gestimmt)",
    "votes_for": r"(?:Members |Those )?(?:[Vv]oting|[Vv]oted|who voted) (?:yea|Yea|aye|Aye|yes|Yes|for|in favou?r)|"
    r"Yeas?|YEAS?|Ayes?|AYES?|Yes|In favou?r|Ja(?:-?Stimmen)?|Dafür|Mit Ja (?:stimmten|haben gestimmt)",
    "abstains_from": r"Present|Answered .?present.?|Voted .?present.?|Abstained|Abstentions?|Abstaining|"
    r"Enthaltung(?:en)?|Enthalten",
    "misses_vote": r"Not [Vv]oting|Did not vote|Absent|Nicht abgegeben|Nicht beteiligt|Abwesend",
}
_LABEL = re.compile(
    r"(?:^|(?<=[\n.;:]))[ \t*#]*(?P<label>(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r"))(?: in the (?:House|Senate))?\s*(?:\(\d+\)|[-—–]+\s*\d+)?\s*(?:[:—–]|-{1,2}(?=\s)|\n)\s*"
)
_MEMBER = re.compile(
    rf"(?P<name>[^\W\d_](?:[^()\[\]\n:;]|\n(?!\n)|\([A-Z]{{2}}\)){{0,60}}?)\s\((?:[A-Z]{{1,3}}-[A-Z]{{2}}|{PARTIES})\)"
)
_JOINT = re.compile(r"^(?:[\s,;]|(?:and|und)\s)+")
_ON_THE_MEASURE = re.compile(
    r"\b(?:passage|pass the|agree(?:d|ing) to the (?:\w+ )?resolution|suspend the rules|concur|"
    r"conference report|over(?:riding)? (?:the )?veto|final vote|Schlussabstimmung|Gesetzentwurf)\b",
    re.IGNORECASE,
)
_A_VOTE = re.compile(r"\b(?:roll[- ]?call|vot(?:e|ed|ing)|namentliche\w*|Abstimmung)\b", re.IGNORECASE)
_LEAD = 700
"""Characters in front of a list in which it is said what was voted on."""


@dataclass(frozen=True, slots=True)
class _List:
    """One list of names: how they voted, where it and where its first name begins, and where it ends."""

    predicate: str
    start: int
    names: int
    end: int


def named_votes(
    reading: Reading, passages: Sequence[Span]
) -> tuple[list[Draft], list[Entity], list[Mention]]:
    """votes_for, votes_against, abstains_from and misses_vote facts of a roll call on the law as a whole.

    A vote on an amendment or on procedure says nothing about who wants the law, and is left out. What is cited for
    a name lies within one of the passages.
    """
    document, law = reading.document, reading.principal
    lists = list(_lists(document.text)) if law and reading.genre is not Genre.STATUTE else []
    lead = _lead(document, lists)
    if not lists or not _is_on_the_measure(lead):
        return [], [], []
    drafts: list[Draft] = []
    members: dict[str, Entity] = {}
    mentions: list[Mention] = []
    for one in lists:
        for evidence, places in _groups(_members(document.text, one), one, passages):
            for place in places:
                member = _member(place.of(document.text))
                members[member.id] = member
                mentions.append(Mention(member.id, place))
                words = evidence.of(document.text)
                drafts.append(Draft(member.id, one.predicate, evidence, words, object=law, on=document.date))
    return drafts, list(members.values()), mentions


def _is_on_the_measure(lead: str) -> bool:
    """What was named last before the lists was voted on; a vote of which nothing is said is on the law."""
    measure, procedure = (
        max((found.start() for found in form.finditer(lead)), default=-1)
        for form in (_ON_THE_MEASURE, PROCEDURAL)
    )
    return measure > procedure or (procedure < 0 and _A_VOTE.search(lead) is not None)


def _lists(text: str) -> Iterator[_List]:
    labels = list(_LABEL.finditer(text))
    for number, label in enumerate(labels):
        limit = labels[number + 1].start() if number + 1 < len(labels) else len(text)
        blank = text.find("\n\n", label.end(), limit)
        yield _List(_predicate(label), label.start("label"), label.end(), limit if blank < 0 else blank)


def _predicate(label: re.Match[str]) -> str:
    return next(name for name in _LABELS if label[name])


def _lead(document: Document, lists: list[_List]) -> str:
    """What stands before the names: there it is said what was voted on."""
    first = lists[0].start if lists else 0
    return f"{document.title}\n{document.text[max(0, first - _LEAD) : first]}"


def _members(text: str, one: _List) -> Iterator[Span]:
    """Places of the names with what stands in brackets behind them."""
    for found in _MEMBER.finditer(text, one.names, one.end):
        joint = _JOINT.match(found[0])
        yield Span(found.start() + (joint.end() if joint else 0), found.end())


def _groups(
    places: Iterator[Span], one: _List, passages: Sequence[Span]
) -> Iterator[tuple[Span, list[Span]]]:
    """The names in groups, each with a stretch of the list that holds it, lies in one passage and can be quoted.

    Where a passage ends within a name, its evidence is what stands before that end.
    """
    start, group = one.start, list[Span]()
    for place in places:
        passage = next((span for span in passages if span.start <= place.start < span.end), place)
        if start < passage.start or place.end - start > LONGEST_LIST or place.end > passage.end:
            if group:
                yield Span(start, group[-1].end), group
            start, group = place.start, []
        group.append(place)
    if group:
        yield Span(start, group[-1].end), group


def _member(words: str) -> Entity:
    name = " ".join(words.split())
    return Entity(name_id("Politician", name), "Politician", name)
