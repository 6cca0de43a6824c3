"""Time is an argument: whoever needs "now" takes a Clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

Clock = Callable[[], datetime]
"""Returns the present moment, aware and in UTC."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def start_of_day(day: date) -> datetime:
    """First moment of a day in UTC; the valid time of what happened on that day."""
    return datetime.combine(day, time.min, UTC)


def end_of_day(day: date) -> datetime:
    """Last moment of a day in UTC; "as of" that day includes the whole of it."""
    return datetime.combine(day, time.max, UTC)
