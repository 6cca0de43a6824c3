"""What the Graphiti backend asks of a graph database, whichever it is, and how a workspace is called there."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

type Row = dict[str, Any]
"""One record of an answer, by column."""
type Read = Callable[..., list[Row]]
"""Runs a query with parameters given by name."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A query that writes, with its parameters."""

    cypher: str
    parameters: Mapping[str, object] = field(default_factory=dict)


class GraphStore(Protocol):
    """One group of a graph database. Safe to share by threads.

    Times are given as aware datetimes in UTC and come back as the database keeps them (see `read_moment`).

    Every method raises StoreUnavailable when the database cannot be reached or refuses.
    """

    group: str
    """The group id, in the form that Graphiti allows."""

    def read(self, cypher: str, /, **parameters: object) -> list[Row]:
        """The records that a query finds."""

    def write[T](self, plan: Callable[[Read], tuple[T, Sequence[Statement]]]) -> T:
        """Plan from what is stored, then write all of the plan or nothing; the plan's first half.

        One writer at a time in a group: nothing is written between what the plan reads and what it writes. The
        plan may be asked for again when another process has written meanwhile.
        """

    def prepare(self, indices: Sequence[str]) -> None:
        """Make Graphiti's own indices and these of ours; those that are there already stay."""

    def close(self) -> None:
        """Let go of the connections."""

    # How the databases' dialects of Cypher differ.

    def unindexed(self, expression: str) -> str:
        """An expression to compare without looking into an index.

        FalkorDB prefers an index over the edges of a node at hand, and its index of edges finds wrong ones for an
        order of texts (seen: `created_at <= $moment` found all).
        """

    def vector(self, expression: str) -> str:
        """An expression for a list of numbers as the vector that is stored."""

    def cosine(self, one: str, other: str) -> str:
        """An expression for the cosine, in -1..1, of a stored vector and a given one."""

    def matching(self, label: str, index: str, words: str) -> str:
        """A clause that yields `node` and `score` for the nodes whose words match a parameter."""

    def any_of(self, words: Sequence[str]) -> str:
        """A query of the word index for what holds any of the words; those ending in * match by their beginning."""

    def word_index(self, label: str, index: str, properties: Sequence[str]) -> str:
        """The statement that makes a word index in which no word is too common to be found."""


_ALLOWED = re.compile(r"[a-zA-Z0-9_-]+")
_READABLE = re.compile(r"[a-zA-Z0-9]+")
_LONGEST_READABLE = 40


def group_id(workspace: str) -> str:
    """The group id of a workspace. Graphiti allows letters, digits, dashes and underscores of ASCII only.

    A name within these bounds is its own group id, so that a group Graphiti has made is found by its name; of
    any other the letters and digits are kept, and a digest tells those apart that would look the same. No dash
    joins them: Graphiti's word search finds nothing in a group whose id has one (seen on FalkorDB with 0.31.1).
    """
    if _ALLOWED.fullmatch(workspace):
        return workspace
    digest = hashlib.sha256(workspace.encode("utf-8")).hexdigest()[:16]
    readable = "".join(_READABLE.findall(workspace))[:_LONGEST_READABLE]
    return f"{readable}_{digest}" if readable else digest


def in_one_line(error: Exception) -> str:
    """What a driver says, as part of a sentence."""
    return " ".join(str(error).split())[:300].rstrip(".")


def read_moment(stored: object) -> dt.datetime | None:
    """A stored time, aware and in UTC; FalkorDB keeps them as text, Neo4j as its own type."""
    if stored is None:
        return None
    native = getattr(stored, "to_native", None)
    moment = native() if native is not None else stored
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.fromisoformat(str(moment))
    # Graphiti takes a time without a zone for one in UTC.
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
