"""A sentence in which each named entity, and each date, is one character: patterns then need no names.

"Ofcom enforces the Online Safety Act." becomes "B enforces the L.", where B stands for any body and L for any
law. The characters come from Unicode's private use area; where a text has them of its own they are taken out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Mention
from political_monitoring.extraction.dates import FoundDate
from political_monitoring.extraction.reading import Reading
from political_monitoring.extraction.sentences import Sentence

_FIRST = 0xE000
# Names of slots in patterns -> entity types.
KINDS = {
    "law": ("Regulation", "Bill", "Policy"),
    "company": ("Company",),
    "body": ("Institution",),
    "person": ("Politician",),
    "party": ("Party",),
    "committee": ("Committee",),
    "lobby": ("LobbyGroup",),
    "place": ("Jurisdiction",),
    "case": ("CourtCase",),
    "action": ("EnforcementAction",),
}
_CHARACTERS = {kind: chr(_FIRST + number) for number, kind in enumerate(KINDS)}
_OF_TYPE = {type_: _CHARACTERS[kind] for kind, types in KINDS.items() for type_ in types}
_OTHER = chr(_FIRST + len(KINDS))
DATE = chr(_FIRST + len(KINDS) + 1)
"""Stands for a date."""
SLOTS = "".join(_CHARACTERS.values()) + _OTHER
"""All characters that stand for entities."""
_NO_SLOTS = dict.fromkeys(map(ord, SLOTS + DATE), "\ufffd")

# "the Digital Services Act (Regulation (EU) 2022/2065)": what stands in brackets behind a name says it again.
_ASIDE = re.compile(rf"(?<=[{SLOTS}])\s\([^()]{{0,60}}\)")

# "the bill", "das Gesetz": the law that the document is about, unless what follows makes it another one.
_THE_LAW = re.compile(
    r"(?i)\b(?:the|this)\s(?P<en>act|bill|law|regulation|directive)\b"
    r"(?!\s(?:of|for|to|in|that|which|amending|implementing|no\b|\()|\son\s(?!\d|[A-Z][a-z]+ \d|[A-Z][a-z]+day))"
    r"|\b(?:das|dem|des|die|der|dieses|diese|dieser|diesem)\s"
    r"(?P<de>gesetz(?:es)?|gesetzentwurfs?|verordnung|richtlinie)\b(?!\s(?:zu[rm]?|über|des|der|für|\()\b)"
)
# "it" where it can only be the law: behind a verb of taking sides, or in front of one that only laws do.
_IT = re.compile(
    r"\b(?:against|for|supports?|supported|backed|opposes?|opposed|endorsed)\s(?P<it>it)\b(?!['’])"
    r"|^(?P<It>It)\b(?=\s(?:replaces|replaced|supersedes|repeals|transposes)\b)"
)
_SAID_OF_ANY = frozenset({"act", "bill", "law", "gesetz", "gesetzes", "gesetzentwurf", "gesetzentwurfs"})
_ALSO_CALLED = {"verordnung": "regulation", "richtlinie": "directive"}


def characters(kind: str) -> str:
    """The characters that a named kind of slot may be: "law", or several as in "company|party"."""
    return "".join(_CHARACTERS[one] for one in kind.split("|"))


def present_in(reading: Reading, sentence: Sentence) -> frozenset[str]:
    """The characters that the sentence's entities will be, "the act" and "it" included."""
    named = {_character(reading, one.entity_id) for one in reading.within(sentence.span)}
    if named and any(_spoken_of(reading, sentence)):
        named.add(_CHARACTERS["law"])
    return frozenset(named)


def _character(reading: Reading, entity_id: str) -> str:
    return _OF_TYPE.get(reading.entities[entity_id].type, _OTHER)


@dataclass(frozen=True, slots=True)
class Slotted:
    """A sentence with slots.

    Attributes:
        text: the sentence, one character for each entity and date.
        places: for each character of `text`, where it begins in the sentence.
        entities: entity ids by position in `text`.
    """

    text: str
    places: tuple[int, ...]
    entities: dict[int, str]

    def within(self, start: int, end: int) -> list[str]:
        """Ids of the entities between two positions of `text`, each once."""
        return list(dict.fromkeys(self.entities[at] for at in range(start, end) if at in self.entities))


def slotted(reading: Reading, sentence: Sentence, dates: Sequence[FoundDate]) -> Slotted:
    """The sentence with a slot for each of its mentions and dates; mentions come before dates."""
    base = sentence.span.start
    named = [
        (_shifted(one, base), _character(reading, one.entity_id), one.entity_id)
        for one in reading.within(sentence.span)
    ]
    named += [(span, _CHARACTERS["law"], reading.principal or "") for span in _spoken_of(reading, sentence)]
    marked = sorted([*named, *((one.span, DATE, "") for one in dates)], key=lambda one: one[0])
    plain = sentence.text.translate(_NO_SLOTS)
    text: list[str] = []
    places: list[int] = []
    entities: dict[int, str] = {}
    past = 0
    for span, character, entity in marked:
        if span.start < past:
            continue
        text.extend(plain[past : span.start])
        places.extend(range(past, span.start))
        if entity:
            entities[len(text)] = entity
        text.append(character)
        places.append(span.start)
        past = span.end
    text.extend(plain[past:])
    places.extend(range(past, len(sentence.text)))
    return _without_asides(Slotted("".join(text), tuple(places), entities))


def _spoken_of(reading: Reading, sentence: Sentence) -> Iterator[Span]:
    """Where the sentence says "the act" or "it" of the document's law: in front of any other law it names."""
    law = reading.entities.get(reading.principal or "")
    if law is None:
        return
    others = (one.span.start for one in reading.laws(sentence.span) if one.entity_id != law.id)
    limit = next(others, sentence.span.end) - sentence.span.start
    called = " ".join((law.name, *law.aliases)).casefold()
    for match in _THE_LAW.finditer(sentence.text, 0, limit):
        noun = (match["en"] or match["de"]).casefold()
        if noun in _SAID_OF_ANY or noun in called or _ALSO_CALLED.get(noun, noun) in called:
            yield Span(match.start(), match.end())
    for match in _IT.finditer(sentence.text, 0, limit):
        group = "it" if match["it"] else "It"
        yield Span(match.start(group), match.end(group))


def _shifted(mention: Mention, base: int) -> Span:
    return Span(mention.span.start - base, mention.span.end - base)


def _without_asides(whole: Slotted) -> Slotted:
    kept = [True] * len(whole.text)
    for aside in _ASIDE.finditer(whole.text):
        kept[aside.start() : aside.end()] = [False] * (aside.end() - aside.start())
    if all(kept):
        return whole
    stays = [at for at, keep in enumerate(kept) if keep]
    return Slotted(
        "".join(whole.text[at] for at in stays),
        tuple(whole.places[at] for at in stays),
        {new: whole.entities[old] for new, old in enumerate(stays) if old in whole.entities},
    )
