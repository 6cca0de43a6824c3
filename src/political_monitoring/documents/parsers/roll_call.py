"""Roll calls of the US Congress: the House Clerk's `rollcall-vote` and the Senate's `roll_call_vote`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.documents.parsers.xml_tree import first, name_of, text_at

_NAMES_IN_A_LINE = 10
"""Each line of names says how they voted and where, and is short enough to be quoted whole."""
_WHERE = "roll call"
_VOTES = {
    **dict.fromkeys(("Yea", "Aye", "Yes"), "Yeas"),
    **dict.fromkeys(("Nay", "No"), "Nays"),
    **dict.fromkeys(("Present", "Present, Giving Live Pair"), "Present"),
    "Not Voting": "Not voting",
}
_ORDER = ("Nays", "Yeas", "Present", "Not voting")


@dataclass(frozen=True, slots=True)
class _Head:
    """What was voted on, when and with which result."""

    chamber: str
    congress: str
    session: str
    number: str
    day: str
    measure: str
    title: str
    question: str
    result: str


def read(root: Any, hints: Hints) -> Parsed:
    """A line that says what was decided and by how many, then the names, those against it first.

    A name is written as the chamber prints it, with party and state: "Lee (PA) (D-PA)".
    """
    senate = name_of(root) == "roll_call_vote"
    head = _senate_head(root) if senate else _house_head(root)
    named: dict[str, list[str]] = {}
    for vote, name in _senators(root) if senate else _representatives(root):
        named.setdefault(_VOTES.get(vote, vote), []).append(name)
    builder = TextBuilder(hints.text_chars)
    yeas, nays = (len(named.get(label, ())) for label in ("Yeas", "Nays"))
    roll = f"Record Vote Number: {head.number}" if senate else f"Roll no. {head.number}"
    about = f"{head.measure} ({head.title})" if head.title else head.measure
    decided = f"{head.question} in the {head.chamber}: {head.result} by the Yeas and Nays: {yeas} - {nays}"
    builder.block(f"{head.day} - {about}: {decided} ({roll}).")
    for label in sorted(named, key=lambda one: _ORDER.index(one) if one in _ORDER else len(_ORDER)):
        for some in batched(named[label], _NAMES_IN_A_LINE):
            builder.block(f"{label} in the {head.chamber}: {', '.join(some)}.")
    return Parsed(
        builder.text,
        title=f"{head.measure.partition(' (')[0]}: {head.title}" if head.title else head.measure,
        identity=f"{head.chamber} {head.congress} {head.session} {head.number}",
        date=head.day,
        source="senate.gov" if senate else "clerk.house.gov",
        language="en",
        kind="roll_call",
        jurisdiction="US",
        where=_WHERE,
        origins={"date": "day of the vote", "language": "format", "kind": "format", "jurisdiction": "format"},
    )


def _house_head(root: Any) -> _Head:
    about = first(root, "vote-metadata")
    congress = text_at(about, "congress")
    return _Head(
        chamber="House",
        congress=congress,
        session=text_at(about, "session"),
        number=text_at(about, "rollcall-num"),
        day=_iso_day(text_at(about, "action-date")),
        measure=_measure(text_at(about, "legis-num"), congress),
        title=text_at(about, "vote-desc"),
        question=text_at(about, "vote-question"),
        result=text_at(about, "vote-result"),
    )


def _senate_head(root: Any) -> _Head:
    congress = text_at(root, "congress")
    about = text_at(root, "document", "document_name")
    return _Head(
        chamber="Senate",
        congress=congress,
        session=text_at(root, "session"),
        number=text_at(root, "vote_number"),
        day=_iso_day(text_at(root, "vote_date")),
        measure=_measure(about, text_at(root, "document", "document_congress") or congress),
        title=text_at(root, "document", "document_short_title") or text_at(root, "vote_document_text"),
        question=text_at(root, "question"),
        result=text_at(root, "vote_result").rpartition(" ")[2] or "decided",
    )


def _measure(number: str, congress: str) -> str:
    """ "H R 1503" -> "H.R. 1503 (119th Congress)": what a number means depends on the congress."""
    letters, _, digits = " ".join(number.replace(".", " ").split()).rpartition(" ")
    name = _NUMBERED.get(letters.replace(" ", "").upper(), letters)
    return f"{name} {digits} ({_ordinal(congress)} Congress)" if congress.isdigit() else f"{name} {digits}"


_NUMBERED = {
    "HR": "H.R.", "S": "S.", "HRES": "H.Res.", "SRES": "S.Res.", "HJRES": "H.J.Res.", "SJRES": "S.J.Res.",
    "HCONRES": "H.Con.Res.", "SCONRES": "S.Con.Res.",
}  # fmt: skip


def _ordinal(number: str) -> str:
    if number[-2:-1] == "1":
        return f"{number}th"
    return number + {"1": "st", "2": "nd", "3": "rd"}.get(number[-1:], "th")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HOUSE_DAY = re.compile(r"(?P<day>\d{1,2})-(?P<month>[A-Za-z]{3})\w*-(?P<year>\d{4})")
_SENATE_DAY = re.compile(r"(?P<month>[A-Za-z]{3})\w* (?P<day>\d{1,2}), (?P<year>\d{4})")


def _iso_day(text: str) -> str:
    """ "7-May-2025" and "May 7, 2025, 02:54 PM" -> "2025-05-07"; another form stays as it is."""
    found = _HOUSE_DAY.search(text) or _SENATE_DAY.search(text)
    if found is None or found["month"].lower() not in _MONTHS:
        return text
    return f"{found['year']}-{_MONTHS.index(found['month'].lower()) + 1:02}-{int(found['day']):02}"


def _representatives(root: Any) -> Iterator[tuple[str, str]]:
    for vote in (one for one in root.iter() if name_of(one) == "recorded-vote"):
        member = first(vote, "legislator")
        if member is not None:
            name = text_at(vote, "legislator")
            yield text_at(vote, "vote"), f"{name} ({member.get('party', '')}-{member.get('state', '')})"


def _senators(root: Any) -> Iterator[tuple[str, str]]:
    for member in (one for one in root.iter() if name_of(one) == "member"):
        yield text_at(member, "vote_cast"), text_at(member, "member_full")
