"""How many answers are worked on at once, and how many may wait for it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from political_monitoring.errors import TryLater


class Slots:
    """Slots for answers, and a waiting room before them. For one event loop.

    Args:
        at_once: answers worked on at once.
        waiting: requests that may wait for a slot.
        seconds: longest wait for one.
    """

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = waiting
        self._seconds = seconds

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """Hold a slot, in the order of asking.

        Raises:
            TryLater: too many wait already, or none came free in time.
        """
        await self._take()
        try:
            yield
        finally:
            self._free.release()

    async def _take(self) -> None:
        if self._free.locked() and self._room <= 0:
            raise TryLater("Too many questions wait to be answered; try again in a few seconds.", 2)
        self._room -= 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise TryLater(f"No answering slot came free within {self._seconds:g} seconds.") from None
        finally:
            self._room += 1
