"""Embeddings from any endpoint that speaks OpenAI's `/embeddings`."""

import math
import time
from collections.abc import Callable, Sequence

import httpx
import numpy as np
import stamina

from political_monitoring.errors import TryLater
from political_monitoring.knowledge.vectors import Floats, unit

_AT_ONCE = 64
_ATTEMPTS = 3
_PATIENCE = 12
"""Passages may take so many times as long as a question."""
_REST_SECONDS = 30.0
"""After a question was not answered, others do not ask for so long."""
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class _Busy(Exception):
    """The endpoint may answer if asked again."""


class EndpointEncoder:
    """An Encoder whose model runs elsewhere. One text is a question and must be quick; more are passages.

    Args:
        url: the address that has `/embeddings` under it.
        model: the model's name, which the store remembers beside each vector.
        key: sent as a bearer token; empty: none.
        seconds: for a question; passages have twelve times as long.
    """

    local = False

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        seconds: float = 5,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self._url = url.rstrip("/").removesuffix("/embeddings") + "/embeddings"
        self._seconds = seconds
        self._monotonic = monotonic
        self._resting_until = -math.inf
        self._client = httpx.Client(headers={"Authorization": f"Bearer {key}"} if key else {})

    def encode(self, texts: list[str]) -> Floats:
        """Shape (len(texts), dimensions), rows of length 1.

        Raises:
            TryLater: the endpoint does not answer, or not with one vector of one dimension for each text.
        """
        if len(texts) == 1:
            return self._question(texts[0])
        parts = [self._passages(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        if len({part.shape[1] for part in parts}) > 1:
            raise TryLater(f"{self._url} gave vectors of different dimensions")
        return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)

    def _question(self, text: str) -> Floats:
        if self._monotonic() < self._resting_until:
            raise TryLater(f"{self._url} did not answer a moment ago and is not asked again yet")
        try:
            return self._ask([text], self._seconds)
        except (_Busy, TryLater) as error:
            self._resting_until = self._monotonic() + _REST_SECONDS
            raise TryLater(str(error)) from error

    def _passages(self, texts: Sequence[str]) -> Floats:
        try:
            for attempt in stamina.retry_context(on=_Busy, attempts=_ATTEMPTS, timeout=None):
                with attempt:
                    return self._ask(texts, self._seconds * _PATIENCE)
        except _Busy as error:
            raise TryLater(str(error)) from error
        raise AssertionError("stamina gives at least one attempt")

    def _ask(self, texts: Sequence[str], seconds: float) -> Floats:
        # An empty input is an error for most endpoints; a space has the same meaning: none.
        body = {"model": self.model, "input": [text or " " for text in texts]}
        try:
            answer = self._client.post(self._url, json=body, timeout=seconds)
        except httpx.HTTPError as error:
            raise _Busy(f"{self._url} does not answer: {type(error).__name__} {error}") from error
        if answer.status_code in _TRY_AGAIN:
            raise _Busy(f"{self._url} answers with status {answer.status_code}")
        if answer.status_code != httpx.codes.OK:
            raise TryLater(f"{self._url} refuses with status {answer.status_code}: {answer.text[:200]}")
        return unit(self._read(answer, len(texts)))

    def _read(self, answer: httpx.Response, count: int) -> Floats:
        try:
            data = sorted(answer.json()["data"], key=lambda one: int(one["index"]))
            rows = np.array([one["embedding"] for one in data], np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise TryLater(f"{self._url} does not answer with embeddings of one dimension") from error
        if rows.ndim != 2 or rows.shape[0] != count or not rows.shape[1] or not np.isfinite(rows).all():
            raise TryLater(f"{self._url} does not answer with one vector of numbers for each text")
        return rows
