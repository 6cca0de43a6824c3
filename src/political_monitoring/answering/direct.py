"""Keeping an answer in a SQLite ledger without SQLAlchemy, which takes longer to import than an answer to give.

Only the plain case: the ledger is there, its tables have the columns this version writes, and nothing has to make room.
Everything else is left to `archive`, which also says what is wrong.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from political_monitoring.answering.record import KeptAnswer
from political_monitoring.answering.rows import Row, answer_row, capsule_rows, citation_rows
from political_monitoring.database.storable import storable
from political_monitoring.settings import Settings

_BUSY_SECONDS = 30


def keep_directly(settings: Settings, now: dt.datetime, kept: KeptAnswer, capsule: bytes | None) -> bool:
    """Write an answer; False: nothing was written, and it takes the archive to do it."""
    file = _file(settings.ledger_dsn)
    if file is None or not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(file, _BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("BEGIN IMMEDIATE")
            written = _write(connection, settings, now, kept, capsule)
            connection.execute("COMMIT" if written else "ROLLBACK")
            return written
    except sqlite3.Error:
        return False  # the archive meets the same, and tells it in our words


def _file(dsn: str) -> Path | None:
    path = dsn.removeprefix("sqlite:///")
    return None if path == dsn or not path or any(mark in path for mark in "?%:") else Path(path)


def _write(
    connection: sqlite3.Connection,
    settings: Settings,
    now: dt.datetime,
    kept: KeptAnswer,
    capsule: bytes | None,
) -> bool:
    written = (
        ("answers", [answer_row(kept)]),
        ("answer_citations", citation_rows(kept)),
        ("capsules", capsule_rows(kept, capsule)),
    )
    if any(not _fits(connection, table, rows) for table, rows in written):
        return False
    if connection.execute("SELECT 1 FROM answers WHERE id = ?", (kept.id,)).fetchone():
        return True
    if not _has_room(connection, settings, now, capsule):
        return False
    for table, rows in written:
        for row in rows:
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names are ours
            connection.execute(statement, [_value(one) for one in row.values()])
    return True


def _fits(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> bool:
    """Whether the table has exactly the columns that the rows have."""
    found = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    return bool(found) and all(found == row.keys() for row in rows)


def _has_room(
    connection: sqlite3.Connection, settings: Settings, now: dt.datetime, capsule: bytes | None
) -> bool:
    limits = settings.answers
    (count, oldest) = connection.execute("SELECT count(*), min(asked_at) FROM answers").fetchone()
    (size,) = connection.execute("SELECT coalesce(sum(size), 0) FROM capsules").fetchone()
    return bool(
        count < limits.most
        and (oldest is None or oldest >= _value(now - dt.timedelta(days=limits.days)))
        and size + len(capsule or b"") <= limits.capsule_megabytes * 1_000_000
    )


def _value(value: Any) -> Any:
    """As SQLAlchemy writes it in SQLite; the contract of the archive compares them."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        case dt.date():
            return value.isoformat()
        case list():
            return json.dumps(value)
        case str():
            return storable(value)
        case _:
            return value
