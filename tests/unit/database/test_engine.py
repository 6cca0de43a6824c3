"""Opening, migrating and using the ledger's database on SQLite."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, inspect, make_url, select, text, update
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError

from political_monitoring.database import migrations
from political_monitoring.database.engine import (
    insert_new,
    insert_or_update,
    migrate,
    open_database,
    place,
    transaction,
)
from political_monitoring.database.storable import storable
from political_monitoring.database.tables import REVISION, Moment, Words, metadata
from political_monitoring.errors import ConfigInvalid, MissingDependency, StoreUnavailable

DIALECT = SQLiteDialect()
notes = Table(
    "notes", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer), Column("m", Integer)
)


@pytest.fixture
def dsn(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"


def test_migrations_make_exactly_the_tables(dsn: str) -> None:
    engine = open_database(dsn)
    migrate(engine)
    with transaction(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert {"runs", "items"} <= set(inspect(connection).get_table_names())


def test_revision_names_the_newest_migration() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == REVISION


def test_migrating_a_current_database_does_nothing_and_needs_no_alembic(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(dsn)
    migrate(engine)
    monkeypatch.setitem(sys.modules, "alembic", None)
    migrate(engine)


def test_several_open_and_migrate_a_new_database_at_once(dsn: str) -> None:
    def start(_: int) -> str:
        engine = open_database(dsn)
        migrate(engine)
        with transaction(engine) as connection:
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(start, range(8))) == [REVISION] * 8


def test_a_database_of_a_newer_version_is_left_alone(dsn: str) -> None:
    engine = open_database(dsn)
    migrate(engine)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    with pytest.raises(StoreUnavailable, match="newer version of the product"):
        migrate(engine)
    with transaction(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "from_the_future"


def test_sqlite_is_set_up_for_several_processes(dsn: str) -> None:
    with transaction(open_database(dsn)) as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_transaction_that_raises_leaves_nothing(dsn: str) -> None:
    engine = open_database(dsn)
    notes.create(engine)

    def write_and_fail() -> None:
        with transaction(engine) as connection:
            connection.execute(insert(notes).values(id=1))
            raise KeyError("half done")

    with pytest.raises(KeyError, match="half done"):
        write_and_fail()
    with transaction(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(notes)) == 0


def test_writers_take_turns_and_lose_no_update(dsn: str) -> None:
    engine = open_database(dsn)
    notes.create(engine)
    with transaction(engine) as connection:
        connection.execute(insert(notes).values(id=1, n=0))

    def count_up(_: int) -> None:
        for _ in range(10):
            with transaction(engine) as connection:
                n = connection.scalar(select(notes.c.n)) or 0
                connection.execute(update(notes).values(n=n + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(4)))
    with transaction(engine) as connection:
        assert connection.scalar(select(notes.c.n)) == 40


def test_rows_already_there_are_left_or_replaced(dsn: str) -> None:
    engine = open_database(dsn)
    notes.create(engine)
    with transaction(engine) as connection:
        connection.execute(insert(notes).values(id=1, n=1, m=1))
        insert_new(connection, notes, [{"id": 1, "n": 2}, {"id": 2, "n": 2}])
        assert connection.execute(select(notes)).all() == [(1, 1, 1), (2, 2, None)]
        insert_or_update(connection, notes, [{"id": 1, "n": 5}, {"id": 3, "n": 3}])
        assert connection.execute(select(notes)).all() == [(1, 5, 1), (2, 2, None), (3, 3, None)]
        insert_new(connection, notes, [])
        insert_or_update(connection, notes, [])


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "hello",
        "mysql://u:secret@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+asyncpg://u:secret@h/db",
    ],
)
def test_what_is_not_a_ledger_url_is_refused_without_showing_it(dsn: str) -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_DATABASE_DSN is not") as caught:
        open_database(dsn)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_an_error_not_a_fresh_start(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"something else entirely " * 500)
    with pytest.raises(StoreUnavailable, match=r"ledger\.db cannot be used: file is not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"something else")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"folder .*file/sub cannot be made"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'sub' / 'ledger.db'}")


def test_postgres_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(
        StoreUnavailable, match=r"at 127\.0\.0\.1:1/ledger cannot be used: .*refused"
    ) as caught:
        open_database("postgresql://me:hunter2@127.0.0.1:1/ledger?password=hunter3")
    assert "hunter" not in str(caught.value)


def test_postgres_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependency, match=r"install political-monitoring\[postgres\]"):
        open_database("postgresql://me@127.0.0.1:1/ledger")


def test_place_never_shows_who_may_enter() -> None:
    assert place(make_url("postgresql+psycopg://me:pw@db.example:5433/x")) == "at db.example:5433/x"
    assert place(make_url("sqlite:////var/ledger.db")) == "/var/ledger.db"


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=9))]),
    )
)
def test_times_come_back_equal_and_in_utc(moment: datetime) -> None:
    column = Moment()
    stored = column.process_bind_param(moment, DIALECT)
    assert stored is not None
    read = column.process_result_value(stored.replace(tzinfo=None), DIALECT)
    assert read == moment
    assert read is not None
    assert read.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(dsn: str) -> None:
    times = Table("times", MetaData(), Column("at", Moment))
    engine = open_database(dsn)
    times.create(engine)
    with pytest.raises(StatementError, match="has no time zone"), transaction(engine) as connection:
        connection.execute(insert(times).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001


@given(st.text(st.characters()))
def test_any_text_can_be_stored(words: str) -> None:
    stored = Words().process_bind_param(words, DIALECT)
    assert stored == storable(words)
    assert stored is not None
    stored.encode()
    assert "\0" not in stored
    assert len(stored) == len(words)
