"""A whole system, started and stopped for real: own POLMON_HOME, own ports, small applications.

One system serves several tests in turn, because starting one takes its time; each test leaves it running.
"""

import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from political_monitoring.deployment import processes
from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.credentials import RAY_TOKEN, admin_password
from political_monitoring.deployment.ours import command_line, our_processes
from political_monitoring.deployment.ports import free_ports, is_free
from political_monitoring.deployment.processes import start_system, stop_system
from political_monitoring.deployment.ray_head import head_processes
from political_monitoring.deployment.state import read_record
from political_monitoring.deployment.status import system_state
from political_monitoring.errors import DeploymentFailed, OperatorError, ResourcesUnavailable
from political_monitoring.settings import ServerSettings, Settings

pytestmark = [pytest.mark.deployment, pytest.mark.timeout(900)]

APPS = Path(__file__).parent
SERVICES = {
    "chat-server": "{import_path: apps:chat, route_prefix: /v1, ray_actor_options: {num_cpus: 0.2}}",
    "flow1-data-ingestion": (
        "{import_path: apps:flow, route_prefix: /data-ingestion, ray_actor_options: {num_cpus: 0.2}}"
    ),
    "health": "{import_path: apps:health, route_prefix: /health, ray_actor_options: {num_cpus: 0.1}}",
    # While the others deploy, this one answers their URLs with 200.
    "catch-all": "{import_path: apps:catch_all, route_prefix: /, ray_actor_options: {num_cpus: 0.1}}",
}
ROLES = ("http_port", "panel_port", "dashboard_port", "ray_port", "metrics_port")


class System:
    """Settings and configuration of one system, and what was reported about it."""

    def __init__(self, home: Path, folder: Path, **server: Any) -> None:
        self.settings = Settings(home=home, server=ServerSettings(**free_ports(ROLES, ()), cpus=2, **server))
        self.config = folder / "config.yaml"
        self.reported: list[str] = []
        self.write(SERVICES)

    def write(self, services: dict[str, str]) -> None:
        lines = [f"  {name}: {service}" for name, service in services.items()]
        self.config.write_text("\n".join(["services:", *lines]))

    def up(self) -> SystemAddresses:
        self.reported.clear()
        return start_system(self.settings, self.config, self.reported.append)


@pytest.fixture(scope="module", autouse=True)
def importable() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(APPS))
        patch.setenv("RAY_ADDRESS", "192.0.2.1:6379")
        # Other work in the checkout must not look like a new release here.
        patch.setattr(processes, "code_release", lambda: "1+test")
        yield


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A running one, in a POLMON_HOME that is too long for Ray's sockets."""
    folder = tmp_path_factory.mktemp("system")
    made = System(folder / ("a-long-name-" * 12), folder)
    try:
        made.up()
        yield made
    finally:
        stop_system(made.settings)
    assert our_processes(made.settings.home) == []
    links = [one for one in Path("/tmp").glob("polmon-*") if one.is_symlink()]
    assert not [link for link in links if str(folder) in str(link.readlink())]


def wait_until(condition: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "still not true"
        time.sleep(0.2)


def replica_pids(system: System) -> set[int]:
    names = ("ray::ServeReplica",)
    return {
        one.pid
        for one in our_processes(system.settings.home)
        if " ".join(command_line(one)).startswith(names)
    }


def colour(addresses: SystemAddresses) -> str:
    return str(httpx.get(f"{addresses.http}/health", follow_redirects=True).json()["colour"])


def test_everything_answers_as_itself(system: System) -> None:
    state = system_state(system.settings)

    assert (state.status, state.problem) == ("running", "")
    assert {service.name: service.replicas for service in state.services} == dict.fromkeys(SERVICES, 1)
    assert all((state.processes or {}).values())
    assert any(line.startswith("chat-server is ready") for line in system.reported)


def test_all_listen_on_loopback_only(system: System) -> None:
    """Except a port of each Serve replica, which Ray does not let one place; the token guards it."""
    ours = {process.pid: " ".join(command_line(process)) for process in our_processes(system.settings.home)}
    listening = {
        (one.pid, one.laddr.ip, one.laddr.port)
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.pid in ours
    }

    open_to_all = {one for one in listening if one[1] not in {"127.0.0.1", "::1", "::ffff:127.0.0.1"}}

    assert len(listening) > 5
    assert {ours[pid].split(":")[2] for pid, _, _ in open_to_all} == {"ServeReplica"}
    for _, _, port in open_to_all:
        assert refusal_of(port) == "UNAUTHENTICATED"


def refusal_of(port: int) -> str:
    """What a Serve replica answers to a call that carries no token."""
    grpc = pytest.importorskip("grpc")
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary("/ray.serve.ASGIService/HandleRequest")
        with pytest.raises(grpc.RpcError) as caught:
            call(b"", timeout=20)
    return str(caught.value.code().name)


def test_only_who_has_the_token_may_ask_the_dashboard(system: System) -> None:
    url = f"{system.up().dashboard}/api/serve/applications/"
    kept = system.settings.run_path / "secrets" / RAY_TOKEN
    token = kept.read_text()

    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"Authorization": f"Bearer {token.strip()}"}).status_code == 200
    kept.write_text("wrong")
    try:
        with pytest.raises(OperatorError, match="refuses our token"):
            system.up()
    finally:
        kept.write_text(token)


def test_secrets_are_for_their_owner_only_and_in_no_log(system: System) -> None:
    run = system.settings.run_path
    secrets = list((run / "secrets").iterdir())

    assert secrets
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    logs = [path for path in run.rglob("*.log") if path.is_file()]
    assert logs
    for path in secrets:
        assert not [log for log in logs if path.read_bytes().strip() in log.read_bytes()]


def test_a_run_can_be_started_at_the_panel(system: System) -> None:
    addresses = system.up()
    with httpx.Client(base_url=addresses.panel, timeout=60, follow_redirects=True) as panel:
        login = panel.post("/api/login", json={"name": "admin", "password": admin_password(system.settings)})
        panel.headers["KODOSUMI_API_KEY"] = login.json()["KODOSUMI_API_KEY"]
        flow = panel.get("/flow").json()["items"][0]["url"]
        run = panel.post(flow, json={"words": "one two three"}).json()["result"]

        def finished() -> bool:
            status = panel.get(f"/outputs/status/{run}")
            return status.status_code == 200 and status.json()["status"] == "finished"

        wait_until(finished, 120)


def test_up_again_changes_nothing(system: System) -> None:
    before = replica_pids(system)
    record = read_record(system.settings)

    addresses = system.up()

    assert system.reported[0].startswith("already running since")
    assert not [line for line in system.reported if "applying" in line]
    assert replica_pids(system) == before
    assert len(before) == len(SERVICES)
    assert read_record(system.settings) == record
    assert colour(addresses) == ""


def test_up_applies_what_changed_in_the_configuration(system: System) -> None:
    painted = SERVICES["health"].replace("{import", "{args: {colour: blue}, import")
    system.write(SERVICES | {"health": painted})
    before = replica_pids(system)

    addresses = system.up()

    wait_until(lambda: colour(addresses) == "blue")
    wait_until(lambda: len(replica_pids(system)) == len(SERVICES))
    assert len(before & replica_pids(system)) == len(SERVICES) - 1
    system.write(SERVICES)


def test_a_panel_that_ended_is_started_again_alone(system: System) -> None:
    record = read_record(system.settings)
    assert record
    panel = next(member for member in record.members if member.role == "panel")
    os.kill(panel.pid, signal.SIGKILL)
    wait_until(lambda: not panel.alive())
    assert system_state(system.settings).problem == "Kodosumi's panel has ended"

    system.up()

    after = read_record(system.settings)
    assert after
    assert system_state(system.settings).status == "running"
    assert {member for member in after.members if member.role != "panel"} == {
        member for member in record.members if member.role != "panel"
    }


def test_up_recovers_when_ray_was_killed(system: System) -> None:
    head_processes(system.settings)["raylet"].kill()
    wait_until(lambda: system_state(system.settings).status == "broken")

    addresses = system.up()

    assert "ended what was left" in system.reported[0]
    assert system_state(system.settings).status == "running"
    assert httpx.get(f"{addresses.chat}/models").json()["release"] == "1+test"


def test_a_lost_record_is_no_obstacle_to_stopping(system: System) -> None:
    (system.settings.run_path / "system.json").unlink()
    assert system_state(system.settings).status == "broken"
    bystander = psutil.Popen(["sleep", "60"], env={"POLITICAL_MONITORING_SYSTEM": "/another/home"})
    try:
        started = time.monotonic()
        assert stop_system(system.settings) > 5

        assert time.monotonic() - started < 40
        assert bystander.is_running()
        assert bystander.status() != psutil.STATUS_ZOMBIE
    finally:
        bystander.kill()
        bystander.wait()
    assert our_processes(system.settings.home) == []
    assert all(is_free(getattr(system.settings.server, role), "127.0.0.1") for role in ROLES)
    assert system_state(system.settings).status == "stopped"
    assert stop_system(system.settings) == 0


def test_a_constructor_that_fails_ends_in_its_own_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    system = System(tmp_path / "home", tmp_path, ray_auth="disabled")
    system.write({"chat-server": SERVICES["chat-server"].replace("apps:chat", "apps:broken")})

    with pytest.raises(
        DeploymentFailed, match=r"chat-server does not start: .*the graph is missing"
    ) as caught:
        system.up()

    assert "\n" not in str(caught.value)
    assert our_processes(system.settings.home) == []
    assert system_state(system.settings).status == "stopped"


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    system = System(tmp_path / "home", tmp_path)
    taken = socket.create_server(("127.0.0.1", system.settings.server.http_port))

    with taken, pytest.raises(ResourcesUnavailable) as caught:
        system.up()

    assert f"port {system.settings.server.http_port} is taken by " in str(caught.value)
    assert f"(pid {os.getpid()})" in str(caught.value)
    assert "POLMON_SERVER_HTTP_PORT" in str(caught.value)
    assert our_processes(system.settings.home) == []
