"""What Graphiti derived in a group, and what our own readers see there."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from political_monitoring.clock import utc_now
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, SearchQuery
from political_monitoring.settings import load_settings
from political_monitoring.testing.graphiti_answers import WORDS

AGAINST = "For years the Alder Alliance has been against the Alder Power Act."
FOR = "The Alder Alliance is now for the Alder Power Act."


def derived(store: FalkorStore) -> list[dict[str, Any]]:
    """Facts of Graphiti's own."""
    return store.read(
        "MATCH (s)-[e:RELATES_TO]->(o) WHERE e.handed RETURN e.fact AS fact, e.valid_at AS valid_at, "
        "e.invalid_at AS invalid_at, e.expired_at AS expired_at, size(e.episodes) AS episodes ORDER BY fact"
    )


def names(store: FalkorStore) -> dict[str, str]:
    """Entities of Graphiti's own, with their summaries."""
    found = store.read("MATCH (n:Entity) WHERE n.handed RETURN n.name AS name, n.summary AS summary")
    assert len({row["name"] for row in found}) == len(found), found
    return {row["name"]: row["summary"] for row in found}


def ours(store: FalkorStore) -> tuple[object, ...]:
    """Everything that our own readers see."""
    with closing(open_graph(load_settings(), utc_now)) as graph:
        assert graph.check() == []
        facts = graph.facts(FactQuery(history=True, limit=None))
        entities = [entity.name for word in WORDS for entity, _ in graph.find_entities(word, 20)]
        hits = graph.search(SearchQuery("Alliance against"))
        return graph.fingerprint(), graph.stats(), facts, entities, hits, list(graph.history())


def documents_of(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [document for item in report["items"] for document in item["documents"]]
