"""What stands beside a person's name: an office, the body that it leads, a party."""

import re
from collections.abc import Iterable
from dataclasses import replace

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Mention
from political_monitoring.extraction.gazetteer import Gazetteer
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.people import NamedPerson
from political_monitoring.extraction.reading import Draft, Reading
from political_monitoring.extraction.relation_phrases import load_relation_phrases
from political_monitoring.extraction.resolve import name_id

# In front of a title: it is held no more, not yet, or by someone else.
_NOT_THE_HOLDER = re.compile(
    r"(?i)(?:\b(?:former|then|late|ex|incoming|future|designate|deputy|vice|shadow|acting on behalf of|"
    r"(?:ehemalige|frühere|damalige|einstige|künftige|designierte|stellvertretende|verstorbene|amerikanische|"
    r"französische|österreichische|polnische|bayerische)[nrsm]?|des|der|des früheren)|\bEx-)\s?$"
)
_LOOK_BACK = 30
_US_PARTIES = {"R": "Republican Party", "D": "Democratic Party"}
_CONFIDENCE = 0.9


def read_offices(
    reading: Reading, people: Iterable[NamedPerson], gazetteer: Gazetteer
) -> tuple[list[Draft], list[Entity], list[Mention]]:
    """holds_office, led_by and member_of facts, with the bodies and parties that only they bring."""
    drafts: list[Draft] = []
    entities: dict[str, Entity] = {}
    mentions: list[Mention] = []
    if reading.genre is not Genre.PROSE:
        return [], [], []
    offices = load_relation_phrases().offices
    for one in people:
        person, place = name_id("Politician", one.name), Span(one.span.start, one.span.end)
        if person not in reading.entities:
            continue
        if one.office and one.span.start > len(one.office):
            place = Span(one.span.start - len(one.office) - 1, one.span.end)
            if _NOT_THE_HOLDER.search(reading.document.text, max(0, place.start - _LOOK_BACK), place.start):
                continue
            drafts.append(_draft(reading, person, "holds_office", place, one.office, value=one.office))
            body = _known(offices.get(one.office, ""), "Institution", gazetteer)
            if body is not None:
                entities[body.id] = reading.entities.get(body.id, body)
                mentions.append(Mention(body.id, Span(place.start, one.span.start - 1)))
                drafts.append(_draft(reading, body.id, "led_by", place, one.office, object_=person))
        party = _known(
            _US_PARTIES.get(one.party[:1] if "-" in one.party[1:2] else "", one.party), "Party", gazetteer
        )
        if party is not None:
            entities[party.id] = reading.entities.get(party.id, party)
            entities[person] = replace(reading.entities[person], attributes=(("party", party.name),))
            place = Span(one.span.start, one.span.end + len(f" ({one.party})"))
            mentions.append(Mention(party.id, Span(one.span.end + 2, place.end - 1)))
            drafts.append(_draft(reading, person, "member_of", place, one.party, object_=party.id))
    return drafts, list(entities.values()), mentions


def _draft(
    reading: Reading,
    subject: str,
    predicate: str,
    span: Span,
    words: str,
    *,
    object_: str | None = None,
    value: str | None = None,
) -> Draft:
    return Draft(
        subject,
        predicate,
        span,
        words,
        object=object_,
        value=value,
        on=reading.document.date,
        confidence=_CONFIDENCE,
    )


def _known(name: str, type_: str, gazetteer: Gazetteer) -> Entity | None:
    """The gazetteer's entry of this name, as an entity."""
    found = next((one.known for one in gazetteer.find(name) if one.words == name), None) if name else None
    if found is None or found.type != type_:
        return None
    return Entity(
        name_id(type_, found.name), type_, found.name, aliases=found.also, jurisdiction=found.jurisdiction
    )
