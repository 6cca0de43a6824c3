"""The knowledge graph in Graphiti's form, on FalkorDB or Neo4j, so that Graphiti's own clients work on it.

Documents are EpisodicNodes, entities EntityNodes, facts EntityEdges and mentions EpisodicEdges of one group; what
else is needed (passages with their places, names to look up) has labels of its own. See docs/decisions/0007.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from political_monitoring.clock import Clock
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Episode, Fact
from political_monitoring.errors import StoreUnavailable, UserError
from political_monitoring.knowledge import fingerprint, soundness
from political_monitoring.knowledge.graphiti import reading
from political_monitoring.knowledge.graphiti.checking import find_problems
from political_monitoring.knowledge.graphiti.contradicting import read_contradictions
from political_monitoring.knowledge.graphiti.derived import forget
from political_monitoring.knowledge.graphiti.entities import find_entities
from political_monitoring.knowledge.graphiti.search import search
from political_monitoring.knowledge.graphiti.state import load_state
from political_monitoring.knowledge.graphiti.statements import INDICES, Statements
from political_monitoring.knowledge.graphiti.store import GraphStore, Read, Statement
from political_monitoring.knowledge.graphiti.vectors import Encoder, encode_missing
from political_monitoring.knowledge.graphiti.writing import Write
from political_monitoring.knowledge.port import (
    Added,
    Contradiction,
    Event,
    FactQuery,
    GraphStats,
    Hit,
    Position,
    Retracted,
    SearchQuery,
    Version,
)

_LAYOUT = 1
"""Number of the form in which we write; a greater one was written by a newer release."""
_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class GraphitiGraph:
    """A KnowledgeGraph in one group of a Graphiti database. Safe to share by threads.

    Args:
        workspace: the group's name as people write it.

    Raises:
        StoreUnavailable: the database cannot be used, or a newer release wrote the group.
    """

    def __init__(
        self, store: GraphStore, workspace: str, clock: Clock, encoder: Encoder | None = None
    ) -> None:
        self._open_store: GraphStore | None = store
        self._clock = clock
        self._encoder = encoder
        # What was written without this encoder gets its vectors with the first write of this process.
        self._all_encoded = encoder is None
        try:
            _prepare(store, workspace)
        except BaseException:
            self.close()
            raise

    def add(self, episodes: tuple[Episode, ...], at: dt.datetime | None = None) -> tuple[Added, ...]:
        """Write episodes, in one transaction, each idempotent by its document's id and content hash."""
        for one in episodes:
            soundness.refuse_unsound(one)
        return self._write(episodes, (), at, lambda write: tuple(write.add(one) for one in episodes))

    def retract(self, document_ids: tuple[str, ...], at: dt.datetime | None = None) -> tuple[Retracted, ...]:
        """Withdraw documents, in one transaction: exactly what only they supported is no longer known."""
        return self._write(
            (), document_ids, at, lambda write: tuple(write.retract(one) for one in document_ids)
        )

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages by words, meaning and time, best first."""
        soundness.refuse_unclear(query)
        with self._reading() as store:
            return search(store, query, self._encoder)

    def find_entities(self, text: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Entities whose identifier, name or alias `text` is or contains, best first, with a score in 0..1."""
        with self._reading() as store:
            return find_entities(store, text, limit)

    def entity(self, entity_id: str) -> Entity | None:
        """One entity by its id."""
        with self._reading() as store:
            return reading.read_entity(store, entity_id)

    def facts(self, query: FactQuery) -> list[Fact]:
        """Facts by valid time, oldest first; undated ones last."""
        soundness.refuse_unclear(query)
        with self._reading() as store:
            return reading.read_facts(store, query, self._clock())

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """What contradicts each other among the facts of a query, newest day first."""
        soundness.refuse_unclear(query)
        with self._reading() as store:
            return read_contradictions(store, query, self._clock())

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""
        with self._reading() as store:
            return reading.read_document(store, document_id)

    def versions(self, document_id: str, limit: int = 10) -> list[Version]:
        """The newest versions of a document, the last one first, also of one that was withdrawn."""
        with self._reading() as store:
            return reading.read_own_versions(store, document_id, limit)

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""
        with self._reading() as store:
            return list(reading.read_documents(store))

    def stats(self) -> GraphStats:
        """Sizes of the graph."""
        with self._reading() as store:
            return reading.read_stats(store)

    def position(self) -> Position:
        """How far the history has come; what Graphiti itself wrote does not count."""
        with self._reading() as store:
            return reading.read_position(store)

    def history(self) -> Iterator[Event]:
        """Every event since the graph was empty, in order; what Graphiti itself wrote is none of them."""
        with self._reading() as store:
            yield from reading.read_history(store)

    def fingerprint(self) -> str:
        """SHA-256 over what is known now: documents, entities and facts, without the times of recording."""
        end_of_time = dt.datetime.max.replace(tzinfo=dt.UTC)
        with self._reading() as store:
            facts = reading.read_facts(store, FactQuery(history=True, limit=None), end_of_time)
            return fingerprint.fingerprint(
                reading.read_versions(store),
                reading.read_all_entities(store),
                sorted(facts, key=lambda fact: (fact.evidence.document_id, fact.id)),
            )

    def check(self) -> list[str]:
        """What is wrong with the store, a sentence each; empty when it is sound."""
        with self._reading() as store:
            return find_problems(store)

    def close(self) -> None:
        """Let go of connections; the graph is not used afterwards."""
        if self._open_store is not None:
            self._open_store.close()
            self._open_store = None

    @contextmanager
    def _reading(self) -> Iterator[GraphStore]:
        if self._open_store is None:
            raise StoreUnavailable("the graph is closed; open it again to read it")
        try:
            yield self._open_store
        except UnicodeEncodeError as error:
            raise UserError(soundness.HALF_A_CHARACTER) from error

    def _write[T](
        self,
        episodes: Sequence[Episode],
        withdrawn: Sequence[str],
        at: dt.datetime | None,
        step: Callable[[Write], T],
    ) -> T:
        moment = self._clock() if at is None else soundness.in_utc(at, "at")
        with self._reading() as store:

            def plan(read: Read) -> tuple[T, Sequence[Statement]]:
                state = load_state(read, store.group, episodes, withdrawn)
                # A clock that was set back must not record something before what was known already.
                write = Write(store.group, state, max(moment, state.recorded_at))
                done = step(write)
                handed = [one.uuid for one in write.ended if one.handed]
                derived = forget(read, store.group, handed)
                return done, (*derived, *Statements(store, write, self._encoder).all())

            done = store.write(plan)
            if self._encoder is not None and not self._all_encoded:
                self._all_encoded = encode_missing(store, self._encoder)
            return done


def _prepare(store: GraphStore, workspace: str) -> None:
    """Make the group's indices and its own node, once."""
    layout = _layout(store.read, store.group)
    if layout is None:
        store.prepare((*INDICES, store.word_index("Passage", "passage_words", ("words", "title_words"))))
        store.write(lambda read: (None, _founding(read, store.group, workspace)))
    elif layout > _LAYOUT:
        raise StoreUnavailable(
            f"the group {workspace!r} was written by a newer release (layout {layout}, this one knows "
            f"{_LAYOUT}); upgrade, or choose another POLMON_GRAPH_WORKSPACE"
        )


def _founding(read: Read, group: str, workspace: str) -> Sequence[Statement]:
    if _layout(read, group) is not None:
        return ()
    cypher = "CREATE (:Workspace {group_id: $group, name: $name, layout: $layout, number: 0, recorded_at: $beginning})"
    given = {"group": group, "name": workspace, "layout": _LAYOUT, "beginning": _BEGINNING}
    return (Statement(cypher, given),)


def _layout(read: Read, group: str) -> int | None:
    found = read("MATCH (w:Workspace {group_id: $group}) RETURN w.layout AS layout", group=group)
    return found[0]["layout"] if found else None
