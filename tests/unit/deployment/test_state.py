"""What is remembered between commands: the record, the lock, the secrets, the processes that are ours."""

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from political_monitoring.deployment import state
from political_monitoring.deployment.credentials import (
    ADMIN_PASSWORD,
    admin_password,
    credential,
    credential_path,
    forget_lost_password,
)
from political_monitoring.deployment.launch import last_line, launch
from political_monitoring.deployment.ours import end_all, our_processes
from political_monitoring.deployment.state import (
    Member,
    SystemRecord,
    digest,
    exclusive,
    forget_record,
    read_record,
    write_record,
)
from political_monitoring.errors import OperatorError, TryLater
from political_monitoring.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def me() -> Member:
    process = psutil.Process()
    return Member(role="me", pid=process.pid, created=process.create_time())


def record_of(*members: Member) -> SystemRecord:
    return SystemRecord(
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        release="1",
        config="config.yaml",
        document="d",
        settings="s",
        cpus=2,
        memory=1,
        ports={"http": 1},
        temp_dir="",
        members=members,
    )


def test_the_record_comes_back(settings: Settings) -> None:
    record = record_of(me())
    with exclusive(settings, print):
        write_record(settings, record)

    assert read_record(settings) == record
    forget_record(settings)
    assert read_record(settings) is None
    forget_record(settings)


def test_a_damaged_record_is_none(settings: Settings) -> None:
    settings.run_path.mkdir(parents=True)
    (settings.run_path / "system.json").write_text('{"started_at": ')

    assert read_record(settings) is None


def test_a_process_id_given_out_again_is_not_ours() -> None:
    another = me().model_copy(update={"role": "another", "created": me().created - 60})

    assert me().alive()
    assert record_of(me(), another).dead() == ["another"]


def test_a_digest_changes_with_what_it_names() -> None:
    assert digest({"a": 1}) == digest({"a": 1}) != digest({"a": 2})


def hold(settings: Settings, seconds: float) -> None:
    with exclusive(settings, lambda _: None):
        (settings.home / "held").touch()
        time.sleep(seconds)


def test_a_second_command_waits_for_the_first_and_says_so(settings: Settings) -> None:
    other = multiprocessing.get_context("spawn").Process(target=hold, args=(settings, 60))
    other.start()
    while not (settings.home / "held").exists():
        assert other.is_alive()
        time.sleep(0.01)
    told: list[str] = []
    began = time.monotonic()

    def report(line: str) -> None:
        told.append(line)
        # A killed command's lock goes with it.
        other.kill()

    with exclusive(settings, report):
        assert told == ["waiting for another `polmon up` or `down` to finish"]
    assert time.monotonic() - began < 30
    other.join()
    other.close()


def test_it_does_not_wait_forever(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "LOCK_SECONDS", 0)
    with (
        exclusive(settings, print),
        pytest.raises(TryLater, match="still at work"),
        exclusive(settings, print),
    ):
        pass


def test_secrets_are_made_once_and_for_their_owner_only(settings: Settings) -> None:
    with pytest.raises(OperatorError, match="polmon up"):
        admin_password(settings)
    made = credential(settings, ADMIN_PASSWORD)
    path = credential_path(settings, ADMIN_PASSWORD)

    assert credential(settings, ADMIN_PASSWORD) == admin_password(settings) == made
    assert len(made) >= 32
    assert credential(settings, "another") != made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_lost_password_can_be_made_anew(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "admin.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE roles (name TEXT, password TEXT)")
        connection.execute("INSERT INTO roles VALUES ('admin', 'hash'), ('colleague', 'hash')")

    def names() -> list[str]:
        with closing(sqlite3.connect(database)) as connection:
            return [row[0] for row in connection.execute("SELECT name FROM roles ORDER BY name")]

    credential(settings, ADMIN_PASSWORD)
    forget_lost_password(settings, database)
    assert names() == ["admin", "colleague"]

    credential_path(settings, ADMIN_PASSWORD).unlink()
    forget_lost_password(settings, database)
    assert names() == ["colleague"]


PARENT = """
import subprocess, time
subprocess.Popen(["sleep", "60"])
print("on", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on", flush=True)
time.sleep(60)
"""


def test_what_was_launched_is_found_and_ended_with_its_children(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        started = [
            launch(settings, name, [sys.executable, "-c", program], {"X": "1"})
            for name, program in (("parent", PARENT), ("stubborn", STUBBORN))
        ]
        deadline = time.monotonic() + 30
        while any("on" not in one.log.read_text() for one in started):
            assert time.monotonic() < deadline
            time.sleep(0.02)

        assert len(our_processes(settings.home)) == 3
        assert our_processes(settings.home / "elsewhere") == []
        assert os.getsid(started[0].process.pid) == started[0].process.pid
        assert not started[0].ended()
        assert end_all(settings.home, 0.5) == 3
        assert started[0].ended()
        assert our_processes(settings.home) == []
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
        end_all(settings.home, 0)


def test_the_log_before_is_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.home.mkdir(parents=True)
    monkeypatch.setenv("RAY_ADDRESS", "192.0.2.1:6379")
    show = [
        sys.executable,
        "-c",
        "import os; print(os.environ.get('RAY_ADDRESS'), os.environ['POLMON_HOME'])",
    ]
    for _ in range(2):
        shown = launch(settings, "show", show, {})
        shown.process.wait(20)

    assert last_line(shown.log) == f"None {settings.home}"
    assert last_line(shown.log.with_name("show.previous.log")) == last_line(shown.log)
    shown.log.write_text("\n")
    assert last_line(shown.log) == "it wrote nothing"
