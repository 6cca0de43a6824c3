"""Graphiti's own clients on what we wrote, and we on what they wrote."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any

import pytest
from graphiti_core import Graphiti
from graphiti_core.edges import EntityEdge, EpisodicEdge
from graphiti_core.nodes import EntityNode, EpisodeType, EpisodicNode
from graphiti_core.search.search_config_recipes import COMBINED_HYBRID_SEARCH_CROSS_ENCODER
from graphiti_core.utils.bulk_utils import add_nodes_and_edges_bulk

from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.graphiti.graph import GraphitiGraph
from political_monitoring.knowledge.graphiti.rows import uuid_of
from political_monitoring.knowledge.graphiti.store import group_id
from political_monitoring.knowledge.port import FactQuery, Scope, SearchQuery
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.falkordb import FalkorServer, running_falkordb
from political_monitoring.testing.graph import BILL, CHAIN, OTHER, status
from political_monitoring.testing.graphiti_clients import HashingEncoder, LocalEmbedder, graphiti_on

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
_WORKSPACES = count()
SEEN = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
SAID = "The Harbour Authority opposes the Tidal Energy Act."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FalkorServer]:
    with running_falkordb(tmp_path_factory.mktemp("falkordb")) as running:
        yield running


@pytest.fixture(params=[8, 384])
def encoder(request: pytest.FixtureRequest) -> HashingEncoder:
    """Embeddings may have any dimension."""
    return HashingEncoder(request.param)


@pytest.fixture
def workspace() -> str:
    """Graphiti allows neither the umlaut nor the spaces nor the ampersand."""
    return f"Kanzlei Müller & Söhne {next(_WORKSPACES)}"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def graph(
    server: FalkorServer, workspace: str, clock: FrozenClock, encoder: HashingEncoder
) -> Iterator[GraphitiGraph]:
    store = FalkorStore(server.uri, "", "", group_id(workspace), 60)
    opened = GraphitiGraph(store, workspace, clock, encoder)
    yield opened
    opened.close()


Client = Callable[[Callable[[Graphiti], Awaitable[None]]], None]
HEARD = "The Harbour Authority opposes the Example Act."
READ_OUT: dict[str, dict[str, Any]] = {
    "ExtractedEntities": {
        "extracted_entities": [
            {"name": "Harbour Authority", "entity_type_id": 0, "episode_indices": [0]},
            {"name": "Example Act", "entity_type_id": 0, "episode_indices": [0]},
        ]
    },
    "NodeResolutions": {"entity_resolutions": []},
    "ExtractedEdges": {
        "edges": [
            {
                "source_entity_name": "Harbour Authority",
                "target_entity_name": "Example Act",
                "relation_type": "OPPOSES",
                "fact": HEARD,
                "valid_at": "2025-06-01T00:00:00Z",
                "episode_indices": [0],
            }
        ]
    },
    "EdgeDuplicate": {"duplicate_facts": [], "contradicted_facts": []},
}
"""What a language model reads out of HEARD, in the forms that add_episode asks for."""


@pytest.fixture
def client(server: FalkorServer, workspace: str, encoder: HashingEncoder) -> Client:
    """Does something with Graphiti's client for the workspace."""

    def run(work: Callable[[Graphiti], Awaitable[None]]) -> None:
        async def connected() -> None:
            graphiti = graphiti_on(server, group_id(workspace), encoder, READ_OUT)
            try:
                await work(graphiti)
            finally:
                await graphiti.driver.client.connection.connection_pool.disconnect()
                await graphiti.close()

        asyncio.run(connected())

    return run


def test_graphitis_search_finds_the_facts_we_wrote(
    graph: GraphitiGraph, client: Client, workspace: str
) -> None:
    graph.add((*CHAIN, status("u", None, "withdrawn")))

    async def work(graphiti: Graphiti) -> None:
        found = await graphiti.search("Second Act introduced", group_ids=[group_id(workspace)], num_results=5)
        assert found[0].attributes["subject"] == OTHER.id
        assert found[0].name == "status"
        (source,) = await EntityNode.get_by_uuids(graphiti.driver, [found[0].source_node_uuid])
        assert (source.name, source.attributes["key"]) == (OTHER.name, OTHER.id)
        assert set(source.labels) == {"Entity", "Bill"}
        (passed,) = [
            one for one in await graphiti.search("passed_house", num_results=1) if one.attributes["value"]
        ]
        assert passed.valid_at == dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
        assert passed.invalid_at is None
        assert passed.expired_at is None
        (episode,) = await EpisodicNode.get_by_uuids(graphiti.driver, passed.episodes)
        assert passed.attributes["quote"] in episode.content

    client(work)


def test_graphitis_search_over_everything_reads_what_we_wrote(
    graph: GraphitiGraph, client: Client, workspace: str
) -> None:
    graph.add((*CHAIN, status("u", None, "withdrawn")))

    async def work(graphiti: Graphiti) -> None:
        config = COMBINED_HYBRID_SEARCH_CROSS_ENCODER
        found = await graphiti.search_("Example Act", config, group_ids=[group_id(workspace)])
        assert BILL.id in {node.attributes["key"] for node in found.nodes}
        assert len(found.edges) == len(CHAIN) + 1
        assert "u" in {episode.name for episode in found.episodes} | {"u"}
        episodes = await graphiti.retrieve_episodes(SEEN, last_n=20, group_ids=[group_id(workspace)])
        assert len(episodes) == len(CHAIN) + 1
        undated = next(one for one in episodes if "withdrawn" in one.content)
        assert undated.valid_at.year == 1
        edges = await EntityEdge.get_by_group_ids(graphiti.driver, [group_id(workspace)])
        assert [one.valid_at for one in edges if one.attributes["value"] == "withdrawn"] == [None]

    client(work)


def test_graphiti_no_longer_sees_a_withdrawn_document(
    graph: GraphitiGraph, client: Client, workspace: str, clock: FrozenClock
) -> None:
    graph.add(CHAIN)
    clock.advance(days=1)
    graph.retract(("c",))

    async def work(graphiti: Graphiti) -> None:
        episodes = await graphiti.retrieve_episodes(SEEN, last_n=20, group_ids=[group_id(workspace)])
        assert len(episodes) == len(CHAIN) - 1
        edges = await EntityEdge.get_by_group_ids(graphiti.driver, [group_id(workspace)])
        live = [one for one in edges if one.expired_at is None]
        assert {one.attributes["value"] for one in live} == {"introduced", "reported"}

    client(work)


def _triplet(group: str) -> tuple[EpisodicNode, EntityNode, EntityNode, EntityEdge, EpisodicEdge]:
    """What add_episode makes of one sentence: no property of ours."""
    heard = EpisodicNode(
        name="Harbour news",
        group_id=group,
        source=EpisodeType.text,
        source_description="wire",
        content=SAID,
        valid_at=SEEN,
        created_at=SEEN,
    )
    port = EntityNode(name="Harbour Authority", group_id=group, labels=["Institution"], created_at=SEEN)
    act = EntityNode(name="Tidal Energy Act", group_id=group, created_at=SEEN)
    opposes = EntityEdge(
        source_node_uuid=port.uuid,
        target_node_uuid=act.uuid,
        name="OPPOSES",
        fact=SAID,
        group_id=group,
        episodes=[heard.uuid],
        created_at=SEEN,
        valid_at=SEEN,
    )
    mention = EpisodicEdge(
        source_node_uuid=heard.uuid, target_node_uuid=port.uuid, group_id=group, created_at=SEEN
    )
    return heard, port, act, opposes, mention


@pytest.mark.parametrize("bulk", [False, True])
def test_what_graphiti_wrote_is_read(
    graph: GraphitiGraph, client: Client, workspace: str, encoder: HashingEncoder, *, bulk: bool
) -> None:
    graph.add(CHAIN)
    before = graph.stats()
    heard, port, act, opposes, mention = _triplet(group_id(workspace))

    async def work(graphiti: Graphiti) -> None:
        embedder = LocalEmbedder(encoder)
        if bulk:
            await add_nodes_and_edges_bulk(
                graphiti.driver, [heard], [mention], [port, act], [opposes], embedder
            )
            return
        for node in (port, act):
            await node.generate_name_embedding(embedder)
        await opposes.generate_embedding(embedder)
        for one in (heard, port, act, opposes, mention):
            await one.save(graphiti.driver)

    client(work)
    entity = graph.entity(port.uuid)
    assert entity is not None
    assert (entity.name, entity.type) == ("Harbour Authority", "Institution")
    assert graph.find_entities("harbour authority")[0][0] == entity
    (fact,) = graph.facts(FactQuery(subjects=(port.uuid,)))
    assert (fact.predicate, fact.object, fact.words, fact.valid_at) == ("OPPOSES", act.uuid, SAID, SEEN)
    assert fact.evidence.span.of(SAID) == fact.evidence.quote == SAID
    assert graph.facts(FactQuery(objects=(act.uuid,), linking=True, types=("Institution",))) == [fact]
    assert graph.facts(FactQuery(subjects=(port.uuid,), time=AsOf.on(dt.date(2025, 5, 31)))) == []
    assert graph.facts(FactQuery(subjects=(port.uuid,), scope=Scope(kinds=("press_release",)))) == []
    hits = graph.search(SearchQuery("who opposes tidal energy"))
    assert hits[0].document_id == heard.uuid == fact.evidence.document_id
    assert hits[0].passage_id == fact.evidence.passage_id
    assert graph.search(SearchQuery("opposes tidal", AsOf.on(dt.date(2025, 5, 31))))[:1] != hits[:1]
    document = graph.document(heard.uuid)
    assert document is not None
    assert (document[0].text, document[0].date) == (SAID, SEEN.date())
    assert hits[0].span.of(document[0].text) == hits[0].text
    assert heard.uuid in {one.id for one in graph.documents()}
    after = graph.stats()
    assert (after.documents, after.facts) == (before.documents + 1, before.facts + 1)
    assert after.entities == before.entities + 2
    assert graph.check() == []
    assert len(list(graph.history())) == len(CHAIN)
    graph.retract(tuple(one.document.id for one in CHAIN))
    assert graph.entity(port.uuid) == entity


def test_an_episode_that_graphiti_added_speaks_of_our_entities(
    graph: GraphitiGraph, client: Client, workspace: str, clock: FrozenClock
) -> None:
    graph.add(CHAIN)
    before = graph.entity(BILL.id)

    async def work(graphiti: Graphiti) -> None:
        await graphiti.add_episode(
            name="Harbour news",
            episode_body=HEARD,
            source_description="wire",
            reference_time=SEEN,
            source=EpisodeType.text,
            group_id=group_id(workspace),
        )

    client(work)
    (fact,) = graph.facts(FactQuery(predicates=("OPPOSES",)))
    assert (fact.object, fact.words) == (BILL.id, HEARD)
    assert fact.evidence.quote == HEARD
    assert graph.entity(fact.subject) is not None
    assert graph.entity(BILL.id) == before
    assert graph.facts(FactQuery(objects=(BILL.id,), linking=True)) == [fact]
    hits = graph.search(SearchQuery("", entities=(fact.subject,)))
    assert [hit.document_id for hit in hits] == [fact.evidence.document_id]
    hits = graph.search(SearchQuery("", entities=(BILL.id,)))
    assert [hit.document_id for hit in hits] == ["c", "b", "a"]
    # What Graphiti saved of our entity goes on counting who names it.
    clock.advance(days=1)
    graph.retract(("a", "b", "c"))
    assert graph.entity(BILL.id) is None
    assert graph.add((status("late", 7, "rejected"),))[0].entities == 1
    assert graph.entity(BILL.id) == before
    assert graph.check() == []


def test_groups_do_not_leak_into_each_other(
    graph: GraphitiGraph, server: FalkorServer, clock: FrozenClock, encoder: HashingEncoder
) -> None:
    # The names differ in what Graphiti allows in no name.
    other = GraphitiGraph(FalkorStore(server.uri, "", "", group_id("Köln"), 60), "Köln", clock, encoder)
    third = GraphitiGraph(FalkorStore(server.uri, "", "", group_id("K ln"), 60), "K ln", clock, encoder)
    graph.add(CHAIN[:3])
    other.add(CHAIN[3:])
    assert graph.stats().documents == 3
    assert graph.entity(OTHER.id) is None
    assert {one.id for one, _ in graph.find_entities("Second Act")} <= {BILL.id}
    assert {one.subject for one in graph.facts(FactQuery())} == {BILL.id}
    assert {hit.document_id for hit in graph.search(SearchQuery("act introduced"))} <= {"a", "b", "c"}
    assert [one.id for one in other.documents()] == ["o"]
    assert third.stats().documents == 0
    assert uuid_of("a", "entity", BILL.id) != uuid_of("b", "entity", BILL.id)
    other.close()
    third.close()


def test_without_an_encoder_everything_but_vectors_is_there(
    server: FalkorServer, workspace: str, clock: FrozenClock, encoder: HashingEncoder, client: Client
) -> None:
    plain = GraphitiGraph(
        FalkorStore(server.uri, "", "", group_id(workspace), 60), workspace, clock, encoder=None
    )
    plain.add(CHAIN)
    assert {hit.document_id for hit in plain.search(SearchQuery("Example Act"))} >= {"a", "b", "c"}

    async def work(graphiti: Graphiti) -> None:
        found = await graphiti.search("Second Act introduced", group_ids=[group_id(workspace)])
        assert OTHER.id in {one.attributes["subject"] for one in found}

    client(work)
    plain.close()


@pytest.mark.parametrize("before", [None, HashingEncoder(16)])
def test_vectors_follow_the_encoder(
    server: FalkorServer,
    workspace: str,
    clock: FrozenClock,
    encoder: HashingEncoder,
    client: Client,
    before: HashingEncoder | None,
) -> None:
    def opened(with_encoder: HashingEncoder | None) -> GraphitiGraph:
        store = FalkorStore(server.uri, "", "", group_id(workspace), 60)
        return GraphitiGraph(store, workspace, clock, with_encoder)

    old, new = opened(before), opened(encoder)
    old.add(CHAIN)
    # Until something is written the vectors of another encoder are left aside.
    query = SearchQuery("Example Act", entities=(BILL.id,))
    assert {hit.document_id for hit in new.search(query)} >= {"a", "b", "c"}
    new.add((status("late", 6, "rejected"),))
    assert {hit.document_id for hit in new.search(query)} >= {"a", "b", "c", "late"}

    async def work(graphiti: Graphiti) -> None:
        for one in await EntityEdge.get_by_group_ids(graphiti.driver, [group_id(workspace)]):
            await one.load_fact_embedding(graphiti.driver)
            expected = encoder.encode([one.fact])[0]
            assert one.fact_embedding == pytest.approx([float(number) for number in expected], abs=1e-6)
        found = await graphiti.search("Second Act introduced", group_ids=[group_id(workspace)])
        assert found[0].attributes["subject"] == OTHER.id

    client(work)
    old.close()
    new.close()
