"""The commands that need both backends, on a real FalkorDB."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.network import changes
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.workspaces import create_workspace, open_to_write, remove_workspace
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.graph import CHAIN, status

falkordb = pytest.importorskip("political_monitoring.testing.falkordb", reason="no Graphiti backend here")

# The server starts once, on machines that may be busy.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

CLIENT = "Müller & Söhne"


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with falkordb.running_falkordb(tmp_path_factory.mktemp("falkordb")) as running:
        yield running.uri


@pytest.fixture(autouse=True)
def address(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_URI", uri)
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")


def on(backend: str, settings: Settings | None = None) -> Settings:
    settings = settings or load_settings()
    return settings.model_copy(update={"graph": settings.graph.model_copy(update={"backend": backend})})


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_graph_goes_to_the_other_backend_and_comes_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_graph(load_settings())) as graph:
        graph.add(CHAIN)
        graph.add((status("a", 2, "rejected"),))
        graph.retract(("b",))
        expected, stats = graph.fingerprint(), graph.stats()

    there = printed(capsys, "graph", "copy", "--to", "graphiti")
    again = printed(capsys, "graph", "copy", "--to", "graphiti")
    monkeypatch.setenv("POLMON_HOME", str(tmp_path / "elsewhere"))
    back = printed(capsys, "graph", "copy", "--to", "embedded")

    assert there["fingerprint"] == again["fingerprint"] == back["fingerprint"] == expected
    assert there["documents_in_source"] == there["documents"] == stats.documents
    assert there["events_written"] == back["events_written"] == 6
    assert again["events_written"] == 0
    assert back["facts"] == stats.facts


def test_workspaces_are_groups_that_follow_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_BACKEND", "graphiti")
    settings = load_settings().in_workspace("public")
    with closing(open_to_write(settings)) as public:
        public.retract(tuple(document.id for document in public.documents()))
        public.add(CHAIN[:2])
        theirs = create_workspace(settings, CLIENT)
        with closing(open_to_write(theirs)) as own:
            assert own.fingerprint() == public.fingerprint()
            own.add((status("secret", 6, "rejected"),))
            public.add(CHAIN[2:])
            assert {document.id for document in own.documents()} == {"a", "b", "c", "o", "secret"}
            assert {document.id for document in public.documents()} == {"a", "b", "c", "o"}
        withdraw(settings, ("o",))
        with closing(open_graph(theirs)) as own:
            assert {document.id for document in own.documents()} == {"a", "b", "c", "secret"}
    remove_workspace(settings, CLIENT)


def test_changes_are_the_same_on_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_WORKSPACE", "Änderungen")
    clock = FrozenClock()
    embedded = SqliteGraph(tmp_path / "graph.db", clock)
    with closing(embedded), closing(open_graph(on("graphiti"), clock)) as other:
        moments = [clock()]
        for batch in (CHAIN[:2], CHAIN[2:], (status("b", 4, "rejected"),), ("c", "o")):
            clock.advance(hours=1)
            for graph in (embedded, other):
                if isinstance(batch[0], str):
                    graph.retract(batch)
                else:
                    graph.add(batch)
            moments.append(clock())
        for since in moments:
            for until in moments:
                assert changes(other, since, until) == changes(embedded, since, until)
        assert {one.kind for one in changes(embedded, moments[1], moments[-1])} >= {"learned", "withdrawn"}
