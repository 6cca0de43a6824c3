"""Killed while a graph is imported, replaced or a workspace made: what is there is whole, and it can be done again."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.clock import utc_now
from political_monitoring.domain.facts import Entity
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.files import copy_store, generation, replace_store
from political_monitoring.knowledge.moving import export_graph, import_graph
from political_monitoring.knowledge.register import list_workspaces
from political_monitoring.knowledge.workspaces import create_workspace
from political_monitoring.settings import load_settings
from political_monitoring.testing.episodes import Said, episode

pytestmark = pytest.mark.timeout(300)

BILL = Entity("us-bill:119-hr-1", "Bill", "Example Act")
READY = "ready"


def fill(path: Path, documents: int, word: str) -> str:
    """A graph of so many documents, each recorded by itself; its fingerprint."""
    with closing(SqliteGraph(path, utc_now)) as graph:
        for number in range(documents):
            text = f"The Example Act was {word} in the matter {number}. " + "It was long debated. " * 40
            on = dt.date(2025, 1, 1) + dt.timedelta(number)
            said = (Said(BILL, "status", f"was {word}", "reported", on),)
            graph.add((episode(f"{word}-{number}", text, on, said=said),))
        return graph.fingerprint()


def killed_after(program: str, arguments: list[str], seconds: float) -> bool:
    """Run a program of our own, kill it so long after it said that it begins; whether it was still at work."""
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == READY
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.001)
    working = process.poll() is None
    if working:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return working


IMPORT = """
import sys
from pathlib import Path
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.moving import import_graph
from political_monitoring.knowledge.embedded.graph import SqliteGraph
graph = SqliteGraph(Path(sys.argv[2]), utc_now)


def told(done, total):
    if done >= int(sys.argv[3]):
        print("ready", flush=True)


import_graph(Path(sys.argv[1]), graph, told)
"""


def test_an_import_that_was_killed_is_run_again(tmp_path: Path) -> None:
    expected = fill(tmp_path / "source.db", 150, "reported")
    with closing(SqliteGraph(tmp_path / "source.db", utc_now)) as source:
        export_graph(source, tmp_path / "g.jsonl")
        events = list(source.history())
    target, halves = tmp_path / "target.db", 0
    for least in range(1, 150, 20):
        killed_after(IMPORT, [str(tmp_path / "g.jsonl"), str(target), str(least)], least / 10_000)
        with closing(SqliteGraph(target, utc_now)) as graph:
            there = list(graph.history())
            assert graph.check() == []
            assert least <= len(there)
            assert there == events[: len(there)]
            halves += len(there) < len(events)
    assert halves, "it was never killed half-way: the test shows nothing"
    with closing(SqliteGraph(target, utc_now)) as graph:
        assert import_graph(tmp_path / "g.jsonl", graph).fingerprint == expected


REPLACE = """
import sys
from pathlib import Path
from political_monitoring.knowledge.files import generation, replace_store
old = Path(sys.argv[1])
seen = generation(old)
print("ready", flush=True)
replace_store(old, Path(sys.argv[2]), seen)
"""


def test_a_graph_that_is_replaced_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    old, new = fill(tmp_path / "old.db", 60, "reported"), fill(tmp_path / "new.db", 60, "rejected")
    begun = time.monotonic()
    copy_store(tmp_path / "old.db", tmp_path / "timed.db")
    replace_store(tmp_path / "timed.db", tmp_path / "new.db", generation(tmp_path / "timed.db"))
    whole = time.monotonic() - begun
    seen = set()
    for number in range(20):
        target = tmp_path / f"{number}.db"
        copy_store(tmp_path / "old.db", target)
        killed = killed_after(REPLACE, [str(target), str(tmp_path / "new.db")], whole * number / 20)
        with closing(SqliteGraph(target, utc_now)) as graph:
            fingerprint = graph.fingerprint()
            assert graph.check() == []
        assert fingerprint in {old, new}
        assert killed or fingerprint == new
        seen.add((killed, fingerprint))
    assert (True, old) in seen, "it was never killed before the end: the test shows nothing"


CREATE = """
import sys
from political_monitoring.knowledge.workspaces import create_workspace
from political_monitoring.settings import load_settings
print("ready", flush=True)
create_workspace(load_settings(), "Acme")
"""


def test_a_workspace_is_there_as_a_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    settings = load_settings()
    expected = fill(settings.graph_path, 60, "reported")
    for number in range(8):
        killed_after(CREATE, [], number / 100)
        if list_workspaces(settings):
            break
    else:
        create_workspace(settings, "Acme")
    with closing(SqliteGraph(settings.in_workspace("Acme").graph_path, utc_now)) as theirs:
        assert theirs.fingerprint() == expected
