"""A system of one's own on this machine: free ports, a home of its own, torn down whatever happens."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import psutil

from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.ours import command_line, our_processes
from political_monitoring.deployment.ports import free_ports
from political_monitoring.deployment.processes import start_system, stop_system
from political_monitoring.settings import Settings, load_settings


def settings_of_its_own(home: Path, **variables: str) -> Settings:
    """Defaults with free ports and two CPUs for Ray; `variables` are settings such as POLMON_LOG_LEVEL."""
    ports = free_ports(("http", "panel", "dashboard", "ray", "metrics"), ())
    own = {f"POLMON_SERVER_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    return load_settings({**own, "POLMON_HOME": str(home), "POLMON_SERVER_CPUS": "2", **variables})


@contextlib.contextmanager
def running_system(settings: Settings, config: Path) -> Iterator[SystemAddresses]:
    """What `polmon up` starts, for as long as the block lasts.

    Raises:
        OperatorError: it does not come up.
    """
    try:
        yield start_system(settings, config, print)
    finally:
        stop_system(settings)


def processes_named(settings: Settings, pattern: str) -> list[psutil.Process]:
    """The system's processes whose command line has a match of the pattern in it."""
    return [one for one in our_processes(settings.home) if re.search(pattern, " ".join(command_line(one)))]
