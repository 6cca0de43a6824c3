"""Start a process that outlives us, marked as ours, its output in a log file."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from political_monitoring.deployment.ours import MARK
from political_monitoring.settings import Settings, environment_for_children

# They would lead our processes to somebody else's cluster.
MISLEADING = {
    "RAY_ADDRESS",
    "RAY_API_SERVER_ADDRESS",
    "RAY_REDIS_ADDRESS",
    "RAY_NAMESPACE",
    "RAY_TMPDIR",
    "RAY_AUTH_TOKEN",
    "RAY_AUTH_TOKEN_PATH",
}


@dataclass(frozen=True, slots=True)
class Launched:
    """A started process and the file its output goes to."""

    process: psutil.Process
    log: Path

    def ended(self) -> bool:
        """Whether it is over already."""
        try:
            self.process.wait(0)
        except psutil.TimeoutExpired:
            return False
        return True


def launch(
    settings: Settings,
    name: str,
    command: Sequence[str],
    variables: Mapping[str, str],
    folder: Path | None = None,
) -> Launched:
    """Start `command` in a session of its own; Ctrl-C in our terminal does not reach it.

    Args:
        settings: say where POLMON_HOME is.
        name: of the log file; the one of the last start is kept as `<name>.previous.log`.
        command: program and arguments; holds no secrets, for everybody can read it.
        variables: added to the environment.
        folder: working directory; POLMON_HOME when None.
    """
    logs = settings.run_path / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    if log.exists():
        log.replace(logs / f"{name}.previous.log")
    inherited = {
        key: value for key, value in environment_for_children(settings).items() if key not in MISLEADING
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder or settings.home,
            env={**inherited, **variables, MARK: str(settings.home)},
            start_new_session=True,
        )
    # It is meant to outlive us; Popen would complain that nobody waited for it.
    process.returncode = 0
    return Launched(psutil.Process(process.pid), log)


def last_line(log: Path) -> str:
    """The last line of a log that is not empty."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it wrote nothing"
