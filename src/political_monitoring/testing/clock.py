"""A clock that stands still until told otherwise."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """A Clock for tests: always the same moment, moved only by `advance`."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The frozen moment."""
        return self.now

    def advance(self, **duration: float) -> None:
        """Move on by `timedelta(**duration)`."""
        self.now += timedelta(**duration)
