"""What readers keep in memory of the embedded store: columns as arrays, postings of words, vectors.

A catalogue belongs to one generation of the store. Rows are only ever appended, so the next generation's
catalogue is the last one extended, and a reader that still uses the old one is not disturbed.
"""

import sqlite3
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from political_monitoring.knowledge.names import ENDING, LONG_WORD
from political_monitoring.knowledge.ranking import Floats, Numbers
from political_monitoring.knowledge.vectors import DIMENSIONS, STORED

NEVER = np.iinfo(np.int64).max
_CACHED_POSTINGS = 8_000_000
"""Row numbers kept in memory for words asked for before (four bytes each)."""

Moments = npt.NDArray[np.int64]


@dataclass(slots=True)
class Catalogue:
    """Index i stands for row number i + 1 of `documents` or `passages`."""

    generation: int
    day: Numbers
    """Per document: ordinal of its day, 0 when undated."""
    recorded: Moments
    expired: Moments
    kind: npt.NDArray[np.object_]
    title_words: Numbers
    """Per document: words in its title."""
    document: Numbers
    """Per passage: index of its document, ascending."""
    starts: Numbers
    """Indices of the passages that are the first of their document."""
    names: int
    vectors: Floats | None
    """Shape (capacity >= passages, DIMENSIONS), zeros for a passage without; None: no passage has one."""
    last_vector: int
    postings: dict[tuple[str, str, bool], Numbers] = field(default_factory=dict)
    _cached: int = 0

    def rows_with(
        self, connection: sqlite3.Connection, table: str, word: str, loose: bool = False
    ) -> Numbers:
        """Indices of the rows of a word index that hold `word`, ascending.

        Long words also match longer ones that begin with them; `loose` ones need not end alike either.
        """
        key = (table, word, loose)
        if key in self.postings:
            return self.postings[key]
        pattern = f'"{word}"'
        if len(word) >= LONG_WORD:
            pattern = f'"{word[:-ENDING] if loose else word}"*'
        plain = connection.cursor()
        plain.row_factory = None
        select = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"  # noqa: S608 - one of our three tables
        found = plain.execute(select, (pattern,)).fetchall()
        rows = np.array(found, np.int32).reshape(-1) - 1
        if self._cached + rows.size > _CACHED_POSTINGS:
            self.postings, self._cached = {}, 0
        self.postings[key] = rows
        self._cached += rows.size
        return rows


def load_catalogue(connection: sqlite3.Connection, before: Catalogue | None) -> Catalogue:
    """The catalogue of the store as the connection's transaction sees it, extending the one `before` it."""
    generation = connection.execute("SELECT number FROM generation").fetchone()[0]
    if before is None:
        none, moments = np.zeros(0, np.int32), np.zeros(0, np.int64)
        before = Catalogue(-1, none, moments, moments, np.zeros(0, object), none, none, none, 0, None, 0)
    new = connection.execute(
        "SELECT day, recorded_at, coalesce(expired_at, ?), kind, "
        "length(trim(title)) - length(replace(trim(title), ' ', '')) + 1 "
        "FROM documents WHERE id > ? ORDER BY id",
        (int(NEVER), before.day.size),
    ).fetchall()
    days, recorded, expired, kinds, lengths = zip(*new, strict=True) if new else ((), (), (), (), ())
    expired_now = np.append(before.expired, np.array(expired, np.int64))
    for row in connection.execute("SELECT id, expired_at FROM documents WHERE expired_at IS NOT NULL"):
        expired_now[row[0] - 1] = row[1]
    passages = connection.execute(
        "SELECT document - 1 FROM passages WHERE id > ? ORDER BY id", (before.document.size,)
    )
    added = np.fromiter((row[0] for row in passages), np.int32)
    document = np.append(before.document, added)
    vectors, last_vector = _load_vectors(connection, before, document.size)
    return Catalogue(
        generation=generation,
        day=np.append(before.day, np.array(days, np.int32)),
        recorded=np.append(before.recorded, np.array(recorded, np.int64)),
        expired=expired_now,
        kind=np.append(before.kind, np.array(kinds, object)),
        title_words=np.append(before.title_words, np.array(lengths, np.int32)),
        document=document,
        starts=np.flatnonzero(np.diff(document, prepend=-1)).astype(np.int32),
        names=connection.execute("SELECT coalesce(max(id), 0) FROM names").fetchone()[0],
        vectors=vectors,
        last_vector=last_vector,
    )


def _load_vectors(
    connection: sqlite3.Connection, before: Catalogue, passages: int
) -> tuple[Floats | None, int]:
    new = connection.execute(
        "SELECT id, passage, vector FROM vectors WHERE id > ? ORDER BY id", (before.last_vector,)
    ).fetchall()
    if not new:
        vectors = before.vectors
        return (vectors if vectors is None else _room_for(vectors, passages)), before.last_vector
    room = np.zeros((0, DIMENSIONS), np.float32) if before.vectors is None else before.vectors
    vectors = _room_for(room, passages)
    numbers = np.array([row[1] for row in new], np.int64) - 1
    vectors[numbers] = np.frombuffer(b"".join(row[2] for row in new), STORED).reshape(-1, DIMENSIONS)
    return vectors, int(new[-1][0])


def _room_for(vectors: Floats, passages: int) -> Floats:
    """The same array if it is large enough, else one half as large again: growing must not copy every time."""
    if vectors.shape[0] >= passages:
        return vectors
    capacity = passages if vectors.shape[0] == 0 else max(passages, vectors.shape[0] * 3 // 2)
    grown = np.zeros((capacity, DIMENSIONS), np.float32)
    grown[: vectors.shape[0]] = vectors
    return grown
