"""Each workspace has a ledger of its own: a file beside its graph, or a schema on the server of the public one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from political_monitoring.database.engine import open_database, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.errors import UserError
from political_monitoring.ingestion.ledger import Found, open_ledger
from political_monitoring.ingestion.report import DocumentReport, ItemReport
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.knowledge.register import list_workspaces
from political_monitoring.knowledge.workspaces import create_workspace, remove_workspace
from political_monitoring.settings import DatabaseSettings, GraphSettings, Settings
from political_monitoring.testing.clock import FrozenClock

CLIENTS = ("Müller & Söhne", "Muller Sohne", "客户" * 50)
A = Found("a.md", "1" * 64)


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        database=DatabaseSettings.model_validate({"dsn": dsn}),
        graph=GraphSettings(vectors="off"),
    )


@pytest.fixture
def server(postgres: Callable[[], str], tmp_path: Path) -> Iterator[tuple[Settings, Engine]]:
    dsn = postgres()
    made = Settings(
        home=tmp_path,
        database=DatabaseSettings.model_validate({"dsn": dsn}),
        graph=GraphSettings(vectors="off"),
    )
    engine = open_database(dsn)
    yield made, engine
    engine.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def commit(settings: Settings, clock: FrozenClock) -> set[str]:
    """Ingest one item as a run does; which items the run had to claim."""
    with closing(open_ledger(settings, clock)) as ledger, ledger.run("job", ["*"]) as run:
        claims = ledger.claim(run, [A], "1")
        done = (DocumentReport("a", "Title", "x" * 64, "added"),)
        ledger.settle(run, [ItemReport(ref, "committed", done, seconds=0.1) for ref in claims.claimed])
        return set(claims.claimed)


def schemas(engine: Engine) -> set[str]:
    with transaction(engine) as connection:
        return {name for name in inspect(connection).get_schema_names() if name.startswith("polmon_")}


def test_what_one_ledger_knows_is_unknown_to_the_others(settings: Settings, clock: FrozenClock) -> None:
    everybody = [settings, *(create_workspace(settings, name, clock) for name in CLIENTS)]
    for one in everybody:
        assert commit(one, clock) == {A.ref}
    for one in everybody:
        assert commit(one, clock) == set()
        with closing(open_ledger(one, clock)) as ledger:
            assert ledger.documents_written() == 1
    withdraw(everybody[1], ["a"], clock)
    assert [commit(one, clock) for one in everybody] == [set(), {A.ref}, set(), set()]


def test_a_removed_workspace_leaves_no_ledger(settings: Settings, clock: FrozenClock) -> None:
    theirs, others = (create_workspace(settings, name, clock) for name in CLIENTS[:2])
    for one in (settings, theirs, others):
        commit(one, clock)
    remove_workspace(settings, CLIENTS[0])
    assert commit(create_workspace(settings, CLIENTS[0], clock), clock) == {A.ref}
    assert commit(settings, clock) == commit(others, clock) == set()


@pytest.mark.integration
def test_on_a_server_each_workspace_has_a_schema(server: tuple[Settings, Engine], clock: FrozenClock) -> None:
    settings, engine = server
    made = [create_workspace(settings, name, clock) for name in CLIENTS]
    for one in (settings, *made):
        commit(one, clock)
    names = {one.ledger_schema for one in made}
    assert schemas(engine) == names
    assert all(name.isascii() and name.isidentifier() and len(name) <= 63 for name in names)
    assert list(settings.home.rglob("ledger.db*")) == []
    with closing(open_ledger(made[0], clock)) as ledger, transaction(ledger._engine) as connection:
        assert connection.scalar(text("SELECT current_setting('search_path')")) == made[0].ledger_schema
    remove_workspace(settings, CLIENTS[1])
    assert schemas(engine) == names - {made[1].ledger_schema}


@pytest.mark.integration
def test_several_open_a_new_ledger_at_once(server: tuple[Settings, Engine], clock: FrozenClock) -> None:
    settings, _ = server
    theirs = create_workspace(settings, CLIENTS[0], clock)
    with ThreadPoolExecutor(8) as pool, ExitStack() as opened:
        for engine in pool.map(lambda _: open_tables(theirs), range(8)):
            opened.callback(engine.dispose)
            with transaction(engine) as connection:
                assert inspect(connection).has_table("runs")


@pytest.mark.integration
def test_tables_of_another_workspace_of_the_name_are_not_taken_over(
    server: tuple[Settings, Engine], clock: FrozenClock, tmp_path: Path
) -> None:
    settings, _ = server
    commit(create_workspace(settings, "Acme", clock), clock)
    elsewhere = settings.model_copy(update={"home": tmp_path / "elsewhere"})
    with pytest.raises(UserError, match=r"schema polmon_acme_.* already"):
        create_workspace(elsewhere, "Acme", clock)
    assert list_workspaces(elsewhere) == []


@pytest.mark.integration
def test_options_of_the_url_are_kept(server: tuple[Settings, Engine], clock: FrozenClock) -> None:
    settings, _ = server
    dsn = f"{settings.database.dsn.get_secret_value()}&options=-cstatement_timeout%3D54321"
    given = settings.model_copy(update={"database": DatabaseSettings.model_validate({"dsn": dsn})})
    engine = open_tables(create_workspace(given, "Acme", clock))
    with transaction(engine) as connection:
        assert connection.scalar(text("SELECT current_setting('statement_timeout')")) == "54321ms"
        assert str(connection.scalar(text("SELECT current_schema()"))).startswith("polmon_acme_")
    engine.dispose()
