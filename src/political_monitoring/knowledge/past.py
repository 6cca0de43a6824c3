"""A graph as it was known at a moment: what came later is not there, what has gone since is.

Queries take that moment themselves (`AsOf.known`); documents and entities are asked for by name alone. Behind this
view all of them agree, so that words are checked in the version that was known, and what was withdrawn since can be
cited still. The one thing it cannot bring back is an entity that no document of today names.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact
from political_monitoring.errors import UserError
from political_monitoring.knowledge.port import (
    Contradiction,
    Event,
    FactQuery,
    GraphStats,
    Hit,
    KnowledgeGraph,
    Position,
    SearchQuery,
    Version,
)

_ALL = 100_000
"""Versions of one document looked through."""


def as_known(graph: KnowledgeGraph, known: dt.datetime | None) -> KnowledgeGraph:
    """The graph as it was known at a moment; None: as it is known now."""
    return graph if known is None else PastGraph(graph, known)


class PastGraph:
    """A KnowledgeGraph to read, as it was known at a moment. Queries that name an earlier one are answered as of that.

    `position`, `stats`, `fingerprint` and `check` speak of the store, whatever the moment.
    """

    def __init__(self, graph: KnowledgeGraph, known: dt.datetime) -> None:
        self._graph = graph
        self._known = known

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages that were known."""
        return self._graph.search(replace(query, time=self._then(query.time)))

    def facts(self, query: FactQuery) -> list[Fact]:
        """Facts that were known."""
        return self._graph.facts(replace(query, time=self._then(query.time)))

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """Contradictions among what was known."""
        return self._graph.contradictions(replace(query, time=self._then(query.time)))

    def find_entities(self, text: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Entities that were known, best first."""
        # Some that came later may stand before those that were known.
        found = self._graph.find_entities(text, 2 * limit)
        return [(entity, score) for entity, score in found if self._was_known(entity.id)][:limit]

    def entity(self, entity_id: str) -> Entity | None:
        """An entity that was known."""
        entity = self._graph.entity(entity_id)
        return entity if entity and self._was_known(entity_id) else None

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The version that was the current one."""
        for version in self.versions(document_id, 1):
            if version.expired_at is None or version.expired_at > self._known:
                return version.document, version.passages
        return None

    def versions(self, document_id: str, limit: int = 10) -> list[Version]:
        """The newest versions that were known."""
        found = self._graph.versions(document_id, limit)
        if found and found[0].recorded_at > self._known:
            found = self._graph.versions(document_id, _ALL)
        return [version for version in found if version.recorded_at <= self._known][:limit]

    def documents(self) -> list[Document]:
        """Every document that was known, in the order of their ids."""
        known: dict[str, Document] = {}
        for event in self.history():
            if event.episode:
                known[event.document_id] = event.episode.document
            else:
                known.pop(event.document_id, None)
        return [known[name] for name in sorted(known)]

    def history(self) -> Iterator[Event]:
        """Every event up to the moment."""
        return (event for event in self._graph.history() if event.at <= self._known)

    def stats(self) -> GraphStats:
        """Sizes of the graph."""
        return self._graph.stats()

    def position(self) -> Position:
        """How far the history has come."""
        return self._graph.position()

    def fingerprint(self) -> str:
        """Of what is known now."""
        return self._graph.fingerprint()

    def check(self) -> list[str]:
        """What is wrong with the store."""
        return self._graph.check()

    def close(self) -> None:
        """Nothing: the graph is somebody else's."""

    def add(self, episodes: tuple[Episode, ...], at: dt.datetime | None = None) -> NoReturn:  # noqa: ARG002
        """The past is not written.

        Raises:
            UserError: always.
        """
        raise UserError("the graph as it was known cannot be written to")

    def retract(self, document_ids: tuple[str, ...], at: dt.datetime | None = None) -> NoReturn:  # noqa: ARG002
        """The past is not written.

        Raises:
            UserError: always.
        """
        raise UserError("the graph as it was known cannot be written to")

    def _then(self, time: AsOf) -> AsOf:
        return AsOf(time.world, min(time.known or self._known, self._known))

    def _was_known(self, entity_id: str) -> bool:
        """Whether a fact or a passage about it was."""
        time = AsOf(known=self._known)
        fact = FactQuery(time=time, history=True, limit=1)
        about = SearchQuery("", time, entities=(entity_id,), order="recency", limit=1)
        return bool(
            self._graph.facts(replace(fact, subjects=(entity_id,)))
            or self._graph.facts(replace(fact, objects=(entity_id,)))
            or self._graph.search(about)
        )
