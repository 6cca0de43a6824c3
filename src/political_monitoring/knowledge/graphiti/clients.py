"""What Graphiti's own code runs on when it reads for us: our model client, our encoder, and a database to read only."""

import asyncio
from collections.abc import Iterable
from typing import Any, override

from falkordb.asyncio import FalkorDB  # type: ignore[import-untyped]
from graphiti_core.cross_encoder.client import CrossEncoderClient
from graphiti_core.driver.falkordb_driver import FalkorDriver
from graphiti_core.driver.neo4j_driver import Neo4jDriver
from graphiti_core.embedder.client import EmbedderClient
from graphiti_core.llm_client.client import LLMClient, get_extraction_language_instruction
from graphiti_core.llm_client.config import LLMConfig, ModelSize
from graphiti_core.prompts.models import Message
from pydantic import BaseModel
from redis.asyncio import BlockingConnectionPool

from political_monitoring.errors import ModelError, PolmonError
from political_monitoring.knowledge.graphiti.vectors import Encoder
from political_monitoring.llm.client import ModelClient
from political_monitoring.llm.question import Question, Receipt

MOST_CALLS = 200
"""Questions about one document; a model that finds facts without end is stopped."""
_VERSION = 1
"""Counts up when the same prompt of Graphiti's is put in another way."""


class OurModel(LLMClient):
    """Graphiti's questions about one document, asked by our client: its account, answers kept, limits and breaker.

    After the first question that fails no other is asked. Graphiti passes over some failures without a word;
    `failure` has the first.
    """

    def __init__(self, client: ModelClient, receipt: Receipt) -> None:
        super().__init__(LLMConfig(api_key="unused", model="ours", small_model="ours"))
        self.failure: PolmonError | None = None
        self._client = client
        self._receipt = receipt
        self._under_way: list[asyncio.Task[BaseModel]] = []

    @override
    async def generate_response(
        self,
        messages: list[Message],
        response_model: type[BaseModel] | None = None,
        max_tokens: int | None = None,
        model_size: ModelSize = ModelSize.medium,
        group_id: str | None = None,
        prompt_name: str | None = None,
        *,
        attribute_extraction: bool = False,
        model: str | None = None,
    ) -> dict[str, Any]:
        """The answer in the form asked for.

        Raises:
            ModelError: there is none; `failure` is the same.
        """
        if self.failure is not None:
            raise self.failure
        try:
            if len(self._under_way) >= MOST_CALLS:
                raise ModelError(f"Graphiti asks more than {MOST_CALLS} questions about it")
            if response_model is None:
                raise ModelError(f"Graphiti asks {prompt_name or 'something'} without a form for the answer")
            question = _question(messages, response_model, prompt_name, small=model_size is ModelSize.small)
            asking = asyncio.create_task(self._client.ask(question, self._receipt))
            self._under_way.append(asking)
            answer = await asking
        except PolmonError as error:
            self._remember(error)
            raise
        return answer.model_dump()

    def _remember(self, error: PolmonError) -> None:
        if self.failure is None:
            self.failure = error

    async def settled(self) -> None:
        """Wait for questions still under way: Graphiti leaves them when one of several fails, but they cost."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    @override
    async def _generate_response(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise NotImplementedError("generate_response asks by itself")


def _question(
    messages: list[Message], form: type[BaseModel], prompt_name: str | None, *, small: bool
) -> Question[BaseModel]:
    system = [one.content for one in messages if one.role == "system"]
    rest = [one.content for one in messages if one.role != "system"]
    return Question(
        "\n\n".join(system) + get_extraction_language_instruction(),
        "\n\n".join(rest),
        form,
        f"graphiti.{prompt_name}.{_VERSION}",
        small=small,
    )


class OurEncoder(EmbedderClient):
    """Our encoder in the form that Graphiti asks for.

    Without one a text has no direction, so that only words tell; in as many dimensions as the stored vectors have,
    since the database refuses to compare others.
    """

    def __init__(self, encoder: Encoder | None, dimensions: int) -> None:
        self._encoder = encoder
        self._dimensions = dimensions

    @override
    async def create(
        self, input_data: str | list[str] | Iterable[int] | Iterable[Iterable[int]]
    ) -> list[float]:
        """One vector for a text, or for a list of texts that are one."""
        text = input_data if isinstance(input_data, str) else " ".join(map(str, input_data))
        return (await self.create_batch([text]))[0]

    @override
    async def create_batch(self, input_data_list: list[str]) -> list[list[float]]:
        """A vector for each text."""
        if self._encoder is None:
            return [[0.0] * self._dimensions for _ in input_data_list]
        vectors = await asyncio.to_thread(self._encoder.encode, input_data_list)
        return [[float(one) for one in vector] for vector in vectors]


class AsFound(CrossEncoderClient):
    """Leaves the order as it is: add_episode does not rank anew, and Graphiti's default would ask OpenAI."""

    @override
    async def rank(self, query: str, passages: list[str]) -> list[tuple[str, float]]:
        """Every passage with the same score."""
        return [(one, 0.0) for one in passages]


class _NoWrites:
    """A session whose transactions do nothing: what Graphiti would write comes back as its result."""

    async def execute_write(self, *_: Any, **__: Any) -> None:
        pass

    async def close(self) -> None:
        pass


class _ReadOnly:
    """A FalkorDB graph that takes only queries that read; the database refuses all others."""

    def __init__(self, graph: Any) -> None:
        self.query = graph.ro_query


class ReadFalkor(FalkorDriver):
    """A group in FalkorDB, to be read. To be made inside the event loop that uses it."""

    def __init__(self, uri: str, user: str, password: str, group: str, timeout: float) -> None:
        login = {name: value for name, value in (("username", user), ("password", password)) if value}
        address = uri.replace("falkor://", "redis://").replace("falkors://", "rediss://")
        self._pool = BlockingConnectionPool.from_url(
            address, decode_responses=True, socket_timeout=timeout, timeout=timeout, **login
        )
        super().__init__(falkor_db=FalkorDB(connection_pool=self._pool), database=group)

    @override
    async def build_indices_and_constraints(self, delete_existing: bool = False) -> None:
        """They are there."""

    @override
    async def execute_query(self, cypher_query_: str, **kwargs: Any) -> Any:
        """Records, without the properties that Graphiti does not know: they would go into its prompts."""
        records, header, summary = await super().execute_query(cypher_query_, **kwargs)
        return [_bare(record) for record in records], header, summary

    @override
    def session(self, database: str | None = None) -> Any:
        """One that writes nothing."""
        return _NoWrites()

    async def close(self) -> None:
        """Let go of the connections."""
        await super().close()
        await self._pool.disconnect()

    @override
    def _get_graph(self, graph_name: str | None) -> Any:
        return _ReadOnly(super()._get_graph(graph_name))


class ReadNeo4j(Neo4jDriver):
    """Neo4j, to be read. To be made inside the event loop that uses it."""

    @override
    async def build_indices_and_constraints(self, delete_existing: bool = False) -> None:
        """They are there."""

    @override
    async def execute_query(self, cypher_query_: Any, **kwargs: Any) -> Any:
        """Records, without the properties that Graphiti does not know; the server refuses a query that writes."""
        found = await super().execute_query(cypher_query_, **{**kwargs, "routing_": "r"})
        return [_bare(dict(record)) for record in found.records], found.summary, found.keys

    @override
    def session(self, database: str | None = None) -> Any:
        """One that writes nothing."""
        return _NoWrites()


def _bare(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "attributes": {}} if "attributes" in record else record
