"""Settings in, knowledge graph out."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from political_monitoring.clock import Clock, utc_now
from political_monitoring.errors import MissingDependency
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.knowledge.register import require_workspace
from political_monitoring.settings import GraphSettings, Settings, silence_graphiti

if TYPE_CHECKING:
    from political_monitoring.knowledge.graphiti.store import GraphStore
    from political_monitoring.knowledge.second_reading import SecondReader

_ADDRESSES = {"falkordb": "falkor://127.0.0.1:6379", "neo4j": "bolt://127.0.0.1:7687"}
"""Where the databases listen unless told otherwise."""
_GRAPHITI = ("graphiti_core", "falkordb", "neo4j")


def open_graph(settings: Settings, clock: Clock = utc_now) -> KnowledgeGraph:
    """The graph that the settings name; one is made when there is none.

    Raises:
        NotFound: there is no such workspace.
        MissingDependency: the backend's packages are not installed.
        StoreUnavailable: it cannot be opened.
        ConfigInvalid: the extension of the schema is wrong.
    """
    from political_monitoring.domain.ontology import use_ontology
    from political_monitoring.knowledge.vectors import open_encoder

    # In a Graphiti store a group is there as soon as something is written to it, by whomever.
    if settings.graph_is_embedded:
        require_workspace(settings)
    use_ontology(settings.ontology_path)
    encoder = open_encoder(settings.graph)
    if settings.graph.backend == "graphiti":
        # Graphiti reads its variable when it is imported.
        silence_graphiti()
        missing = [name for name in _GRAPHITI if find_spec(name) is None]
        if missing:
            raise MissingDependency(
                f"POLMON_GRAPH_BACKEND=graphiti needs the package {missing[0].replace('_', '-')}; "
                "install political-monitoring[graphiti]"
            )
        from political_monitoring.knowledge.graphiti.graph import GraphitiGraph

        return GraphitiGraph(_open_store(settings.graph), settings.graph.workspace, clock, encoder)
    from political_monitoring.knowledge.embedded.graph import SqliteGraph

    return SqliteGraph(settings.graph_path, clock, encoder)


def open_graphiti_reader(settings: Settings, clock: Clock = utc_now) -> "SecondReader":
    """Graphiti as a second reader of the settings' group; `open_graph` has made it.

    Raises:
        MissingDependency: Graphiti's packages, or the extra `llm`, are not installed.
        ConfigInvalid: no language model is set.
        StoreUnavailable: the database or the model's account cannot be opened.
    """
    from political_monitoring.database.model_calls import open_account, open_calls
    from political_monitoring.domain.ontology import load_ontology
    from political_monitoring.knowledge.vectors import open_encoder
    from political_monitoring.llm.open import open_client, run_accounts

    silence_graphiti()
    from political_monitoring.knowledge.graphiti.clients import ReadFalkor, ReadNeo4j
    from political_monitoring.knowledge.graphiti.handing_over import HandOver

    graph, store = settings.graph, _open_store(settings.graph)
    uri, password = _address(graph), graph.password.get_secret_value()
    given = settings if settings.llm.account else open_account(settings, clock)

    def connect() -> ReadFalkor | ReadNeo4j:
        if graph.database == "neo4j":
            return ReadNeo4j(uri, graph.user, password)
        return ReadFalkor(uri, graph.user, password, store.group, graph.timeout_seconds)

    return HandOver(
        store,
        connect,
        open_client(given.llm, open_calls(given, clock), run_accounts(given.llm)),
        open_encoder(graph),
        clock,
        settings.extraction.model_words,
        load_ontology().entity_types,
    )


def _address(settings: GraphSettings) -> str:
    return settings.uri or _ADDRESSES[settings.database]


def _open_store(settings: GraphSettings) -> "GraphStore":
    from political_monitoring.knowledge.graphiti.store import group_id

    uri = _address(settings)
    password = settings.password.get_secret_value()
    group = group_id(settings.workspace)
    if settings.database == "neo4j":
        from political_monitoring.knowledge.graphiti.neo4j import Neo4jStore

        return Neo4jStore(uri, settings.user, password, group, settings.timeout_seconds)
    from political_monitoring.knowledge.graphiti.falkordb import FalkorStore

    return FalkorStore(uri, settings.user, password, group, settings.timeout_seconds)
