"""Handing documents to Graphiti's add_episode: it reads and compares, we write what it found (derived.py)."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from graphiti_core import Graphiti
from graphiti_core.errors import GraphitiError
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import BaseModel, create_model
from redis.exceptions import RedisError, ResponseError

from political_monitoring.clock import Clock, start_of_day
from political_monitoring.domain.documents import Document
from political_monitoring.domain.model_use import ModelReading
from political_monitoring.errors import BudgetExhausted, ModelError, PolmonError, StoreUnavailable, TryLater
from political_monitoring.knowledge.graphiti.clients import (
    AsFound,
    OurEncoder,
    OurModel,
    ReadFalkor,
    ReadNeo4j,
)
from political_monitoring.knowledge.graphiti.derived import Derived, Place, Written, find_place
from political_monitoring.knowledge.graphiti.rows import UNDATED, label
from political_monitoring.knowledge.graphiti.store import GraphStore, in_one_line
from political_monitoring.knowledge.graphiti.vectors import Encoder
from political_monitoring.knowledge.second_reading import SecondReading
from political_monitoring.llm.background import Background
from political_monitoring.llm.client import ModelClient
from political_monitoring.llm.question import Receipt

if TYPE_CHECKING:
    from graphiti_core.graphiti import AddEpisodeResults

_ATTEMPTS = 5
"""How often a document is read when other runs write in between; what the model answered is not paid again."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class HandOver:
    """A SecondReader: Graphiti, one document after another, on one group.

    What Graphiti finds for one document depends on what is in the group, so hand-overs are counted there: one that
    another run overtook is done again.

    Args:
        connect: makes the database as Graphiti reads it; called inside the event loop.
        most_words: longer documents are not handed over; Graphiti puts them to the model in one piece.
        types: of entities, as the schema calls them; those that cannot be labels are left out.
    """

    def __init__(
        self,
        store: GraphStore,
        connect: Callable[[], ReadFalkor | ReadNeo4j],
        client: ModelClient,
        encoder: Encoder | None,
        clock: Clock,
        most_words: int,
        types: Iterable[str],
    ) -> None:
        # It logs tracebacks and whole texts; what fails is in the report of the run.
        logging.getLogger("graphiti_core").setLevel(logging.CRITICAL)
        self._store = store
        self._connect = connect
        self._client = client
        self._encoder = encoder
        self._clock = clock
        self._most_words = most_words
        self._types = {name: _type(name) for name in types if label(name)}
        self._background = Background()
        self._driver: ReadFalkor | ReadNeo4j | None = None

    def read(self, document: Document) -> SecondReading | None:
        """Hand a document over once; None: that version was handed over before, or is no longer in the graph.

        Whatever fails leaves the group as it was, with a warning.

        Raises:
            StoreUnavailable: the database cannot be read or written.
        """
        receipt = Receipt()
        try:
            for attempt in range(_ATTEMPTS):
                place = find_place(self._store.read, self._store.group, document.id, document.content_hash)
                if place is None:
                    return SecondReading(ModelReading(receipt.use)) if attempt else None
                self._refuse_long(document)
                found = self._background.start(self._ask(document, place, receipt)).result()
                written, new = self._write(document, place, found)
                if written != "again":
                    return SecondReading(ModelReading(receipt.use, beside=new))
            raise ModelError(f"other runs wrote to the graph in between, {_ATTEMPTS} times")
        except (ModelError, TryLater) as error:
            return _left(error, receipt)

    def close(self) -> None:
        """Stop what is under way and let go of connections."""
        self._background.close(self._close())
        self._store.close()

    async def _close(self) -> None:
        await self._client.close()
        if self._driver is not None:
            await self._driver.close()

    def _dimensions(self) -> int:
        """Of stored vectors; asked for when there is no encoder to make more of them."""
        if self._encoder is not None:
            return 0
        (row,) = self._store.read(
            "MATCH (n:Entity) WHERE n.group_id = $group RETURN max(n.dimensions) AS most",
            group=self._store.group,
        )
        return int(row["most"] or 1)

    def _refuse_long(self, document: Document) -> None:
        words = len(document.text.split())
        if words > self._most_words:
            raise ModelError(
                f"it has {words:,} words, and POLMON_EXTRACTION_MODEL_WORDS allows {self._most_words:,} at once"
            )

    def _write(self, document: Document, place: Place, found: "AddEpisodeResults") -> tuple[Written, int]:
        dated = document.date is not None
        derived = Derived(self._store, place, found.nodes, found.edges, self._encoder, dated=dated)
        now = self._clock()
        return self._store.write(lambda read: derived.plan(read, now))

    async def _ask(self, document: Document, place: Place, receipt: Receipt) -> "AddEpisodeResults":
        """What Graphiti makes of the document; nothing is written.

        Raises:
            ModelError: nothing that can be used; says why.
            TryLater: the encoder does not answer.
            StoreUnavailable: the database does not answer.
        """
        if self._driver is None:
            self._driver = self._connect()
        model = OurModel(self._client, receipt)
        graphiti = Graphiti(
            graph_driver=self._driver,
            llm_client=model,
            embedder=OurEncoder(self._encoder, await asyncio.to_thread(self._dimensions)),
            cross_encoder=AsFound(),
        )
        async with _translated(model):
            return await graphiti.add_episode(
                name=document.title,
                episode_body=document.text,
                source_description=document.source,
                reference_time=start_of_day(document.date) if document.date else UNDATED,
                group_id=self._store.group,
                uuid=place.version,
                entity_types=self._types,
                # A document speaks for itself: Graphiti would put the ten before it into every prompt.
                previous_episode_uuids=[],
            )


@asynccontextmanager
async def _translated(model: OurModel) -> AsyncIterator[None]:
    """Errors of Graphiti and of its database as ours, when every question has come to its end."""
    try:
        yield
    except (ResponseError, Neo4jError) as error:
        await model.settled()
        raise model.failure or ModelError(
            f"the database refuses a query of Graphiti's: {in_one_line(error)}"
        ) from None
    except (RedisError, DriverError, OSError) as error:
        raise StoreUnavailable(
            f"the graph's database broke off while Graphiti read: {in_one_line(error)}; check that it runs"
        ) from error
    except (GraphitiError, ValueError, LookupError, TypeError, AttributeError) as error:
        await model.settled()
        raise model.failure or ModelError(
            f"Graphiti cannot use what the model answered ({type(error).__name__})"
        ) from None
    except PolmonError:
        await model.settled()
        raise
    if model.failure is not None:  # Graphiti passed over it
        raise model.failure


def _left(error: ModelError | TryLater, receipt: Receipt) -> SecondReading:
    """Without Graphiti. That the budget is used up is said once for the whole run."""
    exhausted = isinstance(error, BudgetExhausted)
    warnings = () if exhausted else (f"not read by Graphiti: {error}; what our rules read is there",)
    return SecondReading(
        ModelReading(receipt.use, fallback=str(error), exhausted=exhausted), warnings=warnings
    )


def _type(name: str) -> type[BaseModel]:
    """A type of entities as Graphiti takes it: a model without fields, and words for the prompt."""
    return create_model(name, __doc__=f"{_HUMP.sub(' ', name)}.")
