"""What the rest of the product may ask of a knowledge graph, whichever store is behind it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, Protocol

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search over passages.

    Attributes:
        text: words to look for; may be empty when `entities` says what is wanted.
        time: documents dated after `time.world`, or recorded after `time.known`, do not exist for the query;
            with `time.world` set, undated documents do not either.
        since, until: only documents dated within these days, both included.
        entities: prefer passages of documents that are about these entities.
        order: "relevance", or "recency" (among passages about `entities`, newest first, those that carry a
            status change before those that only mention one).
        kinds: only documents of these kinds; empty means all.
        limit: number of documents returned, at most one hit for each.
    """

    text: str
    time: AsOf = field(default_factory=AsOf)
    since: dt.date | None = None
    until: dt.date | None = None
    entities: tuple[str, ...] = ()
    order: Literal["relevance", "recency"] = "relevance"
    kinds: tuple[str, ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found, by its best passage. `score` falls along the list."""

    document_id: str
    passage_id: str
    score: float
    title: str
    source: str
    url: str | None
    date: dt.date | None
    language: str
    heading: str
    text: str
    """The passage's text."""
    span: Span
    """The passage's place in the document's text."""


@dataclass(frozen=True, slots=True)
class FactQuery:
    """Facts about entities, as of a time.

    Attributes:
        subjects: entity ids; empty means any.
        objects: only facts whose object is one of these entities; empty means any.
        predicates: only these; empty means any.
        time: only facts that hold at `time.world` and are known at `time.known`.
        history: also those that held earlier (superseded before `time.world`).
        since, until: only facts whose valid time begins within these days, both included.
    """

    subjects: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    time: AsOf = field(default_factory=AsOf)
    history: bool = False
    since: dt.date | None = None
    until: dt.date | None = None
    limit: int = 100
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What writing an episode did."""

    state: Literal["added", "unchanged", "revised"]
    passages: int
    entities: int
    facts: int
    superseded: int
    """Older facts whose validity the episode ended."""


@dataclass(frozen=True, slots=True)
class GraphStats:
    """Sizes of the graph as it is known now."""

    documents: int
    passages: int
    entities: int
    facts: int


class KnowledgeGraph(Protocol):
    """A bi-temporal knowledge graph. Readers may run in many processes; writers take turns."""

    def add(self, episodes: tuple[Episode, ...]) -> tuple[Added, ...]:
        """Write episodes, in one transaction, each idempotent by its document's id and content hash.

        A document that comes again unchanged writes nothing; one with the same id and other content is
        a revision: what only the old version said expires, nothing is deleted.

        Raises:
            StoreUnavailable: the store cannot be written.
        """

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages by words, meaning and time, best first."""

    def find_entities(self, text: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Entities whose identifier, name or alias `text` is or contains, best first, with a score in 0..1."""

    def entity(self, entity_id: str) -> Entity | None:
        """One entity by its id."""

    def facts(self, query: FactQuery) -> list[Fact]:
        """Facts by valid time, oldest first; undated ones last."""

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""

    def stats(self) -> GraphStats:
        """Sizes of the graph."""

    def close(self) -> None:
        """Let go of files and connections; the graph is not used afterwards."""
