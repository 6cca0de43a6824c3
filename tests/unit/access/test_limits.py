"""A moving window for each key."""

import time

import pytest

from political_monitoring.access.limits import RateLimits


def test_more_than_the_rate_waits_until_the_window_has_moved_on(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, now = RateLimits(), time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    assert [limits.spend("a", "3/minute") for _ in range(3)] == [0, 0, 0]
    now += 20
    assert limits.spend("a", "3/minute") == 40
    assert limits.spend("b", "3/minute") == 0
    now += 40.5
    assert limits.spend("a", "3/minute") == 0


def test_the_wait_is_a_second_at_least() -> None:
    limits = RateLimits()
    assert limits.spend("a", "1/second") == 0
    assert limits.spend("a", "1/second") == 1
