"""What this machine offers: CPUs and memory, inside the limits of a container or a service."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """CPUs this process may use (at least 1), and memory nobody uses now, bytes."""

    cpus: int
    memory: int


def measure() -> Machine:
    """Measure the machine now; a cgroup (v2) that allows less counts."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cpus, memory = float(allowed), float(psutil.virtual_memory().available)
    for group in _groups():
        cpus = min(cpus, _cpu_quota(group))
        memory = min(memory, _memory_left(group))
    return Machine(max(1, int(cpus)), max(0, int(memory)))


def _groups() -> list[Path]:
    """This process's cgroup and those around it; a limit of any of them holds."""
    try:
        own = next(line for line in OWN_CGROUP.read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        return []
    innermost = CGROUPS / own.removeprefix("0::").lstrip("/")
    return [group for group in (innermost, *innermost.parents) if group.is_relative_to(CGROUPS)]


def _cpu_quota(group: Path) -> float:
    try:
        quota, period = (group / "cpu.max").read_text().split()
        return float("inf") if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return float("inf")


def _memory_left(group: Path) -> float:
    try:
        limit = (group / "memory.max").read_text().strip()
        if limit == "max":
            return float("inf")
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        # Pages of files not in use are given back before anybody runs out of memory.
        used = int((group / "memory.current").read_text()) - int(statistics.get("inactive_file", 0))
        return int(limit) - used
    except (OSError, ValueError):
        return float("inf")
