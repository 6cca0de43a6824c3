"""The embedded knowledge graph: one SQLite file, one writer at a time, readers in any process and thread.

A commit is on the disk before `add` returns (WAL, synchronous=FULL): killing the process loses nothing that
was reported as written, and half of a write is never seen.
"""

import datetime as dt
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from political_monitoring.clock import Clock
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Episode, Fact
from political_monitoring.errors import StoreUnavailable, UserError
from political_monitoring.knowledge.embedded import (
    contradicting,
    entities,
    reading,
    retracting,
    retrieval,
    rows,
    writing,
)
from political_monitoring.knowledge.embedded.catalogue import Catalogue, load_catalogue
from political_monitoring.knowledge.embedded.checking import find_problems
from political_monitoring.knowledge.embedded.embedding import (
    BackgroundEmbedding,
    encode_passages,
    last_passage,
)
from political_monitoring.knowledge.embedded.history import read_events
from political_monitoring.knowledge.embedded.schema import migrate
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
from political_monitoring.knowledge.soundness import HALF_A_CHARACTER, in_utc, refuse_unclear, refuse_unsound
from political_monitoring.knowledge.vectors import Encoder

_WAIT_SECONDS = 60


class SqliteGraph:
    """A KnowledgeGraph in one file. Safe to share by threads.

    Raises:
        StoreUnavailable: the file cannot be opened, is not a graph, or a newer release wrote it.
    """

    def __init__(self, path: Path, clock: Clock, encoder: Encoder | None = None) -> None:
        self._path = path
        self._clock = clock
        self._encoder = encoder
        self._model = encoder.model if encoder is not None else None
        self._idle: deque[sqlite3.Connection] = deque()
        self._catalogue: Catalogue | None = None
        self._extending = Lock()
        self._writing = Lock()
        self._closed = False
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
            migrate(self._writer)
        self._embedding = BackgroundEmbedding(path, self._connect, encoder) if encoder is not None else None
        if self._embedding is not None:
            self._embedding.start()

    def add(self, episodes: tuple[Episode, ...], at: dt.datetime | None = None) -> tuple[Added, ...]:
        """Write episodes, in one transaction, each idempotent by its document's id and content hash."""
        for episode in episodes:
            refuse_unsound(episode)
        with self._change(at) as (connection, now):
            before = last_passage(connection)
            done = tuple(writing.add_episode(connection, one, now) for one in episodes)
            if self._encoder is not None and self._encoder.local:
                encode_passages(connection, self._encoder, before)
        if self._embedding is not None:
            self._embedding.look()
        return done

    def retract(self, document_ids: tuple[str, ...], at: dt.datetime | None = None) -> tuple[Retracted, ...]:
        """Withdraw documents, in one transaction: exactly what only they supported is no longer known."""
        with self._change(at) as (connection, now):
            return tuple(retracting.retract_document(connection, one, now) for one in document_ids)

    @contextmanager
    def _change(self, at: dt.datetime | None) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A write transaction and the time at which it is recorded, in microseconds."""
        wanted = rows.to_micros(self._clock() if at is None else in_utc(at, "at"))
        with self._writing, self._translated():
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                last = connection.execute("SELECT recorded_at FROM generation").fetchone()[0]
                # A clock that was set back must not record something before what was known already.
                now = max(wanted, last)
                yield connection, now
                connection.execute("UPDATE generation SET number = number + 1, recorded_at = ?", (now,))
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages by words, meaning and time, best first."""
        refuse_unclear(query)
        with self._snapshot() as (connection, catalogue):
            return retrieval.search(connection, catalogue, query, self._encoder)

    def find_entities(self, text: str, limit: int = 5) -> list[tuple[Entity, float]]:
        """Entities whose identifier, name or alias `text` is or contains, best first, with a score in 0..1."""
        with self._snapshot() as (connection, catalogue):
            return entities.find_entities(connection, catalogue, text, limit)

    def entity(self, entity_id: str) -> Entity | None:
        """One entity by its id."""
        with self._transaction() as connection:
            return reading.read_entity(connection, entity_id)

    def facts(self, query: FactQuery) -> list[Fact]:
        """Facts by valid time, oldest first; undated ones last."""
        refuse_unclear(query)
        with self._transaction() as connection:
            return reading.read_facts(connection, query, self._clock())

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """What contradicts each other among the facts of a query, newest day first."""
        refuse_unclear(query)
        with self._transaction() as connection:
            return contradicting.read_contradictions(connection, query, self._clock())

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""
        with self._transaction() as connection:
            return reading.read_document(connection, document_id)

    def versions(self, document_id: str, limit: int = 10) -> list[Version]:
        """The newest versions of a document, the last one first, also of one that was withdrawn."""
        with self._transaction() as connection:
            return reading.read_versions(connection, document_id, limit)

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""
        with self._transaction() as connection:
            return reading.read_documents(connection)

    def stats(self) -> GraphStats:
        """Sizes of the graph."""
        with self._transaction() as connection:
            return reading.read_stats(connection)

    def position(self) -> Position:
        """How far the history has come."""
        with self._transaction() as connection:
            return reading.read_position(connection)

    def history(self) -> Iterator[Event]:
        """Every event since the graph was empty, in order; what is written meanwhile is not in it."""
        with self._transaction() as connection:
            yield from read_events(connection)

    def fingerprint(self) -> str:
        """SHA-256 over what is known now: documents, entities and facts, without the times of recording."""
        with self._transaction() as connection:
            return reading.read_fingerprint(connection)

    def check(self) -> list[str]:
        """What is wrong with the store, a sentence each; empty when it is sound."""
        with self._transaction() as connection:
            return find_problems(connection)

    def close(self) -> None:
        """Let go of files and connections; the graph is not used afterwards."""
        if self._embedding is not None:
            self._embedding.stop()
        with self._writing:
            self._closed = True
            self._writer.close()
            while self._idle:
                self._idle.pop().close()
            self._catalogue = None

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[sqlite3.Connection, Catalogue]]:
        """A read transaction and the catalogue of exactly the generation it sees.

        Both are taken under one lock: taken apart, readers beside a busy writer would ever find the other's newer.
        """
        with self._connected() as connection:
            with self._extending:
                connection.execute("BEGIN")
                generation = connection.execute("SELECT number FROM generation").fetchone()[0]
                catalogue = self._catalogue
                if catalogue is None or catalogue.generation < generation:
                    catalogue = self._catalogue = load_catalogue(connection, catalogue, self._model)
            yield connection, catalogue

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the store, whatever is written meanwhile."""
        with self._connected() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection whose transaction ends with the block."""
        with self._translated():
            if self._closed:
                raise StoreUnavailable("the graph is closed; open it again to read it")
            connection = self._idle.pop() if self._idle else self._connect()
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.row_factory = sqlite3.Row
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise UserError(HALF_A_CHARACTER) from error
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(
                f"the knowledge graph {self._path} cannot be used: {error}; "
                "check the file, the disk and POLMON_HOME"
            ) from error
