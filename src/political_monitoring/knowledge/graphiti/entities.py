"""Finding entities in a group by identifier, name, cut-off title or a word of their documents."""

from collections.abc import Iterable

from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge.graphiti.reading import node_uuids
from political_monitoring.knowledge.graphiti.rows import ENTITY, columns, read_entity
from political_monitoring.knowledge.graphiti.store import GraphStore
from political_monitoring.knowledge.names import (
    BY_TEXT,
    CANDIDATES,
    COMPOUND,
    COMPOUND_DOCUMENTS,
    CONGRESS,
    CUT_OFF,
    IDENTIFIER,
    LONG_WORD,
    LONGEST_NAME,
    MOST_WORDS,
    Asked,
    join_words,
    split_words,
)


def find_entities(store: GraphStore, text: str, limit: int) -> list[tuple[Entity, float]]:
    """Entities called `text` or named in it, best first; see names.Asked.score for the scores.

    An entity that only its documents' text calls so (a compound that no title has) scores below 0.6.
    """
    scores = dict.fromkeys(_by_identifier(store, text.strip()), 1.0)
    if scores:
        return _best(store, scores, limit)
    asked, words = Asked(text), split_words(text)[:MOST_WORDS]
    for uuid, name in set(_named(store, words)):
        scores[uuid] = max(scores.get(uuid, 0.0), asked.score(name.split()))
    if len(words) == 1 and max(scores.values(), default=0.0) < BY_TEXT:
        scores |= _by_text(store, words[0])
    return _best(store, {uuid: score for uuid, score in scores.items() if score > 0}, limit)


def _best(store: GraphStore, scores: dict[str, float], limit: int) -> list[tuple[Entity, float]]:
    """Of two with one name the better known is meant: the one that more documents about it call so."""
    if not scores or limit < 1:
        return []
    found = store.read(
        "UNWIND $uuids AS uuid MATCH (n:Entity {uuid: uuid}) WHERE n.group_id = $group AND coalesce(n.live, true) "
        f"RETURN DISTINCT {columns('n', ENTITY)}, labels(n) AS labels, coalesce(n.uses, 0) AS uses",
        uuids=list(scores),
        group=store.group,
    )
    found.sort(key=lambda row: (-scores[row["uuid"]], -row["uses"], row["key"] or row["uuid"]))
    return [(read_entity(row), scores[row["uuid"]]) for row in found[:limit]]


def _by_identifier(store: GraphStore, text: str) -> list[str]:
    """An entity id, "scheme:value", or a bare value; a US bill without its congress is the newest one's."""
    known = store.read(
        "UNWIND $uuids AS uuid MATCH (n:Entity {uuid: uuid}) WHERE n.group_id = $group AND coalesce(n.live, true) "
        "RETURN DISTINCT n.uuid AS entity",
        uuids=node_uuids(store, [text]),
        group=store.group,
    )
    if known:
        return [known[0]["entity"]]
    found = IDENTIFIER.fullmatch(text)
    if found is None:
        return _identified(store, "{folded: $folded}", folded=text.casefold())
    scheme, value = found.groups()
    exact = _identified(
        store, "{folded: $folded, scheme: $scheme, value: $value}", scheme=scheme, value=value
    )
    if exact or scheme != "us-bill" or CONGRESS.match(value):
        return exact
    bills = store.read(
        "MATCH (x:EntityIdentifier {scheme: $scheme}) WHERE x.group_id = $group AND x.value ENDS WITH $end "
        "RETURN x.value AS value, x.entity AS entity",
        scheme=scheme,
        end=f"-{value}",
        group=store.group,
    )
    numbered = [(int(m[1]), row["entity"]) for row in bills if (m := CONGRESS.match(row["value"]))]
    newest = max(numbered, default=(0, ""))[0]
    return [entity for congress, entity in numbered if congress == newest]


def _identified(store: GraphStore, pattern: str, **parameters: str) -> list[str]:
    found = store.read(
        f"MATCH (x:EntityIdentifier {pattern}) WHERE x.group_id = $group RETURN DISTINCT x.entity AS entity",
        **{"folded": parameters.get("value", "").casefold(), **parameters},
        group=store.group,
    )
    return [row["entity"] for row in found]


def _named(store: GraphStore, words: list[str]) -> Iterable[tuple[str, str]]:
    """(uuid, folded name) that could be meant: equal to a stretch of the words, beginning with them, or alike."""
    squashed = "".join(words)
    if not squashed:
        return
    stretches = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1)
    } | {squashed}
    returned = "WHERE x.group_id = $group RETURN x.entity AS uuid, x.folded AS name"
    named = store.read(
        f"UNWIND $stretches AS stretch MATCH (x:EntityName {{squashed: stretch}}) {returned}",
        stretches=sorted(stretches),
        group=store.group,
    )
    if len(squashed) >= CUT_OFF:
        named += store.read(
            f"MATCH (x:EntityName) WHERE {store.unindexed('x.squashed')} STARTS WITH $start AND x.group_id = $group "
            "RETURN x.entity AS uuid, x.folded AS name",
            start=squashed,
            group=store.group,
        )
    yield from ((row["uuid"], row["name"]) for row in named)
    yield from _alike(store, words)


def _alike(store: GraphStore, words: list[str]) -> Iterable[tuple[str, str]]:
    """Names that share words, through Graphiti's own index of names and summaries."""
    asked = [f"{word}*" if len(word) >= LONG_WORD else word for word in dict.fromkeys(words)]
    found = store.read(
        f"{store.matching('Entity', 'node_name_and_summary', '$words')} WITH node AS n, score "
        "WHERE n.group_id = $group AND coalesce(n.live, true) "
        "RETURN n.uuid AS uuid, n.name AS name, n.aliases AS aliases "
        f"ORDER BY score DESC LIMIT {CANDIDATES}",
        words=store.any_of(asked),
        group=store.group,
    )
    for row in found:
        for name in (row["name"] or "", *(row["aliases"] or ())):
            yield row["uuid"], join_words(name)


def _by_text(store: GraphStore, word: str) -> dict[str, float]:
    """Entities that the documents using a rare long word are about, by their share of these documents."""
    if len(word) < COMPOUND:
        return {}
    found = store.read(
        f"{store.matching('Passage', 'passage_words', '$words')} WITH node AS p "
        "WHERE p.group_id = $group AND p.expired_at IS NULL "
        f"RETURN DISTINCT p.version AS version LIMIT {COMPOUND_DOCUMENTS + 1}",
        words=store.any_of([f"{word}*"]),
        group=store.group,
    )
    if not 0 < len(found) <= COMPOUND_DOCUMENTS:
        return {}
    counted = store.read(
        "UNWIND $versions AS uuid MATCH (d:SourceDocument {uuid: uuid})-[m:MENTIONS]->(n:Entity) WHERE m.principal "
        "RETURN n.uuid AS uuid, count(DISTINCT d) AS documents",
        versions=[row["version"] for row in found],
    )
    return {row["uuid"]: BY_TEXT * row["documents"] / len(found) for row in counted}
