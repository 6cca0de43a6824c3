"""A bounded number of things held open by name: the least recently used one is closed when another is wanted."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock


@dataclass(slots=True)
class Held[T]:
    """One of them, and how many use it."""

    thing: T
    stamp: Hashable
    users: int = 0


class Pool[T]:
    """What is in use is never closed, so there may be more than `most`; what is idle is closed when the next is taken.

    Args:
        open_one: opens what a name stands for.
        close_one: closes it.
        stamp_of: what a name stands for now; when that has changed, what is open is closed and opened anew.
        most: held open when nobody uses them.
    """

    def __init__(
        self,
        open_one: Callable[[str], T],
        close_one: Callable[[T], None],
        stamp_of: Callable[[str], Hashable],
        most: int,
    ) -> None:
        self._open_one = open_one
        self._close_one = close_one
        self._stamp_of = stamp_of
        self._most = most
        self._held: OrderedDict[str, Held[T]] = OrderedDict()
        self._left: list[Held[T]] = []
        self._lock = Lock()

    def take(self, name: str) -> Held[T]:
        """What a name stands for, open until it is given back. Opening blocks; whoever comes meanwhile waits.

        Raises:
            Whatever `stamp_of` and opening raise.
        """
        stamp = self._stamp_of(name)
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.stamp != stamp:
                self._left.append(self._held.pop(name))
                held = None
            if held is None:
                held = self._held[name] = Held(self._open_one(name), stamp)
            held.users += 1
            self._held.move_to_end(name)
        self._tidy()
        return held

    def give_back(self, held: Held[T]) -> None:
        """Say that it is not used any more. Does not block."""
        with self._lock:
            held.users -= 1

    def close(self) -> None:
        """Close everything; nothing is in use any more."""
        with self._lock:
            gone = [*self._held.values(), *self._left]
            self._held.clear()
            self._left.clear()
        for held in gone:
            self._close_one(held.thing)

    def _tidy(self) -> None:
        with self._lock:
            idle = [name for name, held in self._held.items() if not held.users]
            for name in idle[: max(0, len(self._held) - self._most)]:
                self._left.append(self._held.pop(name))
            gone = [held for held in self._left if not held.users]
            self._left = [held for held in self._left if held.users]
        for held in gone:
            self._close_one(held.thing)
