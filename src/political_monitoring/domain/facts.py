"""Entities and bi-temporal facts, and the episode that brings them into the graph."""

from dataclasses import dataclass
from datetime import date, datetime

from political_monitoring.clock import end_of_day
from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.model_use import ModelReading


@dataclass(frozen=True, slots=True)
class Identifier:
    """A legal identifier in its canonical spelling.

    `scheme` is the namespace (us-bill, us-law, eu-procedure, celex, eu-com, de-drucksache, uk-act ...), `value`
    the canonical spelling within it: us-bill 119-hconres-72, celex 32024R1689.
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, body, law, procedure ... One identifier, one entity.

    `id` is deterministic: "<scheme>:<value>" of the principal identifier when there is one, else
    "<type>:<normalised name>", so that two documents that name the same thing agree without asking.
    """

    id: str
    type: str
    """An entity type of the ontology."""
    name: str
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    jurisdiction: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    """(name, value) as the ontology declares them for the type: ("congress", "119")."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity is named at this place of the document's text."""

    entity_id: str
    span: Span
    principal: bool = False
    """The document as a whole is about this entity (its URL, title or first words say so)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that support a fact: `quote == span.of(document.text)`, always."""

    document_id: str
    passage_id: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Subject, predicate and an object entity or a literal value, four times over.

    `valid_at`/`invalid_at`: when it held in the world (None: unknown, still open).
    `recorded_at`/`expired_at`: when the graph knew it. Extraction leaves both None; the graph sets them.
    """

    id: str
    subject: str
    predicate: str
    evidence: Evidence
    object: str | None = None
    value: str | None = None
    """A literal; for predicate "status" the ontology's stage name."""
    words: str = ""
    """The source's own words for the value: "Passed/agreed to in House"."""
    valid_at: datetime | None = None
    invalid_at: datetime | None = None
    recorded_at: datetime | None = None
    expired_at: datetime | None = None
    confidence: float = 1.0
    """In 0..1."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document says: entities, where they are named, and facts with evidence."""

    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    facts: tuple[Fact, ...] = ()
    warnings: tuple[str, ...] = ()
    model: ModelReading | None = None
    """What a language model had to do with it; None: nothing. The graph does not keep it."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One document with everything read out of it: the unit written to the graph."""

    document: Document
    passages: tuple[Passage, ...]
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class AsOf:
    """The two times of a question. None means: the present.

    Attributes:
        world: what was true at this moment (valid time).
        known: using only what had been recorded by this moment.
    """

    world: datetime | None = None
    known: datetime | None = None

    @classmethod
    def on(cls, world: date | None = None, known: date | None = None) -> "AsOf":
        """As of the end of these days."""
        return cls(end_of_day(world) if world else None, end_of_day(known) if known else None)
