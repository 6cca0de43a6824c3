"""What can be wrong with a group, looked for."""

from collections.abc import Iterator
from itertools import batched

from political_monitoring.knowledge.graphiti.store import GraphStore, Row

_EXAMPLES = 5
_DOCUMENTS_AT_ONCE = 200


def find_problems(store: GraphStore) -> list[str]:
    """A sentence for each kind of problem, with examples; empty when the group is sound.

    Only what we wrote is judged, and where what Graphiti derived from it rests: its facts keep no place in a text.
    """
    return [
        problem
        for search in (_orphans, _leftovers, _misquotes, _clashes, _counts)
        for problem in search(store)
    ]


def _orphans(store: GraphStore) -> Iterator[str]:
    passages = store.read(
        "MATCH (p:Passage) WHERE p.group_id = $group AND p.expired_at IS NULL "
        "OPTIONAL MATCH (d:SourceDocument {uuid: p.version}) WITH p, d WHERE d IS NULL "
        f"RETURN p.document AS name LIMIT {_EXAMPLES}",
        group=store.group,
    )
    yield from _told(passages, "passages that are known belong to a document that is not")
    facts = store.read(
        f"{_known_facts(store)} "
        "OPTIONAL MATCH (d:SourceDocument {uuid: e.version}) WITH e, d WHERE d IS NULL "
        f"RETURN e.key AS name LIMIT {_EXAMPLES}",
        group=store.group,
    )
    yield from _told(facts, "facts that are known rest on a document that is not")


def _leftovers(store: GraphStore) -> Iterator[str]:
    left = store.read(
        "MATCH ()-[e:RELATES_TO]->() WHERE e.handed UNWIND e.episodes AS episode "
        "OPTIONAL MATCH (d:SourceDocument {uuid: episode}) WITH e, d WHERE d IS NULL "
        f"RETURN DISTINCT e.uuid AS name LIMIT {_EXAMPLES}"
    )
    yield from _told(left, "facts that Graphiti derived rest on a document that is not")


def _misquotes(store: GraphStore) -> Iterator[str]:
    """Places are counted here: databases do not agree on what one character is."""
    listed = store.read(
        "MATCH (d:SourceDocument) WHERE d.group_id = $group RETURN d.uuid AS uuid", group=store.group
    )
    wrong: list[Row] = []
    for part in batched((row["uuid"] for row in listed), _DOCUMENTS_AT_ONCE):
        texts = store.read(
            "UNWIND $uuids AS uuid MATCH (d:SourceDocument {uuid: uuid}) "
            "RETURN d.uuid AS uuid, d.content AS content",
            uuids=list(part),
        )
        contents = {row["uuid"]: row["content"] for row in texts}
        facts = store.read(
            "UNWIND $uuids AS uuid MATCH ()-[e:RELATES_TO {version: uuid}]->() WHERE e.expired_at IS NULL "
            "RETURN e.key AS name, e.version AS version, e.begins AS begins, e.ends AS ends, e.quote AS quote",
            uuids=list(part),
        )
        wrong += [
            row for row in facts if contents[row["version"]][row["begins"] : row["ends"]] != row["quote"]
        ]
    yield from _told(wrong[:_EXAMPLES], "facts quote words that do not stand at their place")


def _clashes(store: GraphStore) -> Iterator[str]:
    twice = store.read(
        f"{_known_facts(store)} "
        "WITH e.version AS version, e.key AS name, count(e) AS edges WHERE edges > 1 "
        f"RETURN name LIMIT {_EXAMPLES}",
        group=store.group,
    )
    yield from _told(twice, "facts are known twice")
    documents = store.read(
        "MATCH (d:SourceDocument) WHERE d.group_id = $group WITH d.key AS name, count(d) AS versions "
        f"WHERE versions > 1 RETURN name LIMIT {_EXAMPLES}",
        group=store.group,
    )
    yield from _told(documents, "documents have more than one current version")


def _counts(store: GraphStore) -> Iterator[str]:
    (row,) = store.read("MATCH (w:Workspace {group_id: $group}) RETURN w.number AS number", group=store.group)
    (last,) = store.read(
        "MATCH (d) WHERE (d:SourceDocument OR d:PastDocument) AND d.group_id = $group "
        "RETURN max(d.number) AS number, max(d.ended) AS ended",
        group=store.group,
    )
    found = max(last["number"] or 0, last["ended"] or 0)
    if found > row["number"]:
        yield f"the group counts {row['number']} events, but holds one with the number {found}"


def _known_facts(store: GraphStore) -> str:
    group = store.unindexed("e.group_id")
    return (
        f"MATCH ()-[e:RELATES_TO]->() WHERE {group} = $group AND e.key IS NOT NULL AND e.expired_at IS NULL"
    )


def _told(rows: list[Row], problem: str) -> Iterator[str]:
    if rows:
        yield f"{problem}, for example {', '.join(ascii(row['name']) for row in rows)}"
