"""Settings -> the model that answers are written with, and what each answer may take of it."""

import datetime as dt

from political_monitoring.answering.conversation import Wishes
from political_monitoring.answering.llm.asking import Asking
from political_monitoring.clock import Clock
from political_monitoring.domain.model_use import Account, Caps, millionths
from political_monitoring.llm.client import ModelClient
from political_monitoring.llm.question import Receipt
from political_monitoring.llm.service import ModelService
from political_monitoring.settings import Settings


class AnswerModel:
    """The model of the settings; opened when it is first asked."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.name = settings.llm.model
        self._settings = settings
        self._clock = clock
        self._service = ModelService(self._open)

    def warm_up(self) -> None:
        """Get ready in the background."""
        self._service.warm_up()

    def asking(self, wishes: Wishes) -> Asking:
        """For one answer; its time runs from now."""
        chat = self._settings.chat
        receipt = Receipt(self._caps(wishes), self._accounts(wishes.account, self._clock().date()))
        return Asking(self._service, receipt, chat.model_seconds, chat.model_tokens)

    async def trouble(self) -> str:
        """Why it would not answer now, found out at no cost; empty: it would."""
        return await self._service.trouble()

    def close(self) -> None:
        """Stop what is under way and let go of connections."""
        self._service.close()

    def _open(self) -> ModelClient:
        from political_monitoring.database.model_calls import open_calls
        from political_monitoring.llm.open import check_settings, open_client

        check_settings(self._settings.llm)
        return open_client(self._settings.llm, open_calls(self._settings, self._clock))

    def _caps(self, wishes: Wishes) -> Caps:
        """The settings' for one answer, or less if that is wished for; who wishes to pay nothing pays nothing."""
        chat = self._settings.chat
        cost = millionths(chat.answer_cost)
        if wishes.max_cost is not None:
            wished = max(1, millionths(wishes.max_cost))
            cost = min(cost, wished) if cost else wished
        return Caps(tokens=chat.answer_tokens, cost=cost)

    def _accounts(self, key: str, day: dt.date) -> tuple[Account, ...]:
        """Everybody's day, and that of the one who asks."""
        chat = self._settings.chat
        everybody = Caps(tokens=chat.day_tokens, cost=millionths(chat.day_cost))
        accounts = [Account(f"day:{day}", everybody, "today", begins=True)]
        if key:
            own = Caps(tokens=chat.key_tokens, cost=millionths(chat.key_cost))
            accounts.append(Account(f"key:{key}:{day}", own, "today with this key", begins=True))
        return tuple(accounts)
