"""How many requests are under way at once."""

import asyncio

import pytest

from political_monitoring.llm.concurrency import LONGEST_PAUSE, AdaptiveLimit
from political_monitoring.llm.failures import Busy

from .conftest import Time


def test_one_more_fits_after_as_many_successes_as_fit_at_once() -> None:
    limit = AdaptiveLimit(16)
    assert limit.limit == 8
    for _ in range(9):
        limit.succeeded()
    assert limit.limit == 9
    for _ in range(1000):
        limit.succeeded()
    assert limit.limit == 16


def test_requests_sent_together_halve_it_once(stopped: Time) -> None:
    limit = AdaptiveLimit(16, stopped)
    for _ in range(5):
        limit.throttled(since=99.0, wait=None)
    assert limit.limit == 4
    stopped.now = 101.0
    limit.throttled(since=100.5, wait=None)
    assert limit.limit == 2
    for at in range(200, 210):
        stopped.now = at
        limit.throttled(since=at - 0.5, wait=None)
    assert limit.limit == 1


def test_no_more_run_at_once_than_may() -> None:
    async def most(limit: AdaptiveLimit, works: int) -> int:
        running = highest = 0

        async def work() -> None:
            nonlocal running, highest
            async with limit.slot():
                running += 1
                highest = max(highest, running)
                await asyncio.sleep(0)
                running -= 1

        await asyncio.gather(*(work() for _ in range(works)))
        return highest

    assert asyncio.run(most(AdaptiveLimit(6), 40)) == 3
    assert asyncio.run(most(AdaptiveLimit(1), 5)) == 1


def test_a_pause_holds_everybody_up_but_not_for_ever(stopped: Time) -> None:
    async def waited(asked: float) -> float:
        loop = asyncio.get_running_loop()
        limit = AdaptiveLimit(4, loop.time)
        limit.throttled(loop.time(), asked)
        began = loop.time()
        async with limit.slot():
            return loop.time() - began

    assert 0.05 <= asyncio.run(waited(0.05)) < 1
    limit = AdaptiveLimit(4, stopped)
    limit.throttled(stopped.now, 10 * LONGEST_PAUSE)
    stopped.now += LONGEST_PAUSE + 1

    async def enters_at_once() -> None:
        async with asyncio.timeout(5), limit.slot():
            pass

    asyncio.run(enters_at_once())


def test_who_gives_up_waiting_takes_no_room() -> None:
    async def check() -> None:
        limit = AdaptiveLimit(1)
        async with limit.slot():
            waiting = [asyncio.create_task(enter(limit)) for _ in range(3)]
            await asyncio.sleep(0)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(5), limit.slot():
            pass

    async def enter(limit: AdaptiveLimit) -> None:
        async with limit.slot():
            pass

    asyncio.run(check())


def test_who_has_no_time_for_a_pause_is_told_so_at_once(stopped: Time) -> None:
    limit = AdaptiveLimit(4, stopped)
    limit.throttled(stopped.now, 30.0)

    async def enter() -> None:
        async with limit.slot(stopped.now + 10):
            pass

    with pytest.raises(Busy, match="has asked for a pause"):
        asyncio.run(enter())
