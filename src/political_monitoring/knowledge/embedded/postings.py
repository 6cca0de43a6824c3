"""Which rows hold a word, kept in memory once asked for and extended as rows come."""

import sqlite3
from dataclasses import dataclass
from threading import Lock

import numpy as np

from political_monitoring.knowledge.ranking import Numbers

_MOST_KEPT = 32_000_000
"""Row numbers kept in memory (four bytes each)."""


@dataclass(frozen=True, slots=True)
class _Known:
    rows: Numbers
    upto: int
    """Rows before this index have been looked at."""


class Postings:
    """Rows are only ever appended, so what was found stays true for all later generations of the store.

    Threads share one; it belongs to no generation: who asks says how many rows there are for him.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}
        self._kept = 0
        self._keeping = Lock()

    def rows_with(self, connection: sqlite3.Connection, table: str, pattern: str, size: int) -> Numbers:
        """Indices below `size` of the rows of a word index that match, ascending.

        Args:
            connection: sees exactly `size` rows.
            table: one of our word indices.
            pattern: an FTS5 expression.
        """
        known = self._known.get((table, pattern))
        if known is not None and known.upto >= size:
            return known.rows if known.upto == size else known.rows[: int(np.searchsorted(known.rows, size))]
        after = known.upto if known is not None else 0
        # One string is read four times as fast as a row for each number.
        found = connection.execute(
            f"SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH ? AND rowid > ?",  # noqa: S608 - ours
            (pattern, after),
        ).fetchone()[0]
        rows = np.fromstring(found, np.int32, sep=",") - 1 if found else np.zeros(0, np.int32)
        if known is not None:
            rows = np.append(known.rows, rows) if rows.size else known.rows
        self._keep((table, pattern), _Known(rows, size))
        return rows

    def _keep(self, key: tuple[str, str], new: _Known) -> None:
        with self._keeping:
            old = self._known.pop(key, None)
            self._kept += new.rows.size - (old.rows.size if old else 0)
            self._known[key] = new
            while self._kept > _MOST_KEPT and len(self._known) > 1:
                oldest = next(iter(self._known))
                self._kept -= self._known.pop(oldest).rows.size
