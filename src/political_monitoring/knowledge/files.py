"""Whole files of the embedded graph: a copy while it is in use, and one put in the place of another.

Both go through SQLite's online backup, never through copies or renames of files under open connections: the
write-ahead log beside a database belongs to exactly that database.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from political_monitoring.errors import StoreUnavailable, TryLater


def copy_store(source: Path, target: Path) -> None:
    """A copy of the graph as it is at one moment; its readers and writers go on meanwhile.

    Raises:
        StoreUnavailable: one cannot be read, or the other written.
    """
    with _translated(target), closing(_connect(source)) as original, closing(_connect(target)) as copy:
        original.backup(copy)


def generation(path: Path) -> int:
    """How often the graph has been written to.

    Raises:
        StoreUnavailable: it cannot be read.
    """
    with _translated(path), closing(_connect(path)) as connection:
        return _generation(connection)


def replace_store(target: Path, new: Path, seen: int) -> None:
    """Put the graph in `new` in the place of the one in `target`: all of it, or, if killed, nothing.

    The generation goes on counting from the old graph, so that nothing derived from that one is taken for
    current.

    Args:
        target: the graph to replace.
        new: the graph to put there.
        seen: generation of the old graph that the new one was made from.

    Raises:
        TryLater: another process has the old graph open, or has written to it since.
        StoreUnavailable: one cannot be read, or the other written.
    """
    with _translated(target), closing(_connect(target)) as old, closing(_connect(new)) as fresh:
        _make_sole_user(old, target)
        if _generation(old) != seen:
            raise TryLater(f"the graph {target} was written to meanwhile and is left as it is; try again")
        fresh.execute("UPDATE generation SET number = max(number, ?)", (seen + 1,))
        fresh.backup(old)
        old.execute("PRAGMA locking_mode = NORMAL")
        old.execute("PRAGMA journal_mode = WAL").fetchone()


def _generation(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT number FROM generation").fetchone()[0])


def _make_sole_user(connection: sqlite3.Connection, path: Path) -> None:
    """Leave WAL mode, which SQLite allows to the only connection there is, and let nobody in."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode == "delete":
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            return
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
    raise TryLater(f"the graph {path} is in use: `polmon down` ends the system, then try again")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=5, isolation_level=None)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"the knowledge graph {path} cannot be written: {error}") from error
