"""A waiting room before the slots: in order, bounded, and left by those who go away."""

import asyncio
from collections.abc import Coroutine

import pytest

from political_monitoring.chat.slots import Slots
from political_monitoring.errors import TryLater


async def _held(slots: Slots, name: str, order: list[str], until: asyncio.Event) -> None:
    async with slots.one():
        order.append(name)
        await until.wait()


async def _soon(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Begun, and as far as it goes without the others."""
    task = asyncio.create_task(work)
    for _ in range(5):
        await asyncio.sleep(0)
    return task


def test_those_who_wait_come_in_their_order() -> None:
    async def scenario() -> list[str]:
        slots, order, done = Slots(1, waiting=2, seconds=60), list[str](), asyncio.Event()
        tasks = [await _soon(_held(slots, name, order, done)) for name in "abc"]
        assert order == ["a"]
        done.set()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(scenario()) == ["a", "b", "c"]


def test_a_full_room_is_try_later() -> None:
    async def scenario() -> None:
        slots, order, done = Slots(1, waiting=1, seconds=60), list[str](), asyncio.Event()
        tasks = [await _soon(_held(slots, name, order, done)) for name in "ab"]
        with pytest.raises(TryLater):
            await _held(slots, "c", order, done)
        done.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())


def test_who_waits_too_long_is_told_and_leaves_the_room() -> None:
    async def scenario() -> list[str]:
        slots, order, done = Slots(1, waiting=1, seconds=0.01), list[str](), asyncio.Event()
        holder = await _soon(_held(slots, "a", order, done))
        for name in "bc":
            with pytest.raises(TryLater, match=r"0\.01 seconds"):
                await _held(slots, name, order, done)
        done.set()
        await holder
        await _held(slots, "d", order, done)
        return order

    assert asyncio.run(scenario()) == ["a", "d"]


def test_who_goes_away_makes_room() -> None:
    async def scenario() -> list[str]:
        slots, order, done = Slots(1, waiting=1, seconds=60), list[str](), asyncio.Event()
        holder = await _soon(_held(slots, "a", order, done))
        gone = await _soon(_held(slots, "b", order, done))
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        waiting = await _soon(_held(slots, "c", order, done))
        done.set()
        await asyncio.gather(holder, waiting)
        return order

    assert asyncio.run(scenario()) == ["a", "c"]
