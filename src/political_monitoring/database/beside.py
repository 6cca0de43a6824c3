"""Writing beside the work: one thread does it, and nobody waits for it or fails with it."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Event

from political_monitoring.errors import PolmonError

_PAUSE_SECONDS = 10
"""After a failure nothing is tried for so long: a database that is down takes long to say so."""

_logger = logging.getLogger(__name__)


class WriterBeside:
    """Does one piece of work after the other. What cannot be done is logged.

    Args:
        name: of the thread.
        most: pieces that may wait; those after them are not taken.
        patience: seconds for which a piece that fails is tried again; those behind it wait so long.
    """

    def __init__(self, name: str, most: int, patience: float = 0) -> None:
        self._most = most
        self._patience = patience
        self._room = BoundedSemaphore(most)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._closing = Event()
        self._paused_until = 0.0

    def hand_over(self, what: str, write: Callable[[], None]) -> None:
        """Have something written. Returns at once and never fails.

        Args:
            what: begins the sentence in the log if it is not: "The answer 7".
            write: does it; a PolmonError of it is expected now and then, any other is our mistake.
        """
        if not self._room.acquire(blocking=False):
            _logger.warning("%s was not kept: %s others wait to be written", what, self._most)
            return
        try:
            self._thread.submit(self._write, what, write).add_done_callback(self._done)
        except RuntimeError:  # the process is ending
            self._room.release()
            _logger.warning("%s was not kept: the process ends", what)

    def close(self) -> None:
        """Write what waits, each piece tried once more at most."""
        self._closing.set()
        self._thread.shutdown()

    def _write(self, what: str, write: Callable[[], None]) -> None:
        given_up_at = time.monotonic() + self._patience
        while problem := self._attempt(write):
            if self._closing.is_set() or time.monotonic() >= given_up_at:
                _logger.warning("%s was not kept: %s", what, problem)
                return
            self._closing.wait(1)

    def _attempt(self, write: Callable[[], None]) -> str:
        """Why it could not be written; empty when it was."""
        if time.monotonic() < self._paused_until:
            return "the ledger could not be used a moment ago"
        try:
            write()
        except PolmonError as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            return str(error)
        return ""

    def _done(self, written: Future[None]) -> None:
        self._room.release()
        if error := written.exception():
            _logger.error("something was not kept", exc_info=error)
