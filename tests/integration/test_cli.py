"""The command line on the sample corpus: real files, real graph, real ledger."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run
from political_monitoring.clock import utc_now
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings

# The first test that needs the corpus waits for its ingestion, on machines that may be busy.
pytestmark = pytest.mark.timeout(300)

CORPUS = Path(__file__).parents[2] / "samples" / "corpus"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A POLMON_HOME with the sample corpus in it."""
    folder = tmp_path_factory.mktemp("corpus-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLMON_HOME", str(folder))
        assert run(["ingest", str(CORPUS), "--processes", "1"]) == 0
    return folder


@pytest.fixture(autouse=True)
def corpus(home: Path, polmon_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test reads the module's graph."""
    monkeypatch.setenv("POLMON_HOME", str(home))


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["ask", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def stored_text(document_id: str) -> str:
    graph = open_graph(load_settings(), utc_now)
    try:
        found = graph.document(document_id)
        assert found is not None
        return found[0].text
    finally:
        graph.close()


def test_the_answer_depends_on_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    question = "What is the status of the AI Act?"
    earlier = ask(capsys, question, "--as-of", "2023-06-30")
    later = ask(capsys, question, "--as-of", "2024-08-15")
    assert earlier["as_of"] == "2023-06-30"
    assert "in force" not in earlier["answer"].lower()
    assert "in force" in later["answer"].lower()
    assert all(citation["date"] <= "2023-06-30" for citation in earlier["citations"])


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Where did H.R. 4346 stand on 28 July 2022?", "2022-07-28"),
        ("Was war der Stand der Krankenhausreform am 20. Oktober 2024?", "2024-10-20"),
    ],
)
def test_the_questions_own_date_counts(question: str, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, question)
    assert answer["as_of"] == day
    assert answer["citations"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How high is the fine against Google in the Android case?", "4.125 billion"),
        ("What did the Court of Justice decide about the Privacy Shield?", "invalid"),
        ("Wann tritt das Krankenhausversorgungsverbesserungsgesetz in Kraft?", "1. Januar 2025"),
    ],
)
def test_answers_hold_what_was_asked_and_prove_it(
    question: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(capsys, question)
    assert words in answer["answer"]
    for citation in answer["citations"]:
        text = stored_text(citation["document_id"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['number']}]" in answer["answer"]


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "What is the status of H.R. 99999?", "Wer gewann die Tour?"],
)
def test_without_evidence_nothing_is_claimed(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, question)
    assert len(answer["citations"]) <= 1, "at most the nearest document"
    assert "Paris" not in answer["answer"]


def test_known_at_before_anything_was_recorded_knows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert not ask(capsys, "What is the status of the AI Act?", "--known-at", "2020-01-01")["citations"]


def test_batches_keep_ids_and_use_their_dates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions, hits, answers = (tmp_path / name for name in ("q.jsonl", "hits.jsonl", "answers.jsonl"))
    row = {"id": "q1", "query": "status of the AI Act", "as_of": "2022-12-31"}
    questions.write_text(json.dumps(row) + "\n", "utf-8")
    assert run(["search", "--queries", str(questions), "--out", str(hits)]) == 0
    assert run(["ask", "--queries", str(questions), "--out", str(answers)]) == 0
    found = json.loads(hits.read_text("utf-8"))
    answer = json.loads(answers.read_text("utf-8"))
    assert found["id"] == answer["id"] == "q1"
    assert found["hits"]
    assert all(hit["date"] <= "2022-12-31" for hit in found["hits"])
    assert answer["as_of"] == "2022-12-31"


def test_show_tells_what_is_known_with_its_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["show", "H.R. 4346", "--json"]) == 0
    entity = json.loads(capsys.readouterr().out)
    assert any(fact["predicate"] == "status" for fact in entity["facts"])
    assert run(["show", entity["facts"][0]["document_id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passages"]


def test_show_tells_how_a_file_would_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "2024-05-01-lamps.md"
    path.write_text("---\ntitle: Lamps\n---\nThe committee adopted the report.")
    capsys.readouterr()
    assert run(["show", str(path), "--json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["found"] == {
        "title": "front matter",
        "date": "name of the file",
        "language": "guessed from the text",
    }
    assert run(["show", str(path)]) == 0
    assert "Found in" in capsys.readouterr().out
    records = tmp_path / "lamps.jsonl"
    records.write_text(
        '{"id": "a", "title": "A", "text": "One."}\n{"id": "b", "title": "B", "text": "Two."}\n'
    )
    assert run(["show", str(records), "--json"]) == 0
    assert [one["title"] for one in json.loads(capsys.readouterr().out)["documents"]] == ["A", "B"]
    assert run(["show", "a name " * 100]) == 2


def test_a_run_shows_its_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_HOME", str(tmp_path / "home"))
    path = tmp_path / "records.jsonl"
    path.write_text('{"id": "odd", "title": "Odd", "text": "The day is odd.", "date": "2024-02-30"}')
    capsys.readouterr()
    assert run(["ingest", str(path)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "What to know about it" in shown
    assert "'2024-02-30'" in shown


def test_status_works_without_a_running_system(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["graph"]["documents"] > 80
    assert {"documents", "passages", "entities", "facts"} == set(status["graph"])
    assert "services" in status


def test_ingesting_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    graph = open_graph(load_settings(), utc_now)
    before = graph.stats()
    assert run(["ingest", str(CORPUS), "--processes", "1"]) == 0
    assert graph.stats() == before
    graph.close()


def test_bad_files_are_listed_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_HOME", str(tmp_path / "home"))
    files = tmp_path / "files"
    files.mkdir()
    (files / "empty.md").write_text("", "utf-8")
    (files / "broken.pdf").write_bytes(b"%PDF-1.7 but no more")
    (files / "noise.bin").write_bytes(bytes(range(256)) * 8)
    (files / "good.md").write_text("---\ntitle: T\ndate: 2024-01-02\n---\nThe Senate met.\n", "utf-8")
    assert run(["ingest", str(files), "--processes", "1", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    states = {Path(item["ref"]).name: item["state"] for item in report["items"]}
    assert states == {
        "empty.md": "refused",
        "broken.pdf": "refused",
        "noise.bin": "refused",
        "good.md": "committed",
    }
