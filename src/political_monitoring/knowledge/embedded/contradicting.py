"""Contradictions read from the embedded store: subjects that can have one are found in SQL, the rule decides."""

import datetime as dt
import sqlite3
from collections.abc import Sequence

from political_monitoring.knowledge.contradictions import find_contradictions
from political_monitoring.knowledge.embedded import rows
from political_monitoring.knowledge.embedded.closing import DAY
from political_monitoring.knowledge.embedded.reading import read_facts
from political_monitoring.knowledge.port import Contradiction, FactQuery


def read_contradictions(
    connection: sqlite3.Connection, query: FactQuery, now: dt.datetime
) -> list[Contradiction]:
    """What contradicts each other among the facts of a query, newest day first."""
    return find_contradictions(
        query,
        lambda predicates: _disputed(connection, predicates, query.time.known),
        lambda narrowed: read_facts(connection, narrowed, now),
    )


def _disputed(
    connection: sqlite3.Connection, predicates: Sequence[str], known: dt.datetime | None
) -> list[str]:
    """Subjects of which different documents give different values of one predicate for one day."""
    marks = ", ".join("?" * len(predicates))
    moment = rows.optional_micros(known)
    when = "f.expired_at IS NULL" if moment is None else _KNOWN
    found = connection.execute(
        "SELECT e.key FROM facts f JOIN entities e ON e.id = f.subject "  # noqa: S608 - constants; values are bound
        f"WHERE f.predicate IN ({marks}) AND f.valid_at IS NOT NULL AND {when} "
        f"GROUP BY f.subject, f.predicate, f.valid_at / {DAY} "
        "HAVING min(f.document) < max(f.document) AND count(DISTINCT quote(f.object) || quote(f.value)) > 1",
        (*predicates, *(() if moment is None else (moment, moment))),
    )
    return sorted({row["key"] for row in found})


_KNOWN = "f.recorded_at <= ? AND (f.expired_at IS NULL OR f.expired_at > ?)"
