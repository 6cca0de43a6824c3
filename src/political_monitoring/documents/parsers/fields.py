"""Reading JSON whose shape nobody promised."""

from collections.abc import Iterator
from typing import Any


def said(entry: Any, *path: str) -> str:
    """The words at a path of keys; "" when there is something else or nothing."""
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry if isinstance(entry, str) else str(entry) if type(entry) is int else ""


def each(entry: Any, *path: str) -> Iterator[Any]:
    """The members of the list at a path of keys; none when there is no list."""
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    yield from entry if isinstance(entry, list) else ()
