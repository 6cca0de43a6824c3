"""How many requests are under way at once: more while all goes well, half when the endpoint says it is too many.

Additive increase and multiplicative decrease, as TCP shares a line (Chiu and Jain, 1989).
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from political_monitoring.llm.failures import Busy

LONGEST_PAUSE = 60.0
"""Seconds; an endpoint that asks for more is waited for no longer."""


class AdaptiveLimit:
    """For all requests of one process; used in one event loop."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._limit = max(1.0, most / 2)
        self._running = 0
        self._paused_until = self._last_decrease = -1.0
        self._changed = asyncio.Condition()

    @property
    def limit(self) -> int:
        """Requests that may be under way now."""
        return int(self._limit)

    @asynccontextmanager
    async def slot(self, deadline: float = math.inf) -> AsyncIterator[float]:
        """Wait for room, and hold it for the block; gives the time at which it was had.

        Raises:
            Busy: the endpoint has asked for a pause that lasts beyond the deadline.
        """
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._running < self.limit)
                wait = self._paused_until - self._clock()
                if wait <= 0:
                    self._running += 1
                    break
            if self._paused_until > deadline:
                raise Busy("the model's endpoint has asked for a pause", wait)
            await asyncio.sleep(wait)
        try:
            yield self._clock()
        finally:
            async with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def succeeded(self) -> None:
        """A request was answered: after as many as fit at once, one more fits."""
        self._limit = min(float(self._most), self._limit + 1 / self._limit)

    def throttled(self, since: float, wait: float | None) -> None:
        """A request sent at `since` was too many; nothing is sent for `wait` seconds.

        Those that were under way together are halved for once, not each for itself.
        """
        if since > self._last_decrease:
            self._limit = max(1.0, self._limit / 2)
            self._last_decrease = self._clock()
        if wait is not None:
            self._paused_until = max(self._paused_until, self._clock() + min(wait, LONGEST_PAUSE))
