"""Which of several laws of one name is meant: asking back, and what the next message says to it. Pure."""

import re
from collections.abc import Sequence

from political_monitoring.answering.vocabulary import concept, concepts, content_words, read_places
from political_monitoring.domain.facts import Entity, Identifier
from political_monitoring.extraction.identifiers import spelled
from political_monitoring.tools.query import Reading

MOST_CHOICES = 5
_LAWS = frozenset({"Policy", "Regulation", "Bill"})
BYSTANDERS = frozenset({"Jurisdiction", "PolicyArea", "Institution", "Committee", "Party"})
"""Types of what is named beside a subject: a place, a chamber."""


def choices(entities: Sequence[Entity], reading: Reading) -> tuple[Entity, ...]:
    """Laws that a question fits equally, in the order of their numbers; empty when it tells which one is meant.

    That is a name that several bear, or a bill's number without its congress. A day, a title or a place tells them
    apart or leads to the one that counted then.
    """
    asked = [entity for entity in entities if entity.type not in BYSTANDERS]
    laws = [entity for entity in asked if entity.type in _LAWS and principal(entity)]
    if not 2 <= len(laws) <= MOST_CHOICES or len(laws) < len(asked):
        return ()
    if reading.as_of or reading.since or reading.until or reading.titles or read_places(reading.text):
        return ()
    said = {_said(entity, reading) for entity in laws}
    alike = len(said) == 1 and said != {""}
    return tuple(sorted(laws, key=lambda one: one.id)) if alike else ()


def _said(entity: Entity, reading: Reading) -> str:
    """The name or number by which the question knows it, in a form to compare; "" when it has none of them."""
    for asked in reading.identifiers:
        if any(
            asked.scheme == one.scheme and one.value.endswith(f"-{asked.value}") for one in entity.identifiers
        ):
            return str(asked)
    words = concepts(reading.text)
    names = (frozenset(map(concept, content_words(name))) for name in (entity.name, *entity.aliases))
    return max((" ".join(sorted(name)) for name in names if name and name <= words), key=len, default="")


def principal(entity: Entity) -> Identifier | None:
    """The number that an entity goes by."""
    return next((one for one in entity.identifiers if str(one) == entity.id), None)


_ORDINALS = {
    **dict.fromkeys(("first", "former", "erste", "ersten", "erster", "erstes"), 0),
    **dict.fromkeys(
        ("second", "latter", "other", "zweite", "zweiten", "zweiter", "zweites", "andere", "anderen"), 1
    ),
    **dict.fromkeys(("third", "dritte", "dritten", "drittes"), 2),
    **dict.fromkeys(("fourth", "vierte", "vierten", "viertes"), 3),
    **dict.fromkeys(("last", "letzte", "letzten", "letztes"), -1),
}
_CONGRESS = re.compile(r"\b(?P<number>\d{2,3})(?:st|nd|rd|th|\.)(?=\W|$)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FIRST_CONGRESS = 1789


def chosen(text: str, among: Sequence[Entity]) -> Entity | None:
    """The one that an answer to "which one?" picks: by place in the list, congress, year, jurisdiction or number.

    None when it picks none, or more than one.
    """
    if not among:
        return None
    words = [word.casefold() for word in re.findall(r"\w+", text)]
    places = [_ORDINALS[word] for word in words if word in _ORDINALS]
    if len(places) == 1 and not -len(among) <= places[0] < len(among):
        return None
    if len(places) == 1:
        return among[places[0]]
    for fits in (_by_congress, _by_year, _by_place, _by_number):
        found = [entity for entity in among if fits(text, entity)]
        if len(found) == 1:
            return found[0]
    return None


def _by_congress(text: str, entity: Entity) -> bool:
    number = _CONGRESS.search(text)
    return number is not None and number["number"] == _congress(entity)


def _by_year(text: str, entity: Entity) -> bool:
    year = _YEAR.search(text)
    if year is None:
        return False
    if congress := _congress(entity):
        return (int(year[0]) - _FIRST_CONGRESS) // 2 + 1 == int(congress)
    return any(year[0] in spelled(one) for one in entity.identifiers)


def _by_place(text: str, entity: Entity) -> bool:
    return entity.jurisdiction in read_places(text)


def _by_number(text: str, entity: Entity) -> bool:
    number = principal(entity)
    return number is not None and (spelled(number).casefold() in text.casefold() or number.value in text)


def _congress(entity: Entity) -> str:
    number = principal(entity)
    return number.value.partition("-")[0] if number and number.scheme == "us-bill" else ""
