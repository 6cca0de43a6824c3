"""What holds for every test: its own POLMON_HOME, no inherited settings, no network beyond this machine."""

import ipaddress
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
LEVELS = {"integration", "deployment", "browser"}
LEVEL_OF_FOLDER = {
    "integration": "integration",
    "clients": "integration",
    "end_to_end": "deployment",
    "browser": "browser",
}

# A shared machine is slow at times; that is not a defect of the code under test.
settings.register_profile("steady", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "steady")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks each test by its folder, before `-m` selects; a marker of its own comes first."""
    if not LEVELS & {mark.name for mark in item.iter_markers()}:
        folder = item.path.relative_to(TESTS).parts[0]
        item.add_marker(LEVEL_OF_FOLDER.get(folder, "unit"))


@pytest.fixture(autouse=True)
def polmon_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder; no POLMON_ variable of the caller reaches the test."""
    for name in [name for name in os.environ if name.startswith("POLMON_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("polmon-home")
    monkeypatch.setenv("POLMON_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def logging_as_found() -> Iterator[None]:
    """What `telemetry.configure` did in one test does not reach the next."""
    logger = logging.getLogger("political_monitoring")
    found = list(logger.handlers), logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = found


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Refuses to connect anywhere but to loopback addresses and local sockets."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                raise AssertionError(f"a test tried to reach {address[0]}; tests stay on this machine")
            return original(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
