"""An endpoint that does not answer is left alone for a while."""

import pytest

from political_monitoring.errors import ModelError
from political_monitoring.llm.breaker import FAILURES_ALLOWED, PAUSE_SECONDS, Breaker

from .conftest import Time


def test_it_opens_after_failures_in_a_row_and_lets_one_through_later(stopped: Time) -> None:
    breaker = Breaker(stopped)
    for _ in range(FAILURES_ALLOWED - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES_ALLOWED):
        breaker.check()
        breaker.failed()
    with pytest.raises(ModelError, match="is not asked for 30 s"):
        breaker.check()
    stopped.now += PAUSE_SECONDS + 1
    breaker.check()
    with pytest.raises(ModelError):
        breaker.check()
    breaker.succeeded()
    breaker.check()


def test_a_refusal_is_for_good(stopped: Time) -> None:
    breaker = Breaker(stopped)
    breaker.refuse("the key is wrong")
    stopped.now += 10 * PAUSE_SECONDS
    breaker.succeeded()
    with pytest.raises(ModelError, match="the key is wrong"):
        breaker.check()
