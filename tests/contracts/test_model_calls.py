"""Accounts that several processes share, and answers that are paid for once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from political_monitoring.clock import utc_now
from political_monitoring.database.engine import migrate, open_database
from political_monitoring.database.model_calls import ModelCalls
from political_monitoring.domain.model_use import Account, Caps, ModelUse

CALL = ModelUse(1, 0, 60, 40, 7)
RUN = (Account("run-1"),)


def limited(caps: Caps) -> tuple[Account, ...]:
    return (Account("run-1", caps),)


def held(calls: ModelCalls, accounts: tuple[Account, ...]) -> str:
    """ "held", or why not."""
    refusal = calls.hold(CALL, accounts)
    return refusal.why if refusal else "held"


@pytest.fixture
def calls(dsn: str) -> Iterator[ModelCalls]:
    engine = open_database(dsn)
    migrate(engine)
    opened = ModelCalls(engine, utc_now)
    opened.open_account("run-1")
    yield opened
    opened.close()


def test_a_hold_is_replaced_by_what_was_used(calls: ModelCalls) -> None:
    run = limited(Caps(tokens=200))
    assert [held(calls, run) for _ in range(3)] == ["held", "held", "later"]
    calls.book(CALL, ModelUse(1, 0, 10, 5, 1), run)
    assert held(calls, run) == "later"
    calls.book(CALL, ModelUse(1, 0, 10, 5, 1), run)
    assert calls.used("run-1") == ModelUse(2, 0, 20, 10, 2)
    assert held(calls, run) == "held"


@pytest.mark.parametrize("caps", [Caps(calls=2), Caps(tokens=200), Caps(cost=14)])
def test_what_is_used_up_does_not_come_back(calls: ModelCalls, caps: Caps) -> None:
    run = limited(caps)
    for _ in range(2):
        assert held(calls, run) == "held"
        calls.book(CALL, CALL, run)
    assert held(calls, run) == "spent"


def test_an_account_that_nobody_opened_gives_nothing_unless_it_begins_by_itself(calls: ModelCalls) -> None:
    assert held(calls, (Account("run-2"),)) == "unknown"
    assert held(calls, (Account("day:2026-11-25", begins=True),)) == "held"


def test_a_request_is_held_on_all_its_accounts_or_on_none(calls: ModelCalls) -> None:
    day = Account("day:2026-11-25", Caps(cost=20), "today", begins=True)
    key = Account("key:a:2026-11-25", Caps(cost=10), "today with this key", begins=True)
    assert held(calls, (day, key)) == "held"
    calls.book(CALL, CALL, (day, key))
    refusal = calls.hold(CALL, (day, key))
    assert refusal is not None
    assert (refusal.why, refusal.account) == ("spent", key)
    assert calls.used(day.id) == calls.used(key.id) == CALL
    assert held(calls, (day,)) == "held"  # nothing was left held on it
    assert held(calls, (day,)) == "later"


def test_an_answer_is_there_for_all_accounts(calls: ModelCalls, dsn: str) -> None:
    assert calls.answer("k", RUN) is None
    calls.hold(CALL, RUN)
    calls.book(CALL, CALL, RUN, "k", '{"a": "ä"}')
    other = ModelCalls(open_database(dsn), utc_now)
    assert other.answer("k", (Account("run-2", begins=True),)) == '{"a": "ä"}'
    assert other.used("run-2") == ModelUse(cached=1)
    other.close()


def test_opening_again_keeps_what_was_used(calls: ModelCalls) -> None:
    calls.hold(CALL, RUN)
    calls.book(CALL, CALL, RUN)
    calls.open_account("run-1")
    assert calls.used("run-1") == CALL


def test_many_at_once_stay_within_the_limits(calls: ModelCalls) -> None:
    run = limited(Caps(tokens=1_000))

    def work(_: int) -> bool:
        if held(calls, run) != "held":
            return False
        calls.book(CALL, CALL, run)
        return True

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(work, range(60)))
    assert done == 10
    assert calls.used("run-1").tokens == 1_000
