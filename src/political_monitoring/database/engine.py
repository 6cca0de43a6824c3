"""Opening the ledger's database: SQLite in WAL mode or PostgreSQL, brought to the newest schema."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError

from political_monitoring.database.tables import REVISION
from political_monitoring.errors import ConfigInvalid, MissingDependency, StoreUnavailable

BUSY_SECONDS = 30
"""How long a statement waits for another process's write."""

MIGRATION_LOCK = 0x706F6C6D
"""Any number, the same in every process: PostgreSQL's advisory lock for migrations."""


def open_database(dsn: str, schema: str = "") -> Engine:
    """An engine for an SQLAlchemy URL: sqlite:///file or postgresql://user@host/name. Tries a connection.

    Args:
        dsn: the URL.
        schema: on PostgreSQL, all that the engine sees: no table of another schema can be reached by its name alone.
            Empty: the database's default.

    Raises:
        ConfigInvalid: not such a URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: the file cannot be opened, or the server does not answer. Never shows a password.
    """
    url = _read_dsn(dsn)
    try:
        engine = _sqlite(url) if url.drivername == "sqlite" else _postgres(url, schema)
    except ModuleNotFoundError:
        raise MissingDependency(
            "The ledger is on PostgreSQL, but psycopg is missing: install political-monitoring[postgres]"
        ) from None
    with transaction(engine):
        return engine


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; processes that start at once take turns.

    Raises:
        StoreUnavailable: the database cannot be written, or a newer version of the product has migrated it.
    """
    with transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        # Alembic takes half a second to import, too long to learn that there is nothing to do.
        if _revision(connection) != REVISION:
            _upgrade(connection)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end of the block, or rolls back if it raises.

    Raises:
        StoreUnavailable: the database is locked for long, full, damaged or gone.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (DatabaseError, InterfaceError) as error:
        # The driver's own words: SQLAlchemy's would add the statement and its parameters.
        reason = (
            str(error.orig).strip().splitlines()[0].rstrip(".")
            if str(error.orig).strip()
            else type(error.orig)
        )
        raise StoreUnavailable(
            f"The ledger {place(engine.url)} cannot be used: {reason}; "
            "check POLMON_HOME and POLMON_DATABASE_DSN"
        ) from error


def place(url: URL) -> str:
    """Where a database is, without who may open it."""
    if url.drivername == "sqlite":
        return f"{url.database}"
    return f"at {url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"


def _read_dsn(dsn: str) -> URL:
    try:
        url = make_url(dsn)
    except ArgumentError:
        url = None
    if url is not None and url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    if url is not None and url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise ConfigInvalid(
        "POLMON_DATABASE_DSN is not a database URL of the form "
        "sqlite:////folder/ledger.db or postgresql://user:password@host/name"
    )


def _sqlite(url: URL) -> Engine:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"The ledger's folder {folder} cannot be made: {error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: see _begin
        _to_wal(connection)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted, a question for instance, does not stay in the file.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Taking the write lock first makes writers wait their turn; a lock taken later cannot be waited for.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _to_wal(connection: sqlite3.Connection) -> None:
    """Set WAL mode, again if need be: while others open a new file, SQLite refuses without waiting."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _postgres(url: URL, schema: str = "") -> Engine:
    if schema:
        given = url.query.get("options", "")
        options = given if isinstance(given, str) else " ".join(given)
        url = url.update_query_dict({"options": f"{options} -csearch_path={schema}".strip()})
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "political_monitoring.database:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreUnavailable(
            f"The ledger {place(connection.engine.url)} was written by a newer version of the product: "
            "use that version, or another POLMON_HOME"
        ) from error


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet; leave the others as they are."""
    if rows:
        connection.execute(_insert(connection)(table).on_conflict_do_nothing(), rows)


def insert_or_update(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; those whose primary key is there already replace the columns they carry."""
    if not rows:
        return
    statement = _insert(connection)(table)
    key = [column.name for column in table.primary_key]
    new = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=new), rows)


def _insert(connection: Connection) -> Callable[[Table], Any]:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # a tenth of a second that SQLite users need not spend

        return postgresql.insert
    return sqlite.insert
