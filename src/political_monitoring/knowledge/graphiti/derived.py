"""What Graphiti derives from a document: written beside our own in one transaction, taken away with the document.

Nodes, edges and mentions that come from it carry `handed`, and none of our `key`; nodes are not `live`. Our readers
pass over them, since Graphiti keeps no place in a text; Graphiti's clients see them. Of what we wrote nothing is
changed.

What stands on the document's own node: `handed_at`, and `handed_ended`, the edges whose end it brought. Its
`entity_edges` name what it derived too, as Graphiti has it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from political_monitoring.knowledge.graphiti import rows
from political_monitoring.knowledge.graphiti.store import GraphStore, Read, Row, Statement
from political_monitoring.knowledge.graphiti.vectors import Encoder, encode

if TYPE_CHECKING:
    from graphiti_core.edges import EntityEdge
    from graphiti_core.nodes import EntityNode

Written = Literal["written", "again", "gone"]
"""Done; another one came first, so what Graphiti compared with is old; the version is no longer there, or was read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A version to be handed over.

    Attributes:
        version: uuid of its node.
        count: how often anything derived was written or taken away in the group so far.
    """

    version: str
    count: int


def find_place(read: Read, group: str, key: str, content_hash: str) -> Place | None:
    """The version of a document, unless it was handed over before, or is not the current one."""
    found = read(
        "MATCH (d:SourceDocument {key: $key}) WHERE d.group_id = $group AND d.content_hash = $content_hash "
        "AND d.handed_at IS NULL RETURN d.uuid AS uuid",
        group=group,
        key=key,
        content_hash=content_hash,
    )
    return Place(found[0]["uuid"], _count(read, group)) if found else None


class Derived:
    """What Graphiti made of one document, ready to be written.

    Args:
        nodes: entities that the document names: new ones and stored ones.
        edges: facts that it supports, and facts that it ends.
        dated: whether the document has a date; without one no time that follows from it is kept.
    """

    def __init__(
        self,
        store: GraphStore,
        place: Place,
        nodes: Sequence["EntityNode"],
        edges: Sequence["EntityEdge"],
        encoder: Encoder | None,
        *,
        dated: bool,
    ) -> None:
        self._store = store
        self._place = place
        self._nodes = {one.uuid: one for one in nodes}
        self._edges = {one.uuid: one for one in edges}
        self._dated = dated
        self._node_vectors = _vectors(encoder, {key: one.name for key, one in self._nodes.items()})
        self._edge_vectors = _vectors(encoder, {key: one.fact for key, one in self._edges.items()})

    def plan(self, read: Read, now: dt.datetime) -> tuple[tuple[Written, int], Sequence[Statement]]:
        """Whether it can be written with the number of facts that are new, and the statements."""
        group, version = self._store.group, self._place.version
        found = read(
            "MATCH (d:SourceDocument {uuid: $version}) WHERE d.handed_at IS NULL RETURN d.entity_edges AS edges",
            version=version,
        )
        if not found:
            return ("gone", 0), ()
        if _count(read, group) != self._place.count:
            return ("again", 0), ()
        stored_nodes = _stored(read, "(x:Entity {uuid: uuid})", self._nodes)
        stored_edges = _stored(read, "()-[x:RELATES_TO {uuid: uuid}]->()", self._edges)
        new = [uuid for uuid in self._edges if uuid not in stored_edges]
        own = [row for row in stored_edges.values() if row["handed"]]
        ended = [row["uuid"] for row in own if self._ends(row)]
        supported = [row["uuid"] for row in own if version in self._edges[row["uuid"]].episodes]
        mark = {
            "now": now,
            "edges": [*(found[0]["edges"] or ()), *new, *supported],
            "ended": ended,
            "version": version,
        }
        statements = (
            _counted(group),
            *self._new_nodes(stored_nodes, now),
            *self._summaries(stored_nodes),
            *self._mentions(read, now),
            *self._new_edges(new, now),
            *self._old_edges(supported, ended, now),
            Statement(
                "MATCH (d:SourceDocument {uuid: $version}) SET d.handed_at = $now, d.entity_edges = $edges, "
                "d.handed_ended = $ended",
                mark,
            ),
        )
        return ("written", len(new)), statements

    def _ends(self, stored: Row) -> bool:
        """Whether the document ends a derived fact that held till now."""
        edge = self._edges[stored["uuid"]]
        return self._dated and stored["expired_at"] is None and edge.expired_at is not None

    def _new_nodes(self, stored: Mapping[str, Row], now: dt.datetime) -> Iterator[Statement]:
        by_clause: dict[str, list[Row]] = defaultdict(list)
        for uuid, node in self._nodes.items():
            if uuid in stored:
                continue
            vector, dimensions = self._node_vectors[uuid]
            kind = next((rows.label(one) for one in sorted(node.labels) if rows.label(one)), "")
            properties = {
                **self._common(uuid, now),
                "name": node.name,
                "summary": node.summary,
                "live": False,
                "dimensions": dimensions,
            }
            by_clause[kind and f":{kind}"].append({"properties": properties, "vector": vector})
        for clause, made in by_clause.items():
            yield Statement(
                f"UNWIND $rows AS row CREATE (n:Entity{clause}) SET n = row.properties "
                f"SET n.name_embedding = {self._store.vector('row.vector')}",
                {"rows": made},
            )

    def _summaries(self, stored: Mapping[str, Row]) -> Iterator[Statement]:
        """Of derived nodes alone: what stands in the summary of one of ours, its documents say."""
        told = [
            {"uuid": uuid, "summary": self._nodes[uuid].summary}
            for uuid, row in stored.items()
            if row["handed"]
        ]
        if told:
            yield Statement(
                "UNWIND $rows AS row MATCH (n:Entity {uuid: row.uuid}) SET n.summary = row.summary",
                {"rows": told},
            )

    def _mentions(self, read: Read, now: dt.datetime) -> Iterator[Statement]:
        version = self._place.version
        named = read(
            "MATCH (d:SourceDocument {uuid: $version})-[m:MENTIONS]->(n:Entity) RETURN n.uuid AS uuid",
            version=version,
        )
        known = {row["uuid"] for row in named}
        made = [
            {
                "node": uuid,
                "properties": self._common(
                    rows.uuid_of(self._store.group, "handed mention", version, uuid), now
                ),
            }
            for uuid in self._nodes
            if uuid not in known
        ]
        if made:
            yield Statement(
                "UNWIND $rows AS row MATCH (d:SourceDocument {uuid: $version}) MATCH (n:Entity {uuid: row.node}) "
                "CREATE (d)-[m:MENTIONS]->(n) SET m = row.properties",
                {"rows": made, "version": version},
            )

    def _new_edges(self, new: Sequence[str], now: dt.datetime) -> Iterator[Statement]:
        made = []
        for edge in (self._edges[uuid] for uuid in new):
            vector, dimensions = self._edge_vectors[edge.uuid]
            begins, ends = (self._moment(one) for one in (edge.valid_at, edge.invalid_at))
            properties = {
                **self._common(edge.uuid, now),
                "name": edge.name,
                "fact": edge.fact,
                "episodes": [self._place.version],
                "valid_at": begins,
                "invalid_at": ends,
                "stated_end": ends,
                "expired_at": now if self._dated and edge.expired_at is not None else None,
                "reference_time": self._moment(edge.reference_time),
                "dimensions": dimensions,
            }
            made.append(
                {
                    "source": edge.source_node_uuid,
                    "target": edge.target_node_uuid,
                    "vector": vector,
                    "properties": properties,
                }
            )
        if made:
            yield Statement(
                "UNWIND $rows AS row MATCH (s:Entity {uuid: row.source}) MATCH (o:Entity {uuid: row.target}) "
                "CREATE (s)-[e:RELATES_TO]->(o) SET e = row.properties "
                f"SET e.fact_embedding = {self._store.vector('row.vector')}",
                {"rows": made},
            )

    def _old_edges(
        self, supported: Sequence[str], ended: Sequence[str], now: dt.datetime
    ) -> Iterator[Statement]:
        by_uuid = "UNWIND $rows AS row MATCH ()-[e:RELATES_TO {uuid: row.uuid}]->() "
        given = {"version": self._place.version, "now": now}
        if supported:
            yield Statement(
                f"{by_uuid} SET e.episodes = e.episodes + [$version]",
                {"rows": [{"uuid": uuid} for uuid in supported], **given},
            )
        if ended:
            ends = [{"uuid": uuid, "end": self._moment(self._edges[uuid].invalid_at)} for uuid in ended]
            yield Statement(
                f"{by_uuid} SET e.invalid_at = row.end, e.expired_at = $now, e.ended_by = $version",
                {"rows": ends, **given},
            )

    def _common(self, uuid: str, now: dt.datetime) -> Row:
        return {"uuid": uuid, "group_id": self._store.group, "created_at": now, "handed": True}

    def _moment(self, moment: dt.datetime | None) -> dt.datetime | None:
        return moment.astimezone(dt.UTC) if moment is not None and self._dated else None


def forget(read: Read, group: str, versions: Sequence[str]) -> Sequence[Statement]:
    """Take away what was derived from versions that end: what rests on them alone goes, the rest loses their share."""
    if not versions:
        return ()
    edges = read(
        "UNWIND $versions AS version MATCH (d:SourceDocument {uuid: version}) UNWIND d.entity_edges AS edge "
        "MATCH ()-[e:RELATES_TO {uuid: edge}]->() WHERE e.handed "
        "RETURN DISTINCT e.uuid AS uuid, e.episodes AS episodes",
        versions=list(versions),
    )
    reopened = read(
        "UNWIND $versions AS version MATCH (d:SourceDocument {uuid: version}) UNWIND d.handed_ended AS edge "
        "MATCH ()-[e:RELATES_TO {uuid: edge}]->() WHERE e.ended_by = version RETURN DISTINCT e.uuid AS uuid",
        versions=list(versions),
    )
    left = [
        {"uuid": row["uuid"], "episodes": [one for one in row["episodes"] if one not in versions]}
        for row in edges
    ]
    nodes = _derived_nodes(read, versions)
    by_uuid = "UNWIND $rows AS row MATCH ()-[e:RELATES_TO {uuid: row.uuid}]->() "
    plan = (
        (f"{by_uuid} SET e.invalid_at = e.stated_end, e.expired_at = null, e.ended_by = null", reopened),
        (f"{by_uuid} SET e.episodes = row.episodes", [row for row in left if row["episodes"]]),
        (f"{by_uuid} DELETE e", [{"uuid": row["uuid"]} for row in left if not row["episodes"]]),
        (
            "UNWIND $rows AS row MATCH (d:SourceDocument {uuid: row.uuid})-[m:MENTIONS]->() WHERE m.handed DELETE m",
            [{"uuid": version} for version in versions],
        ),
        # A summary may hold what the version said: it is told anew with the next document that names the entity.
        (
            "UNWIND $rows AS row MATCH (n:Entity {uuid: row.uuid}) SET n.summary = ''",
            [row for row in nodes if row["elsewhere"]],
        ),
        (
            "UNWIND $rows AS row MATCH (n:Entity {uuid: row.uuid}) DETACH DELETE n",
            [row for row in nodes if not row["elsewhere"]],
        ),
    )
    return (_counted(group), *(Statement(cypher, {"rows": found}) for cypher, found in plan if found))


def _derived_nodes(read: Read, versions: Sequence[str]) -> list[Row]:
    """Derived nodes that the versions name, and whether another episode names them too."""
    return read(
        "UNWIND $versions AS version MATCH (v:SourceDocument {uuid: version})-[:MENTIONS]->(n:Entity) WHERE n.handed "
        "WITH DISTINCT n MATCH (n)<-[:MENTIONS]-(d:Episodic) "
        "WITH n, collect(d.uuid) AS episodes "
        "RETURN n.uuid AS uuid, any(one IN episodes WHERE NOT one IN $versions) AS elsewhere",
        versions=list(versions),
    )


def _stored(read: Read, pattern: str, wanted: Mapping[str, object]) -> dict[str, Row]:
    found = read(
        f"UNWIND $uuids AS uuid MATCH {pattern} "
        "RETURN DISTINCT x.uuid AS uuid, x.handed AS handed, x.expired_at AS expired_at",
        uuids=list(wanted),
    )
    return {row["uuid"]: row for row in found}


def _count(read: Read, group: str) -> int:
    (row,) = read(
        "MATCH (w:Workspace {group_id: $group}) RETURN coalesce(w.handed, 0) AS number", group=group
    )
    return int(row["number"])


def _counted(group: str) -> Statement:
    return Statement(
        "MATCH (w:Workspace {group_id: $group}) SET w.handed = coalesce(w.handed, 0) + 1", {"group": group}
    )


def _vectors(encoder: Encoder | None, texts: Mapping[str, str]) -> dict[str, tuple[object, int]]:
    """For each key a vector, if there is one, and its dimensions."""
    vectors, dimensions = encode(encoder, list(texts.values()))
    return {key: (vector, dimensions) for key, vector in zip(texts, vectors, strict=True)}
