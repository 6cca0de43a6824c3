"""Progress told beside the work: all of it, in order, before the end; a tracer that fails is heard of."""

import asyncio
import threading
from dataclasses import dataclass, field, replace

import pytest

from political_monitoring.flows.data_ingestion.presentation import progress_event, progress_line
from political_monitoring.flows.data_ingestion.telling import telling
from political_monitoring.ingestion.run import Progress

FIRST = Progress(
    done=0,
    total=9,
    committed=0,
    unchanged=0,
    duplicates=0,
    failed=0,
    ref="",
    rate=0,
    eta_seconds=None,
)
STEPS = [replace(FIRST, done=done, committed=done) for done in range(10)]
DEADLINE_SECONDS = 30


@dataclass
class NotingTracer:
    """Notes what it is told; tells nothing until it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    lines: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    async def markdown(self, *message: str) -> None:
        self.asked.set()
        await self.let.wait()
        self.lines += message

    async def debug(self, *message: str) -> None:
        self.events += message


def test_the_work_does_not_wait_and_every_line_is_told_in_order() -> None:
    async def run() -> NotingTracer:
        tracer = NotingTracer()
        async with telling(tracer) as tell:
            await asyncio.to_thread(lambda: [tell(step) for step in STEPS])
            assert tracer.lines == []  # all is said, and nothing was told yet
            tracer.let.set()
        return tracer

    tracer = asyncio.run(asyncio.wait_for(run(), DEADLINE_SECONDS))

    assert tracer.lines == [progress_line(step) for step in STEPS]
    assert len(tracer.events) < len(STEPS)
    assert tracer.events[-1] == progress_event(STEPS[-1])


def test_what_was_said_before_a_run_failed_is_told() -> None:
    tracer = NotingTracer()

    async def run() -> None:
        tracer.let.set()
        async with telling(tracer) as tell:
            tell(STEPS[1])
            raise LookupError("the run failed")

    with pytest.raises(LookupError, match="the run failed"):
        asyncio.run(asyncio.wait_for(run(), DEADLINE_SECONDS))
    assert tracer.lines == [progress_line(STEPS[1])]


class BrokenTracer(NotingTracer):
    async def debug(self, *message: str) -> None:
        raise ConnectionError("the queue is gone")


def test_a_tracer_that_fails_ends_the_work() -> None:
    """The run's thread meets the error at one of the next things that it says."""

    async def run() -> None:
        tracer = BrokenTracer()
        tracer.let.set()
        async with telling(tracer) as tell:

            def work() -> None:
                while True:
                    tell(STEPS[1])
                    tracer.asked.wait(DEADLINE_SECONDS)

            await asyncio.to_thread(work)

    with pytest.raises(ConnectionError, match="the queue is gone"):
        asyncio.run(asyncio.wait_for(run(), DEADLINE_SECONDS))


def test_a_tracer_that_fails_at_the_last_thing_told_is_heard_of() -> None:
    async def run() -> None:
        tracer = BrokenTracer()
        tracer.let.set()
        async with telling(tracer) as tell:
            tell(STEPS[-1])

    with pytest.raises(ConnectionError, match="the queue is gone"):
        asyncio.run(asyncio.wait_for(run(), DEADLINE_SECONDS))
