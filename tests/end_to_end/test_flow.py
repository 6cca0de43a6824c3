"""The shipped configuration on a real system: documents in through Kodosumi, answers out through the chat API."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from openai import OpenAI

from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.ours import our_processes
from political_monitoring.deployment.panel_client import (
    PanelClient,
    RunEvent,
    RunFailed,
    RunMarkdown,
    RunProgress,
    admin_password,
)
from political_monitoring.deployment.ray_head import ray_environment
from political_monitoring.errors import UserError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import GraphStats
from political_monitoring.settings import Settings, environment_for_children
from political_monitoring.testing.system import processes_named, running_system, settings_of_its_own

FLOW = "flow1-data-ingestion"
ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "samples" / "corpus"
MODEL = "political-monitoring-agent"
RUN_SECONDS = 240

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("POLMON_")]:
            patch.delenv(name)
        yield settings_of_its_own(tmp_path_factory.mktemp("system"), POLMON_SERVER_MEMORY="3000000000")


@pytest.fixture(scope="module")
def system(settings: Settings) -> Iterator[SystemAddresses]:
    """The shipped configuration, on ports of its own."""
    with running_system(settings, ROOT / "config.yaml") as addresses:
        yield addresses
    assert our_processes(settings.home) == []


@pytest.fixture
def panel(system: SystemAddresses, settings: Settings) -> Iterator[PanelClient]:
    with PanelClient(system.panel, "admin", admin_password(settings)) as client:
        yield client


def run_to_the_end(panel: PanelClient, **inputs: str) -> list[RunEvent]:
    return list(panel.follow(panel.launch(FLOW, {"job_name": "Test", **inputs}), RUN_SECONDS))


def graph_stats(settings: Settings) -> GraphStats:
    with closing(open_graph(settings)) as graph:
        return graph.stats()


def bills(path: Path, word: str, count: int) -> Path:
    """A file of so many small documents, no two of them alike."""
    records = (
        {
            "id": f"{word}-{number}",
            "title": f"{word.title()} bill {number}",
            "date": "2025-03-01",
            "text": f"Bill {number} of the {word} series was introduced. " + f"{word}{number} " * 40,
        }
        for number in range(count)
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def kill(settings: Settings, title: str) -> int:
    """Kill the system's processes of this name, as the machine would that runs out of memory."""
    victims = processes_named(settings, f"^{title}")
    for victim in victims:
        victim.kill()
    psutil.wait_procs(victims, timeout=10)
    return len(victims)


def test_the_sample_corpus_goes_into_the_graph_once(
    panel: PanelClient, system: SystemAddresses, settings: Settings
) -> None:
    files = sum(1 for path in CORPUS.rglob("*") if path.is_file())
    before = graph_stats(settings).documents

    run = panel.launch(FLOW, {"job_name": "Sample corpus", "targets": str(CORPUS)})
    *progress, report = panel.follow(run, RUN_SECONDS)

    assert all(isinstance(one, RunProgress) and one.total == files for one in progress)
    done = [one.done for one in progress if isinstance(one, RunProgress)]
    assert done[0] == 0  # before anything is read
    assert len(done) > 5
    assert all(earlier <= later for earlier, later in pairwise(done))
    assert done[-1] == files
    assert isinstance(report, RunMarkdown)
    assert f"- found: **{files} = {files - 1} ingested + 1 duplicate**" in report.body
    assert "## Not ingested" not in report.body
    items = whole_report(system, settings, run)["items"]
    states = Counter(document["state"] for item in items for document in item["documents"])
    stats = graph_stats(settings)
    assert states == {
        "added": stats.documents - before,
        "duplicate": 1,
    }  # an agency's report of a press release
    assert stats.documents >= before + files - 1
    assert stats.facts > 100
    assert "ray_document_processing_seconds_count" in httpx.get(system.metrics).text

    again = run_to_the_end(panel, targets=str(CORPUS))[-1]

    assert isinstance(again, RunMarkdown)
    assert f"- found: **{files} = {files - 1} unchanged + 1 duplicate**" in again.body
    assert graph_stats(settings) == stats


def whole_report(system: SystemAddresses, settings: Settings, run: str) -> dict[str, Any]:
    """The report as JSON, as the link in the panel leads to it."""
    with httpx.Client(base_url=system.panel) as http:
        http.post("/api/login", json={"name": "admin", "password": admin_password(settings)})
        kept: dict[str, Any] = http.get(f"/files/{run}/out/report.json").json()
    return kept


def test_the_chat_server_answers_from_what_the_flow_ingested(
    system: SystemAddresses, settings: Settings
) -> None:
    question: Any = {
        "model": MODEL,
        "messages": [{"role": "user", "content": "What is the status of the AI Act?"}],
        "extra_body": {"as_of": "2024-08-15"},
    }
    with OpenAI(base_url=system.chat, api_key="none") as client:
        whole = client.chat.completions.create(**question)
        parts = [
            chunk.choices[0].delta.content or ""
            for chunk in client.chat.completions.create(**question, stream=True)
            if chunk.choices
        ]
        message = whole.choices[0].message
        assert message.content == "".join(parts)
        assert "in force" in message.content
        sources = (whole.model_extra or {})["sources"]
        assert sources
        with closing(open_graph(settings)) as graph:
            for source in sources:
                stored = graph.document(source["document_id"])
                assert stored is not None
                assert stored[0].text[source["start"] : source["end"]] == source["quote"]
        for annotation in message.annotations or ():
            mark = annotation.url_citation
            assert re.fullmatch(r"\[\d+\]", message.content[mark.start_index : mark.end_index])
    health = httpx.get(f"{system.http}/health")
    assert health.status_code == 200
    assert health.json()["status"] == "ok"
    wait_for_metric(system, "ray_chat_requests_total")


def wait_for_metric(system: SystemAddresses, name: str) -> None:
    """Ray exports what was counted every few seconds."""
    deadline = time.monotonic() + 60
    while name not in httpx.get(system.metrics).text:
        assert time.monotonic() < deadline, f"{name} was never exported"
        time.sleep(0.5)


def test_streams_that_clients_leave_free_their_slots(system: SystemAddresses) -> None:
    with OpenAI(base_url=system.chat, api_key="none", max_retries=0) as client:
        question: Any = {"model": MODEL, "messages": [{"role": "user", "content": "Status of the AI Act?"}]}
        for _ in range(100):
            with client.chat.completions.create(**question, stream=True) as stream:
                next(stream)
        assert client.chat.completions.create(**question).choices[0].message.content


def test_it_answers_as_itself(system: SystemAddresses) -> None:
    identity = httpx.get(f"{system.service('/data-ingestion')}/identity").json()

    assert (identity["product"], identity["service"]) == ("political-monitoring", FLOW)
    assert identity["release"] != "dev"


def test_a_form_that_is_wrong_starts_nothing(panel: PanelClient) -> None:
    with pytest.raises(UserError, match=r"Line 1: /nowhere does not exist.*The limit must be a whole number"):
        panel.launch(FLOW, {"job_name": "Test", "targets": "/nowhere", "limit": "none"})


def test_a_run_that_fails_says_why_in_one_sentence(panel: PanelClient, tmp_path: Path) -> None:
    target = tmp_path / "gone.md"
    target.write_text("# Gone before it is read", "utf-8")
    run = panel.launch(FLOW, {"job_name": "Test", "targets": str(target)})
    target.unlink()

    assert list(panel.follow(run, RUN_SECONDS)) == [
        RunFailed(f"{target} does not exist; name a file, a folder, a pattern or a URL")
    ]


def test_documents_that_cannot_be_used_are_listed_and_the_run_goes_on(
    panel: PanelClient, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "good.md").write_text("# A good one\n\nThe bill was introduced.", "utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")

    report = run_to_the_end(panel, targets=str(tmp_path))[-1]

    assert isinstance(report, RunMarkdown)
    assert "- ingested: **1**" in report.body
    assert "- refused: **2**" in report.body
    assert "empty.md is empty" in report.body


def test_the_work_of_dead_actors_is_done_by_others(
    panel: PanelClient, settings: Settings, tmp_path: Path
) -> None:
    count, killed = 400, 0
    before = graph_stats(settings).documents
    targets = str(bills(tmp_path / "survivors.jsonl", "survivor", count))
    run = panel.launch(FLOW, {"job_name": "Test", "targets": targets})
    event: RunEvent | None = None
    for event in panel.follow(run, RUN_SECONDS):
        if isinstance(event, RunProgress) and event.done and not killed:
            assert event.done < count
            killed = kill(settings, "ray::PrepareActor")

    assert killed
    assert isinstance(event, RunMarkdown)
    assert f"- ingested: **{count}**" in event.body
    assert graph_stats(settings).documents == before + count


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    panel: PanelClient, settings: Settings, tmp_path: Path
) -> None:
    count, killed = 400, 0
    before = graph_stats(settings).documents
    targets = str(bills(tmp_path / "resumed.jsonl", "resumed", count))
    run = panel.launch(FLOW, {"job_name": "Test", "targets": targets})
    event: RunEvent | None = None
    for event in panel.follow(run, RUN_SECONDS):
        if isinstance(event, RunProgress) and event.done and not killed:
            killed = kill(settings, "ray::Runner")
    assert killed
    assert event == RunFailed("its process is gone; start it again, and it goes on where it stopped")

    report = run_to_the_end(panel, targets=targets)[-1]

    assert isinstance(report, RunMarkdown)
    assert "- unchanged: **0**" not in report.body
    assert f"- ingested: **{count}**" not in report.body
    assert graph_stats(settings).documents == before + count


def test_uploaded_files_go_into_the_graph(panel: PanelClient, settings: Settings, tmp_path: Path) -> None:
    before = graph_stats(settings).documents
    large = bills(tmp_path / "large.jsonl", "uploaded", 1)
    with large.open("ab") as file:  # 5 MB, in pieces
        for number in range(5):
            text = f"part {number} of the long hearing " * 40_000
            file.write(
                json.dumps({"id": f"hearing-{number}", "title": "Hearing", "text": text}).encode() + b"\n"
            )
    small = tmp_path / "a note.md"
    small.write_text("# A note\n\nThe committee met on 3 March 2025.", "utf-8")
    assert large.stat().st_size > 5_000_000

    report = run_to_the_end(panel, uploads=panel.upload([large, small]))[-1]

    assert isinstance(report, RunMarkdown)
    assert "- ingested: **7**" in report.body
    assert graph_stats(settings).documents == before + 7
    kept = sorted(path.name for path in settings.uploads_path.rglob("*") if path.is_file())
    assert kept == ["a note.md", "large.jsonl"]


def test_a_run_that_was_cancelled_can_be_resumed_from_the_command_line(
    panel: PanelClient, settings: Settings, tmp_path: Path
) -> None:
    count = 400
    before = graph_stats(settings).documents
    targets = str(bills(tmp_path / "cancelled.jsonl", "cancelled", count))
    run = panel.launch(FLOW, {"job_name": "To be cancelled", "targets": targets})
    progress = next(
        one for one in panel.follow(run, RUN_SECONDS) if not isinstance(one, RunProgress) or one.done
    )
    assert isinstance(progress, RunProgress)
    assert progress.done < count
    panel.cancel(run)

    stopped = polmon(settings, "runs", "--limit", "1", "--json")[0]
    assert (stopped["job_name"], stopped["state"]) == ("To be cancelled", "interrupted")
    resumed = polmon(settings, "runs", "resume", stopped["id"], "--json")

    assert resumed["found"] == count
    assert 0 < resumed["states"]["committed"] < count
    assert graph_stats(settings).documents == before + count


def test_clearing_withdraws_what_was_there(panel: PanelClient, settings: Settings, tmp_path: Path) -> None:
    before = graph_stats(settings).documents
    assert before > 100
    form = {"targets": str(bills(tmp_path / "fresh.jsonl", "fresh", 3)), "clear": "on"}
    with pytest.raises(UserError, match="Type the name of the job, Test, to withdraw every document"):
        run_to_the_end(panel, **form)

    report = run_to_the_end(panel, **form, clear_confirm="Test")[-1]

    assert isinstance(report, RunMarkdown)
    assert f"Before the run, {before:,} documents were withdrawn from the graph." in report.body
    assert graph_stats(settings).documents == 3


def polmon(settings: Settings, *arguments: str) -> Any:
    """What a command prints as JSON."""
    command = [str(Path(sys.executable).with_name("polmon")), *arguments]
    environment = {**os.environ, **environment_for_children(settings)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_actors_without_room_are_a_sentence_not_a_hang(system: SystemAddresses, settings: Settings) -> None:
    # In a process of its own: Ray reads its environment once, as it is imported.
    environment = {**environment_for_children(settings), **ray_environment(settings)}
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_ROOM, f"127.0.0.1:{settings.server.ray_port}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(
        r"No actor could be placed within 2 s: it needs 0.25 CPU and 500 MB, and the cluster has "
        r"1.5 CPU and 200 MB left; stop other work or give Ray more\n",
        done.stdout,
    )


WITHOUT_ROOM = """
import sys, ray
from political_monitoring.documents.load import Item
from political_monitoring.errors import ResourcesUnavailable
from political_monitoring.flows.data_ingestion.actors import RayPreparer
from political_monitoring.settings import load_settings

@ray.remote(num_cpus=0, memory=1_800_000_000)
class Hog:
    def is_placed(self):
        return True

ray.init(sys.argv[1], log_to_driver=False)
hog = Hog.remote()
ray.get(hog.is_placed.remote(), timeout=60)
try:
    next(RayPreparer(load_settings(), actors=1, start_seconds=2).prepare([[Item("a.md", data=b"# A")]]))
except ResourcesUnavailable as error:
    print(error)
"""
