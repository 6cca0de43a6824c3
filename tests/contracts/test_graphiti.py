"""The Graphiti backend against the contract on a real FalkorDB, and against being killed, refused and crowded."""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic, sleep

import psutil
import pytest

from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import ConfigInvalid, MissingDependency, PolmonError, StoreUnavailable
from political_monitoring.knowledge import open as opening
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.graphiti.store import Statement, group_id
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, SearchQuery
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode
from political_monitoring.testing.falkordb import FalkorServer, running_falkordb
from political_monitoring.testing.graph import CHAIN, OTHER, GraphContract, holding, status
from political_monitoring.testing.graph_histories import replay
from political_monitoring.testing.histories import random_history

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
_WORKSPACES = count()
_ENDS_WITHIN = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FalkorServer]:
    with running_falkordb(tmp_path_factory.mktemp("falkordb")) as running:
        yield running


def graphiti_settings(uri: str, workspace: str, **more: str) -> Settings:
    given = {"BACKEND": "graphiti", "URI": uri, "WORKSPACE": workspace, **more}
    home = {"POLMON_HOME": os.environ["POLMON_HOME"]}
    return load_settings(home | {f"POLMON_GRAPH_{name}": value for name, value in given.items()})


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def another(server: FalkorServer, clock: FrozenClock) -> Iterator[Callable[[], KnowledgeGraph]]:
    """Empty graphs, each in a workspace of its own."""
    opened: list[KnowledgeGraph] = []

    def open_another() -> KnowledgeGraph:
        opened.append(open_graph(graphiti_settings(server.uri, f"Prüfung {next(_WORKSPACES)}"), clock))
        return opened[-1]

    yield open_another
    for graph in opened:
        graph.close()
    server.clear()


@pytest.fixture
def graph(another: Callable[[], KnowledgeGraph]) -> KnowledgeGraph:
    return another()


class TestGraphiti(GraphContract):
    """FalkorDB with Graphiti's labels and properties."""

    examples = 40


def test_both_backends_hold_the_same_whichever_way_it_is_moved(
    graph: KnowledgeGraph, another: Callable[[], KnowledgeGraph], clock: FrozenClock
) -> None:
    with_embedded = open_graph(load_settings({"POLMON_HOME": os.environ["POLMON_HOME"]}), clock)
    with_embedded.add((*CHAIN, status("u", None, "withdrawn")))
    clock.advance(days=1)
    with_embedded.add((status("a", 2, "rejected"),))
    with_embedded.retract(("b",))
    replay(with_embedded, graph)
    assert graph.fingerprint() == with_embedded.fingerprint()
    assert graph.stats() == with_embedded.stats()
    assert list(graph.history()) == list(with_embedded.history())
    assert graph.facts(FactQuery(history=True)) == with_embedded.facts(FactQuery(history=True))
    with_embedded.close()


def test_both_backends_do_the_same_with_any_batches(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    embedded = open_graph(load_settings({"POLMON_HOME": os.environ["POLMON_HOME"]}), clock)
    for seed in range(30):
        random = Random(seed)
        history = random_history(random, f"batch{seed}", most=14)
        steps = list(history.steps)
        while steps:
            batch = [steps.pop(0) for _ in range(min(len(steps), random.randint(1, 5)))]
            clock.advance(minutes=random.choice((0, 1, 60)))
            added = tuple(step.episode for step in batch if step.episode)
            withdrawn = tuple(step.document_id for step in batch if not step.episode)
            assert graph.add(added) == embedded.add(added), seed
            assert graph.retract(withdrawn) == embedded.retract(withdrawn), seed
        query = FactQuery(history.subjects, history=True, limit=None)
        assert graph.facts(query) == embedded.facts(query), seed
    assert graph.fingerprint() == embedded.fingerprint()
    assert graph.stats() == embedded.stats()
    assert graph.check() == []
    embedded.close()


def test_both_backends_find_the_same_entities(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    embedded = open_graph(load_settings({"POLMON_HOME": os.environ["POLMON_HOME"]}), clock)
    text = "Das Gesetz regelt die Fahrgastrechteverordnung neu."
    document = episode("german", text, CHAIN[0].document.date, about=(OTHER,), language="de")
    for one in (graph, embedded):
        one.add((*CHAIN, document))
    asked = (
        "Second Act",
        "the second act of 2025",
        "EXA",
        "hr-1",
        "us-bill:hr-2",
        "119-hr-2",
        "Fahrgastrechte",
        "?",
    )
    for text in asked:
        assert graph.find_entities(text) == embedded.find_entities(text), text
    embedded.close()


def test_a_second_client_sees_what_the_first_wrote(server: FalkorServer, clock: FrozenClock) -> None:
    settings = graphiti_settings(server.uri, "shared")
    writer, reader = open_graph(settings, clock), open_graph(settings, clock)
    writer.add(CHAIN)
    assert reader.stats() == writer.stats()
    assert holding(reader, AsOf()) == {"passed_house"}
    writer.close()
    reader.close()


def test_writers_take_turns_and_entities_stay_single(server: FalkorServer, clock: FrozenClock) -> None:
    settings = graphiti_settings(server.uri, "crowded")
    graphs = [open_graph(settings, clock) for _ in range(4)]

    def write(number: int) -> None:
        for part in range(6):
            graphs[number].add((status(f"{number}-{part}", 1 + part, "reported"),))

    with ThreadPoolExecutor(len(graphs)) as threads:
        list(threads.map(write, range(len(graphs))))
    assert graphs[0].stats().documents == 24
    assert graphs[0].stats().entities == 1
    assert graphs[0].check() == []
    assert len(graphs[0].facts(FactQuery(history=True))) == 24
    for graph in graphs:
        graph.close()


WRITER = """
import sys
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.graphiti.store import Statement, group_id
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.graph import status

graph = open_graph(load_settings(), utc_now)
for number in range(10_000):
    graph.add(tuple(status(f"{number}-{part}", 1 + part, "reported") for part in range(5)))
    print(number, flush=True)
"""


@pytest.mark.parametrize("victim", ["server", "writer"])
def test_a_kill_leaves_whole_batches_and_loses_none_that_was_acknowledged(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    server = FalkorServer(tmp_path)
    settings = graphiti_settings(server.uri, "killed")
    for name, value in (("BACKEND", "graphiti"), ("URI", server.uri), ("WORKSPACE", "killed")):
        monkeypatch.setenv(f"POLMON_GRAPH_{name}", value)
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(5):
            writer.stdout.readline()
        os.kill(server.process_id() if victim == "server" else writer.pid, signal.SIGKILL)
        acknowledged = 5 + len(writer.stdout.read().split())
        writer.kill()
    server.stop()
    with running_falkordb(tmp_path):
        graph = open_graph(settings, clock)
        documents = graph.stats().documents
        assert documents >= 5 * acknowledged
        assert documents % 5 == 0
        assert graph.check() == []
        assert len(graph.search(SearchQuery("Example Act", limit=documents))) == documents
        assert graph.add((status("after", 6, "rejected"),))[0].state == "added"
        graph.close()


STARTER = """
import sys
from pathlib import Path
from random import Random
from political_monitoring.testing.episodes import episode
from political_monitoring.testing.falkordb import FalkorServer

server = FalkorServer(Path(sys.argv[1]))
print(server.process_id(), flush=True)
sys.stdin.read()
"""


def test_no_server_outlives_its_tests(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        number = int(starter.stdout.readline())
        assert psutil.pid_exists(number)
        starter.kill()
    deadline = monotonic() + _ENDS_WITHIN
    while psutil.pid_exists(number):
        assert monotonic() < deadline, f"the server {number} is an orphan"
        sleep(0.05)


def test_a_database_that_is_not_there_is_one_sentence(clock: FrozenClock) -> None:
    for more in ({}, {"DATABASE": "neo4j"}):
        scheme = "bolt" if more else "falkor"
        settings = graphiti_settings(f"{scheme}://127.0.0.1:1", "x", TIMEOUT_SECONDS="2", **more)
        with pytest.raises(
            StoreUnavailable, match=r"127\.0\.0\.1:1 cannot be used.*POLMON_GRAPH_URI"
        ) as caught:
            open_graph(settings, clock)
        assert "\n" not in str(caught.value)


def test_an_address_that_is_none_is_one_sentence(clock: FrozenClock) -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_GRAPH_URI is no address of a FalkorDB"):
        open_graph(graphiti_settings("http://127.0.0.1:1", "x"), clock)
    with pytest.raises(ConfigInvalid, match="POLMON_GRAPH_PASSWORD") as caught:
        graphiti_settings("falkor://user:hidden-word@127.0.0.1:1", "x")
    assert "hidden-word" not in str(caught.value)


def test_a_refused_login_names_the_settings_and_no_secret(tmp_path: Path, clock: FrozenClock) -> None:
    with running_falkordb(tmp_path, "--requirepass", "right") as server:
        uri = server.uri
        for password in ("", "wrong-secret"):
            with pytest.raises(StoreUnavailable, match="POLMON_GRAPH_PASSWORD") as caught:
                open_graph(graphiti_settings(uri, "x", PASSWORD=password), clock)
            assert "wrong-secret" not in str(caught.value)
        graph = open_graph(graphiti_settings(uri, "x", PASSWORD="right"), clock)
        assert graph.stats().documents == 0
        graph.close()


def test_a_server_that_goes_is_one_sentence_and_nothing_half_done(tmp_path: Path, clock: FrozenClock) -> None:
    with running_falkordb(tmp_path) as server:
        graph = open_graph(graphiti_settings(server.uri, "x"), clock)
        graph.add(CHAIN[:1])
        server.stop()
        for question in (graph.stats, graph.fingerprint, lambda: graph.add(CHAIN[1:])):
            with pytest.raises(StoreUnavailable, match="cannot be used"):
                question()
        graph.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            graph.stats()


def test_a_batch_that_the_server_refuses_writes_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    with running_falkordb(tmp_path) as server:
        graph = open_graph(graphiti_settings(server.uri, "x"), clock)
        graph.add(CHAIN[:1])
        before = graph.fingerprint()
        server.configure("maxmemory", "1")
        with pytest.raises(StoreUnavailable, match="memory"):
            graph.add(CHAIN[1:])
        server.configure("maxmemory", "0")
        assert graph.fingerprint() == before
        assert [one.state for one in graph.add(CHAIN[1:])] == ["added"] * 3
        assert graph.check() == []
        graph.close()


def test_statements_that_fail_take_back_those_before_them(server: FalkorServer) -> None:
    store = FalkorStore(server.uri, "", "", "probe", 60)
    makes, fails = Statement("CREATE (:Probe)"), Statement("UNWIND ['x'] AS x MATCH (n:Probe) SET n.y = x.y")
    with pytest.raises(StoreUnavailable, match="Type mismatch"):
        store.write(lambda read: (None, (makes, fails)))
    assert store.read("MATCH (n:Probe) RETURN n") == []
    store.write(lambda read: (None, (makes, makes)))
    assert store.read("MATCH (n:Probe) RETURN count(n) AS number") == [{"number": 2}]
    store.close()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("MATCH (d:SourceDocument {key: 'a'}) SET d.content = 'Something else.'", "quote words"),
        ("MATCH (d:SourceDocument {key: 'a'}) DELETE d", "rest on a document that is not"),
        ("MATCH (w:Workspace) SET w.number = 1", "counts 1 events"),
        (
            "MATCH (s)-[e:RELATES_TO]->(o) WHERE e.key = 'a:0' CREATE (s)-[f:RELATES_TO]->(o) SET f = properties(e)",
            "known twice",
        ),
    ],
)
def test_damage_is_found(server: FalkorServer, clock: FrozenClock, damage: str, problem: str) -> None:
    workspace = f"damaged {next(_WORKSPACES)}"
    graph = open_graph(graphiti_settings(server.uri, workspace), clock)
    graph.add(CHAIN)
    assert graph.check() == []
    store = FalkorStore(server.uri, "", "", group_id(workspace), 60)
    store.write(lambda read: (None, (Statement(damage),)))
    assert any(problem in one for one in graph.check()), graph.check()
    store.close()
    graph.close()


def test_a_group_of_a_newer_release_is_refused(
    server: FalkorServer, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = graphiti_settings(server.uri, "from the future")
    with monkeypatch.context() as patch:
        patch.setattr("political_monitoring.knowledge.graphiti.graph._LAYOUT", 99)
        open_graph(settings, clock).close()
    with pytest.raises(StoreUnavailable, match="newer release"):
        open_graph(settings, clock)


def test_a_missing_package_is_named_with_what_to_install(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "falkordb" else find_spec(name))
    with pytest.raises(MissingDependency, match=r"falkordb.*political-monitoring\[graphiti\]"):
        open_graph(graphiti_settings("", "x"), clock)


def test_telemetry_is_off_before_graphiti_is_imported(tmp_path: Path, server: FalkorServer) -> None:
    program = (
        "from political_monitoring.knowledge.open import open_graph\n"
        "from political_monitoring.settings import load_settings\n"
        "open_graph(load_settings()).close()\n"
        "from graphiti_core.telemetry import telemetry\n"
        "assert not telemetry.is_telemetry_enabled()\n"
    )
    given = {"POLMON_GRAPH_BACKEND": "graphiti", "POLMON_GRAPH_URI": server.uri, "POLMON_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=os.environ | given, check=True)


def test_a_moment_is_the_same_in_any_zone(graph: KnowledgeGraph, clock: FrozenClock) -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    graph.add(CHAIN[:1], at=clock().astimezone(berlin))
    known = AsOf(known=clock().astimezone(berlin))
    assert [event.at for event in graph.history()] == [clock()]
    assert len(graph.facts(FactQuery(time=known))) == 1
    earlier = AsOf(known=(clock() - dt.timedelta(seconds=1)).astimezone(berlin))
    assert graph.facts(FactQuery(time=earlier)) == []
    assert issubclass(StoreUnavailable, PolmonError)
