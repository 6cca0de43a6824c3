"""What Graphiti derives lies beside our own, once, and goes with its document: on a real FalkorDB."""

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ResponseError

from political_monitoring.clock import utc_now
from political_monitoring.extraction.open import open_model_account
from political_monitoring.knowledge.graphiti.clients import ReadFalkor
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.graphiti.store import Statement
from political_monitoring.knowledge.open import open_graph, open_graphiti_reader
from political_monitoring.settings import load_settings
from political_monitoring.testing.episodes import episode
from political_monitoring.testing.falkordb import FalkorServer
from political_monitoring.testing.graphiti_answers import WORDS, graphitis_answer, text_about
from political_monitoring.testing.graphiti_clients import HashingEncoder, graphiti_on
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub

from .looking import AGAINST, FOR, derived, documents_of, names, ours

# Importing Graphiti takes seconds on a busy machine.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


def test_what_graphiti_finds_lies_beside_what_we_read(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    path = corpus(*((f"d{n}", text_about(word), "2025-05-04") for n, word in enumerate(WORDS[:3])))
    assert ingest(path, mode="local")["model"] is None
    before = ours(group)
    report = ingest(path, "--force")
    assert ours(group) == before
    assert [row["fact"] for row in derived(group)] == sorted(
        fact
        for word in WORDS[:3]
        for fact in (
            f"{word} Alliance opposes {word} Power Act",
            f"{word} Growers Union supports {word} Power Act",
        )
    )
    assert {row["valid_at"] for row in derived(group)} == {"2025-05-04T00:00:00+00:00"}
    assert len(names(group)) == 6  # the laws are ours
    model = report["model"]
    assert (model["calls"], model["beside"], model["fallbacks"]) == (len(stub.served), 6, 0)
    assert model["input_tokens"] == 100 * len(stub.served)
    assert model["cost"] == pytest.approx(len(stub.served) * (100 * 5 + 20 * 10) / 1e6)
    assert all(document["state"] == "unchanged" for document in documents_of(report))


def test_what_the_model_says_of_our_facts_changes_none(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    """Graphiti would end them, or put the document's name on them."""
    path = corpus(("a", text_about("Alder"), "2025-06-01"))
    ingest(path, mode="local")
    before = ours(group)
    asked_about: list[str] = []

    def contradicts_all(asked: Asked) -> Answer:
        if asked.form != "EdgeDuplicate":
            return graphitis_answer(asked)
        asked_about.append(asked.content)
        return Answer({"duplicate_facts": [0], "contradicted_facts": [0, 1, 2, 3]})

    stub.script = contradicts_all
    assert ingest(path, "--force")["model"]["fallbacks"] == 0
    assert all("Alder Power Act status Senate passed" in one for one in asked_about)
    assert asked_about
    assert ours(group) == before


def test_a_document_is_handed_over_once(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    path = corpus(("a", text_about("Alder"), "2025-05-04"))
    assert ingest(path)["model"]["beside"] == 2
    stub.served.clear()
    assert ingest(path)["model"] is None
    assert ingest(path, "--force")["model"] is None
    assert stub.served == []
    assert len(derived(group)) == 2


def test_graphitis_own_client_sees_it(
    group: FalkorStore,
    server: FalkorServer,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
) -> None:
    ingest(corpus(("a", text_about("Alder"), "2025-05-04")))

    async def look() -> None:
        graphiti = graphiti_on(server, group.group, HashingEncoder(1))
        try:
            found = await graphiti.search("Alder Alliance opposes", group_ids=[group.group])
            assert "Alder Alliance opposes Alder Power Act" in [one.fact for one in found]
            (episode,) = await graphiti.retrieve_episodes(utc_now(), group_ids=[group.group])
            assert {one.uuid for one in found} == set(episode.entity_edges)
        finally:
            await graphiti.driver.client.connection.connection_pool.disconnect()
            await graphiti.close()

    asyncio.run(look())


def test_graphiti_reads_on_a_database_that_refuses_to_be_written(
    group: FalkorStore, server: FalkorServer
) -> None:
    async def write() -> None:
        driver = ReadFalkor(server.uri, "", "", group.group, 60)
        try:
            await driver.execute_query("CREATE (:Probe)")
        finally:
            await driver.close()

    group.write(lambda read: (None, (Statement("CREATE (:There)"),)))
    with pytest.raises(ResponseError, match="read-only"):
        asyncio.run(write())
    assert group.read("MATCH (n:Probe) RETURN n") == []


def test_what_a_document_supports_goes_with_it(
    group: FalkorStore, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    """Shared facts and entities stay for as long as one document says them."""
    ingest(
        corpus(
            ("a", AGAINST, "2025-05-01"), ("b", f"{AGAINST} Still.", "2025-05-02"), ("c", FOR, "2025-06-01")
        )
    )
    supports, opposes = "Alder Alliance supports Alder Power Act", "Alder Alliance opposes Alder Power Act"
    found = {row["fact"]: row for row in derived(group)}
    assert set(found) == {supports, opposes}
    assert found[opposes]["episodes"] == 2
    assert found[opposes]["invalid_at"] == "2025-06-01T00:00:00+00:00"
    assert found[opposes]["expired_at"] is not None
    assert set(names(group)) >= {"Alder Alliance"}
    with closing(open_graph(load_settings(), utc_now)) as graph:
        graph.retract(("c",))
        (row,) = derived(group)
        assert (row["fact"], row["invalid_at"], row["expired_at"]) == (opposes, None, None)
        assert names(group)["Alder Alliance"] == ""  # it held what c said
        graph.retract(("a",))
        assert [(row["fact"], row["episodes"]) for row in derived(group)] == [(opposes, 1)]
        graph.retract(("b",))
        assert derived(group) == []
        assert names(group) == {}
        assert group.read("MATCH ()-[m:MENTIONS]->() WHERE m.handed RETURN m") == []
        assert graph.check() == []


def test_what_is_left_of_a_document_is_found(
    group: FalkorStore, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    ingest(corpus(("a", AGAINST, "2025-05-01")))
    damage = Statement("MATCH ()-[e:RELATES_TO]->() WHERE e.handed SET e.episodes = ['gone']")
    group.write(lambda read: (None, (damage,)))
    with closing(open_graph(load_settings(), utc_now)) as graph:
        (problem,) = graph.check()
    assert problem.startswith("facts that Graphiti derived rest on a document that is not")


def test_a_new_version_is_handed_over_anew(
    group: FalkorStore, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    ingest(corpus(("a", AGAINST, "2025-05-01")))
    report = ingest(corpus(("a", FOR, "2025-05-01")))
    assert [one["state"] for one in documents_of(report)] == ["revised"]
    assert [row["fact"] for row in derived(group)] == ["Alder Alliance supports Alder Power Act"]
    assert names(group)["Alder Alliance"] == "Alder Alliance supports Alder Power Act"


def test_an_undated_document_gets_no_time(
    group: FalkorStore, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    """Nor does it end anything: it is not known whether it came later."""
    report = ingest(corpus(("a", AGAINST, "2025-05-01"), ("b", FOR)))
    assert report["model"]["beside"] == 2
    times = {row["fact"].split()[2]: (row["valid_at"], row["expired_at"]) for row in derived(group)}
    assert times == {"opposes": ("2025-05-01T00:00:00+00:00", None), "supports": (None, None)}
    assert group.read("MATCH ()-[e:RELATES_TO]->() WHERE e.reference_time < '2025' RETURN e.fact") == []


def test_a_hand_over_that_another_one_overtook_is_done_again(group: FalkorStore, stub: LlmStub) -> None:
    """Otherwise both would make the entity that both documents name."""
    settings = load_settings()
    first, second = (episode(key, f"{AGAINST} {key}.", dt.date(2025, 5, 1)) for key in ("a", "b"))
    writing = threading.current_thread()
    overtakes = [second.document]

    def overtaken() -> dt.datetime:
        """The clock is asked when all is read and nothing written; also, by other threads, for the account."""
        if threading.current_thread() is writing and overtakes:
            assert quick.read(overtakes.pop()) is not None
        return utc_now()

    with (
        closing(open_graph(settings, utc_now)) as graph,
        closing(open_graphiti_reader(open_model_account(settings.reading_by("graphiti")), overtaken)) as slow,
        closing(open_graphiti_reader(settings)) as quick,
    ):
        graph.add((first, second))
        read = slow.read(first.document)
        assert read is not None
        assert overtakes == []
        assert read.model.use.cached > 0
        assert slow.read(first.document) is None
    assert set(names(group)) == {"Alder Alliance", "Alder Power Act"}
    assert [row["episodes"] for row in derived(group)] == [2]


def test_a_version_that_is_gone_is_not_handed_over(group: FalkorStore, stub: LlmStub) -> None:
    settings = load_settings()
    one = episode("a", AGAINST, dt.date(2025, 5, 1))
    with closing(open_graph(settings, utc_now)) as graph, closing(open_graphiti_reader(settings)) as reader:
        assert reader.read(one.document) is None
        graph.add((one,))

        def withdrawn(asked: Asked) -> Answer:
            graph.retract(("a",))
            return graphitis_answer(asked)

        stub.script = withdrawn
        read = reader.read(one.document)
        assert read is not None
        assert (read.model.beside, read.warnings) == (0, ())
    assert (derived(group), names(group)) == ([], {})


def test_vectors_of_an_encoder_that_is_gone_are_no_obstacle(
    group: FalkorStore,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("wordllama")
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "auto")
    assert ingest(corpus(("a", text_about("Alder"), "2025-05-04")))["model"]["beside"] == 2
    dimensions = group.read("MATCH (n:Entity) WHERE n.handed RETURN DISTINCT n.dimensions AS number")
    assert dimensions == [{"number": 256}]
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    report = ingest(corpus(("b", text_about("Birch"), "2025-05-04")))
    assert (report["model"]["beside"], report["model"]["fallbacks"]) == (2, 0)
