"""The embedded knowledge graph: one SQLite file, one writer at a time, readers in any process and thread.

A commit is on the disk before `add` returns (WAL, synchronous=FULL): killing the process loses nothing that
was reported as written, and half of a write is never seen.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from political_monitoring.clock import Clock
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Episode, Fact
from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge import entities, reading, retrieval, rows, writing
from political_monitoring.knowledge.catalogue import Catalogue, load_catalogue
from political_monitoring.knowledge.port import Added, FactQuery, GraphStats, Hit, SearchQuery
from political_monitoring.knowledge.schema import migrate
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
        self._idle: deque[sqlite3.Connection] = deque()
        self._catalogue: Catalogue | None = None
        self._extending = Lock()
        self._writing = Lock()
        self._closed = False
        # Passages written while no encoder was there get their vectors with the first write of this process.
        self._all_encoded = False
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
            migrate(self._writer)

    def add(self, episodes: tuple[Episode, ...]) -> tuple[Added, ...]:
        """Write episodes, in one transaction, each idempotent by its document's id and content hash."""
        with self._writing, self._translated():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                done = self._add(episodes)
                self._writer.execute("COMMIT")
                self._all_encoded = True
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            return done

    def _add(self, episodes: tuple[Episode, ...]) -> tuple[Added, ...]:
        last = self._writer.execute("SELECT recorded_at FROM generation").fetchone()[0]
        # A clock that was set back must not record something before what was known already.
        now = max(rows.to_micros(self._clock()), last)
        before = writing.last_passage(self._writer) if self._all_encoded else 0
        done = tuple(writing.add_episode(self._writer, one, now) for one in episodes)
        if self._encoder is not None:
            writing.encode_passages(self._writer, self._encoder, before)
        self._writer.execute("UPDATE generation SET number = number + 1, recorded_at = ?", (now,))
        return done

    def search(self, query: SearchQuery) -> list[Hit]:
        """Passages by words, meaning and time, best first."""
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
        with self._transaction() as connection:
            return reading.read_facts(connection, query, self._clock())

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The current version of a document and its passages."""
        with self._transaction() as connection:
            return reading.read_document(connection, document_id)

    def documents(self) -> list[Document]:
        """The current version of every document, in the order of their ids."""
        with self._transaction() as connection:
            return reading.read_documents(connection)

    def stats(self) -> GraphStats:
        """Sizes of the graph."""
        with self._transaction() as connection:
            return reading.read_stats(connection)

    def close(self) -> None:
        """Let go of files and connections; the graph is not used afterwards."""
        with self._writing:
            self._closed = True
            self._writer.close()
            while self._idle:
                self._idle.pop().close()
            self._catalogue = None

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[sqlite3.Connection, Catalogue]]:
        """A read transaction and the catalogue of exactly the generation it sees."""
        while True:
            with self._transaction() as connection:
                catalogue = self._catalogue_for(connection)
                if catalogue is not None:
                    yield connection, catalogue
                    return

    def _catalogue_for(self, connection: sqlite3.Connection) -> Catalogue | None:
        """None: another thread has seen a later generation meanwhile, so this transaction is too old."""
        generation = connection.execute("SELECT number FROM generation").fetchone()[0]
        with self._extending:
            known = self._catalogue
            if known is None or known.generation < generation:
                known = self._catalogue = load_catalogue(connection, known)
            return known if known.generation == generation else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the store, whatever is written meanwhile."""
        with self._translated():
            if self._closed:
                raise StoreUnavailable("the graph is closed; open it again to read it")
            connection = self._idle.pop() if self._idle else self._connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
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
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(
                f"the knowledge graph {self._path} cannot be used: {error}; "
                "check the file, the disk and POLMON_HOME"
            ) from error
