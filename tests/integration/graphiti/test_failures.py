"""Models that fail, budgets that end, runs that are killed: our own reading stays, and nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run as polmon
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.falkordb import running_falkordb
from political_monitoring.testing.graphiti_answers import WORDS, graphitis_answer, text_about
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub

from .looking import AGAINST, derived, documents_of, names, ours

# Importing Graphiti takes seconds on a busy machine.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


def test_a_busy_endpoint_is_waited_for(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    def busy_once(asked: Asked) -> Answer:
        if asked.number == 1:
            return Answer("", status=429, headers={"Retry-After": "1"})
        return graphitis_answer(asked)

    stub.script = busy_once
    report = ingest(corpus(("a", text_about("Alder"), "2025-05-04")))
    assert report["model"]["beside"] == 2
    assert stub.served[2].began - stub.served[1].ended >= 0.9


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Answer("no JSON at all"), "not the form asked for"),
        (Answer("", status=500), "tried"),
        (Answer("", status=401), "POLMON_LLM_API_KEY"),
    ],
)
@pytest.mark.parametrize("form", ["ExtractedEntities", "EdgeTimestamps"])
def test_a_failure_leaves_our_reading_and_can_be_made_good(
    group: FalkorStore,
    stub: LlmStub,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    form: str,
    bad: Answer,
    why: str,
) -> None:
    stub.script = lambda asked: bad if asked.form == form else graphitis_answer(asked)
    path = corpus(("a", text_about("Alder"), "2025-05-04"))
    report = ingest(path)
    (document,) = documents_of(report)
    (warning,) = document["warnings"]
    assert warning.startswith("not read by Graphiti: ")
    assert why in warning
    assert (document["state"], document["facts"]) == ("added", 1)
    assert (report["states"], report["model"]["fallbacks"]) == ({"committed": 1}, 1)
    assert report["model"]["calls"] == len(stub.served)
    assert (derived(group), names(group)) == ([], {})
    stub.script = graphitis_answer
    again = ingest(path, "--force")
    assert again["model"]["beside"] == len(derived(group)) == 2
    assert again["model"]["cached"] == (0 if form == "ExtractedEntities" else 4)


def test_the_budget_holds_and_is_said_once(
    group: FalkorStore,
    stub: LlmStub,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = corpus(*((f"d{n}", text_about(word), "2025-05-04") for n, word in enumerate(WORDS[:4])))
    monkeypatch.setenv("POLMON_LLM_MAX_CALLS", "8")
    report = ingest(path)
    assert report["states"] == {"committed": 4}
    assert len(stub.served) == report["model"]["calls"] == 8
    handed = report["model"]["beside"] // 2
    assert (len(derived(group)), report["model"]["fallbacks"]) == (2 * handed, 4 - handed)
    [note] = report["notes"]
    assert note.startswith(f"The model's budget was used up: {4 - handed} documents")
    assert all(not one["warnings"] for one in documents_of(report))


def test_a_document_that_is_too_long_is_not_handed_over(
    group: FalkorStore,
    stub: LlmStub,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLMON_EXTRACTION_MODEL_WORDS", "10")
    (document,) = documents_of(ingest(corpus(("a", text_about("Alder"), "2025-05-04"))))
    assert "POLMON_EXTRACTION_MODEL_WORDS allows 10" in document["warnings"][0]
    assert stub.served == []


def test_a_killed_run_that_comes_again_hands_over_once_and_pays_once(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    path = corpus(*((f"d{n}", text_about(word), "2025-05-04") for n, word in enumerate(WORDS[:5])))
    stub.latency = 0.2
    command = [Path(sys.executable).with_name("polmon"), "ingest", path, "--extraction", "graphiti"]
    killed = subprocess.Popen([*command, "--processes", "1"], start_new_session=True)
    try:
        deadline = time.monotonic() + 120
        while len(stub.served) < 9:  # in the middle of the second document
            assert killed.poll() is None, "the run has ended"
            assert time.monotonic() < deadline, "the run does not ask"
            time.sleep(0.02)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert 0 < len(derived(group)) < 10
    stub.latency = 0
    report = ingest(path)
    assert sum(report["states"].values()) == 5
    assert set(report["states"]) <= {"committed", "unchanged"}
    assert [row["episodes"] for row in derived(group)] == [1] * 10
    assert len(names(group)) == 10
    asked = Counter((one.asked.form, one.asked.content) for one in stub.served)
    assert sum(asked.values()) - len(asked) <= 2  # so many are under way at once
    with closing(open_graph(load_settings(), utc_now)) as graph:
        assert graph.check() == []


def test_a_database_that_goes_ends_the_run_and_the_next_one_goes_on(
    group: FalkorStore,
    stub: LlmStub,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path_factory.mktemp("db")
    path = corpus(*((f"d{n}", text_about(word), "2025-05-04") for n, word in enumerate(WORDS[:2])))
    with running_falkordb(folder) as doomed:
        monkeypatch.setenv("POLMON_GRAPH_URI", doomed.uri)

        def stops(asked: Asked) -> Answer:
            if asked.number == 8:  # in the middle of the second document
                doomed.stop()
            return graphitis_answer(asked)

        stub.script = stops
        assert polmon(["ingest", str(path), "--extraction", "graphiti", "--processes", "1"]) == 3
        said = capsys.readouterr().err
    assert "check that it runs" in said
    assert "Traceback" not in said
    stub.script = graphitis_answer
    with running_falkordb(folder) as again:
        assert ingest(path)["states"] == {"unchanged": 2}
        with closing(FalkorStore(again.uri, "", "", group.group, 60)) as store:
            assert [row["episodes"] for row in derived(store)] == [1] * 4


def test_a_model_that_finds_facts_without_end_is_stopped(
    group: FalkorStore, stub: LlmStub, corpus: Callable[..., Path], ingest: Callable[..., dict[str, Any]]
) -> None:
    def endless(asked: Asked) -> Answer:
        if asked.form != "ExtractedEdges":
            return graphitis_answer(asked)
        edge = {
            "source_entity_name": "Alder Alliance",
            "target_entity_name": "Alder Power Act",
            "relation_type": "SAYS",
            "episode_indices": [0],
        }
        return Answer({"edges": [{**edge, "fact": f"It says {number}."} for number in range(300)]})

    stub.script = endless
    (document,) = documents_of(ingest(corpus(("a", AGAINST, "2025-05-01"))))
    assert "asks more than 200 questions" in document["warnings"][0]
    assert len(stub.served) <= 200
    assert derived(group) == []


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("POLMON_GRAPH_BACKEND", "embedded", "POLMON_GRAPH_BACKEND=graphiti"),
        ("POLMON_LLM_BASE_URL", "", "POLMON_LLM_BASE_URL"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_read(
    group: FalkorStore,
    corpus: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
    sentence: str,
) -> None:
    path = corpus(("a", AGAINST, "2025-05-01"))
    monkeypatch.setenv(setting, value)
    for chosen in ([], ["--extraction", "graphiti"]):
        monkeypatch.setenv("POLMON_EXTRACTION_MODE", "local" if chosen else "graphiti")
        assert polmon(["ingest", str(path), *chosen]) == 2
        written = capsys.readouterr()
        assert sentence in written.err
        assert len(written.err.strip().splitlines()) == 1
    monkeypatch.delenv("POLMON_EXTRACTION_MODE")
    monkeypatch.setenv(setting, "embedded" if setting.endswith("BACKEND") else "")
    assert polmon(["runs"]) == 0
    assert "command line" not in capsys.readouterr().out


def test_a_real_model_may_say_what_it_likes_and_nothing_is_lost(
    group: FalkorStore,
    corpus: Callable[..., Path],
    ingest: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    small_model: str,
) -> None:
    path = corpus(("d", text_about("Alder"), "2025-05-04"))
    ingest(path, mode="local")
    before = ours(group)
    given = {"BASE_URL": small_model, "OUTPUT_TOKENS": "100", "TIMEOUT_SECONDS": "60", "ATTEMPTS": "1"}
    for name, value in given.items():
        monkeypatch.setenv(f"POLMON_LLM_{name}", value)
    report = ingest(path, "--force")
    assert ours(group) == before
    assert report["model"]["calls"] >= 1
    (document,) = documents_of(report)
    handed = group.read("MATCH (d:SourceDocument) WHERE d.handed_at IS NOT NULL RETURN d.key AS key")
    failed = bool(document["model"]["fallback"])
    assert (len(handed), report["model"]["fallbacks"]) == ((0, 1) if failed else (1, 0))
    assert [one.startswith("not read by Graphiti: ") for one in document["warnings"]] == [True] * failed
