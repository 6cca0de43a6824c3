"""What `polmon up` remembers about the system it started (run/system.json), and the lock around it."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from political_monitoring.errors import TryLater
from political_monitoring.settings import Settings

LOCK_SECONDS = 600


class Member(BaseModel):
    """One process that must live for the system to work. `created` is its start, seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    role: str
    pid: int
    created: float

    def alive(self) -> bool:
        """Whether that very process lives: a process id alone may have been given out again."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


class SystemRecord(BaseModel):
    """A started system."""

    model_config = ConfigDict(frozen=True)

    started_at: datetime
    release: str
    config: str
    document: str
    settings: str
    cpus: int
    memory: int
    ports: dict[str, int]
    temp_dir: str
    members: tuple[Member, ...]

    def dead(self) -> list[str]:
        """Roles whose process is gone."""
        return [member.role for member in self.members if not member.alive()]


def read_record(settings: Settings) -> SystemRecord | None:
    """What was recorded; None when nothing was or it is damaged (processes are found by their mark)."""
    try:
        return SystemRecord.model_validate_json((settings.run_path / "system.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_record(settings: Settings, record: SystemRecord) -> None:
    """Replace the record in one step."""
    path = settings.run_path / "system.json"
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(record.model_dump_json(indent=2) + "\n", "utf-8")
    draft.replace(path)


def forget_record(settings: Settings) -> None:
    """Nothing runs any more."""
    (settings.run_path / "system.json").unlink(missing_ok=True)


def digest(value: object) -> str:
    """A short name for a value, to see whether it changed."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


@contextmanager
def exclusive(settings: Settings, report: Callable[[str], None]) -> Iterator[None]:
    """Only one `up` or `down` at a time; the lock goes with the process that holds it.

    Raises:
        TryLater: another one holds it for too long.
    """
    settings.run_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.run_path / "lock").open("w") as file:
        deadline, told = time.monotonic() + LOCK_SECONDS, False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TryLater("another `polmon up` or `down` is still at work", 60) from None
                if not told:
                    report("waiting for another `polmon up` or `down` to finish")
                    told = True
                time.sleep(0.2)
        yield
