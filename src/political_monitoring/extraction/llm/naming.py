"""From the names that a model lists to entities, by the resolver of local extraction; no model is asked."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from political_monitoring.domain.documents import Document, Span
from political_monitoring.domain.facts import Entity, Extraction, Mention
from political_monitoring.domain.ontology import Ontology
from political_monitoring.extraction.gazetteer import Gazetteer
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.extraction.llm.forms import NamedThing
from political_monitoring.extraction.llm.quotes import find_name
from political_monitoring.extraction.resolve import LAW_TYPES, Candidate, normalise_name, resolve

NOT_NAMED = "names that the text does not have"
NOT_IN_SCHEMA = "not in the schema"

_LONGEST_NAME = 200
# "the Act", "das Gesetz": the law that the document is about.
_THE_LAW = re.compile(
    r"(?:this |dieses |diese )?(?:act|bill|law|regulation|directive|measure|resolution|order|proposal|"
    r"gesetz|gesetzentwurf|verordnung|richtlinie)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Which entity each of the model's names is.

    Attributes:
        entities: every entity by its id, those of local extraction first.
        new: those that local extraction did not have.
        mentions: of the new ones.
    """

    by_name: dict[str, str]
    entities: dict[str, Entity]
    new: tuple[Entity, ...]
    mentions: tuple[Mention, ...]

    def find(self, name: str) -> Entity | None:
        """The entity of that name, if the text has it."""
        return self.entities.get(self.by_name.get(normalise_name(name), ""))


def name_entities(
    things: Iterable[NamedThing],
    document: Document,
    local: Extraction,
    ontology: Ontology,
    gazetteer: Gazetteer,
    dropped: Counter[str],
) -> Named:
    """Entities of the names that stand in the text; a name that local extraction knows is that entity."""
    entities = {one.id: one for one in local.entities}
    known = {normalise_name(name): one.id for one in local.entities for name in (one.name, *one.aliases)}
    principal = _principal(local, entities)
    by_name: dict[str, str] = {}
    candidates: dict[str, Candidate] = {}
    places: dict[str, list[Span]] = {}
    for thing in things:
        name = normalise_name(thing.name)
        if name in by_name or name in candidates:
            continue
        if name in known:
            by_name[name] = known[name]
        elif principal and (_THE_LAW.fullmatch(name) or name == normalise_name(document.title)):
            by_name[name] = principal
        elif len(thing.name) > _LONGEST_NAME or not (found := find_name(thing.name, document.text)):
            dropped[NOT_NAMED] += 1
        elif thing.type not in ontology.entity_types:
            dropped[NOT_IN_SCHEMA] += 1
        else:
            candidates[name], places[name] = _candidate(thing, found[0], document, gazetteer), found
    resolved = resolve(candidates.values(), (), gazetteer)
    numbered = {number: one.id for one in local.entities for number in one.identifiers}
    new: dict[str, Entity] = {}
    mentions: list[Mention] = []
    for name, candidate in candidates.items():
        entity = resolved.entities[resolved.by_key[candidate.key]]
        here = next((numbered[number] for number in entity.identifiers if number in numbered), entity.id)
        by_name[name] = here
        if here not in entities:
            new[here] = entity
        mentions += [Mention(here, place) for place in places[name]]
    return Named(by_name, entities | new, tuple(new.values()), tuple(mentions))


def _principal(local: Extraction, entities: dict[str, Entity]) -> str | None:
    """The law that the document is about."""
    about = (one.entity_id for one in local.mentions if one.principal)
    return next((one for one in about if one in entities and entities[one].type in LAW_TYPES), None)


def _candidate(thing: NamedThing, place: Span, document: Document, gazetteer: Gazetteer) -> Candidate:
    """A number in the name, or the gazetteer, knows better than the model what it is."""
    name = " ".join(thing.name.split())
    numbers = find_identifiers(name, document.date)
    if numbers:
        first = numbers[0]
        return Candidate(
            first.type,
            first.jurisdiction,
            name="" if first.words == name else name,
            identifiers=(first.identifier,),
            span=place,
        )
    listed = next((one.known for one in gazetteer.find(name) if one.words == name), None)
    if listed:
        return Candidate(
            listed.type,
            listed.jurisdiction,
            name=listed.name,
            identifiers=listed.identifiers,
            span=place,
            known=listed,
        )
    jurisdiction = document.jurisdiction if thing.type in LAW_TYPES else ""
    return Candidate(thing.type, jurisdiction, name=name, span=place)
