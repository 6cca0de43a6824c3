"""A group kept in FalkorDB. As in Graphiti, each group is a graph of its own, named by the group id."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from falkordb import FalkorDB  # type: ignore[import-untyped]
from redis.exceptions import AuthenticationError, RedisError, ResponseError, WatchError

from political_monitoring.errors import ConfigInvalid, StoreUnavailable
from political_monitoring.knowledge.graphiti.store import Read, Row, Statement, in_one_line

_ESCAPE = "\ue000"
"""FalkorDB takes a query as a string of C, which a NUL ends: it is kept as this private character and a digit."""
_PARAMETER = re.compile(r"\$(\w+)")
_WAIT_SECONDS = 60
"""Longest time other writers may come first."""


class FalkorStore:
    """A GraphStore in FalkorDB.

    A write is one query, which FalkorDB applies whole or not at all, also when it is killed. Redis refuses it
    when another process has written since its plan began to read (WATCH, MULTI, EXEC); then it is planned anew.

    Args:
        uri: falkor://[user@]host[:port], or unix:///path/to/socket.
        timeout: seconds to wait for an answer.

    Raises:
        ConfigInvalid: the address is none.
        StoreUnavailable: there is no FalkorDB at the address.
    """

    def __init__(self, uri: str, user: str, password: str, group: str, timeout: float) -> None:
        self.group = group
        self._where = _without_secrets(uri)
        self._writes = f"polmon:writes:{group}"
        self._writing = Lock()
        given = {name: value for name, value in (("username", user), ("password", password)) if value}
        with self._translated():
            self._client = _client(uri, timeout, given)
            self._graph = self._client.select_graph(group)
            # Reading may not make a graph, so it is made here.
            self._graph.query("RETURN 1")

    def read(self, cypher: str, /, **parameters: object) -> list[Row]:
        """The records that a query finds."""
        with self._translated():
            found = self._graph.ro_query(_with_parameters(cypher, parameters))
        columns = [column for _, column in found.header]
        return [dict(zip(columns, map(_plain, record), strict=True)) for record in found.result_set]

    def write[T](self, plan: Callable[[Read], tuple[T, Sequence[Statement]]]) -> T:
        """Plan from what is stored, then write all of the plan or nothing; the plan's first half."""
        deadline = monotonic() + _WAIT_SECONDS
        with self._writing, self._translated():
            while True:
                with self._client.connection.pipeline(transaction=True) as commands:
                    commands.watch(self._writes)
                    done, statements = plan(self.read)
                    if not statements:
                        return done
                    commands.multi()
                    commands.incr(self._writes)
                    commands.execute_command(
                        "GRAPH.QUERY", self.group, _as_one_query(statements), "--compact"
                    )
                    try:
                        commands.execute()
                        return done
                    except WatchError:
                        if monotonic() > deadline:
                            raise

    def prepare(self, indices: Sequence[str]) -> None:
        """Make Graphiti's own indices and these of ours; those that are there already stay."""
        from graphiti_core.driver.driver import GraphProvider
        from graphiti_core.graph_queries import get_fulltext_indices, get_range_indices

        graphitis = (
            *get_range_indices(GraphProvider.FALKORDB),
            *get_fulltext_indices(GraphProvider.FALKORDB),
        )
        with self._translated():
            for statement in (*graphitis, *indices):
                try:
                    self._graph.query(statement)
                except ResponseError as error:
                    if "already" not in str(error):
                        raise
        self._await_indices()

    def _await_indices(self) -> None:
        """FalkorDB fills an index in the background; until it is done the index finds less than there is."""
        deadline = monotonic() + _WAIT_SECONDS
        while any(row["status"] != "OPERATIONAL" for row in self.read("CALL db.indexes() YIELD status")):
            if monotonic() > deadline:
                raise StoreUnavailable(
                    f"FalkorDB at {self._where} has not filled its indices within {_WAIT_SECONDS} seconds; try again"
                )
            sleep(0.02)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.connection.connection_pool.disconnect()

    def unindexed(self, expression: str) -> str:
        """An expression to compare without looking into an index."""
        return f"toString({expression})"

    def vector(self, expression: str) -> str:
        """An expression for a list of numbers as the vector that is stored."""
        return f"vecf32({expression})"

    def cosine(self, one: str, other: str) -> str:
        """An expression for the cosine, in -1..1, of a stored vector and a given one."""
        return f"(1 - vec.cosineDistance({one}, vecf32({other})))"

    def matching(self, label: str, index: str, words: str) -> str:  # noqa: ARG002 - an index has no name here
        """A clause that yields `node` and `score` for the nodes whose words match a parameter."""
        return f"CALL db.idx.fulltext.queryNodes('{label}', {words}) YIELD node, score"

    def any_of(self, words: Sequence[str]) -> str:
        """A query of the word index for what holds any of the words."""
        return " | ".join(words)

    def word_index(self, label: str, index: str, properties: Sequence[str]) -> str:  # noqa: ARG002 - as above
        """The statement that makes a word index in which no word is too common to be found."""
        columns = ", ".join(f"n.{name}" for name in properties)
        return f"CREATE FULLTEXT INDEX FOR (n:{label}) ON ({columns}) OPTIONS {{stopwords: []}}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except AuthenticationError as error:
            raise StoreUnavailable(
                f"FalkorDB at {self._where} refuses the login; check POLMON_GRAPH_USER and POLMON_GRAPH_PASSWORD"
            ) from error
        except (RedisError, OSError) as error:
            raise StoreUnavailable(
                f"FalkorDB at {self._where} cannot be used: {in_one_line(error)}; "
                "check that it runs and POLMON_GRAPH_URI"
            ) from error


def _client(uri: str, timeout: float, login: Mapping[str, str]) -> FalkorDB:
    try:
        return FalkorDB.from_url(
            uri, socket_timeout=timeout, socket_connect_timeout=min(timeout, 10.0), **login
        )
    except ValueError as error:
        raise ConfigInvalid(f"POLMON_GRAPH_URI is no address of a FalkorDB: {in_one_line(error)}") from error


def _as_one_query(statements: Sequence[Statement]) -> str:
    """All statements as one query, since FalkorDB takes back a query that fails, but not those before it."""
    parameters: dict[str, object] = {}
    clauses = []
    for number, one in enumerate(statements):
        parameters |= {f"{name}{number}": value for name, value in one.parameters.items()}
        clauses.append(_PARAMETER.sub(rf"$\g<1>{number}", one.cypher))
    # Counting what one statement found leaves one record to go on from, even if it found nothing.
    return _with_parameters(" WITH count(*) AS done ".join(clauses), parameters)


def _with_parameters(cypher: str, parameters: Any) -> str:
    if not parameters:
        return cypher
    return f"CYPHER {' '.join(f'{name}={_literal(value)}' for name, value in parameters.items())} {cypher}"


def _literal(value: object) -> str:
    """A value in the words of Cypher; times as ISO 8601 in UTC, whose texts are in the order of the times."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, dt.datetime):
        return _quoted(value.astimezone(dt.UTC).isoformat())
    if isinstance(value, np.ndarray):
        return f"[{','.join(map(str, value.tolist()))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"`{name}`:{_literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Iterable):
        return f"[{','.join(map(_literal, value))}]"
    raise TypeError(f"{type(value).__name__} is no value of Cypher")


def _quoted(text: str) -> str:
    if "\0" in text or _ESCAPE in text:
        text = text.replace(_ESCAPE, f"{_ESCAPE}1").replace("\0", f"{_ESCAPE}0")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(value: object) -> object:
    if isinstance(value, str) and _ESCAPE in value:
        return value.replace(f"{_ESCAPE}0", "\0").replace(f"{_ESCAPE}1", _ESCAPE)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _without_secrets(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
