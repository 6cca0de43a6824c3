"""Before a request is sent the most that it may cost is set aside; what it did cost takes the place of that."""

import asyncio
import time
from collections.abc import Sequence
from typing import Literal, Protocol

from political_monitoring.domain.model_use import Account, ModelUse
from political_monitoring.errors import BudgetExhausted, ModelError
from political_monitoring.llm.question import Receipt

_POLL_SECONDS = 0.05


class Refused(Protocol):
    """Why nothing was set aside."""

    @property
    def why(self) -> Literal["later", "spent", "unknown"]:
        """What others hold may come free; nothing more is to be had; there is no such account."""

    @property
    def account(self) -> Account:
        """On whose account."""


class Calls(Protocol):
    """Accounts that requests are booked on, and the answers that were had before (database/model_calls.py)."""

    def answer(self, key: str, accounts: Sequence[Account]) -> str | None:
        """What was answered before."""

    def hold(self, most: ModelUse, accounts: Sequence[Account]) -> Refused | None:
        """Set the most that a request may use aside on all of the accounts, or say why not."""

    def book(
        self, held: ModelUse, used: ModelUse, accounts: Sequence[Account], key: str = "", answer: str = ""
    ) -> None:
        """Put what was used in the place of what was held; keep the answer."""

    def close(self) -> None:
        """Let go of connections."""


class Booking:
    """Books the requests of one client, on its own accounts and on those of the work they are for.

    Args:
        wait_seconds: how long to wait for what others hold: as long as one of their requests may take.
    """

    def __init__(self, calls: Calls, accounts: tuple[Account, ...], wait_seconds: float) -> None:
        self._calls = calls
        self._accounts = accounts
        self._wait_seconds = wait_seconds

    async def stored(self, key: str, receipt: Receipt) -> str | None:
        """What was answered before, at no cost."""
        found = await asyncio.to_thread(self._calls.answer, key, self._all(receipt))
        if found is not None:
            receipt.add(ModelUse(cached=1))
        return found

    async def hold(self, most: ModelUse, receipt: Receipt, deadline: float) -> None:
        """Set the most that a request may use aside.

        Args:
            deadline: as of `time.monotonic`; what is held by others then is as good as spent.

        Raises:
            BudgetExhausted: it could cost more than is left, of this work or of one of the accounts.
            ModelError: an account is not there.
        """
        if not receipt.allows(most):
            raise BudgetExhausted("what the model may cost for this piece of work is used up")
        deadline = min(deadline, time.monotonic() + self._wait_seconds)
        while refused := await asyncio.to_thread(self._calls.hold, most, self._all(receipt)):
            if refused.why == "unknown":
                raise ModelError(
                    "the run's account is not in the database that this machine reads; "
                    "let all machines share one by POLMON_DATABASE_DSN"
                )
            if refused.why == "spent" or time.monotonic() > deadline:
                raise BudgetExhausted(f"what the model may cost {refused.account.period} is used up")
            await asyncio.sleep(_POLL_SECONDS)

    async def book(
        self, held: ModelUse, used: ModelUse, receipt: Receipt, key: str = "", answer: str = ""
    ) -> None:
        """Put what was used in the place of what was held, whoever stops waiting for it."""
        receipt.add(used)
        booked = asyncio.to_thread(self._calls.book, held, used, self._all(receipt), key, answer)
        await asyncio.shield(booked)

    def close(self) -> None:
        """Let go of connections."""
        self._calls.close()

    def _all(self, receipt: Receipt) -> tuple[Account, ...]:
        return (*self._accounts, *receipt.accounts)
