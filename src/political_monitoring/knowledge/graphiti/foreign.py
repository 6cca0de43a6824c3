"""Episodes that Graphiti itself wrote, each as a document of one passage, under a query's conditions."""

from collections.abc import Iterable

from political_monitoring.clock import end_of_day, start_of_day
from political_monitoring.knowledge.graphiti.reading import Conditions
from political_monitoring.knowledge.graphiti.rows import UNDATED, columns, foreign_document
from political_monitoring.knowledge.graphiti.store import GraphStore, Row
from political_monitoring.knowledge.names import join_words
from political_monitoring.knowledge.port import SearchQuery

_FOREIGN = ("uuid", "name", "content", "source_description", "valid_at")


def foreign_with_words(store: GraphStore, query: SearchQuery, words: str, limit: int) -> list[Row]:
    """Those that match a query of the word index, best first, `words` being the score."""
    conditions = _conditions(store, query)
    if conditions is None:
        return []
    found = store.read(
        f"{store.matching('Episodic', 'episode_content', '$words')} WITH node AS e, score {conditions} "
        f"RETURN {columns('e', _FOREIGN)}, score AS words ORDER BY words DESC LIMIT {limit}",
        words=words,
        **conditions.parameters,
    )
    return [{**_passage(row), "words": row["words"]} for row in found]


def foreign_among(store: GraphStore, query: SearchQuery, versions: Iterable[str]) -> list[Row]:
    """Those of the episodes that Graphiti wrote."""
    conditions = _conditions(store, query)
    if conditions is None:
        return []
    found = store.read(
        f"UNWIND $versions AS uuid MATCH (e:Episodic {{uuid: uuid}}) {conditions} RETURN {columns('e', _FOREIGN)}",
        versions=list(versions),
        **conditions.parameters,
    )
    return [_passage(row) for row in found]


def _conditions(store: GraphStore, query: SearchQuery) -> Conditions | None:
    """None: no episode can meet them, most often because Graphiti wrote none."""
    # The database keeps the number of nodes of each label.
    episodes, ours = (
        store.read(f"MATCH (d:{label}) RETURN count(d) AS number")[0]["number"]
        for label in ("Episodic", "SourceDocument")
    )
    if episodes == ours or any((query.scope.kinds, query.scope.jurisdictions, query.scope.languages)):
        return None
    conditions = Conditions(store)
    conditions.compare("e", "group_id", "= $group")
    conditions.require("e.key IS NULL")
    conditions.require_known("e", query.time.known)
    if query.scope.sources:
        conditions.require("e.source_description IN $sources", sources=list(query.scope.sources))
    if query.time.world is not None or query.until is not None:
        conditions.compare("e", "valid_at", "> $undated", undated=UNDATED)
    if query.time.world is not None:
        conditions.compare("e", "valid_at", "<= $world", world=query.time.world)
    if query.since is not None:
        conditions.compare("e", "valid_at", ">= $since", since=start_of_day(query.since))
    if query.until is not None:
        conditions.compare("e", "valid_at", "<= $until", until=end_of_day(query.until))
    return conditions


def _passage(row: Row) -> Row:
    document = foreign_document(row)
    return {
        "uuid": row["uuid"],
        "version": row["uuid"],
        "document": document.id,
        "ordinal": 0,
        "begins": 0,
        "ends": len(document.text),
        "heading": "",
        "text": document.text,
        "folded": join_words(document.text),
        "title": document.title,
        "publisher": document.source,
        "url": None,
        "day": document.date.toordinal() if document.date else 0,
        "language": document.language,
    }
