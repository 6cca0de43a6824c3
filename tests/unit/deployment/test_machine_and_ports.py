"""What the machine offers, and which of its ports are free."""

import os
import socket
from pathlib import Path

import psutil
import pytest

from political_monitoring.deployment import machine
from political_monitoring.deployment.machine import measure
from political_monitoring.deployment.ports import SETTING_OF, check_ports, free_ports, holder_of, is_free
from political_monitoring.errors import ConfigInvalid, ResourcesUnavailable


@pytest.fixture
def cgroup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A group inside a group, as a container's."""
    own = tmp_path / "own"
    own.write_text("0::/pod/container\n")
    monkeypatch.setattr(machine, "CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "OWN_CGROUP", own)
    group = tmp_path / "cgroup" / "pod" / "container"
    group.mkdir(parents=True)
    return group


def test_the_limits_of_a_container_count(cgroup: Path) -> None:
    (cgroup / "cpu.max").write_text("max 100000\n")
    (cgroup / "memory.max").write_text("max\n")
    (cgroup.parent / "cpu.max").write_text("150000 100000\n")
    (cgroup.parent / "memory.max").write_text("900000000\n")
    (cgroup.parent / "memory.current").write_text("500000000\n")
    (cgroup.parent / "memory.stat").write_text("anon 1\ninactive_file 300000000\n")

    found = measure()

    assert (found.cpus, found.memory) == (1, 700_000_000)


def test_without_limits_the_machine_counts(cgroup: Path) -> None:
    found = measure()

    assert found.cpus == len(psutil.Process().cpu_affinity() or [])
    assert abs(found.memory - psutil.virtual_memory().available) < 2e9


def test_a_half_core_is_one(cgroup: Path) -> None:
    (cgroup / "cpu.max").write_text("50000 100000\n")

    assert measure().cpus == 1


def test_a_group_that_cannot_be_read_limits_nothing(cgroup: Path) -> None:
    (cgroup / "cpu.max").write_text("?\n")
    (cgroup / "memory.max").write_text("?\n")

    assert measure().memory > 0


def test_a_listener_is_seen_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not is_free(port, "127.0.0.1")
        assert holder_of(port).endswith(f"(pid {os.getpid()})")
        with pytest.raises(ResourcesUnavailable) as caught:
            check_ports({"panel": port}, "127.0.0.1")
    assert f"port {port} is taken by " in str(caught.value)
    assert "POLMON_SERVER_PANEL_PORT" in str(caught.value)
    assert is_free(port, "127.0.0.1")
    assert holder_of(port) == ""


def test_two_services_cannot_share_a_port() -> None:
    with pytest.raises(
        ConfigInvalid, match="POLMON_SERVER_HTTP_PORT and POLMON_SERVER_RAY_PORT are both 7000"
    ):
        check_ports({"http": 7000, "ray": 7000}, "127.0.0.1")


def test_every_public_port_has_its_setting() -> None:
    ports = free_ports(SETTING_OF, ())

    check_ports(ports, "127.0.0.1")
    assert len(set(ports.values())) == len(SETTING_OF)
    assert set(free_ports("abc", ports.values()).values()).isdisjoint(ports.values())
