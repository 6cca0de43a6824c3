"""What language models have cost and what they answered, in the ledger's database.

Processes on any machine that reaches the database share an account: before a request is sent, the most that it
may use is held; when it is answered, what it did use takes the place of that. A process that is killed in
between leaves its hold, so that the limits are kept whatever happens. An answer is stored in the
transaction that books it: what was paid for is there when the run comes again.
"""

import secrets
from contextlib import closing
from typing import Literal

from sqlalchemy import Engine, select, update

from political_monitoring.clock import Clock
from political_monitoring.database.engine import insert_new, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.tables import model_accounts, model_answers
from political_monitoring.domain.model_use import Caps, ModelUse
from political_monitoring.settings import Settings

Grant = Literal["held", "later", "spent", "unknown"]
"""A hold was made; what others hold may come free; nothing more is to be had; there is no such account."""


class ModelCalls:
    """One account, and the answers of all of them.

    Raises (all methods):
        StoreUnavailable: the database cannot be used.
    """

    def __init__(self, engine: Engine, account: str, clock: Clock) -> None:
        self._engine = engine
        self._account = account
        self._clock = clock
        self._here = model_accounts.c.id == account

    def open_account(self) -> None:
        """Make the account if it is not there."""
        nothing = {column.name: 0 for column in model_accounts.columns if column.name not in _NO_COUNTS}
        row = {"id": self._account, "opened_at": self._clock()} | nothing
        with transaction(self._engine) as connection:
            insert_new(connection, model_accounts, [row])

    def used(self) -> ModelUse:
        """Everything that was booked on the account."""
        columns = [model_accounts.c[name] for name in _COUNTS]
        with transaction(self._engine) as connection:
            row = connection.execute(select(*columns).where(self._here)).one_or_none()
        return ModelUse(*row) if row else ModelUse()

    def hold(self, most: ModelUse, caps: Caps) -> Grant:
        """Set the most that a request may use aside, unless the account would then be over its limits."""
        accounts = model_accounts.c
        with transaction(self._engine) as connection:
            row = connection.execute(select(model_accounts).where(self._here).with_for_update()).one_or_none()
            if row is None:
                return "unknown"
            used = ModelUse(*(getattr(row, name) for name in _COUNTS))
            held = ModelUse(row.held_calls, 0, row.held_tokens, 0, row.held_cost)
            if not caps.allow(used + most):
                return "spent"
            if not caps.allow(used + held + most):
                return "later"
            connection.execute(
                update(model_accounts)
                .where(self._here)
                .values(
                    held_calls=accounts.held_calls + most.calls,
                    held_tokens=accounts.held_tokens + most.tokens,
                    held_cost=accounts.held_cost + most.cost,
                )
            )
            return "held"

    def book(self, held: ModelUse, used: ModelUse, key: str = "", answer: str = "") -> None:
        """Put what was used in the place of what was held, and keep the answer under `key`."""
        accounts = model_accounts.c
        with transaction(self._engine) as connection:
            connection.execute(
                update(model_accounts)
                .where(self._here)
                .values(
                    held_calls=accounts.held_calls - held.calls,
                    held_tokens=accounts.held_tokens - held.tokens,
                    held_cost=accounts.held_cost - held.cost,
                    **{name: accounts[name] + getattr(used, name) for name in _COUNTS},
                )
            )
            if key:
                row = {"key": key, "answer": answer, "answered_at": self._clock()}
                insert_new(connection, model_answers, [row])

    def answer(self, key: str) -> str | None:
        """What was answered before; it is counted as such."""
        with transaction(self._engine) as connection:
            found = connection.scalar(select(model_answers.c.answer).where(model_answers.c.key == key))
            if found is not None:
                connection.execute(
                    update(model_accounts).where(self._here).values(cached=model_accounts.c.cached + 1)
                )
            return found

    def close(self) -> None:
        """Let go of connections."""
        self._engine.dispose()


def open_account(settings: Settings, clock: Clock) -> Settings:
    """Settings that name an account, which is there.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    account = settings.llm.account or f"run-{secrets.token_hex(8)}"
    given = settings.model_copy(update={"llm": settings.llm.model_copy(update={"account": account})})
    with closing(ModelCalls(open_tables(given), account, clock)) as calls:
        calls.open_account()
    return given


def open_calls(settings: Settings, clock: Clock) -> ModelCalls:
    """The account that settings name; where nobody has opened one for a whole run, a new one.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    given = settings if settings.llm.account else open_account(settings, clock)
    return ModelCalls(open_tables(given), given.llm.account, clock)


_COUNTS = ("calls", "cached", "input_tokens", "output_tokens", "cost")
_NO_COUNTS = ("id", "opened_at")
