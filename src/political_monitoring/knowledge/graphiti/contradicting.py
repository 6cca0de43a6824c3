"""Contradictions read from a group: subjects that can have one are found in Cypher, the rule decides."""

import datetime as dt
from collections.abc import Sequence

from political_monitoring.knowledge.contradictions import find_contradictions
from political_monitoring.knowledge.graphiti.reading import Conditions, read_facts
from political_monitoring.knowledge.graphiti.store import GraphStore
from political_monitoring.knowledge.port import Contradiction, FactQuery


def read_contradictions(store: GraphStore, query: FactQuery, now: dt.datetime) -> list[Contradiction]:
    """What contradicts each other among the facts of a query, newest day first."""
    return find_contradictions(
        query,
        lambda predicates: _disputed(store, predicates, query.time.known),
        lambda narrowed: read_facts(store, narrowed, now),
    )


def _disputed(store: GraphStore, predicates: Sequence[str], known: dt.datetime | None) -> list[str]:
    """Subjects of which different documents say something with one predicate, on whatever day."""
    conditions = Conditions(store)
    conditions.compare("e", "group_id", "= $group")
    conditions.compare("e", "name", "IN $predicates", predicates=list(predicates))
    conditions.require("e.valid_at IS NOT NULL")
    conditions.require_known("e", known)
    found = store.read(
        f"MATCH (n)-[e:RELATES_TO]->() {conditions} "
        "WITH coalesce(n.key, n.uuid) AS subject, e.name AS predicate, count(DISTINCT e.document) AS documents "
        "WHERE documents > 1 RETURN DISTINCT subject ORDER BY subject",
        **conditions.parameters,
    )
    return [row["subject"] for row in found]
