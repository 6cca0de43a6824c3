"""A Ray head of our own: own ports, own temp dir, loopback only, telemetry off."""

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from political_monitoring.deployment.addresses import dashboard_host
from political_monitoring.deployment.capacity import Capacity
from political_monitoring.deployment.credentials import RAY_TOKEN, credential, credential_path
from political_monitoring.deployment.launch import last_line, launch
from political_monitoring.deployment.ours import command_line, our_processes
from political_monitoring.deployment.ports import LOOPBACK
from political_monitoring.errors import DeploymentFailed, MissingDependency, ResourcesUnavailable
from political_monitoring.settings import Settings

OBJECT_STORE_BYTES = 200_000_000
START_SECONDS = 180
# Ray gives its own parts 30 s, which is not enough on a machine busy with something else.
ATTEMPTS = 3
# A socket's path may have 103 bytes on macOS, 107 on Linux; Ray appends
# /session_2026-01-01_00-00-00_000000_1234567/sockets/dash_MetricsHead.
LONGEST_TEMP_DIR = 103 - 68
# Processes without which the head does not work, by what their command line contains.
ROLES = {"gcs": "gcs/gcs_server", "raylet": "raylet/raylet", "dashboard": "dashboard/dashboard.py"}


@dataclass(frozen=True, slots=True)
class Share:
    """What Ray may place work on: CPUs, and memory in bytes."""

    cpus: int
    memory: int

    @property
    def capacity(self) -> Capacity:
        """The same as one node of a cluster."""
        return Capacity(self.cpus, self.memory)


def require_ray() -> None:
    """
    Raises:
        MissingDependency: Ray or Kodosumi is not installed.
    """
    missing = [name for name in ("ray", "kodosumi") if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingDependency(
            f"{' and '.join(missing)} not installed: install the extra, political-monitoring[cluster]"
        )


def ray_environment(settings: Settings) -> dict[str, str]:
    """What every process that belongs to this cluster or connects to it must have in its environment."""
    variables = {
        "RAY_USAGE_STATS_ENABLED": "0",
        # Unset, Ray decides by what it finds in the user's home. Loopback alone does not protect: each
        # Serve replica takes pickled calls on every interface, and only the token guards that port.
        "RAY_AUTH_MODE": settings.server.ray_auth,
        # Despite its name this also decides on Linux: without it Ray replaces 127.0.0.1 by the machine's
        # outward address and listens on every interface.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_SERVE_PROXY_HEALTH_CHECK_PERIOD_S": "1",
        "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "2",
        "RAY_START_HOOK": "political_monitoring.deployment.ray_head.without_client_server",
    }
    if settings.server.ray_auth == "token":
        credential(settings, RAY_TOKEN)
        variables["RAY_AUTH_TOKEN_PATH"] = str(credential_path(settings, RAY_TOKEN))
    return variables


def without_client_server(parameters: Any, _head: bool) -> None:
    """Called by `ray start`: leaves out the Ray Client server, a port that runs code and costs 95 MB.

    The command line always starts it and knows no switch against it.
    """
    parameters.ray_client_server_port = None


def head_command(settings: Settings, ports: Mapping[str, int], temp_dir: Path, share: Share) -> list[str]:
    """The command that starts the head."""
    options = {
        "node-ip-address": LOOPBACK,
        "port": ports["ray"],
        "dashboard-host": dashboard_host(settings),
        "dashboard-port": ports["dashboard"],
        "dashboard-agent-listen-port": ports["agent_http"],
        "dashboard-agent-grpc-port": ports["agent_grpc"],
        "runtime-env-agent-port": ports["runtime_env_agent"],
        "node-manager-port": ports["node_manager"],
        "object-manager-port": ports["object_manager"],
        "metrics-export-port": ports["metrics"],
        # 0: whatever port is free, instead of a range that another Ray on this machine uses too.
        "min-worker-port": 0,
        "max-worker-port": 0,
        "num-cpus": share.cpus,
        "memory": share.memory,
        "object-store-memory": OBJECT_STORE_BYTES,
        "temp-dir": temp_dir,
        "include-dashboard": "true",
        # Workers' output goes to their log files; pushing it to drivers as well costs a process of 90 MB.
        "include-log-monitor": "false",
        "log-style": "record",
        "log-color": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    # The monitor only starts and stops machines of a cloud: another 90 MB.
    return [
        sys.executable,
        "-m",
        "ray.scripts.scripts",
        "start",
        "--head",
        "--disable-usage-stats",
        "--no-monitor",
        *flags,
    ]


def start_head(
    settings: Settings, ports: Mapping[str, int], temp_dir: Path, share: Share
) -> dict[str, psutil.Process]:
    """Start the head and wait until it stands.

    Returns:
        Its essential processes by role (ROLES).

    Raises:
        DeploymentFailed: it does not start; names the last line it wrote, and the log.
    """
    started = launch(
        settings, "ray-head", head_command(settings, ports, temp_dir, share), ray_environment(settings)
    )
    try:
        code = started.process.wait(START_SECONDS)
    except psutil.TimeoutExpired:
        raise DeploymentFailed(f"Ray did not start within {START_SECONDS} s; see {started.log}") from None
    found = head_processes(settings)
    if code or len(found) < len(ROLES):
        raise DeploymentFailed(f"Ray does not start: {last_line(started.log)}; see {started.log}")
    return found


def head_processes(settings: Settings) -> dict[str, psutil.Process]:
    """The head's essential processes that live, by role."""
    found = {}
    for process in our_processes(settings.home):
        started_as = " ".join(command_line(process)[:3])
        for role, part in ROLES.items():
            if part in started_as:
                found[role] = process
    return found


def prepare_temp_dir(settings: Settings) -> Path:
    """Ray's temp dir in POLMON_HOME/run; for a long POLMON_HOME a short link to it.

    Raises:
        ResourcesUnavailable: no place for the link.
    """
    real = settings.run_path / "ray"
    real.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_last_session(real)
    logs = settings.run_path / "logs"
    logs.mkdir(exist_ok=True)
    _point(logs / "ray", real / "session_latest" / "logs")
    if len(os.fsencode(real)) <= LONGEST_TEMP_DIR:
        return real
    for link in _links(real):
        if len(os.fsencode(link)) <= LONGEST_TEMP_DIR and _point(link, real):
            return link
    raise ResourcesUnavailable(
        f"{real} is too long a path for Ray's sockets and no short link to it can be made: "
        "set a shorter POLMON_HOME"
    )


def remove_link(settings: Settings) -> None:
    """Take away the short link, if there is one."""
    real = settings.run_path / "ray"
    for link in _links(real):
        if link.is_symlink() and link.readlink() == real:
            link.unlink()


def _links(real: Path) -> list[Path]:
    name = f"polmon-{hashlib.sha256(os.fsencode(real)).hexdigest()[:10]}"
    return [Path(folder) / name for folder in (tempfile.gettempdir(), "/tmp")]  # noqa: S108 - only a link


def _point(link: Path, target: Path) -> bool:
    """Make `link` lead to `target`; False when somebody else has put something there."""
    if not link.is_symlink() and link.exists():
        return False
    if link.is_symlink():
        if link.lstat().st_uid != os.getuid():
            return False
        link.unlink()
    link.symlink_to(target)
    return True


def _keep_last_session(folder: Path) -> None:
    sessions = sorted(path for path in folder.glob("session_*") if not path.is_symlink())
    for old in sessions[:-1]:
        shutil.rmtree(old, ignore_errors=True)
