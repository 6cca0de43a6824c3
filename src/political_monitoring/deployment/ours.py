"""The processes that `polmon up` started for one POLMON_HOME, and no others.

Everything it starts, and whatever that starts in turn, carries POLMON_HOME in a variable of its own. That
survives a lost record, a process that outlived its parent, and process ids that were given out again.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

MARK = "POLITICAL_MONITORING_SYSTEM"
Chosen = Callable[[Sequence[str]], bool]


def our_processes(home: Path) -> list[psutil.Process]:
    """Living processes of the system at `home`, without the one that asks."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home):
                found.append(process)
        except (psutil.Error, OSError):
            # Gone by now, or somebody else's: not ours either way.
            continue
    return found


def command_line(process: psutil.Process) -> list[str]:
    """What the process was started with; nothing when it is gone, a zombie, or somebody else's."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def is_kodosumi(command: Sequence[str]) -> bool:
    """Kodosumi's spooler or panel, by its command line."""
    return "kodosumi.cli" in command


def is_raylet(command: Sequence[str]) -> bool:
    """Ray's node process: it ends its workers when it is told to end."""
    return bool(command) and Path(command[0]).name == "raylet"


def end_all(home: Path, seconds: float) -> int:
    """End every process of the system at `home`: asked first, then killed.

    Args:
        home: which system.
        seconds: how long each group may take.

    Returns:
        How many processes there were.
    """
    count = len(our_processes(home))
    for chosen in (is_kodosumi, is_raylet, lambda _: True):
        _end([one for one in our_processes(home) if chosen(command_line(one))], seconds)
    # What a dying process had just started.
    while late := our_processes(home):
        _end(late, 0)
    return count


def _end(processes: Sequence[psutil.Process], seconds: float) -> None:
    for process in processes:
        _signal(process.terminate)
    _, stubborn = psutil.wait_procs(processes, timeout=seconds)
    for process in stubborn:
        _signal(process.kill)
    psutil.wait_procs(stubborn, timeout=5)


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return
