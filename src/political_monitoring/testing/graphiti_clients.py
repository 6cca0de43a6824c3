"""What Graphiti's own client wants besides a database: models, here deterministic and on this machine."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from falkordb.asyncio import FalkorDB  # type: ignore[import-untyped]
from graphiti_core import Graphiti
from graphiti_core.cross_encoder.client import CrossEncoderClient
from graphiti_core.driver.falkordb_driver import FalkorDriver
from graphiti_core.embedder.client import EmbedderClient
from graphiti_core.llm_client.client import LLMClient
from graphiti_core.llm_client.config import LLMConfig
from graphiti_core.llm_client.openai_generic_client import OpenAIGenericClient
from graphiti_core.prompts.models import Message
from pydantic import BaseModel
from redis.asyncio import BlockingConnectionPool

from political_monitoring.knowledge.graphiti.vectors import Encoder
from political_monitoring.knowledge.names import split_words
from political_monitoring.settings import silence_graphiti
from political_monitoring.testing.falkordb import FalkorServer


class HashingEncoder:
    """Words as directions: texts are alike when they share words. An Encoder of any dimension."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def encode(self, texts: list[str]) -> np.ndarray[Any, Any]:
        found = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in split_words(text):
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
                found[row] += np.random.default_rng(seed).standard_normal(self._dimensions)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return found / np.where(lengths > 0, lengths, 1)


class LocalEmbedder(EmbedderClient):
    """The encoder in the form that Graphiti asks for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    async def create(
        self, input_data: str | list[str] | Iterable[int] | Iterable[Iterable[int]]
    ) -> list[float]:
        text = input_data if isinstance(input_data, str) else " ".join(map(str, input_data))
        return [float(one) for one in self._encoder.encode([text])[0]]

    async def create_batch(self, input_data_list: list[str]) -> list[list[float]]:
        return [await self.create(one) for one in input_data_list]


class SharedWords(CrossEncoderClient):
    """Ranks passages by the words they share with the query."""

    async def rank(self, query: str, passages: list[str]) -> list[tuple[str, float]]:
        asked = set(split_words(query))
        scored = [(one, float(len(asked & set(split_words(one))))) for one in passages]
        return sorted(scored, key=lambda one: -one[1])


class ScriptedModel(LLMClient):
    """A language model that says what it was told to for each form of answer that Graphiti asks for.

    Searching asks none; one that is asked for what it was not told fails the test.
    """

    def __init__(self, answers: Mapping[str, dict[str, Any]]) -> None:
        super().__init__(LLMConfig(api_key="none", model="none"))
        self._answers = answers

    async def _generate_response(
        self, messages: list[Message], response_model: type[BaseModel] | None = None, *_: Any, **__: Any
    ) -> dict[str, Any]:
        form = response_model.__name__ if response_model else ""
        if form not in self._answers:
            raise AssertionError(f"the model was asked for {form!r}: {messages[-1].content[:200]}")
        return self._answers[form]


def model_at(url: str) -> LLMClient:
    """Graphiti's own client for an OpenAI-compatible endpoint, as its documentation sets it up."""
    return OpenAIGenericClient(LLMConfig(api_key="none", base_url=url, model="stub", small_model="stub"))


def graphiti_on(
    server: FalkorServer,
    group: str,
    encoder: Encoder,
    answers: Mapping[str, dict[str, Any]] | None = None,
    model: LLMClient | None = None,
) -> Graphiti:
    """Graphiti's client for one group; to be made inside the event loop that uses it.

    It asks `model`, or one that says what `answers` hold.
    """
    silence_graphiti()
    pool = BlockingConnectionPool.from_url(server.uri, decode_responses=True)
    driver = FalkorDriver(falkor_db=FalkorDB(connection_pool=pool), database=group)
    return Graphiti(
        graph_driver=driver,
        llm_client=model or ScriptedModel(answers or {}),
        embedder=LocalEmbedder(encoder),
        cross_encoder=SharedWords(),
    )
