"""Step one: what is asked about what, for when. The local reasoner reads it off the words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from political_monitoring.answering.chambers import chambers_in, places_of
from political_monitoring.answering.choices import BYSTANDERS, choices, chosen
from political_monitoring.answering.conversation import Language, Question
from political_monitoring.answering.courtesies import Courtesy, courtesy_of
from political_monitoring.answering.follow_ups import asks_before
from political_monitoring.answering.intents import Intent, asks_whether, asks_who, read_intent
from political_monitoring.answering.sides import positions_asked
from political_monitoring.answering.vocabulary import concept, concepts, content_words, read_places
from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.query import Reading
from political_monitoring.tools.search import resolve_entities


@dataclass(frozen=True, slots=True)
class Understanding:
    """The question as the following steps need it.

    Attributes:
        text: the question, with those it leans on behind it: how it calls things.
        entities: what it is about, best first; known to the graph.
        unknown: identifiers it names that the graph does not know; nothing else may answer for them.
        words: the words it is about, entities' names included; what evidence must cover.
        search_text: what to search for.
        day: the day the answer speaks of: the one asked about, else today.
        scope: only documents within it count.
        asking: the question that says what kind of answer is wanted: this one, or one that it leans on.
        turns: what asks in the question and in those it leans on, newest first, without titles.
        choices: laws that it fits equally; it must be asked which one is meant.
        courtesy: it is thanks, a greeting or a cry for help, and asks nothing of the collection.
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
    asking: str = ""
    turns: tuple[str, ...] = ()
    choices: tuple[Entity, ...] = ()
    courtesy: Courtesy | None = None

    @property
    def as_of(self) -> dt.date | None:
        """The day asked about; None: the present."""
        return self.time.world.date() if self.time.world else None


def understand(question: Question, graph: KnowledgeGraph, today: dt.date) -> Understanding:
    """Read intent, entities and time window off the question and those it leans on."""
    layers = _standing([_Layer.of(reading, graph) for reading in (question.reading, *question.earlier)])
    own = next((layer for layer in layers if layer.names_subject), layers[0])
    entities = _meant_entities(layers, own, question)
    open_choices = () if question.time.world else choices(entities, own.reading)
    replies = layers[: layers.index(own)]
    picked = next(filter(None, (chosen(layer.reading.text, open_choices) for layer in replies)), None)
    words = _words(
        [layer for layer in layers if not (picked and layer in replies and _picks(layer, open_choices))]
    )
    intent, asked = _intent(layers, entities, words)
    steps_back = _steps_back(layers)
    time = _before(graph, entities, intent, question.time, steps_back) if steps_back else question.time
    return Understanding(
        text=" ".join(layer.reading.text for layer in layers) if len(layers) > 1 else question.text,
        intent=Intent.STATUS if steps_back and intent is Intent.DATE else intent,
        entities=(picked,) if picked else entities,
        unknown=own.unknown,
        words=words,
        search_text=question.text if len(layers) == 1 else " ".join((question.reading.text, *words)),
        time=time,
        since=question.reading.since,
        until=question.reading.until,
        language=question.language,
        day=time.world.date() if time.world else today,
        asks_who=asks_who(asked),
        asks_whether=asks_whether(question.reading),
        scope=question.wishes.scope,
        asking=asked.asking or asked.text,
        turns=tuple(layer.reading.asking for layer in layers),
        choices=() if picked else open_choices,
        courtesy=courtesy_of(question.text),
    )


def _picks(layer: "_Layer", among: Sequence[Entity]) -> bool:
    return chosen(layer.reading.text, among) is not None


def _standing(layers: "list[_Layer]") -> "list[_Layer]":
    """The newest question alone when it says itself what it asks about what: then nothing is taken from before."""
    newest = layers[0]
    alone = newest.names_subject and read_intent(newest.reading) is not Intent.GENERAL
    return layers[:1] if alone else layers


def _meant_entities(layers: "Sequence[_Layer]", own: "_Layer", question: Question) -> tuple[Entity, ...]:
    """What the question is about: by its own words and those it leans on, of the place it names."""
    entities = list(dict.fromkeys(one for layer in layers[: layers.index(own) + 1] for one in layer.entities))
    if own is not layers[0] and (places := read_places(question.reading.text)):
        entities = [entity for entity in entities if entity.jurisdiction in places]
    best = _best_named(entities, own.reading)
    chambers = next(filter(None, (chambers_in(layer.reading.asking) for layer in layers)), frozenset[str]())
    places = places_of(chambers) | read_places(own.reading.text)
    best = tuple(sorted(best, key=lambda entity: entity.type in BYSTANDERS))
    there = tuple(entity for entity in best if entity.type not in _LAWS or entity.jurisdiction in places)
    return there if any(entity.type in _LAWS for entity in there) else best


def _steps_back(layers: "Sequence[_Layer]") -> int:
    """How often in a row it was asked what was before."""
    return len(list(takewhile(lambda layer: asks_before(layer.reading.text), layers)))


def _before(
    graph: KnowledgeGraph, entities: Sequence[Entity], intent: Intent, time: AsOf, steps: int
) -> AsOf:
    """The end of the day before what holds at `time` came to hold, so many steps back; `time` where none is known."""
    amounts = intent is Intent.AMOUNT
    moved = [one.id for one in entities if not amounts or one.type == "EnforcementAction"][:1]
    predicates = ("fine_amount",) if amounts else ("status",)
    query = FactQuery(subjects=tuple(moved), predicates=predicates, time=time, history=True)
    days = {fact.valid_at.date() for fact in graph.facts(query) if fact.valid_at} if moved else set()
    began = sorted(days, reverse=True)[:steps]
    return AsOf(end_of_day(began[-1] - dt.timedelta(days=1)), time.known) if began else time


SAME_TITLE = 0.9
"""From this score on a name is the title asked for, at most cut off."""
MOST_TITLED = 3
MOST_FINES = 8
_LAWS = frozenset({"Policy", "Regulation", "Bill"})


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
            one
            for one in reading.identifiers
            if not any(_identifies(one, entity) for entity in named)
            and not (named and _stands_in_title(one, reading))
        )
        return cls(reading, named, unknown)

    @property
    def names_alone(self) -> "_Layer":
        """The layer without words that name nothing."""
        names = concepts(" ".join(name for one in self.entities for name in (one.name, *one.aliases)))
        said = " ".join(word for word in content_words(self.reading.text) if concept(word) in names)
        return replace(self, reading=replace(self.reading, text=said))

    @property
    def names_subject(self) -> bool:
        """Whether it says what it is about; a place alone ("and in Germany?") does not, nor does a chamber."""
        return bool(self.unknown) or any(entity.type not in BYSTANDERS for entity in self.entities)


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


def _intent(
    layers: Sequence[_Layer], entities: Sequence[Entity], words: Sequence[str]
) -> tuple[Intent, Reading]:
    """The newest question's kind, else that of those it leans on, with the question that says so.

    A law's bare name asks where it stands. What asks yes or no with words of its own asks for what they say.
    """
    newest = layers[0].reading
    names = concepts(" ".join(name for one in entities for name in (one.name, *one.aliases)))
    own_words = {concept(word) for word in content_words(newest.text)} - names
    inherits = not (asks_whether(newest) and own_words)
    for layer in layers if inherits else layers[:1]:
        if (intent := read_intent(layer.reading)) is not Intent.GENERAL:
            return intent, layer.reading
    bare = entities and all(concept(word) in names for word in words)
    return Intent.STATUS if bare and entities[0].type in _LAWS else Intent.GENERAL, newest


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
    """The newest question's words and those of the ones it leans on, without names it has replaced.

    What asks for names of those for or against it takes only the subject from before.
    """
    kept: dict[str, str] = {}
    replaced = False
    if positions_asked(layers[0].reading.text):
        layers = [layers[0], *(layer.names_alone for layer in layers[1:])]
    for layer in layers:
        named = [one for one in layer.entities if one.type != "EnforcementAction"]  # "fine" is what is asked
        names = concepts(" ".join(name for one in named for name in (one.name, *one.aliases)))
        for word in content_words(layer.reading.text):
            if not (replaced and concept(word) in names):
                kept.setdefault(concept(word), word)
        replaced = replaced or layer.names_subject
    return tuple(kept.values())
