"""Who is at work: a run holds its claims while its process lives and says so once in a while."""

import logging
import platform
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import psutil
from sqlalchemy import Connection, Engine, insert, select, update

from political_monitoring.clock import Clock
from political_monitoring.database.engine import transaction
from political_monitoring.database.tables import runs
from political_monitoring.errors import StoreUnavailable

LEASE = timedelta(seconds=60)
"""How long a run that says nothing keeps its claims."""

_SAME_START_SECONDS = 5
"""Start times of one process, computed from a boot time that clock corrections move, differ by less."""

_logger = logging.getLogger(__name__)


def begin_run(
    connection: Connection,
    now: datetime,
    job_name: str,
    targets: Sequence[str],
    request: Mapping[str, Any] | None,
    resumes: str | None,
) -> str:
    """Record a run of this process and return its id, which sorts by start time."""
    run_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    process = psutil.Process()
    connection.execute(
        insert(runs).values(
            id=run_id,
            job_name=job_name,
            targets=list(targets),
            request=request,
            resumes=resumes,
            state="running",
            started_at=now,
            lease_until=now + LEASE,
            host=platform.node(),
            pid=process.pid,
            process_started=process.create_time(),
        )
    )
    return run_id


@contextmanager
def lease_kept(engine: Engine, clock: Clock, run_id: str) -> Iterator[None]:
    """Renew a run's lease from a thread until the block ends."""
    over = Event()
    renewal = update(runs).where(runs.c.id == run_id)

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                with transaction(engine) as connection:
                    connection.execute(renewal.values(lease_until=clock() + LEASE, state="running"))
            except StoreUnavailable as error:
                # The next renewal may succeed; if the database is gone the run itself finds out.
                _logger.warning("The lease of run %s was not renewed: %s", run_id, error)

    thread = Thread(target=renew, name=f"lease-{run_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def end_run(connection: Connection, now: datetime, run_id: str, state: str, error: str) -> None:
    """Record how a run ended."""
    connection.execute(
        update(runs).where(runs.c.id == run_id).values(state=state, error=error, finished_at=now)
    )


def retire_dead_runs(connection: Connection, now: datetime) -> None:
    """Call interrupted whatever still says it runs, but has no process or no lease any more."""
    running = connection.execute(
        select(runs.c.id, runs.c.lease_until, runs.c.host, runs.c.pid, runs.c.process_started).where(
            runs.c.state == "running"
        )
    ).all()
    here = platform.node()
    dead = [
        run.id
        for run in running
        if run.lease_until <= now or (run.host == here and not _is_there(run.pid, run.process_started))
    ]
    if dead:
        connection.execute(
            update(runs)
            .where(runs.c.id.in_(dead))
            .values(state="interrupted", error="The process was stopped.", finished_at=now)
        )


def _is_there(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - started) < _SAME_START_SECONDS
        )
    except psutil.NoSuchProcess:
        return False
