"""Ports: which are ours to take, who holds those that are not."""

import random
import socket
from collections.abc import Collection, Iterable, Mapping

import psutil

from political_monitoring.errors import ConfigInvalid, ResourcesUnavailable

LOOPBACK = "127.0.0.1"
# What a service of ours listens on -> the setting that moves it.
SETTING_OF = {
    "http": "POLMON_SERVER_HTTP_PORT",
    "panel": "POLMON_SERVER_PANEL_PORT",
    "dashboard": "POLMON_SERVER_DASHBOARD_PORT",
    "ray": "POLMON_SERVER_RAY_PORT",
    "metrics": "POLMON_SERVER_METRICS_PORT",
}
# Only Ray's own processes talk to each other through these: any free port will do.
INTERNAL = ("agent_http", "agent_grpc", "runtime_env_agent", "node_manager", "object_manager")


def check_ports(wanted: Mapping[str, int], host: str) -> None:
    """Make sure that everything can listen where the settings say.

    Args:
        wanted: port by role (a key of SETTING_OF).
        host: address the public ones listen on.

    Raises:
        ConfigInvalid: two roles have the same port.
        ResourcesUnavailable: somebody else listens there; names the setting that moves us, and the holder.
    """
    role_of: dict[int, str] = {}
    for role, port in wanted.items():
        if port in role_of:
            raise ConfigInvalid(f"{SETTING_OF[role_of[port]]} and {SETTING_OF[role]} are both {port}")
        role_of[port] = role
    for role, port in wanted.items():
        if not (is_free(port, LOOPBACK) and is_free(port, host)):
            holder = holder_of(port)
            who = f" by {holder}" if holder else ""
            raise ResourcesUnavailable(
                f"port {port} is taken{who}: stop that process, or set {SETTING_OF[role]} to another port"
            )


def is_free(port: int, host: str) -> bool:
    """Whether nobody listens on `port`."""
    with socket.socket() as client:
        client.settimeout(1)
        if client.connect_ex((LOOPBACK, port)) == 0:
            return False
    with socket.socket() as server:
        # Connections of a server that has just stopped linger; they do not keep its port.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
        except OSError:
            return False
    return True


def holder_of(port: int) -> str:
    """`name (pid 123)` of the process that listens on `port`, as far as this user may know."""
    try:
        listening = [
            one.pid
            for one in psutil.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid
        ]
        return f"{psutil.Process(listening[0]).name()} (pid {listening[0]})" if listening else ""
    except psutil.Error:
        return ""


def free_ports(names: Iterable[str], taken: Collection[int]) -> dict[str, int]:
    """A different free port for each name, none of them in `taken`.

    They lie below the ports that operating systems hand out for outgoing connections, or one of those could
    take a port between now and the moment its owner listens on it.
    """
    candidates = random.sample(range(20000, 32000), 12000)
    free = (port for port in candidates if port not in taken and is_free(port, LOOPBACK))
    return {name: next(free) for name in names}
