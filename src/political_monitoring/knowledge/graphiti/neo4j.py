"""A group kept in Neo4j, where all groups share one database and carry their id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from neo4j import Driver, GraphDatabase, ManagedTransaction
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.graphiti.store import Read, Row, Statement, in_one_line


class Neo4jStore:
    """A GraphStore in Neo4j 5.

    A write is one transaction that first locks the group's own node, so that writers take turns.

    Args:
        uri: bolt://, neo4j:// or their forms with TLS.
        timeout: seconds to wait for a connection.

    Raises:
        StoreUnavailable: there is no Neo4j at the address.
    """

    def __init__(self, uri: str, user: str, password: str, group: str, timeout: float) -> None:
        self.group = group
        self._where = uri
        with self._translated():
            self._driver: Driver = GraphDatabase.driver(
                uri,
                auth=(user, password) if user else None,
                connection_timeout=min(timeout, 10.0),
                connection_acquisition_timeout=timeout,
                max_transaction_retry_time=timeout,
            )
            try:
                self._driver.verify_connectivity()
            except BaseException:
                self._driver.close()
                raise

    def read(self, cypher: str, /, **parameters: object) -> list[Row]:
        """The records that a query finds."""
        with self._translated(), self._driver.session() as session:
            return session.execute_read(_run, cypher, parameters)

    def write[T](self, plan: Callable[[Read], tuple[T, Sequence[Statement]]]) -> T:
        """Plan from what is stored, then write all of the plan or nothing; the plan's first half."""

        def work(transaction: ManagedTransaction) -> T:
            _run(
                transaction,
                "MERGE (w:WriteLock {group_id: $group}) SET w.writes = coalesce(w.writes, 0) + 1",
                {"group": self.group},
            )

            def read(cypher: str, /, **parameters: object) -> list[Row]:
                return _run(transaction, cypher, parameters)

            done, statements = plan(read)
            for one in statements:
                _run(transaction, one.cypher, one.parameters)
            return done

        with self._translated(), self._driver.session() as session:
            return session.execute_write(work)

    def prepare(self, indices: Sequence[str]) -> None:
        """Make Graphiti's own indices and these of ours; those that are there already stay."""
        from graphiti_core.driver.driver import GraphProvider
        from graphiti_core.graph_queries import get_fulltext_indices, get_range_indices

        graphitis = (*get_range_indices(GraphProvider.NEO4J), *get_fulltext_indices(GraphProvider.NEO4J))
        lock = "CREATE CONSTRAINT IF NOT EXISTS FOR (w:WriteLock) REQUIRE w.group_id IS UNIQUE"
        ours = [one.replace("CREATE INDEX FOR", "CREATE INDEX IF NOT EXISTS FOR") for one in indices]
        with self._translated(), self._driver.session() as session:
            for statement in (*graphitis, lock, *ours):
                session.run(statement).consume()

    def close(self) -> None:
        """Let go of the connections."""
        self._driver.close()

    def unindexed(self, expression: str) -> str:
        """An expression to compare as it is: Neo4j weighs an index against other ways."""
        return expression

    def vector(self, expression: str) -> str:
        """An expression for a list of numbers as the vector that is stored."""
        return expression

    def cosine(self, one: str, other: str) -> str:
        """An expression for the cosine, in -1..1, of a stored vector and a given one."""
        return f"(2 * vector.similarity.cosine({one}, {other}) - 1)"

    def matching(self, label: str, index: str, words: str) -> str:  # noqa: ARG002 - the index has a name here
        """A clause that yields `node` and `score` for the nodes whose words match a parameter."""
        return f"CALL db.index.fulltext.queryNodes('{index}', {words}) YIELD node, score"

    def any_of(self, words: Sequence[str]) -> str:
        """A query of the word index for what holds any of the words."""
        return " OR ".join(words)

    def word_index(self, label: str, index: str, properties: Sequence[str]) -> str:
        """The statement that makes a word index in which no word is too common to be found."""
        columns = ", ".join(f"n.{name}" for name in properties)
        return (
            f"CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR (n:{label}) ON EACH [{columns}] "
            "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}"
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except AuthError as error:
            raise StoreUnavailable(
                f"Neo4j at {self._where} refuses the login; check POLMON_GRAPH_USER and POLMON_GRAPH_PASSWORD"
            ) from error
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            raise StoreUnavailable(
                f"Neo4j at {self._where} cannot be used: {in_one_line(error)}; "
                "check that it runs and POLMON_GRAPH_URI"
            ) from error


def _run(transaction: ManagedTransaction, cypher: str, parameters: Mapping[str, object]) -> list[Row]:
    found = transaction.run(cypher, _plain(parameters))
    return [record.data() for record in found]


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value
