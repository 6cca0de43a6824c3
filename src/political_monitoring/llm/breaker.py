"""Stops asking an endpoint that does not answer, and tries again after a while."""

import time
from collections.abc import Callable

from political_monitoring.errors import ModelError

FAILURES_ALLOWED = 5
"""In a row, each after all its attempts."""
PAUSE_SECONDS = 30.0


class Breaker:
    """Closed while things go well; open after failures in a row; then one question at a time is let through."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._opened_at = 0.0
        self._refused = ""

    def check(self) -> None:
        """Return if a question may be asked.

        Raises:
            ModelError: not now, or not any more; says why.
        """
        if why := self.resting():
            raise ModelError(why)
        if self._failures >= FAILURES_ALLOWED:
            self._opened_at = self._clock()  # this one tries; the others go on waiting

    def resting(self) -> str:
        """Why no question may be asked now; empty: one may."""
        if self._refused or self._failures < FAILURES_ALLOWED:
            return self._refused
        if self._clock() >= self._opened_at + PAUSE_SECONDS:
            return ""
        return (
            f"the model is not asked for {PAUSE_SECONDS:.0f} s, because it failed "
            f"{self._failures} times in a row"
        )

    def succeeded(self) -> None:
        """The endpoint answered."""
        self._failures = 0

    def failed(self) -> None:
        """A question came to nothing."""
        self._failures += 1
        self._opened_at = self._clock()

    def refuse(self, sentence: str) -> None:
        """Nothing of ours will be taken: for good."""
        self._refused = sentence
