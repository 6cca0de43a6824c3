"""Processes that are killed: the workers of a run, and the run itself."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from political_monitoring.deployment.ours import command_line
from political_monitoring.documents.load import Item, iter_items
from political_monitoring.errors import ResourcesUnavailable
from political_monitoring.ingestion import window
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.settings import Settings

from .conftest import Ingestion

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

Records = Callable[..., Path]
TEXTS = [(f"d{n}", f"Committee {n} met in Brussels to talk about item {n} of its agenda.") for n in range(60)]

SCRIPT = '''
import json, os, signal, sys, time
from political_monitoring.errors import MissingDependency
from political_monitoring.ingestion.pipeline import Reader, open_reader

class Deadly:
    """Kills its process over a document that says so, as a lack of memory would."""
    def __init__(self, extractor):
        self.extractor = extractor
    def extract(self, document, passages):
        if "deadly" in document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.extractor.extract(document, passages)

def deadly(settings):
    reader = open_reader(settings)
    return Reader(reader.limits, Deadly(reader.extractor), reader.split)

def lacking(settings):
    raise MissingDependency("spaCy is not installed")

class Stopping:
    """A graph that stops for good after so many batches: the moment to be killed."""
    def __init__(self, graph, batches):
        self.graph, self.left = graph, batches
    def add(self, episodes):
        added = self.graph.add(episodes)
        self.left -= 1
        if self.left == 0:
            stop()
        return added
    def __getattr__(self, name):
        return getattr(self.graph, name)

def stop():
    print("here", flush=True)
    time.sleep(600)

def main(path, moment):
    # Tests that were started in the background have it ignored, and everything below them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Here, because each worker imports this file.
    from political_monitoring.clock import utc_now
    from political_monitoring.ingestion import window
    from political_monitoring.ingestion.ledger import open_ledger
    from political_monitoring.ingestion.run import IngestionRequest, LocalPreparer, run
    from political_monitoring.knowledge.open import open_graph
    from political_monitoring.settings import load_settings

    window.HANDED_ON_TOGETHER = 5  # as if each batch were done when the one before it has been written
    settings = load_settings()
    graph = open_graph(settings, utc_now)
    if moment == "between graph and ledger":
        graph = Stopping(graph, 3)
    def progress(state):
        if moment == "between batches" and state.done == 15:
            stop()
    request = IngestionRequest("script", (path,), batch_size=5)
    preparer = LocalPreparer(settings, 2, lacking if moment == "lacking" else deadly)
    ledger = open_ledger(settings, utc_now)
    report = run(request, preparer, graph, ledger, settings, utc_now, progress)
    print(json.dumps(report.to_json()))

if __name__ == "__main__":
    main(*sys.argv[1:])
'''


@pytest.fixture
def start(tmp_path: Path, settings: Settings) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts the script in a process group of its own; whatever is left of it is killed in the end."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(script), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.02)


def _items(path: Path, settings: Settings) -> list[Item]:
    return [item for item in iter_items([str(path)], settings) if isinstance(item, Item)]


def _batches(items: list[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _workers(before: set[psutil.Process]) -> list[psutil.Process]:
    """The preparer's processes that are alive; one that was killed may stay a zombie for a while."""
    children = set(psutil.Process().children()) - before
    return [child for child in children if "spawn_main" in " ".join(command_line(child))]


def test_several_processes_give_what_one_gives_in_the_same_order(
    settings: Settings, records: Records
) -> None:
    batches = _batches(_items(records(*TEXTS), settings), 7)
    alone = [o.episodes for batch in LocalPreparer(settings, 1).prepare(batches) for o in batch]
    together = [o.episodes for batch in LocalPreparer(settings, 2).prepare(batches) for o in batch]
    assert together == alone


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    settings: Settings, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "HANDED_ON_TOGETHER", 2)
    items = _items(records(*TEXTS), settings)
    before = set(psutil.Process().children())
    killed: set[psutil.Process] = set()
    refs: list[str] = []
    prepared = LocalPreparer(settings, 2).prepare(_batches(items, 2))
    for number, outcomes in enumerate(prepared):
        assert all(outcome.episodes for outcome in outcomes)
        refs += [outcome.ref for outcome in outcomes]
        # The second one falls as soon as the pool has been replaced: the survivors may do a few more batches.
        due = (number >= 3) + (number >= 12)
        if len(killed) < due and (alive := [one for one in _workers(before) if one not in killed]):
            alive[0].kill()
            killed.add(alive[0])
    assert len(killed) == 2
    assert refs == [item.ref for item in items]


def test_a_worker_that_dies_half_way_through_a_result_does_not_hold_up_the_run(
    settings: Settings, records: Records
) -> None:
    long = " ".join(f"Committee {n} met in Brussels." for n in range(40_000))
    items = _items(records(*((f"d{n}", f"{n} {long}") for n in range(8))), settings)
    before = set(psutil.Process().children())
    prepared = LocalPreparer(settings, 2).prepare([[item] for item in items])
    refs = [outcome.ref for outcome in next(prepared)]
    for worker in _workers(before):
        worker.kill()
    refs += [outcome.ref for outcomes in prepared for outcome in outcomes if outcome.episodes]
    assert refs == [item.ref for item in items]


def test_workers_end_when_the_preparer_is_closed(settings: Settings, records: Records) -> None:
    before = set(psutil.Process().children())
    prepared = LocalPreparer(settings, 2).prepare(_batches(_items(records(*TEXTS), settings), 2))
    next(prepared)
    workers = _workers(before)
    assert len(workers) == 2
    prepared.close()
    _wait_until(lambda: not any(worker.is_running() for worker in workers), 5)


def test_what_the_extractor_lacks_in_a_worker_ends_the_run(
    start: Callable[..., "subprocess.Popen[str]"], records: Records, ingest: Ingestion
) -> None:
    process = start(records(*TEXTS), "lacking")
    _, errors = process.communicate()
    assert errors.rstrip().endswith("MissingDependency: spaCy is not installed")
    assert process.returncode == 1
    last = ingest.ledger.last_run()
    assert last is not None
    assert (last.state, last.error) == ("failed", "spaCy is not installed")


def test_only_the_document_that_kills_its_process_is_quarantined(
    start: Callable[..., "subprocess.Popen[str]"], records: Records, ingest: Ingestion
) -> None:
    out, errors = start(
        records(*TEXTS[:7], ("killer", "This one is deadly."), *TEXTS[7:14]), "never"
    ).communicate()
    report = json.loads(out)
    assert report["states"] == {"committed": 14, "quarantined": 1}
    (failed,) = [item for item in report["items"] if item["failure"]]
    assert failed["ref"].endswith("docs.jsonl:8")
    assert "ended each of the 3 processes that read it" in failed["failure"]["sentence"]
    assert ingest.graph.stats().documents == 14
    assert "Traceback" not in errors


def test_processes_that_cannot_even_start_are_nobodys_document(
    settings: Settings, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "structlog.py").write_text("import os; os._exit(9)")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ResourcesUnavailable, match="die as they start"):
        list(LocalPreparer(settings, 2).prepare(_batches(_items(records(*TEXTS), settings), 5)))


@pytest.mark.parametrize("moment", ["between batches", "between graph and ledger"])
def test_a_run_that_is_killed_is_finished_by_the_next(
    start: Callable[..., "subprocess.Popen[str]"], records: Records, ingest: Ingestion, moment: str
) -> None:
    path = records(*TEXTS)
    process = start(path, moment)
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.kill()
    process.wait()
    _wait_until(lambda: not any(child.is_running() for child in children))

    last = ingest.ledger.last_run()
    assert last is not None
    assert last.state == "interrupted"
    committed = 15 if moment == "between batches" else 10
    assert last.items["committed"] == committed
    assert last.items["claimed"] > 0
    assert ingest.graph.stats().documents == 15

    report = ingest(path)
    assert report.states["committed"] == 45
    assert report.states["unchanged"] == 15
    assert ingest.graph.stats().documents == 60
    assert all(ingest.graph.document(document_id) for document_id, _ in TEXTS)
    assert ingest(path).states == {"unchanged": 60}


def test_ctrl_c_ends_a_run_at_once_and_leaves_it_resumable(
    start: Callable[..., "subprocess.Popen[str]"], records: Records, ingest: Ingestion
) -> None:
    path = records(*TEXTS)
    process = start(path, "between batches")
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert errors.count("Traceback") == 1  # the script's own: workers keep quiet
    assert "KeyboardInterrupt" in errors
    _wait_until(lambda: not any(child.is_running() for child in children))
    last = ingest.ledger.last_run()
    assert last is not None
    assert last.state == "interrupted"
    assert ingest(path).states == {"committed": 45, "unchanged": 15}


def test_two_runs_at_once_share_the_work(
    start: Callable[..., "subprocess.Popen[str]"], records: Records, ingest: Ingestion
) -> None:
    path = records(*TEXTS)
    reports = [
        json.loads(p.communicate(timeout=120)[0]) for p in [start(path, "never"), start(path, "never")]
    ]
    for report in reports:
        assert not report["has_failures"]
        assert sum(report["states"].values()) == 60
    written = [
        document["id"]
        for report in reports
        for item in report["items"]
        for document in item["documents"]
        if document["state"] == "added"
    ]
    assert sorted(written) == sorted(document_id for document_id, _ in TEXTS)
    assert ingest.graph.stats().documents == 60
