"""What the rest of the product may ask of a knowledge graph, whichever store is behind it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents count, by what is declared of them; an empty tuple means any.

    Attributes:
        kinds: document types in the source's words (press_release, legislation ...).
        jurisdictions: codes such as EU, US, DE.
        sources: publishers, as a person would name them.
        languages: ISO 639-1 codes.
    """

    kinds: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


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
        scope: only documents within it.
        limit: number of documents returned, at most one hit for each.
    """

    text: str
    time: AsOf = field(default_factory=AsOf)
    since: dt.date | None = None
    until: dt.date | None = None
    entities: tuple[str, ...] = ()
    order: Literal["relevance", "recency"] = "relevance"
    scope: Scope = Scope()
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
        recorded_since, recorded_until: only facts that became known after the first and not after the second
            moment; `history` decides whether they must still hold.
        forgotten_by: only facts that are known at `time.known` and were no longer known at this moment: withdrawn,
            replaced by a revision, or recorded anew with another end.
        types: only facts whose subject is an entity of one of these types (of one that has gone, the last type
            it had); empty means any.
        linking: only facts whose object is an entity: the edges of the network.
        scope: only facts whose evidence stands in a document within it.
        documents: only facts whose evidence stands in one of these; empty means any.
        limit: number of facts at most; None: all.
    """

    subjects: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    time: AsOf = field(default_factory=AsOf)
    history: bool = False
    since: dt.date | None = None
    until: dt.date | None = None
    limit: int | None = 100
    objects: tuple[str, ...] = ()
    recorded_since: dt.datetime | None = None
    recorded_until: dt.datetime | None = None
    types: tuple[str, ...] = ()
    linking: bool = False
    scope: Scope = Scope()
    forgotten_by: dt.datetime | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Documents that give a subject different values of a functional predicate from the same day on.

    Attributes:
        day: on which the values begin.
        sides: two or more; the facts of one give the same value. Each fact carries its evidence.
    """

    subject: str
    predicate: str
    day: dt.date
    sides: tuple[tuple[Fact, ...], ...]


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
class Retracted:
    """What withdrawing a document did."""

    state: Literal["retracted", "unknown"]
    facts: int
    """Facts that only this document supported."""
    entities: int
    """Entities that no other document names."""
    reopened: int
    """Facts of other documents whose validity it had ended."""


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it was at a time."""

    document: Document
    passages: tuple[Passage, ...]
    recorded_at: dt.datetime
    expired_at: dt.datetime | None
    """When another version replaced it, or it was withdrawn; None: it is the current one."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a graph's history: a document was added or revised, or withdrawn.

    The graph is a function of its events in their order: replaying them elsewhere gives the same graph.
    """

    at: dt.datetime
    """When it was recorded."""
    document_id: str
    episode: Episode | None = None
    """None: the document was withdrawn."""


@dataclass(frozen=True, slots=True)
class GraphStats:
    """Sizes of the graph as it is known now."""

    documents: int
    passages: int
    entities: int
    facts: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far a graph's history has come: what is known now is what was known at this point of it."""

    events: int
    """Number of events so far."""
    recorded_at: dt.datetime | None
    """When the last one was recorded; None: there was none."""


class KnowledgeGraph(Protocol):
    """A bi-temporal knowledge graph. Readers may run in many processes; writers take turns."""

    def add(self, episodes: tuple[Episode, ...], at: dt.datetime | None = None) -> tuple[Added, ...]:
        """Write episodes, in one transaction, each idempotent by its document's id and content hash.

        A document that comes again unchanged writes nothing; one with the same id and other content is
        a revision: what only the old version said expires, nothing is deleted.

        Args:
            episodes: documents with what was read out of them.
            at: when they became known; None: now. Never before what has been recorded already: an earlier
                time counts as the last one.

        Raises:
            UnsoundEpisode: an episode cannot be true of its document (see knowledge.soundness); none is written.
            UserError: `at` has no time zone.
            StoreUnavailable: the store cannot be written.
        """

    def retract(self, document_ids: tuple[str, ...], at: dt.datetime | None = None) -> tuple[Retracted, ...]:
        """Withdraw documents, in one transaction: exactly what only they supported is no longer known.

        What they had superseded holds again. The past stays: a question about what was known before still
        finds them. Adding a document and withdrawing it leaves the fingerprint as it was.

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

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """What contradicts each other among the facts of a query, newest day first; its limit counts contradictions.

        A value of a later day is no contradiction, nor is one that its document says was left behind on its day, nor
        an undated one. With `history`, also what has been overtaken since.
        """

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""

    def versions(self, document_id: str, limit: int = 10) -> list[Version]:
        """The newest versions of a document, the last one first, also of one that was withdrawn."""

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""

    def stats(self) -> GraphStats:
        """Sizes of the graph."""

    def position(self) -> Position:
        """How far the history has come. Cheap: nothing is counted."""

    def history(self) -> Iterator[Event]:
        """Every event since the graph was empty, in order."""

    def fingerprint(self) -> str:
        """SHA-256 over what is known now: documents, entities and facts, without the times of recording.

        Equal for graphs that hold the same, whatever the backend and the order in which it came.
        """

    def check(self) -> list[str]:
        """What is wrong with the store, a sentence each; empty when it is sound."""

    def close(self) -> None:
        """Let go of files and connections; the graph is not used afterwards."""
