"""Documents read into a graph as ingestion reads them, without a ledger."""

from collections.abc import Iterable

from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.facts import Episode
from political_monitoring.extraction.local import LocalExtractor, open_local
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.setting_sections import LimitsSettings

LIMITS = LimitsSettings(parse_seconds=30)


def read_into(graph: KnowledgeGraph, items: Iterable[Item], extractor: LocalExtractor | None = None) -> None:
    """Parse, split, extract by rules and write everything in one transaction.

    Raises:
        DocumentError: an item cannot be read.
    """
    reader = extractor or open_local("off")
    read = [(document, split_passages(document)) for item in items for document in parse(item, LIMITS)]
    graph.add(tuple(Episode(one, passages, reader.extract(one, passages)) for one, passages in read))
