"""The public graph with the workspaces that follow it: what is written to it is written to them."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Episode, Fact
from political_monitoring.knowledge.port import (
    Added,
    Contradiction,
    Event,
    FactQuery,
    GraphStats,
    Hit,
    KnowledgeGraph,
    Position,
    Retracted,
    SearchQuery,
    Version,
)


class FollowedGraph:
    """A KnowledgeGraph whose writes reach its followers too; all else is the public graph's alone.

    A follower takes a document along for as long as it holds of it what the public graph holds: what a client
    has replaced by a version of its own, or withdrawn, stays as the client left it. Followers are written
    first, so that a write that is killed and repeated still finds the public graph as it was before.
    """

    def __init__(
        self,
        public: KnowledgeGraph,
        names: Callable[[], list[str]],
        open_one: Callable[[str], KnowledgeGraph],
        held: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Put the public graph before its followers.

        Args:
            public: the graph to read, and to write last.
            names: who follows now.
            open_one: opens a follower's graph.
            held: within it nobody begins or ends to follow.
        """
        self._public = public
        self._names = names
        self._open_one = open_one
        self._held = held
        self._open: dict[str, KnowledgeGraph] = {}

    def add(self, episodes: tuple[Episode, ...], at: dt.datetime | None = None) -> tuple[Added, ...]:
        """Write episodes to the followers and to the public graph; what it did in the latter."""
        with self._held():
            for follower in self._followers():
                theirs = self._followed(follower, episodes)
                if theirs:
                    follower.add(theirs, at)
            return self._public.add(episodes, at)

    def retract(self, document_ids: tuple[str, ...], at: dt.datetime | None = None) -> tuple[Retracted, ...]:
        """Withdraw documents from the followers and from the public graph; what it did in the latter."""
        with self._held():
            ours = {one: _content(self._public, one) for one in document_ids}
            for follower in self._followers():
                theirs = tuple(
                    one for one, content in ours.items() if content and _content(follower, one) == content
                )
                if theirs:
                    follower.retract(theirs, at)
            return self._public.retract(document_ids, at)

    def _followed(self, follower: KnowledgeGraph, episodes: tuple[Episode, ...]) -> tuple[Episode, ...]:
        """Those of the episodes whose document the follower holds as the public graph does."""
        ours: dict[str, str | None] = {}
        theirs: dict[str, str | None] = {}
        taken = []
        for episode in episodes:
            key, content = episode.document.id, episode.document.content_hash
            if key not in ours:
                ours[key], theirs[key] = _content(self._public, key), _content(follower, key)
            if theirs[key] in {ours[key], content}:
                taken.append(episode)
                theirs[key] = content
            ours[key] = content
        return tuple(taken)

    def _followers(self) -> list[KnowledgeGraph]:
        names = self._names()
        for gone in self._open.keys() - set(names):
            self._open.pop(gone).close()
        for name in names:
            if name not in self._open:
                self._open[name] = self._open_one(name)
        return list(self._open.values())

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages by words, meaning and time, best first."""
        return self._public.search(query)

    def find_entities(self, text: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Entities whose identifier, name or alias `text` is or contains, best first."""
        return self._public.find_entities(text, limit)

    def entity(self, entity_id: str) -> Entity | None:
        """One entity by its id."""
        return self._public.entity(entity_id)

    def facts(self, query: FactQuery) -> list[Fact]:
        """Facts by valid time, oldest first; undated ones last."""
        return self._public.facts(query)

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """What contradicts each other among the public graph's facts."""
        return self._public.contradictions(query)

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""
        return self._public.document(document_id)

    def versions(self, document_id: str, limit: int = 10) -> list[Version]:
        """The newest versions of a public document, the last one first."""
        return self._public.versions(document_id, limit)

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""
        return self._public.documents()

    def stats(self) -> GraphStats:
        """Sizes of the public graph."""
        return self._public.stats()

    def position(self) -> Position:
        """How far the public graph's history has come."""
        return self._public.position()

    def history(self) -> Iterator[Event]:
        """Every event of the public graph, in order."""
        return self._public.history()

    def fingerprint(self) -> str:
        """What the public graph holds, as a digest."""
        return self._public.fingerprint()

    def check(self) -> list[str]:
        """What is wrong with the public graph."""
        return self._public.check()

    def close(self) -> None:
        """Let go of all graphs."""
        for follower in self._open.values():
            follower.close()
        self._open.clear()
        self._public.close()


def _content(graph: KnowledgeGraph, document_id: str) -> str | None:
    found = graph.document(document_id)
    return found[0].content_hash if found else None
