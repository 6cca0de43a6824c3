"""Vectors of a group: written with what they belong to, and made up for what has none of the present encoder's.

A vector's number of dimensions stands beside it. Graphiti's search fails where vectors of two sizes meet, so
those of another encoder are replaced as soon as something is written.
"""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from political_monitoring.errors import TryLater
from political_monitoring.knowledge.graphiti.store import GraphStore, Read, Statement
from political_monitoring.knowledge.vectors import passage_text

_AT_ONCE = 500
_PARTS = ("title", "heading", "text")

type Vector = npt.NDArray[np.floating]

_logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into unit vectors of any dimension."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.floating]:
        """One row for each text; zeros for one without known words.

        Raises:
            TryLater: it does not answer.
        """


@dataclass(frozen=True, slots=True)
class _Place:
    """What has a vector, the text it is made from, and the property it goes to."""

    pattern: str
    text: str
    vector: str

    def where(self, properties: str = "") -> str:
        """The pattern that finds it."""
        return f"MATCH {self.pattern.format(properties)}"


_PLACES = (
    _Place("(x:Passage{})", "x.title AS title, x.heading AS heading, x.text AS text", "embedding"),
    _Place("(x:Entity{})", "'' AS title, '' AS heading, x.name AS text", "name_embedding"),
    _Place("()-[x:RELATES_TO{}]->()", "'' AS title, '' AS heading, x.fact AS text", "fact_embedding"),
)


def encode(encoder: Encoder | None, texts: list[str]) -> tuple[list[Vector | None], int]:
    """A vector for each text, and their dimensions: 0 without an encoder, or when it does not answer.

    A text without known words has none.
    """
    if encoder is None or not texts:
        return [None] * len(texts), 0
    try:
        return _vectors(encoder, texts)
    except TryLater as error:
        _logger.warning("going on without vectors: %s", error)
        return [None] * len(texts), 0


def encode_missing(store: GraphStore, encoder: Encoder) -> bool:
    """Give vectors to what was written without, or with an encoder of other dimensions; whether all has one now.

    A part at a time: a process that is killed goes on where it was. What Graphiti itself wrote keeps its own.
    """
    try:
        for place in _PLACES:
            while store.write(partial(_plan_part, store, encoder, place)):
                pass
    except TryLater as error:
        _logger.warning("what has no vector is left for the next write: %s", error)
        return False
    return True


def _vectors(encoder: Encoder, texts: list[str]) -> tuple[list[Vector | None], int]:
    found = encoder.encode(texts)
    # A row of zeros has no direction to compare.
    return [vector if vector.any() else None for vector in found], found.shape[1]


def _plan_part(store: GraphStore, encoder: Encoder, place: _Place, read: Read) -> tuple[int, list[Statement]]:
    rows = read(
        f"{place.where()} WHERE {store.unindexed('x.group_id')} = $group AND x.dimensions <> $dimensions "
        f"RETURN x.uuid AS uuid, {place.text} LIMIT {_AT_ONCE}",
        group=store.group,
        dimensions=encoder.encode([""]).shape[1],
    )
    if not rows:
        return 0, []
    vectors, dimensions = _vectors(encoder, [passage_text(*(row[part] for part in _PARTS)) for row in rows])
    given = [{"uuid": row["uuid"], "vector": vector} for row, vector in zip(rows, vectors, strict=True)]
    cypher = (
        f"UNWIND $rows AS row {place.where(' {uuid: row.uuid}')} "
        f"SET x.{place.vector} = {store.vector('row.vector')}, x.dimensions = $dimensions"
    )
    return len(rows), [Statement(cypher, {"rows": given, "dimensions": dimensions})]
