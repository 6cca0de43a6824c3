"""What readers keep in memory of the embedded store: columns as arrays, postings of words, vectors.

A catalogue belongs to one generation of the store. Rows are only ever appended, so the next generation's
catalogue is the last one extended, at a cost that goes with what is new, and a reader that still uses the old one
is not disturbed: it looks at a shorter stretch of the same memory.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from political_monitoring.knowledge.embedded.postings import Postings
from political_monitoring.knowledge.names import COMPOUNDING, ENDING, LONG_WORD
from political_monitoring.knowledge.ranking import Numbers
from political_monitoring.knowledge.vectors import Quantised, Sketches, sketch

NEVER = np.iinfo(np.int64).max
LABELS = {"kinds": "kind", "jurisdictions": "jurisdiction", "sources": "source", "languages": "language"}
"""Field of a Scope -> column of `documents`."""
_ROOM = 1_024

Mask = npt.NDArray[np.bool_]
Moments = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Label:
    """What is declared of each document, as a number for each different value."""

    codes: Numbers
    numbers: dict[str, int]

    def among(self, wanted: Iterable[str]) -> Mask:
        """Per document: whether its value is one of these."""
        table = np.zeros(len(self.numbers) + 1, np.bool_)
        table[[self.numbers[one] for one in wanted if one in self.numbers]] = True
        chosen: Mask = table[self.codes]
        return chosen


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of one model, by passage; zeros for a passage without."""

    values: Quantised
    """Shape (capacity >= passages, dimensions)."""
    signs: Sketches
    """Shape (words, capacity): see vectors.sketch."""
    last: int
    """Row number of the last one read."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Index i stands for row number i + 1 of `documents` or `passages`."""

    generation: int
    moment: int
    """When it was recorded, microseconds."""
    day: Numbers
    """Per document: ordinal of its day, 0 when undated."""
    recorded: Moments
    expired: Moments
    labels: dict[str, Label]
    """By field of a Scope."""
    title_words: Numbers
    """Per document: words in its title."""
    title_letters: Numbers
    """Per document: length of its title."""
    document: Numbers
    """Per passage: index of its document, ascending."""
    names: int
    compounding: bool
    """Some document is in a language that writes compounds."""
    vectors: Vectors | None
    """None: no passage has one by the model in use."""
    postings: Postings
    name_postings: Postings
    """Names come and go, and their row numbers are given out again: known for this generation only."""

    def rows_with(
        self, connection: sqlite3.Connection, table: str, word: str, loose: bool = False
    ) -> Numbers:
        """Indices of the rows of a word index that hold `word`, ascending.

        Long words also match longer ones that begin with them; `loose` ones need not end alike either.
        """
        pattern = f'"{word}"'
        if len(word) >= LONG_WORD and loose:
            # The index holds stems, and the stem of a word may be shorter still: "commiss".
            pattern = f'"{word[:-ENDING]}"* OR {pattern}'
        elif len(word) >= LONG_WORD:
            pattern += "*"
        postings = self.name_postings if table.startswith("name") else self.postings
        return postings.rows_with(connection, table, pattern, self._size(table))

    def rows_with_part(self, connection: sqlite3.Connection, table: str, part: str) -> Numbers:
        """Indices of the rows of an index of parts that hold `part`, ascending."""
        return self.postings.rows_with(connection, table, f'"{part}"', self._size(table))

    def _size(self, table: str) -> int:
        if table.startswith("name"):
            return self.names
        return self.day.size if table.startswith("title") else self.document.size


def load_catalogue(connection: sqlite3.Connection, before: Catalogue | None, model: str | None) -> Catalogue:
    """The catalogue of the store as the connection's transaction sees it, extending the one `before` it.

    Args:
        model: whose vectors are read; None: nobody's.
    """
    generation, moment = connection.execute("SELECT number, recorded_at FROM generation").fetchone()
    before = before or _empty()
    new = connection.execute(
        f"SELECT day, recorded_at, coalesce(expired_at, ?), "  # noqa: S608 - constants
        "length(trim(title)) - length(replace(trim(title), ' ', '')) + 1, length(title), "
        f"{', '.join(LABELS.values())} FROM documents WHERE id > ? ORDER BY id",
        (int(NEVER), before.day.size),
    ).fetchall()
    days, recorded, expired, words, letters, *declared = (
        zip(*new, strict=True) if new else [()] * (5 + len(LABELS))
    )
    passages = connection.execute(
        "SELECT document - 1 FROM passages WHERE id > ? ORDER BY id", (before.document.size,)
    )
    document = _extend(before.document, [row[0] for row in passages])
    labels = {
        label: _extend_label(before.labels[label], column)
        for label, column in zip(LABELS, declared, strict=True)
    }
    return Catalogue(
        generation=generation,
        moment=moment,
        day=_extend(before.day, days),
        recorded=_extend(before.recorded, recorded),
        expired=_expire(connection, _extend(before.expired, expired), before),
        labels=labels,
        title_words=_extend(before.title_words, words),
        title_letters=_extend(before.title_letters, letters),
        document=document,
        names=connection.execute("SELECT coalesce(max(id), 0) FROM names").fetchone()[0],
        compounding=not COMPOUNDING.isdisjoint(labels["languages"].numbers),
        vectors=_load_vectors(connection, before.vectors, document.size, model),
        postings=before.postings,
        name_postings=Postings(),
    )


def _empty() -> Catalogue:
    none, moments = np.zeros(0, np.int32), np.zeros(0, np.int64)
    labels = {label: Label(none, {}) for label in LABELS}
    return Catalogue(
        -1, 0, none, moments, moments, labels, none, none, none, 0, False, None, Postings(), Postings()
    )


def _extend[Kind: np.generic](column: npt.NDArray[Kind], added: Sequence[object]) -> npt.NDArray[Kind]:
    """The column with more at its end, in the same memory while it has room: growing must not copy every time."""
    size = column.size + len(added)
    buffer: npt.NDArray[Kind] = column if column.base is None else column.base
    if buffer.size < size:
        buffer = np.zeros(max(size, buffer.size * 3 // 2) + _ROOM, column.dtype)
        buffer[: column.size] = column
    buffer[column.size : size] = np.array(added, column.dtype)
    return buffer[:size]


def _extend_label(label: Label, added: Sequence[str]) -> Label:
    numbers = label.numbers
    return Label(_extend(label.codes, [numbers.setdefault(one, len(numbers)) for one in added]), numbers)


def _expire(connection: sqlite3.Connection, expired: Moments, before: Catalogue) -> Moments:
    """Old documents that expired since; readers of the old catalogue keep their own column."""
    newly = connection.execute(
        "SELECT id - 1, expired_at FROM documents WHERE expired_at IS NOT NULL AND expired_at >= ? AND id <= ?",
        (before.moment, before.day.size),
    ).fetchall()
    changed = [(row[0], row[1]) for row in newly if expired[row[0]] != row[1]]
    if not changed:
        return expired
    numbers, moments = zip(*changed, strict=True)
    expired = expired.copy()
    expired[list(numbers)] = moments
    return expired


def _load_vectors(
    connection: sqlite3.Connection, before: Vectors | None, passages: int, model: str | None
) -> Vectors | None:
    encoder = connection.execute("SELECT id, dimensions FROM encoders WHERE model = ?", (model,)).fetchone()
    if encoder is None:
        return None
    number, dimensions = encoder
    new = connection.execute(
        "SELECT id, passage, vector FROM vectors WHERE id > ? AND encoder = ? ORDER BY id",
        (before.last if before else 0, number),
    ).fetchall()
    if before is None:
        if not new:
            return None
        words = -(-dimensions // 64)
        before = Vectors(np.zeros((0, dimensions), np.int8), np.zeros((words, 0), np.uint64), 0)
    vectors = _room_for(before, passages)
    if not new:
        return vectors
    rows = np.array([row[1] for row in new], np.int64) - 1
    added = np.frombuffer(b"".join(row[2] for row in new), np.int8).reshape(-1, dimensions)
    vectors.values[rows] = added
    vectors.signs[:, rows] = sketch(added)
    return Vectors(vectors.values, vectors.signs, int(new[-1][0]))


def _room_for(vectors: Vectors, passages: int) -> Vectors:
    size, dimensions = vectors.values.shape
    if size >= passages:
        return vectors
    capacity = max(passages, size * 3 // 2) + _ROOM
    values = np.zeros((capacity, dimensions), np.int8)
    values[:size] = vectors.values
    signs = np.zeros((vectors.signs.shape[0], capacity), np.uint64)
    signs[:, :size] = vectors.signs
    return Vectors(values, signs, vectors.last)
