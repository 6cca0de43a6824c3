"""The client in an event loop of its own, for askers in any other: those of a server, of a command, of a test."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import BaseModel

from political_monitoring.errors import ModelError
from political_monitoring.llm.background import Background
from political_monitoring.llm.question import Question, Receipt

if TYPE_CHECKING:
    from political_monitoring.llm.client import ModelClient


class ModelService:
    """Asks through one client, which is opened when it is first needed: importing what it needs takes seconds."""

    def __init__(self, open_client: "Callable[[], ModelClient]") -> None:
        self._open = open_client
        self._client: ModelClient | None = None
        self._opening = Lock()
        self._background = Background()

    def warm_up(self) -> None:
        """Open the client in the background."""
        self._background.start(asyncio.to_thread(self._opened))

    async def ask[T: BaseModel](
        self, question: Question[T], receipt: Receipt, deadline: float = math.inf
    ) -> T:
        """As `ModelClient.ask`.

        Raises:
            BudgetExhausted, ModelError, StoreUnavailable: as there.
        """

        async def work() -> T:
            client = await self._ready(deadline)
            return await client.ask(question, receipt, deadline)

        return await asyncio.wrap_future(self._background.start(work()))

    async def stream[T: BaseModel](
        self, question: Question[T], receipt: Receipt, deadline: float = math.inf
    ) -> AsyncGenerator[str]:
        """As `ModelClient.stream`; leaving early ends the request.

        Raises:
            BudgetExhausted, ModelError, StoreUnavailable: as there.
        """
        loop = asyncio.get_running_loop()
        arriving: asyncio.Queue[str | None] = asyncio.Queue()

        async def pump() -> None:
            try:
                client = await self._ready(deadline)
                async with aclosing(client.stream(question, receipt, deadline)) as pieces:
                    async for piece in pieces:
                        loop.call_soon_threadsafe(arriving.put_nowait, piece)
            finally:
                loop.call_soon_threadsafe(arriving.put_nowait, None)

        work = self._background.start(pump())
        try:
            while (piece := await arriving.get()) is not None:
                yield piece
            await asyncio.wrap_future(work)  # raises what ended it
        finally:
            work.cancel()

    async def trouble(self) -> str:
        """Why a question would not be answered now, found out at no cost; empty: it would."""

        async def work() -> str:
            client = await asyncio.to_thread(self._opened)
            return await client.trouble()

        return await asyncio.wrap_future(self._background.start(work()))

    def close(self) -> None:
        """Stop what is under way and let go of connections."""
        self._background.close(self._close())

    async def _ready(self, deadline: float) -> "ModelClient":
        """The client; being opened for too long is not waited for, and goes on."""
        left = None if deadline == math.inf else max(0.0, deadline - time.monotonic())
        try:
            async with asyncio.timeout(left):
                return await asyncio.to_thread(self._opened)
        except TimeoutError:
            raise ModelError("the model's client was not ready in the time that was left") from None

    def _opened(self) -> "ModelClient":
        with self._opening:
            if self._client is None:
                self._client = self._open()
            return self._client

    async def _close(self) -> None:
        if self._client is not None:
            await self._client.close()
