"""Where a workspace keeps its tables: in a file of its own, or in a schema of its own of one PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateSchema, DropSchema

from political_monitoring.database.engine import MIGRATION_LOCK, migrate, open_database, place, transaction
from political_monitoring.errors import UserError
from political_monitoring.settings import Settings


def open_tables(settings: Settings) -> Engine:
    """The database of the settings' workspace, brought to the newest schema; a new one's place is made.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: it cannot be opened or written.
    """
    schema = settings.ledger_schema
    if schema:
        with _connected(settings) as connection:
            if not inspect(connection).has_schema(schema):
                # Two that make one at once would both fail to find it.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                connection.execute(CreateSchema(schema, if_not_exists=True))
    engine = open_database(settings.ledger_dsn, schema)
    migrate(engine)
    return engine


def refuse_taken(settings: Settings) -> None:
    """Make sure that a workspace which is to be made finds no tables of another one of its name.

    Raises:
        UserError: there are some: of another installation, or of a folder that was deleted by hand.
        StoreUnavailable: the server does not answer.
    """
    schema = settings.ledger_schema
    if not schema:
        return
    with _connected(settings) as connection:
        if inspect(connection).has_schema(schema):
            raise UserError(
                f"the database {place(connection.engine.url)} holds a schema {schema} for a workspace "
                f"{settings.graph.workspace!r} already; drop it, or choose another name or database"
            )


def drop_tables(settings: Settings) -> None:
    """Remove a client's schema with all that is in it. What is kept in files goes with their folder.

    Raises:
        StoreUnavailable: the server does not answer.
    """
    if settings.ledger_schema:
        with _connected(settings) as connection:
            connection.execute(DropSchema(settings.ledger_schema, cascade=True, if_exists=True))


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    """A transaction that sees the database's default schema."""
    engine = open_database(settings.ledger_dsn)
    try:
        with transaction(engine) as connection:
            yield connection
    finally:
        engine.dispose()
