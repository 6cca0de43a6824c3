"""Settings in, knowledge graph out."""

from political_monitoring.clock import Clock, utc_now
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import Settings


def open_graph(settings: Settings, clock: Clock = utc_now) -> KnowledgeGraph:
    """The graph that the settings name; an embedded one is made when there is none.

    Raises:
        StoreUnavailable: it cannot be opened.
    """
    from political_monitoring.knowledge.sqlite import SqliteGraph
    from political_monitoring.knowledge.vectors import open_encoder

    encoder = None if settings.graph.vectors == "off" else open_encoder()
    return SqliteGraph(settings.graph_path, clock, encoder)
