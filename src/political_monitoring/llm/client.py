"""Typed answers from a model: from the store if they are there, else within budget and time."""

import asyncio
import math
from dataclasses import dataclass
from typing import Protocol

import stamina
import stamina.instrumentation
from pydantic import BaseModel, ValidationError

from political_monitoring.domain.model_use import Caps, ModelUse
from political_monitoring.errors import BudgetExhausted, ModelError
from political_monitoring.llm.breaker import Breaker
from political_monitoring.llm.concurrency import LONGEST_PAUSE, AdaptiveLimit
from political_monitoring.llm.failures import Broken, Busy, Nonsense, Refused, Unfit
from political_monitoring.llm.question import Question, Receipt, Reply

stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])

_POLL_SECONDS = 0.05
_LONGEST_WAIT = 20.0
_FRAMING_TOKENS = 200
"""What a chat template adds around the text, at most."""


class Calls(Protocol):
    """The account that requests are booked on, and the answers that were had before (database/model_calls.py)."""

    def answer(self, key: str) -> str | None:
        """What was answered before."""

    def hold(self, most: ModelUse, caps: Caps) -> str:
        """Set the most that a request may use aside: "held", "later", "spent" or "unknown"."""

    def book(self, held: ModelUse, used: ModelUse, key: str = "", answer: str = "") -> None:
        """Put what was used in the place of what was held; keep the answer."""

    def close(self) -> None:
        """Let go of connections."""


class Endpoint(Protocol):
    """Where requests go (endpoint.py)."""

    async def send[T: BaseModel](self, model: str, question: Question[T]) -> Reply:
        """One request, one reply."""

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
    """How long, how often and for how much."""

    caps: Caps
    timeout_seconds: float
    attempts: int
    retry_seconds: float
    output_tokens: int


class ModelClient:
    """Asks a model. One for a process: limit, breaker and connections are shared by all who ask; in one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        calls: Calls,
        models: tuple[PricedModel, PricedModel],
        limits: Limits,
        concurrency: AdaptiveLimit,
        breaker: Breaker,
    ) -> None:
        """Ask the first of `models`, and the second for small questions."""
        self._endpoint = endpoint
        self._calls = calls
        self._models = models
        self._limits = limits
        self._concurrency = concurrency
        self._breaker = breaker

    async def ask[T: BaseModel](self, question: Question[T], receipt: Receipt) -> T:
        """The model's answer in the form asked for; what it cost is on the receipt, whatever comes.

        Raises:
            BudgetExhausted: the request could cost more than is left.
            ModelError: no usable answer; says why in one sentence.
            StoreUnavailable: the account cannot be read or written.
        """
        model = self._models[question.small]
        key = question.key(model.name, self._limits.output_tokens)
        if (stored := await asyncio.to_thread(self._calls.answer, key)) is not None:
            receipt.add(ModelUse(cached=1))
            return question.form.model_validate_json(stored)
        retries = stamina.retry_context(
            on=_wait_before_retry,
            attempts=self._limits.attempts,
            timeout=None,
            wait_initial=self._limits.retry_seconds,
            wait_max=_LONGEST_WAIT,
        )
        tried = 0
        try:
            async for attempt in retries:
                with attempt:
                    tried = attempt.num
                    answer = await self._attempt(question, model, key, receipt)
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
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        await self._endpoint.close()
        self._calls.close()

    async def _attempt[T: BaseModel](
        self, question: Question[T], model: PricedModel, key: str, receipt: Receipt
    ) -> T:
        async with self._concurrency.slot() as since:
            self._breaker.check()
            most = model.use(_most_tokens(question), self._limits.output_tokens)
            await self._hold(most)
            try:
                reply = await self._endpoint.send(model.name, question)
            except BaseException as error:
                if isinstance(error, Busy):
                    self._concurrency.throttled(since, error.wait)
                await self._book(most, _used_in_vain(error, most), receipt)
                raise
            # An endpoint that does not say what it took could otherwise be asked without end.
            used = model.use(reply.input_tokens, reply.output_tokens) if reply.input_tokens else most
            try:
                answer = question.form.model_validate_json(reply.text)
            except ValidationError as error:
                await self._book(most, used, receipt)
                raise Nonsense(_why_nonsense(error)) from None
            await self._book(most, used, receipt, key, reply.text)
            self._concurrency.succeeded()
            return answer

    async def _hold(self, most: ModelUse) -> None:
        """Wait while what others hold may come free, as long as one of them may take."""
        caps = self._limits.caps
        deadline = asyncio.get_running_loop().time() + self._limits.timeout_seconds
        while (grant := await asyncio.to_thread(self._calls.hold, most, caps)) != "held":
            if grant == "unknown":
                raise ModelError(
                    "the run's account is not in the database that this machine reads; "
                    "let all machines share one by POLMON_DATABASE_DSN"
                )
            if grant == "spent" or asyncio.get_running_loop().time() > deadline:
                raise BudgetExhausted("what the model may cost in this run is used up")
            await asyncio.sleep(_POLL_SECONDS)

    async def _book(
        self, held: ModelUse, used: ModelUse, receipt: Receipt, key: str = "", answer: str = ""
    ) -> None:
        receipt.add(used)
        await asyncio.shield(asyncio.to_thread(self._calls.book, held, used, key, answer))


def _wait_before_retry(error: Exception) -> bool | float:
    if isinstance(error, Busy) and error.wait is not None:
        return error.wait if error.wait <= LONGEST_PAUSE else False
    return isinstance(error, Busy | Broken)


def _most_tokens(question: Question[BaseModel]) -> int:
    """No tokenizer makes more tokens of a text than it has bytes."""
    texts = (question.instructions, question.content, str(question.schema))
    return _FRAMING_TOKENS + sum(len(text.encode("utf-8", "replace")) for text in texts)


def _used_in_vain(error: BaseException, most: ModelUse) -> ModelUse:
    """What a failed request counts as: everything it might have used, unless the endpoint surely did no work."""
    worked = not isinstance(error, Busy | Refused | Unfit) and not (
        isinstance(error, Broken) and not error.paid
    )
    return most if worked else ModelUse(calls=1)


def _why_nonsense(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"the model's answer has not the form asked for{f' at {place}' if place else ''}: {first['type']}"
