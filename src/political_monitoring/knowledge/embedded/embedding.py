"""Giving passages their vectors: at once where that is quick, else in the background, resumably.

A vector belongs to the model that made it. After a change of model search compares what the new one has made
so far, and words; the old vectors are replaced, newest passages first, a batch in a transaction, by one process of
those that have the graph open. Whatever is interrupted goes on from what the store holds.
"""

import fcntl
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from pathlib import Path
from threading import Event, Thread

from political_monitoring.errors import TryLater
from political_monitoring.knowledge.embedded.texts import read_text
from political_monitoring.knowledge.vectors import Encoder, Floats, passage_text, quantise

AT_ONCE = 128
"""Passages of one batch in the background: a writer waits no longer than for these to be written."""
_AT_ONCE_LOCALLY = 1_000
_FIRST_LOOK = 1.0
"""Seconds before a process begins: commands that end sooner leave the work to others."""
_LOOK_AGAIN = 30.0
_LAST_BATCH = 5.0
"""Seconds that closing waits for the batch at hand; one that comes later is not written."""

_logger = logging.getLogger(__name__)


def last_passage(connection: sqlite3.Connection) -> int:
    """Row number of the newest passage; 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])


def encode_passages(connection: sqlite3.Connection, encoder: Encoder, after: int) -> None:
    """Give vectors to the passages after this row number, in the caller's transaction."""
    below = last_passage(connection) + 1
    while below > after + 1:
        numbers, texts = missing(connection, encoder, below, after, _AT_ONCE_LOCALLY)
        if not numbers:
            return
        store(connection, encoder, numbers, encoder.encode(texts))
        below = numbers[-1]


def missing(
    connection: sqlite3.Connection, encoder: Encoder, below: int, after: int, most: int
) -> tuple[list[int], list[str]]:
    """Row numbers and texts of passages between the two without a vector by this encoder, newest first."""
    found = connection.execute(
        'SELECT p.id, p.document, d.title, p.heading, p.start, p."end" '
        "FROM passages p JOIN documents d ON d.id = p.document "
        "LEFT JOIN vectors v ON v.passage = p.id "
        "WHERE p.id < ? AND p.id > ? "
        "AND v.encoder IS NOT coalesce((SELECT id FROM encoders WHERE model = ?), 0) "
        "ORDER BY p.id DESC LIMIT ?",
        (below, after, encoder.model, most),
    ).fetchall()
    texts = []
    for version, group in groupby(found, key=lambda row: int(row["document"])):
        text = read_text(connection, version)
        texts += [
            passage_text(row["title"], row["heading"], text[row["start"] : row["end"]]) for row in group
        ]
    return [row["id"] for row in found], texts


def store(connection: sqlite3.Connection, encoder: Encoder, numbers: list[int], vectors: Floats) -> None:
    """Write vectors in place of older ones, in the caller's transaction.

    Raises:
        TryLater: the model gives vectors of another dimension than it has given before.
    """
    connection.execute(
        "INSERT INTO encoders (model, dimensions) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (encoder.model, vectors.shape[1]),
    )
    number, dimensions = connection.execute(
        "SELECT id, dimensions FROM encoders WHERE model = ?", (encoder.model,)
    ).fetchone()
    if dimensions != vectors.shape[1]:
        raise TryLater(
            f"{encoder.model} gives vectors of {vectors.shape[1]} dimensions and gave {dimensions} before; "
            "a different model needs a different name"
        )
    connection.executemany(
        "INSERT OR REPLACE INTO vectors (passage, encoder, vector) VALUES (?, ?, ?)",
        [(passage, number, row.tobytes()) for passage, row in zip(numbers, quantise(vectors), strict=True)],
    )


class BackgroundEmbedding:
    """A thread that embeds what lacks a vector of the encoder, while it holds the graph's lock for that."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection], encoder: Encoder) -> None:
        self._path = path.with_suffix(".embedding")
        self._connect = connect
        self._encoder = encoder
        self._stopping, self._written = Event(), Event()
        self._complete = 0
        """Row number up to which every passage has its vector."""
        self._thread = Thread(target=self._run, name="embedding", daemon=True)

    def start(self) -> None:
        """Begin; the first look is a second away."""
        self._thread.start()

    def look(self) -> None:
        """Something was written."""
        self._written.set()

    def stop(self) -> None:
        """End after the batch at hand is written or given up."""
        self._stopping.set()
        self._written.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_BATCH)

    def _run(self) -> None:
        wait = _FIRST_LOOK
        while not self._stopping.is_set():
            self._stopping.wait(wait) if wait == _FIRST_LOOK else self._written.wait(wait)
            wait = _LOOK_AGAIN
            self._written.clear()
            try:
                self._work()
            except (TryLater, sqlite3.Error, OSError) as error:
                _logger.warning("embedding goes on in %.0f s: %s", wait, error)

    def _work(self) -> None:
        with self._path.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            with closing(self._connect()) as connection:
                newest = last_passage(connection)
                below = newest + 1
                while not self._stopping.is_set():
                    numbers, texts = missing(connection, self._encoder, below, self._complete, AT_ONCE)
                    if not numbers:
                        self._complete = newest
                        return
                    self._write(connection, numbers, self._encoder.encode(texts))
                    below = numbers[-1]

    def _write(self, connection: sqlite3.Connection, numbers: list[int], vectors: Floats) -> None:
        if self._stopping.is_set():
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            store(connection, self._encoder, numbers, vectors)
            connection.execute("UPDATE generation SET number = number + 1")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
