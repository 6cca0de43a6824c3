"""Passages of a group by time: which exist for a query, and those about an entity, newest change first."""

import datetime as dt
from collections.abc import Iterable

from political_monitoring.knowledge import ranking
from political_monitoring.knowledge.embedded.rows import to_micros
from political_monitoring.knowledge.graphiti.foreign import foreign_among
from political_monitoring.knowledge.graphiti.reading import Conditions, node_uuids
from political_monitoring.knowledge.graphiti.rows import columns
from political_monitoring.knowledge.graphiti.store import GraphStore, Row, read_moment
from political_monitoring.knowledge.names import split_words
from political_monitoring.knowledge.port import SearchQuery

HIT = (
    *("uuid", "version", "document", "ordinal", "begins", "ends", "heading", "text"),
    *("title", "publisher", "url", "day", "language"),
)
"""What is read of a passage."""


def passage_conditions(store: GraphStore, query: SearchQuery) -> Conditions:
    """Which passages exist for the query."""
    conditions = Conditions(store)
    conditions.require("p.group_id = $group")
    conditions.require_known("p", query.time.known)
    if query.time.world is not None:
        conditions.require(
            "p.day >= 1 AND p.day <= $world", world=query.time.world.astimezone(dt.UTC).toordinal()
        )
    if query.since is not None:
        conditions.require("p.day >= $since", since=query.since.toordinal())
    if query.until is not None:
        conditions.require("p.day >= 1 AND p.day <= $until", until=query.until.toordinal())
    conditions.require_scope("p", query.scope)
    return conditions


def by_recency(store: GraphStore, query: SearchQuery, about: dict[str, bool]) -> list[tuple[Row, float]]:
    """Documents about the entities: those that changed a status, then others, each newest first.

    When no document is about them, those that name them.

    Args:
        about: version of each document that names one of the entities; True when it is about it.
    """
    conditions = passage_conditions(store, query)
    found = store.read(
        f"UNWIND $about AS version MATCH (p:Passage {{version: version}}) {conditions} "
        f"RETURN {columns('p', HIT)}, p.words AS folded ORDER BY p.ordinal",
        about=list(about),
        **conditions.parameters,
    )
    passages: dict[str, list[Row]] = {}
    for row in (*found, *foreign_among(store, query, about)):
        passages.setdefault(row["version"], []).append(row)
    shown = [version for version in passages if about[version]] or list(passages)
    changes = _status_changes(store, query, set(shown))
    evidence = [_at(passages[version], ordinal) for version, ordinal in changes.items()]
    others = [version for version in shown if version not in changes]
    others.sort(key=lambda version: (-passages[version][0]["day"], version))
    words = set(split_words(query.text))
    ordered = [*evidence, *(_with_most(passages[version], words) for version in others)]
    return [(row, 2.0 - rank / (len(ordered) + 1)) for rank, row in enumerate(ordered)]


def _status_changes(store: GraphStore, query: SearchQuery, shown: set[str]) -> dict[str, int]:
    """Version -> ordinal of the passage that reports the change, newest change first."""
    dated: list[tuple[int, str]] = []
    passages: dict[str, int] = {}
    versions = list(shown)
    numbers = {version: number for number, version in enumerate(versions)}
    for entity in query.entities:
        conditions = Conditions(store, uuids=node_uuids(store, [entity]))
        conditions.compare("e", "name", "= 'status'")
        conditions.require("e.value IS NOT NULL AND e.valid_at IS NOT NULL")
        conditions.require_known("e", query.time.known)
        if query.time.world is not None:
            conditions.compare("e", "valid_at", "<= $world", world=query.time.world)
        found = store.read(
            f"UNWIND $uuids AS uuid MATCH (n:Entity {{uuid: uuid}})-[e:RELATES_TO]->() {conditions} "
            "RETURN DISTINCT e.valid_at AS valid_at, e.value AS value, e.version AS version, e.passage AS passage, "
            "e.invalid_at AS invalid_at, e.confidence AS confidence, e.length AS length, e.begins AS begins "
            # Of two documents that report one change, the shorter one is about the change.
            "ORDER BY valid_at, invalid_at IS NULL, invalid_at, confidence DESC, length, begins",
            **conditions.parameters,
        )
        steps = [row for row in found if row["version"] in shown]
        moments = {row["version"]: _micros(row["valid_at"]) for row in steps}
        passages |= {row["version"]: int(row["passage"].rpartition("#")[2]) for row in steps}
        changed = ranking.changes_of_status(
            [(_micros(row["valid_at"]), row["value"], numbers[row["version"]]) for row in steps]
        )
        dated += [(moments[versions[number]], versions[number]) for number in changed]
    newest = sorted(dated, key=lambda one: -one[0])
    return {version: passages[version] for _, version in newest}


def _micros(stored: object) -> int:
    moment = read_moment(stored)
    return 0 if moment is None else to_micros(moment)


def _at(passages: list[Row], ordinal: int) -> Row:
    return next((row for row in passages if row["ordinal"] == ordinal), passages[0])


def _with_most(passages: Iterable[Row], words: set[str]) -> Row:
    """The passage that holds most of the words; the first one if none does."""
    return max(passages, key=lambda row: len(words & set(row["folded"].split())))
