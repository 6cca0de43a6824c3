"""At most so many things are open, and none that is in use is closed."""

import pytest

from political_monitoring.access.pool import Pool
from political_monitoring.errors import NotFound


class Shelf:
    """Opens names, and remembers what happened."""

    def __init__(self) -> None:
        self.made_at: dict[str, int] = {}
        self.log: list[str] = []
        self.pool = Pool(self.open_one, self.close_one, self.stamp_of, most=2)

    def open_one(self, name: str) -> str:
        self.log.append(f"+{name}")
        return name

    def close_one(self, name: str) -> None:
        self.log.append(f"-{name}")

    def stamp_of(self, name: str) -> int:
        if name == "gone":
            raise NotFound("there is no workspace 'gone'")
        return self.made_at.get(name, 0)

    def visit(self, name: str) -> None:
        self.pool.give_back(self.pool.take(name))


def test_what_was_used_longest_ago_is_closed() -> None:
    shelf = Shelf()
    for name in ("a", "b", "a", "c", "a"):
        shelf.visit(name)
    assert shelf.log == ["+a", "+b", "+c", "-b"]


def test_what_is_in_use_stays_open_over_the_bound() -> None:
    shelf = Shelf()
    held = [shelf.pool.take(name) for name in ("a", "b", "c")]
    assert shelf.log == ["+a", "+b", "+c"]
    for one in held:
        shelf.pool.give_back(one)
    shelf.visit("c")
    assert shelf.log == ["+a", "+b", "+c", "-a"]


def test_what_was_made_anew_is_opened_anew_and_the_old_closed_when_nobody_uses_it() -> None:
    shelf = Shelf()
    old = shelf.pool.take("a")
    shelf.made_at["a"] = 1
    new = shelf.pool.take("a")
    assert old is not new
    assert shelf.log == ["+a", "+a"]
    shelf.pool.give_back(old)
    shelf.visit("a")
    assert shelf.log == ["+a", "+a", "-a"]


def test_what_cannot_be_opened_leaves_nothing() -> None:
    shelf = Shelf()
    with pytest.raises(NotFound):
        shelf.pool.take("gone")
    shelf.visit("a")
    shelf.pool.close()
    assert shelf.log == ["+a", "-a"]
