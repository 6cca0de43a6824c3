"""Writing to a database beside the work: one thread does it, and no work waits for it or fails with it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Event

from political_monitoring.errors import PolmonError

_PAUSE_SECONDS = 10
"""After a failure nothing is tried for so long: a database that is down takes long to say so."""

_logger = logging.getLogger(__name__)


class BackgroundWriter:
    """Writes in the order of asking. What cannot be written is logged and lost.

    Args:
        what: is written, as a log names it: "answer".
        most: so many may wait to be written; those after them are lost.
        patience: seconds for which one that fails is tried again; those behind it wait so long.
    """

    def __init__(self, what: str, most: int, patience: float = 0) -> None:
        self._what = what
        self._most = most
        self._patience = patience
        self._room = BoundedSemaphore(most)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"{what}-keeping")
        self._closing = Event()
        self._paused_until = 0.0

    def submit(self, name: str, write: Callable[[], None]) -> Future[None] | None:
        """Hand over something of that name to be written; None: it will not be.

        The result is there when it has been written or lost.
        """
        if not self._room.acquire(blocking=False):
            self._lost(name, f"{self._most} others wait to be written")
            return None
        try:
            written = self._thread.submit(self._write, name, write)
        except RuntimeError:  # the process is ending
            self._room.release()
            self._lost(name, "the process ends")
            return None
        written.add_done_callback(lambda _: self._room.release())
        return written

    def close(self) -> None:
        """Write what waits, each tried once more at most."""
        self._closing.set()
        self._thread.shutdown()

    def _write(self, name: str, write: Callable[[], None]) -> None:
        given_up_at = time.monotonic() + self._patience
        while problem := self._attempt(write):
            if self._closing.is_set() or time.monotonic() >= given_up_at:
                self._lost(name, problem)
                return
            self._closing.wait(1)

    def _attempt(self, write: Callable[[], None]) -> str:
        """Why it could not be written; empty when it was, or never can be."""
        if time.monotonic() < self._paused_until:
            return "the ledger could not be used a moment ago"
        try:
            write()
        except PolmonError as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            return str(error)
        except Exception:
            _logger.exception("keeping the %s failed", self._what)
        return ""

    def _lost(self, name: str, why: object) -> None:
        _logger.warning("The %s %s was not kept: %s", self._what, name, why)
