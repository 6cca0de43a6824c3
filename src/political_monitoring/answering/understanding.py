"""Step one: what is asked about what, for when. The local reasoner reads it off the words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from political_monitoring.answering.conversation import Language, Question
from political_monitoring.answering.intents import Intent, asks_whether, asks_who, read_intent
from political_monitoring.answering.vocabulary import concept, concepts, content_words, read_places
from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.knowledge.port import KnowledgeGraph, Scope
from political_monitoring.tools.query import Reading
from political_monitoring.tools.search import resolve_entities


@dataclass(frozen=True, slots=True)
class Understanding:
    """The question as the following steps need it.

    Attributes:
        entities: what it is about, best first; known to the graph.
        unknown: identifiers it names that the graph does not know; nothing else may answer for them.
        words: the words it is about, entities' names included; what evidence must cover.
        search_text: what to search for.
        day: the day the answer speaks of: the one asked about, else today.
        scope: only documents within it count.
    """

    text: str
    intent: Intent
    entities: tuple[Entity, ...]
    unknown: tuple[Identifier, ...]
    words: tuple[str, ...]
    search_text: str
    time: AsOf
    since: dt.date | None
    until: dt.date | None
    language: Language
    day: dt.date
    asks_who: bool = False
    asks_whether: bool = False
    scope: Scope = Scope()  # noqa: RUF009 - frozen

    @property
    def as_of(self) -> dt.date | None:
        """The day asked about; None: the present."""
        return self.time.world.date() if self.time.world else None


def understand(question: Question, graph: KnowledgeGraph, today: dt.date) -> Understanding:
    """Read intent, entities and time window off the question and those it leans on."""
    layers = [_Layer.of(reading, graph) for reading in (question.reading, *question.earlier)]
    own = next((layer for layer in layers if layer.names_subject), layers[0])
    entities = [entity for layer in layers[: layers.index(own) + 1] for entity in layer.entities]
    if own is not layers[0] and (places := read_places(question.text)):
        entities = [entity for entity in entities if entity.jurisdiction in places]
    words = _words(layers)
    return Understanding(
        text=question.text,
        intent=_intent(layers, entities, words),
        entities=_best_named(list(dict.fromkeys(entities)), question.reading),
        unknown=own.unknown,
        words=words,
        search_text=question.text if len(layers) == 1 else " ".join((question.text, *words)),
        time=question.time,
        since=question.reading.since,
        until=question.reading.until,
        language=question.language,
        day=question.time.world.date() if question.time.world else today,
        asks_who=asks_who(question.reading),
        asks_whether=asks_whether(question.reading),
        scope=question.wishes.scope,
    )


SAME_TITLE = 0.9
"""From this score on a name is the title asked for, at most cut off."""
MOST_TITLED = 3
MOST_FINES = 8
_LAWS = frozenset({"Policy", "Regulation", "Bill"})
_PLACES = frozenset({"Jurisdiction", "PolicyArea"})


@dataclass(frozen=True, slots=True)
class _Layer:
    """One question of a chain that lean on each other, newest first."""

    reading: Reading
    entities: tuple[Entity, ...]
    unknown: tuple[Identifier, ...]

    @classmethod
    def of(cls, reading: Reading, graph: KnowledgeGraph) -> "_Layer":
        titled = [
            entity
            for title in reading.titles
            for entity, score in graph.find_entities(title, MOST_TITLED)
            if score >= SAME_TITLE
        ]
        if titled and all(_stands_in_title(one, reading) for one in reading.identifiers):
            return cls(reading, tuple(titled), ())
        resolved = resolve_entities(graph, reading)
        candidates = [*resolved, *(fine for entity in resolved for fine in _fines_on(entity, graph))]
        named = tuple(entity for entity in dict.fromkeys(candidates) if _is_named(entity, reading))
        unknown = tuple(
            one for one in reading.identifiers if not any(_identifies(one, entity) for entity in named)
        )
        return cls(reading, named, unknown)

    @property
    def names_subject(self) -> bool:
        """Whether it says what it is about; a place alone ("and in Germany?") does not."""
        return bool(self.unknown) or any(entity.type not in _PLACES for entity in self.entities)


def _fines_on(entity: Entity, graph: KnowledgeGraph) -> list[Entity]:
    """Fines on a company; their names ("Google fine") seldom stand in a question in one piece."""
    if entity.type != "Company":
        return []
    found = graph.find_entities(f"{entity.name} fine", MOST_FINES)
    return [fine for fine, score in found if fine.type == "EnforcementAction" and score >= SAME_TITLE]


def _stands_in_title(identifier: Identifier, reading: Reading) -> bool:
    """Whether a number is only part of a title: a law that amends a directive is not that directive."""
    return any(
        found.identifier == identifier for title in reading.titles for found in find_identifiers(title)
    )


def _intent(layers: Sequence[_Layer], entities: Sequence[Entity], words: Sequence[str]) -> Intent:
    """The newest question's kind, else that of those it leans on; a law's bare name asks where it stands."""
    for layer in layers:
        if (intent := read_intent(layer.reading)) is not Intent.GENERAL:
            return intent
    names = concepts(" ".join(name for one in entities for name in (one.name, *one.aliases)))
    bare = entities and all(concept(word) in names for word in words)
    return Intent.STATUS if bare and entities[0].type in _LAWS else Intent.GENERAL


def _best_named(entities: list[Entity], reading: Reading) -> tuple[Entity, ...]:
    """Without those another of their kind fits better: "the Android case" against "a fine on Google"."""
    asked = {concept(word) for word in content_words(reading.text)}
    fit = {one.id: len(asked & concepts(" ".join((one.name, *one.aliases)))) for one in entities}
    best = {one.type: max(fit[other.id] for other in entities if other.type == one.type) for one in entities}
    identified = {one.id for one in entities if any(_identifies(given, one) for given in reading.identifiers)}
    return tuple(one for one in entities if one.id in identified or fit[one.id] == best[one.type])


def _identifies(asked: Identifier, entity: Entity) -> bool:
    """Whether the entity bears the identifier; a bill asked for without its congress is any congress's."""
    return any(
        asked.scheme == one.scheme and (asked.value == one.value or one.value.endswith(f"-{asked.value}"))
        for one in entity.identifiers
    )


def _is_named(entity: Entity, reading: Reading) -> bool:
    """Whether the question says this entity's name, or as good as: sharing a word or two is not enough."""
    if any(_identifies(identifier, entity) for identifier in reading.identifiers):
        return True
    asked = concepts(reading.text)
    for name in (entity.name, *entity.aliases):
        said = {concept(word) for word in content_words(name)} or concepts(name)
        if said and said <= asked:
            return True
    subject = {concept(word) for word in content_words(reading.text)}
    names = concepts(" ".join((entity.name, *entity.aliases)))
    return bool(subject) and len(subject & names) >= _ALMOST_ALL * len(subject)


_ALMOST_ALL = 0.75


def _words(layers: Sequence[_Layer]) -> tuple[str, ...]:
    """The newest question's words and those of the ones it leans on, without names it has replaced."""
    kept: dict[str, str] = {}
    replaced = False
    for layer in layers:
        names = concepts(" ".join(name for one in layer.entities for name in (one.name, *one.aliases)))
        for word in content_words(layer.reading.text):
            if not (replaced and concept(word) in names):
                kept.setdefault(concept(word), word)
        replaced = replaced or layer.names_subject
    return tuple(kept.values())
