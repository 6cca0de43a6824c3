"""Accounts that several processes share, and answers that are paid for once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from political_monitoring.clock import utc_now
from political_monitoring.database.engine import migrate, open_database
from political_monitoring.database.model_calls import ModelCalls
from political_monitoring.domain.model_use import Caps, ModelUse

CALL = ModelUse(1, 0, 60, 40, 7)


@pytest.fixture
def calls(dsn: str) -> Iterator[ModelCalls]:
    engine = open_database(dsn)
    migrate(engine)
    opened = ModelCalls(engine, "run-1", utc_now)
    opened.open_account()
    yield opened
    opened.close()


def test_a_hold_is_replaced_by_what_was_used(calls: ModelCalls) -> None:
    caps = Caps(tokens=200)
    assert [calls.hold(CALL, caps) for _ in range(3)] == ["held", "held", "later"]
    calls.book(CALL, ModelUse(1, 0, 10, 5, 1))
    assert calls.hold(CALL, caps) == "later"
    calls.book(CALL, ModelUse(1, 0, 10, 5, 1))
    assert calls.used() == ModelUse(2, 0, 20, 10, 2)
    assert calls.hold(CALL, caps) == "held"


@pytest.mark.parametrize("caps", [Caps(calls=2), Caps(tokens=200), Caps(cost=14)])
def test_what_is_used_up_does_not_come_back(calls: ModelCalls, caps: Caps) -> None:
    for _ in range(2):
        assert calls.hold(CALL, caps) == "held"
        calls.book(CALL, CALL)
    assert calls.hold(CALL, caps) == "spent"


def test_an_account_that_nobody_opened_gives_nothing(calls: ModelCalls, dsn: str) -> None:
    other = ModelCalls(open_database(dsn), "run-2", utc_now)
    assert other.hold(CALL, Caps()) == "unknown"
    other.close()


def test_an_answer_is_there_for_all_accounts(calls: ModelCalls, dsn: str) -> None:
    assert calls.answer("k") is None
    calls.hold(CALL, Caps())
    calls.book(CALL, CALL, "k", '{"a": "ä"}')
    other = ModelCalls(open_database(dsn), "run-2", utc_now)
    other.open_account()
    assert other.answer("k") == '{"a": "ä"}'
    assert other.used() == ModelUse(cached=1)
    other.close()


def test_opening_again_keeps_what_was_used(calls: ModelCalls) -> None:
    calls.hold(CALL, Caps())
    calls.book(CALL, CALL)
    calls.open_account()
    assert calls.used() == CALL


def test_many_at_once_stay_within_the_limits(calls: ModelCalls) -> None:
    caps = Caps(tokens=1_000)

    def work(_: int) -> bool:
        if calls.hold(CALL, caps) != "held":
            return False
        calls.book(CALL, CALL)
        return True

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(work, range(60)))
    assert done == 10
    assert calls.used().tokens == 1_000
