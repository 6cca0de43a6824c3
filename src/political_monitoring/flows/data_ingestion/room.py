"""Whether there is room for one more run, before anybody is made to wait for it."""

import ray

from political_monitoring.deployment.machine import measure
from political_monitoring.errors import TryLater
from political_monitoring.flows.data_ingestion.actors import ACTOR_MEMORY
from political_monitoring.settings import Settings

RETRY_SECONDS = 60


def check_room(settings: Settings) -> None:
    """Pass if a run can be started on this machine and its first actor placed in the cluster.

    Raises:
        TryLater: too little memory is free; says how much is needed.
    """
    needed, free = settings.ingestion.free_memory, measure().memory
    if free < needed:
        raise TryLater(
            f"A run needs {_megabytes(needed)} of free memory and this machine has {_megabytes(free)}: "
            "wait until other work has ended, or stop some",
            RETRY_SECONDS,
        )
    if ray.is_initialized():
        left = ray.available_resources().get("memory", 0)  # type: ignore[no-untyped-call]
        if left < ACTOR_MEMORY:
            raise TryLater(
                f"A run needs {_megabytes(ACTOR_MEMORY)} of the cluster's memory for its first actor and "
                f"{_megabytes(left)} are left: wait until other runs have ended, or give Ray more",
                RETRY_SECONDS,
            )


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
