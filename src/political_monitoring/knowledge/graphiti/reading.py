"""Documents, entities and facts read from a group, ours and what Graphiti itself wrote there."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import batched

from political_monitoring.clock import end_of_day, start_of_day
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Entity, Episode, Fact
from political_monitoring.knowledge.graphiti import rows
from political_monitoring.knowledge.graphiti.store import GraphStore, Row, read_moment
from political_monitoring.knowledge.port import Event, FactQuery, GraphStats, Position, Scope, Version
from political_monitoring.knowledge.temporal import Window

_DECLARED = {
    "kinds": "kind",
    "jurisdictions": "jurisdiction",
    "sources": "publisher",
    "languages": "language",
}
"""Field of a Scope -> our property."""
_EPISODES_AT_ONCE = 200


class Conditions:
    """Conditions of a query, all of which must hold, with the parameters that they name."""

    def __init__(self, store: GraphStore, **parameters: object) -> None:
        self._store = store
        self.texts: list[str] = []
        self.parameters: dict[str, object] = {"group": store.group, **parameters}

    def compare(self, variable: str, name: str, comparison: str, **parameters: object) -> None:
        """A property, which Graphiti may have an index of, compared as `comparison` says."""
        self.require(f"{self._store.unindexed(f'{variable}.{name}')} {comparison}", **parameters)

    def require(self, text: str, **parameters: object) -> None:
        """One more condition."""
        self.texts.append(text)
        self.parameters |= parameters

    def require_scope(self, variable: str, scope: Scope) -> None:
        """Only what stands in a document within the scope."""
        for field, name in _DECLARED.items():
            if wanted := getattr(scope, field):
                self.require(f"{variable}.{name} IN ${field}", **{field: list(wanted)})

    def require_known(self, variable: str, known: dt.datetime | None) -> None:
        """Only what is known now, or was at a moment."""
        if known is None:
            self.require(f"{variable}.expired_at IS NULL")
        else:
            self.compare(variable, "created_at", "<= $known", known=known)
            self.require_later(variable, "expired_at", "$known")

    def require_later(self, variable: str, name: str, moment: str) -> None:
        """Only what has no such time, or one after the moment."""
        later = self._store.unindexed(f"{variable}.{name}")
        self.require(f"({variable}.{name} IS NULL OR {later} > {moment})")

    def __str__(self) -> str:
        return f"WHERE {' AND '.join(self.texts)}" if self.texts else ""


_MOST = 2**31 - 1
"""More than FalkorDB can be asked for at once: with a larger limit it returns nothing."""


def read_document(store: GraphStore, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
    """The current version with its passages in order."""
    found = store.read(
        f"MATCH (d:SourceDocument {{key: $key}}) WHERE d.group_id = $group RETURN {rows.columns('d', rows.DOCUMENT)}",
        key=document_id,
        group=store.group,
    )
    if found:
        passages = _passages(store, [found[0]["uuid"]])
        return rows.read_document(found[0]), passages.get(found[0]["uuid"], ())
    foreign = store.read(
        "MATCH (d:Episodic {uuid: $uuid}) WHERE d.group_id = $group AND d.key IS NULL "
        f"RETURN {rows.columns('d', rows.DOCUMENT)}",
        uuid=document_id,
        group=store.group,
    )
    if not foreign:
        return None
    document = rows.foreign_document(foreign[0])
    return document, (rows.foreign_passage(document),)


def read_own_versions(store: GraphStore, document_id: str, limit: int) -> list[Version]:
    """The newest versions of a document of ours with their passages; Graphiti's own keep none."""
    found = [
        row
        for label in ("SourceDocument", "PastDocument")
        for row in store.read(
            f"MATCH (d:{label} {{key: $key}}) WHERE d.group_id = $group "
            f"RETURN {rows.columns('d', rows.DOCUMENT)}, d.number AS number, d.created_at AS created_at, "
            f"d.expired_at AS expired_at ORDER BY number DESC LIMIT {min(limit, _MOST)}",
            key=document_id,
            group=store.group,
        )
    ]
    found = sorted(found, key=lambda row: -int(row["number"]))[:limit]
    passages = _passages(store, [row["uuid"] for row in found])
    return [
        Version(
            rows.read_document(row),
            passages.get(row["uuid"], ()),
            _moment(row["created_at"]),
            read_moment(row["expired_at"]),
        )
        for row in found
    ]


def read_documents(store: GraphStore) -> Iterator[Document]:
    """The current version of every document in the order of their ids."""
    return (document for document, _ in read_versions(store, with_passages=False))


def read_versions(
    store: GraphStore, *, with_passages: bool = True
) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
    """The current version of every document with its passages, in the order of their ids."""
    listed = store.read(
        "MATCH (d:Episodic) WHERE d.group_id = $group RETURN d.uuid AS uuid, coalesce(d.key, d.uuid) AS id",
        group=store.group,
    )
    # Python's order of texts, as everywhere else; a database may have another.
    ordered = [row["uuid"] for row in sorted(listed, key=lambda row: str(row["id"]))]
    for part in batched(ordered, _EPISODES_AT_ONCE):
        uuids = list(part)
        found = store.read(
            f"UNWIND $uuids AS uuid MATCH (d:Episodic {{uuid: uuid}}) RETURN {rows.columns('d', rows.DOCUMENT)}",
            uuids=uuids,
        )
        documents = {row["uuid"]: rows.read_document(row) for row in found}
        passages = _passages(store, uuids) if with_passages else {}
        for uuid in uuids:
            if (document := documents.get(uuid)) is not None:
                foreign = with_passages and document.id == uuid
                yield document, (rows.foreign_passage(document),) if foreign else passages.get(uuid, ())


def read_entity(store: GraphStore, entity_id: str) -> Entity | None:
    """One entity by our id or by Graphiti's uuid."""
    return read_entities(store, [entity_id]).get(entity_id)


def read_entities(store: GraphStore, entity_ids: Iterable[str]) -> dict[str, Entity]:
    """Those of the entities that are known, by id."""
    found = store.read(
        "UNWIND $uuids AS uuid MATCH (n:Entity {uuid: uuid}) "
        "WHERE n.group_id = $group AND coalesce(n.live, true) "
        f"RETURN DISTINCT {rows.columns('n', rows.ENTITY)}, labels(n) AS labels",
        uuids=node_uuids(store, entity_ids),
        group=store.group,
    )
    return {entity.id: entity for entity in map(rows.read_entity, found)}


def read_all_entities(store: GraphStore) -> list[Entity]:
    """Every entity that is known now, in the order of their ids."""
    found = store.read(
        "MATCH (n:Entity) WHERE n.group_id = $group AND coalesce(n.live, true) "
        f"RETURN {rows.columns('n', rows.ENTITY)}, labels(n) AS labels",
        group=store.group,
    )
    return sorted(map(rows.read_entity, found), key=lambda one: one.id)


def node_uuids(store: GraphStore, entity_ids: Iterable[str]) -> list[str]:
    """Uuids of the nodes an id can mean: ours, and one of Graphiti's own."""
    return [uuid for key in entity_ids for uuid in (rows.uuid_of(store.group, "entity", key), key)]


def read_facts(store: GraphStore, query: FactQuery, now: dt.datetime) -> list[Fact]:
    """Facts that hold and are known at the query's times, in the order of the port."""
    if query.limit is not None and query.limit < 1:
        return []
    window = Window.of(query.time, now)
    conditions = Conditions(store)
    match = _match(store, query, conditions)
    _add_identity(query, conditions)
    _add_validity(store, query, window, conditions)
    found = store.read(
        f"{match} {conditions} RETURN DISTINCT {rows.columns('e', rows.FACT)}, e.day AS day, "
        "coalesce(n.key, n.uuid) AS subject_id, coalesce(m.key, m.uuid) AS object_id "
        "ORDER BY valid_at IS NULL, valid_at, day, document, begins, key, uuid"
        + ("" if query.limit is None else f" LIMIT {min(query.limit, _MOST)}"),
        **conditions.parameters,
    )
    contents = _contents_for(store, found)
    return [rows.read_fact(row, contents, window.known) for row in found]


def _match(store: GraphStore, query: FactQuery, conditions: Conditions) -> str:
    """The pattern that reaches the fewest edges: from the subjects, to the objects, or all of the group.

    Without labels on the ends FalkorDB filters the edges as it meets them; with them it looks up each pair.
    """
    conditions.compare("e", "group_id", "= $group")
    conditions.require("e.handed IS NULL")
    if query.subjects:
        conditions.parameters["subjects"] = node_uuids(store, query.subjects)
        if query.objects:
            conditions.require("m.uuid IN $objects", objects=node_uuids(store, query.objects))
        return "UNWIND $subjects AS uuid MATCH (n:Entity {uuid: uuid})-[e:RELATES_TO]->(m)"
    if query.objects:
        conditions.parameters["objects"] = node_uuids(store, query.objects)
        return "UNWIND $objects AS uuid MATCH (n)-[e:RELATES_TO]->(m:Entity {uuid: uuid})"
    return "MATCH (n)-[e:RELATES_TO]->(m)"


def _add_identity(query: FactQuery, conditions: Conditions) -> None:
    """What the facts are about, and where they stand."""
    if query.predicates:
        conditions.compare("e", "name", "IN $predicates", predicates=list(query.predicates))
    if query.documents:
        conditions.require("e.document IN $documents", documents=list(query.documents))
    if query.linking or query.objects:
        # A literal of ours is an edge from its subject to itself.
        conditions.require("(e.object IS NOT NULL OR e.key IS NULL)")
    if query.types:
        conditions.require(
            "(n.type IN $types OR n.key IS NULL AND any(label IN labels(n) WHERE label IN $types))",
            types=list(query.types),
        )
    conditions.require_scope("e", query.scope)


def _add_validity(store: GraphStore, query: FactQuery, window: Window, conditions: Conditions) -> None:
    """When the facts were known, and when they held."""
    compare = conditions.compare
    if query.recorded_since is not None:
        compare("e", "created_at", "> $recorded_since", recorded_since=query.recorded_since)
    if query.recorded_until is not None:
        compare("e", "created_at", "<= $recorded_until", recorded_until=query.recorded_until)
    if query.forgotten_by is not None:
        compare("e", "expired_at", "<= $forgotten_by", forgotten_by=query.forgotten_by)
    conditions.require_known("e", window.known)
    world = window.world.astimezone(dt.UTC)
    conditions.parameters["world"] = world
    begun = f"{store.unindexed('e.valid_at')} <= $world"
    if query.since is not None:
        compare("e", "valid_at", ">= $since", since=start_of_day(query.since))
    if query.until is not None:
        compare("e", "valid_at", "<= $until", until=end_of_day(query.until))
    if window.dated:
        known_by_then = "e.valid_at IS NULL AND e.day >= 1 AND e.day <= $day"
        conditions.require(f"({begun} OR ({known_by_then}))", day=world.toordinal())
    elif query.since is None and query.until is None:
        conditions.require(f"(e.valid_at IS NULL OR {begun})")
    if not query.history:
        conditions.require_later("e", "invalid_at", "$world")


def _contents_for(store: GraphStore, found: list[Row]) -> dict[str, str]:
    """Texts of the episodes that facts of Graphiti's own rest on."""
    uuids = sorted({next(iter(row["episodes"] or ()), "") for row in found if row["key"] is None} - {""})
    if not uuids:
        return {}
    episodes = store.read(
        "UNWIND $uuids AS uuid MATCH (d:Episodic {uuid: uuid}) RETURN d.uuid AS uuid, d.content AS content",
        uuids=uuids,
    )
    return {row["uuid"]: row["content"] or "" for row in episodes}


def read_stats(store: GraphStore) -> GraphStats:
    """Counts of what is known now; an episode of Graphiti's own is a document of one passage."""

    def count(pattern: str, condition: str, counted: str) -> int:
        cypher = f"MATCH {pattern} WHERE {condition} RETURN count({counted}) AS number"
        return int(store.read(cypher, group=store.group)[0]["number"])

    documents = count("(d:Episodic)", "d.group_id = $group", "d")
    foreign = count("(d:Episodic)", "d.group_id = $group AND d.key IS NULL", "d")
    passages = count("(p:Passage)", "p.group_id = $group AND p.expired_at IS NULL", "p")
    entities = count("(n:Entity)", "n.group_id = $group AND coalesce(n.live, true)", "n")
    facts = count(
        "()-[e:RELATES_TO]->()",
        f"{store.unindexed('e.group_id')} = $group AND e.expired_at IS NULL AND e.handed IS NULL",
        "e",
    )
    return GraphStats(documents, passages + foreign, entities, facts)


def read_position(store: GraphStore) -> Position:
    """The number of the last event, and when it was recorded."""
    row = store.read(
        "MATCH (w:Workspace {group_id: $group}) RETURN w.number AS number, w.recorded_at AS recorded_at",
        group=store.group,
    )[0]
    return Position(row["number"], read_moment(row["recorded_at"]) if row["number"] else None)


def read_history(store: GraphStore) -> Iterator[Event]:
    """Every event in order, from the versions: each was added by one, and ended by another or by a withdrawal."""
    versions = store.read(
        "MATCH (d) WHERE (d:SourceDocument OR d:PastDocument) AND d.group_id = $group "
        "RETURN d.uuid AS uuid, d.key AS key, d.number AS number, d.ended AS ended, "
        "d.created_at AS created_at, d.expired_at AS expired_at",
        group=store.group,
    )
    added = {row["number"]: row for row in versions}
    withdrawn = {
        row["ended"]: row for row in versions if row["ended"] is not None and row["ended"] not in added
    }
    numbers = sorted({*added, *withdrawn})
    for part in batched(numbers, _EPISODES_AT_ONCE):
        episodes = _episodes(store, [added[number]["uuid"] for number in part if number in added])
        for number in part:
            if number in added:
                row = added[number]
                yield Event(_moment(row["created_at"]), row["key"], episodes[row["uuid"]])
            else:
                row = withdrawn[number]
                yield Event(_moment(row["expired_at"]), row["key"])


def _episodes(store: GraphStore, uuids: list[str]) -> dict[str, Episode]:
    found = [
        row
        for label in ("SourceDocument", "PastDocument")
        for row in store.read(
            f"UNWIND $uuids AS uuid MATCH (d:{label} {{uuid: uuid}}) "
            f"RETURN {rows.columns('d', rows.DOCUMENT)}, d.extraction AS extraction",
            uuids=uuids,
        )
    ]
    passages = _passages(store, uuids)
    return {
        row["uuid"]: Episode(
            rows.read_document(row), passages.get(row["uuid"], ()), rows.read_extraction(row["extraction"])
        )
        for row in found
    }


def _passages(store: GraphStore, versions: list[str]) -> dict[str, tuple[Passage, ...]]:
    found = store.read(
        "UNWIND $versions AS version MATCH (p:Passage {version: version}) "
        f"RETURN p.version AS version, p.document AS document, {rows.columns('p', rows.PASSAGE)} "
        "ORDER BY p.ordinal",
        versions=versions,
    )
    passages: dict[str, list[Passage]] = defaultdict(list)
    for row in found:
        passages[row["version"]].append(rows.read_passage(row["document"], row))
    return {version: tuple(part) for version, part in passages.items()}


def _moment(stored: object) -> dt.datetime:
    moment = read_moment(stored)
    if moment is None:
        raise ValueError("a version has no time of recording")
    return moment
