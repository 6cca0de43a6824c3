"""What language models have cost and what they answered, in the ledger's database.

Processes on any machine that reaches the database share an account: before a request is sent, the most that it
may use is held; when it is answered, what it did use takes the place of that. A process that is killed in
between leaves its hold, so that the limits are kept whatever happens. An answer is stored in the
transaction that books it: what was paid for is there when the run comes again.
"""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, select, update

from political_monitoring.clock import Clock
from political_monitoring.database.engine import insert_new, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.tables import model_accounts, model_answers
from political_monitoring.domain.model_use import Account, ModelUse
from political_monitoring.settings import Settings

Why = Literal["later", "spent", "unknown"]
"""What others hold may come free; nothing more is to be had; there is no such account."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may not be sent, and on whose account."""

    why: Why
    account: Account


class ModelCalls:
    """Accounts in one database, and the answers of all of them.

    One request may be booked on several accounts, as one of a key's day and of everybody's day: it is held on all of
    them or on none, in one transaction.

    Raises (all methods):
        StoreUnavailable: the database cannot be used.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def open_account(self, account_id: str) -> None:
        """Make the account if it is not there."""
        with transaction(self._engine) as connection:
            self._open(connection, account_id)

    def used(self, account_id: str) -> ModelUse:
        """Everything that was booked on the account."""
        columns = [model_accounts.c[name] for name in _COUNTS]
        with transaction(self._engine) as connection:
            row = connection.execute(select(*columns).where(model_accounts.c.id == account_id)).one_or_none()
        return ModelUse(*row) if row else ModelUse()

    def hold(self, most: ModelUse, accounts: Sequence[Account]) -> Refusal | None:
        """Set the most that a request may use aside, unless one of the accounts would then be over its limits."""
        columns = model_accounts.c
        with transaction(self._engine) as connection:
            for account in _in_order(accounts):
                if why := _why_not(self._read(connection, account), account, most):
                    return Refusal(why, account)
            connection.execute(
                update(model_accounts)
                .where(columns.id.in_([account.id for account in accounts]))
                .values(
                    held_calls=columns.held_calls + most.calls,
                    held_tokens=columns.held_tokens + most.tokens,
                    held_cost=columns.held_cost + most.cost,
                )
            )
        return None

    def book(
        self, held: ModelUse, used: ModelUse, accounts: Sequence[Account], key: str = "", answer: str = ""
    ) -> None:
        """Put what was used in the place of what was held, and keep the answer under `key`."""
        columns = model_accounts.c
        with transaction(self._engine) as connection:
            self._lock(connection, accounts)
            connection.execute(
                update(model_accounts)
                .where(columns.id.in_([account.id for account in accounts]))
                .values(
                    held_calls=columns.held_calls - held.calls,
                    held_tokens=columns.held_tokens - held.tokens,
                    held_cost=columns.held_cost - held.cost,
                    **{name: columns[name] + getattr(used, name) for name in _COUNTS},
                )
            )
            if key:
                row = {"key": key, "answer": answer, "answered_at": self._clock()}
                insert_new(connection, model_answers, [row])

    def answer(self, key: str, accounts: Sequence[Account]) -> str | None:
        """What was answered before; it is counted as such."""
        columns = model_accounts.c
        with transaction(self._engine) as connection:
            found = connection.scalar(select(model_answers.c.answer).where(model_answers.c.key == key))
            if found is not None:
                self._lock(connection, accounts)
                here = columns.id.in_([account.id for account in accounts])
                connection.execute(update(model_accounts).where(here).values(cached=columns.cached + 1))
            return found

    def close(self) -> None:
        """Let go of connections."""
        self._engine.dispose()

    def _lock(self, connection: Connection, accounts: Sequence[Account]) -> None:
        for account in _in_order(accounts):
            self._read(connection, account)

    def _read(self, connection: Connection, account: Account) -> Row[Any] | None:
        """The account's row, locked; made if it begins with its first request."""
        wanted = select(model_accounts).where(model_accounts.c.id == account.id).with_for_update()
        row = connection.execute(wanted).one_or_none()
        if row is None and account.begins:
            self._open(connection, account.id)
            row = connection.execute(wanted).one_or_none()
        return row

    def _open(self, connection: Connection, account_id: str) -> None:
        nothing = {column.name: 0 for column in model_accounts.columns if column.name not in _NO_COUNTS}
        insert_new(connection, model_accounts, [{"id": account_id, "opened_at": self._clock()} | nothing])


def _in_order(accounts: Sequence[Account]) -> list[Account]:
    """One order for all, so that no two wait for each other's rows."""
    return sorted(accounts, key=lambda account: account.id)


def _why_not(row: Row[Any] | None, account: Account, most: ModelUse) -> Why | None:
    if row is None:
        return "unknown"
    used = ModelUse(*(getattr(row, name) for name in _COUNTS))
    held = ModelUse(row.held_calls, 0, row.held_tokens, 0, row.held_cost)
    if not account.caps.allow(used + most):
        return "spent"
    return None if account.caps.allow(used + held + most) else "later"


def open_account(settings: Settings, clock: Clock) -> Settings:
    """Settings that name an account, which is there.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    account = settings.llm.account or f"run-{secrets.token_hex(8)}"
    given = settings.model_copy(update={"llm": settings.llm.model_copy(update={"account": account})})
    with closing(open_calls(given, clock)) as calls:
        calls.open_account(account)
    return given


def open_calls(settings: Settings, clock: Clock) -> ModelCalls:
    """The accounts in the settings' database.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    return ModelCalls(open_tables(settings), clock)


_COUNTS = ("calls", "cached", "input_tokens", "output_tokens", "cost")
_NO_COUNTS = ("id", "opened_at")
