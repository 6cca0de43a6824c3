"""Typed answers from a model, whole or as they come: from the store if they are there, else within budget and time."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

import stamina
import stamina.instrumentation
from pydantic import BaseModel, ValidationError

from political_monitoring.domain.model_use import ModelUse
from political_monitoring.errors import ModelError
from political_monitoring.llm.booking import Booking
from political_monitoring.llm.breaker import Breaker
from political_monitoring.llm.concurrency import LONGEST_PAUSE, AdaptiveLimit
from political_monitoring.llm.failures import Broken, Busy, Nonsense, Refused, Unfit
from political_monitoring.llm.question import Question, Receipt, Reply, Usage, bare

stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])

_LONGEST_WAIT = 20.0
_FRAMING_TOKENS = 200
"""What a chat template adds around the text, at most."""


class Endpoint(Protocol):
    """Where requests go (endpoint.py)."""

    async def send[T: BaseModel](self, model: str, question: Question[T]) -> Reply:
        """One request, one reply."""

    def stream[T: BaseModel](self, model: str, question: Question[T]) -> AsyncGenerator[str | Usage]:
        """One request; its reply in pieces, and what it took at the end."""

    async def trouble(self) -> str:
        """Why it would not serve us; empty: it would. Costs nothing."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class PricedModel:
    """A model by name, and the prices of a million tokens."""

    name: str
    input_price: float
    output_price: float

    def use(self, input_tokens: int, output_tokens: int) -> ModelUse:
        """One request that took so many tokens; a price per million is the millionths for one."""
        cost = math.ceil(input_tokens * self.input_price + output_tokens * self.output_price)
        return ModelUse(1, 0, input_tokens, output_tokens, cost)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often is tried, and how long an answer may be."""

    attempts: int
    retry_seconds: float
    output_tokens: int


@dataclass(frozen=True, slots=True)
class _Request[T: BaseModel]:
    """A question on its way: to which model, under which key, for whom and until when."""

    question: Question[T]
    model: PricedModel
    output_tokens: int
    receipt: Receipt
    deadline: float

    @property
    def key(self) -> str:
        return self.question.key(self.model.name, self.output_tokens)

    @property
    def most(self) -> ModelUse:
        """No tokenizer makes more tokens of a text than it has bytes."""
        texts = (self.question.instructions, self.question.content, str(self.question.schema))
        read = _FRAMING_TOKENS + sum(len(text.encode("utf-8", "replace")) for text in texts)
        return self.model.use(read, self.output_tokens)

    def used(self, input_tokens: int, output_tokens: int) -> ModelUse:
        """An endpoint that does not say what it took could otherwise be asked without end."""
        return self.model.use(input_tokens, output_tokens) if input_tokens else self.most


class ModelClient:
    """Asks a model. One for a process: limit, breaker and connections are shared by all who ask; in one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        booking: Booking,
        models: tuple[PricedModel, PricedModel],
        limits: Limits,
        concurrency: AdaptiveLimit,
        breaker: Breaker,
    ) -> None:
        """Ask the first of `models`, and the second for small questions."""
        self._endpoint = endpoint
        self._booking = booking
        self._models = models
        self._limits = limits
        self._concurrency = concurrency
        self._breaker = breaker

    async def trouble(self) -> str:
        """Why a question would not be answered now, found out at no cost; empty: it would."""
        return self._breaker.resting() or await self._endpoint.trouble()

    async def ask[T: BaseModel](
        self, question: Question[T], receipt: Receipt, deadline: float = math.inf
    ) -> T:
        """The model's answer in the form asked for; what it cost is on the receipt, whatever comes.

        Args:
            deadline: as of `time.monotonic`; nothing is waited for any longer.

        Raises:
            BudgetExhausted: the request could cost more than is left.
            ModelError: no usable answer; says why in one sentence.
            StoreUnavailable: the account cannot be read or written.
        """
        request = self._request(question, receipt, deadline)
        if (stored := await self._booking.stored(request.key, receipt)) is not None:
            return question.form.model_validate_json(stored)
        return await self._persist(lambda: self._send(request), deadline)

    async def stream[T: BaseModel](
        self, question: Question[T], receipt: Receipt, deadline: float = math.inf
    ) -> AsyncGenerator[str]:
        """The text of the model's answer as it comes.

        Tried again until it begins, and not after. Leaving early ends the request.

        Raises:
            BudgetExhausted, ModelError, StoreUnavailable: as `ask`; also in the middle, and at the end if the whole has
                not the form asked for.
        """
        request = self._request(question, receipt, deadline)
        if (stored := await self._booking.stored(request.key, receipt)) is not None:
            yield stored
            return
        pieces: AsyncGenerator[str] | None = None

        async def begin() -> str | None:
            nonlocal pieces
            pieces = self._send_in_pieces(request)
            return await anext(pieces, None)

        piece = await self._persist(begin, deadline)
        assert pieces is not None  # noqa: S101 - a beginning has been had
        async with aclosing(pieces):
            while piece is not None:
                yield piece
                piece = await self._next(pieces, deadline)

    async def close(self) -> None:
        """Let go of connections."""
        await self._endpoint.close()
        self._booking.close()

    def _request[T: BaseModel](self, question: Question[T], receipt: Receipt, deadline: float) -> _Request[T]:
        longest = min(question.most_tokens or self._limits.output_tokens, self._limits.output_tokens)
        return _Request(question, self._models[question.small], longest, receipt, deadline)

    async def _persist[R](self, work: Callable[[], Awaitable[R]], deadline: float) -> R:
        """Do the work until it succeeds, or there is no sense in trying again; tell the breaker."""
        retries = stamina.retry_context(
            on=lambda error: _wait_before_retry(error, deadline),
            attempts=self._limits.attempts,
            timeout=None,
            wait_initial=self._limits.retry_seconds,
            wait_max=_LONGEST_WAIT,
        )
        tried = 0
        try:
            async with asyncio.timeout(_left(deadline)):
                async for attempt in retries:
                    with attempt:
                        tried = attempt.num
                        result = await work()
        except TimeoutError:
            self._breaker.failed()
            raise ModelError(_TOO_LATE) from None
        except (Busy, Broken) as error:
            self._breaker.failed()
            raise ModelError(f"{error}; tried {tried} times") from None
        except Refused as error:
            self._breaker.refuse(str(error))
            raise
        except (Nonsense, Unfit):
            self._breaker.succeeded()  # the endpoint is there; it is this question that went wrong
            raise
        self._breaker.succeeded()
        return result

    async def _next(self, pieces: AsyncGenerator[str], deadline: float) -> str | None:
        try:
            async with asyncio.timeout(_left(deadline)):
                return await anext(pieces, None)
        except TimeoutError:
            self._breaker.failed()
            raise ModelError(_TOO_LATE) from None
        except Broken:
            self._breaker.failed()
            raise

    async def _send[T: BaseModel](self, request: _Request[T]) -> T:
        async with self._concurrency.slot(request.deadline) as since:
            self._breaker.check()
            most, receipt = request.most, request.receipt
            await self._booking.hold(most, receipt, request.deadline)
            try:
                reply = await self._endpoint.send(request.model.name, request.question)
            except BaseException as error:
                self._heed(error, since)
                await self._booking.book(most, _used_in_vain(error, most), receipt)
                raise
            used = request.used(reply.input_tokens, reply.output_tokens)
            trouble = _misfit(request.question.form, reply.text)
            await self._booking.book(most, used, receipt, "" if trouble else request.key, reply.text)
            if trouble:
                raise Nonsense(trouble)
            self._concurrency.succeeded()
            return request.question.form.model_validate_json(reply.text)

    async def _send_in_pieces[T: BaseModel](self, request: _Request[T]) -> AsyncGenerator[str]:
        async with self._concurrency.slot(request.deadline) as since:
            self._breaker.check()
            most, receipt = request.most, request.receipt
            await self._booking.hold(most, receipt, request.deadline)
            text, usage = "", Usage(0, 0)
            try:
                async with aclosing(self._endpoint.stream(request.model.name, request.question)) as arriving:
                    async for piece in arriving:
                        if isinstance(piece, Usage):
                            usage = piece
                        else:
                            text += piece
                            yield piece
            except BaseException as error:
                self._heed(error, since)
                await self._booking.book(most, _used_in_vain(error, most), receipt)
                raise
            used = request.used(usage.input_tokens, usage.output_tokens)
            trouble = _misfit(request.question.form, text := bare(text))
            await self._booking.book(most, used, receipt, "" if trouble else request.key, text)
            if trouble:
                raise Nonsense(trouble)
            self._concurrency.succeeded()

    def _heed(self, error: BaseException, since: float) -> None:
        if isinstance(error, Busy):
            self._concurrency.throttled(since, error.wait)


_TOO_LATE = "the model did not answer in the time that was left"


def _left(deadline: float) -> float | None:
    return None if deadline == math.inf else max(0.0, deadline - time.monotonic())


def _wait_before_retry(error: Exception, deadline: float) -> bool | float:
    """For how long, or whether at all: who asks for more patience than there is gets none."""
    if isinstance(error, Busy) and error.wait is not None:
        patience = min(LONGEST_PAUSE, deadline - time.monotonic())
        return error.wait if error.wait <= patience else False
    return isinstance(error, Busy | Broken)


def _used_in_vain(error: BaseException, most: ModelUse) -> ModelUse:
    """What a failed request counts as: everything it might have used, unless the endpoint surely did no work."""
    worked = not isinstance(error, Busy | Refused | Unfit) and not (
        isinstance(error, Broken) and not error.paid
    )
    return most if worked else ModelUse(calls=1)


def _misfit(form: type[BaseModel], text: str) -> str:
    """What keeps a text from having the form; empty: it has."""
    try:
        form.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        where = f" at {place}" if place else ""
        return f"the model's answer has not the form asked for{where}: {first['type']}"
    return ""
