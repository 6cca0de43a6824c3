"""Progress on its way from the run's thread to Kodosumi, beside the work.

Each thing told is a call to an actor, and the answer takes as long as writing a document or two. So the run does not
wait for it: what it says meanwhile is told together, a line for each batch, in the order in which it was said.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kodosumi.core import Tracer

from political_monitoring.flows.data_ingestion.presentation import progress_event, progress_line
from political_monitoring.ingestion.run import Progress

PAUSE_SECONDS = 0.2
"""Between two tellings. Nobody reads faster, and the panel does not look more often."""


@asynccontextmanager
async def telling(tracer: Tracer) -> AsyncIterator[Callable[[Progress], None]]:
    """What the run's thread calls with each progress; everything is told when the block ends, however it ends.

    Raises:
        Exception: what the tracer raises. The run's thread meets it too: a run that nobody can follow ends.
    """
    teller = _Teller(tracer)
    try:
        yield teller.say
    finally:
        await teller.finish()


class _Teller:
    """A queue from the run's thread to the loop, and the task that empties it."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._loop = asyncio.get_running_loop()
        self._said: asyncio.Queue[Progress | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._tell_all())

    def say(self, progress: Progress) -> None:
        if self._task.done():
            self._task.result()
        self._loop.call_soon_threadsafe(self._said.put_nowait, progress)

    async def finish(self) -> None:
        self._loop.call_soon(self._said.put_nowait, None)  # behind what was said
        await self._task

    async def _tell_all(self) -> None:
        more = True
        while more:
            news = [await self._said.get()]
            while not self._said.empty():
                news.append(self._said.get_nowait())
            more = news[-1] is not None
            if told := [one for one in news if one is not None]:
                await self._tracer.markdown(*map(progress_line, told))
                await self._tracer.debug(progress_event(told[-1]))
            if more:
                await asyncio.sleep(PAUSE_SECONDS)
