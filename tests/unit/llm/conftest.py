"""A clock that stands still until it is told."""

import pytest


class Time:
    """Seconds, as of `time.monotonic`."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stopped() -> Time:
    return Time()
