"""Databases for the ledger's contract: SQLite, and a PostgreSQL of our own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from political_monitoring.ingestion.ledger import Ledger, open_ledger
from political_monitoring.settings import DatabaseSettings, Settings
from political_monitoring.testing.clock import FrozenClock


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """A server of our own on a local socket; each call makes an empty database and returns its URL."""
    binaries = [Path(found) for found in (shutil.which("initdb"),) if found]
    binaries += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.skip("PostgreSQL is not installed")
    # Not under pytest's folder: its path is too long for a socket and closed to other users.
    with tempfile.TemporaryDirectory(prefix="polmon-pg-") as folder:
        yield from _server(Path(folder), binaries[0].resolve().parent)


def _server(folder: Path, tools: Path) -> Iterator[Callable[[], str]]:
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    data = folder / "data"

    def call(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder)

    call(str(tools / "initdb"), "-D", str(data), "-A", "trust", "-U", "polmon", "-N")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    call(str(tools / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    names = iter(range(10_000))

    def create() -> str:
        name = f"ledger{next(names)}"
        call(str(tools / "createdb"), "-h", str(folder), "-U", "polmon", name)
        return f"postgresql://polmon@/{name}?host={folder}"

    yield create
    call(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def dsn(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    create: Callable[[], str] = request.getfixturevalue("postgres")
    return create()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def ledger(dsn: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Ledger]:
    opened = open_at(dsn, tmp_path, clock)
    yield opened
    opened.close()


def open_at(dsn: str, home: Path, clock: FrozenClock) -> Ledger:
    return open_ledger(Settings(home=home, database=DatabaseSettings.model_validate({"dsn": dsn})), clock)
