"""Whole runs with a language model: what they cost, that nothing is paid twice, and that the limits hold for all."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run as polmon
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import FactQuery
from political_monitoring.settings import load_settings
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub, llm_stub

# Each process that prepares imports pydantic-ai, which takes seconds on a busy machine.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

_SAID = re.compile(r"the (?P<group>\w+ Alliance) has been against the (?P<law>\w+ Power Act)")


def reads(asked: Asked) -> Answer:
    """A model that reads one kind of sentence, and reads it well."""
    said = _SAID.search(asked.content)
    assert said is not None
    names = [{"name": said["group"], "type": "LobbyGroup"}, {"name": said["law"], "type": "Regulation"}]
    fact = {
        "subject": said["group"],
        "predicate": "opposes",
        "object": said["law"],
        "value": "",
        "quote": said[0],
        "on": "",
        "until": "",
    }
    return Answer({"entities": names, "facts": [fact]})


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmStub]:
    with llm_stub(reads) as running:
        for name, value in running.environment(INPUT_PRICE="5", OUTPUT_PRICE="10").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("POLMON_EXTRACTION_NAMES", "off")
        monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
        yield running


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twenty documents with a sentence that only the model understands."""
    words = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"]
    path = tmp_path / "docs.jsonl"
    lines = [
        json.dumps(
            {
                "id": f"d{n}",
                "title": f"Document {n}",
                "date": "2025-03-01",
                "text": f"For years the {words[n % 10]} Alliance has been against the "
                f"{words[n // 10]} Power Act. Number {n} of the series.",
            }
        )
        for n in range(20)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def ingest(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert polmon(["ingest", *map(str, arguments), "--extraction", "llm", "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def facts() -> Counter[str]:
    with closing(open_graph(load_settings(), utc_now)) as graph:
        return Counter(one.predicate for one in graph.facts(FactQuery()))


def test_a_run_says_what_the_model_did_and_cost(
    stub: LlmStub, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ingest(capsys, corpus, "--processes", "2", "--report", tmp_path / "report.md")
    assert report["states"] == {"committed": 20}
    assert report["model"] == {
        "calls": 20,
        "cached": 0,
        "input_tokens": 2_000,
        "output_tokens": 400,
        "cost": 0.014,
        "currency": "EUR",
        "facts": 20,
        "beside": 0,
        "fallbacks": 0,
        "dropped": {},
    }
    assert report["items"][0]["documents"][0]["model"]["use"]["calls"] == 1
    assert facts()["opposes"] == 20
    markdown = (tmp_path / "report.md").read_text("utf-8")
    assert "| model cost | 0.0140 EUR |" in markdown
    assert "(model: 1 calls, 0 stored, 120 tokens, 0.0007 EUR)" in markdown


def test_the_limits_are_those_of_the_run_not_of_its_processes(
    stub: LlmStub, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_LLM_MAX_CALLS", "7")
    monkeypatch.setenv("POLMON_INGESTION_BATCH_SIZE", "5")
    report = ingest(capsys, corpus, "--processes", "2")
    assert len(stub.served) == report["model"]["calls"] == 7
    assert (report["states"], report["model"]["fallbacks"]) == ({"committed": 20}, 13)
    [note] = report["notes"]
    assert note.startswith("The model's budget was used up: 13 documents were read")
    assert all(not one["warnings"] for item in report["items"] for one in item["documents"])
    assert facts()["opposes"] == 7


def test_without_the_option_no_model_is_asked(
    stub: LlmStub, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert polmon(["ingest", str(corpus), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] is None
    assert stub.served == []


def test_without_an_endpoint_the_command_says_what_to_set(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert polmon(["ingest", str(corpus), "--extraction", "llm"]) == 2
    assert "POLMON_LLM_BASE_URL" in capsys.readouterr().err


def test_a_killed_run_that_comes_again_pays_nothing_twice(
    stub: LlmStub, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was answered when the processes were killed is there; only what was under way is asked again."""
    stub.latency = 0.3
    monkeypatch.setenv("POLMON_LLM_CONCURRENCY", "2")
    monkeypatch.setenv("POLMON_INGESTION_BATCH_SIZE", "10")
    command = [
        Path(sys.executable).with_name("polmon"),
        "ingest",
        corpus,
        "--extraction",
        "llm",
        "--processes",
        "1",
    ]
    killed = subprocess.Popen(command, start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while len(stub.served) < 6:
            assert killed.poll() is None, "the run has ended"
            assert time.monotonic() < deadline, "the run does not ask"
            time.sleep(0.02)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    stub.latency = 0
    report = ingest(capsys, corpus, "--processes", "1")
    asked = Counter(one.asked.content for one in stub.served)
    again = sum(asked.values()) - len(asked)
    assert report["states"]["committed"] + report["states"].get("unchanged", 0) == 20
    assert facts()["opposes"] == 20
    assert len(asked) == 20
    assert again <= 2  # so many are under way at once
    assert report["model"]["cached"] >= 6 - again
