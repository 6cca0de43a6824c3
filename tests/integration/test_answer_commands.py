"""`polmon answers replay | export | verify`, on documents that go on changing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run

FINED = "On 23 April 2025 the Commission fined Apple EUR 500 million under the Digital Markets Act."
REST = (
    "Apple must comply within 60 days, or pay periodic penalties.\n\nThe decision follows an investigation."
)
IN_FORCE = "On 1 August 2024 Regulation (EU) 2024/1689, the Artificial Intelligence Act, entered into force."
APPLIES = (
    "On 2 February 2025 Chapters I and II of Regulation (EU) 2024/1689, the Artificial Intelligence Act, "
    "began to apply."
)
QUESTION = "How high is the fine on Apple under the Digital Markets Act?"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_EXTRACTION_NAMES", "off")
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")


def ingest(path: Path, text: str, day: str = "2025-04-23", source: str = "European Commission") -> None:
    head = f"title: {path.stem}\ndate: {day}\nlanguage: en\nsource: {source}\nurl: https://example.org/{path.stem}"
    path.write_text(f"---\n{head}\n---\n\n{text}\n", "utf-8")
    assert run(["ingest", str(path), "--processes", "1"]) == 0


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    ingest(tmp_path / "fine.md", f"{FINED}\n\n{REST}")
    found: dict[str, Any] = told(capsys, "ask", QUESTION)
    assert "500 million" in found["answer"]
    assert (found["rests_on"]["sources"], found["rests_on"]["publishers"]) == (1, 1)
    return found


def test_a_newer_document_changes_the_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ingest(tmp_path / "force.md", IN_FORCE, "2024-08-01")
    answer = told(capsys, "ask", "What is the status of the AI Act?")
    same = told(capsys, "answers", "replay", answer["answer_id"])
    assert (same["verdict"], same["reproduction"]["same"], same["reasons"]) == ("the same", True, [])
    ingest(tmp_path / "applies.md", APPLIES, "2025-02-02")
    found = told(capsys, "answers", "replay", answer["answer_id"])
    assert found["reproduction"]["same"]
    assert found["verdict"] == "the world changed"
    assert found["recorded"] == answer["answer"]
    assert "Chapters I and II" in found["now"]
    assert {(one["cause"], one["gone"]) for one in found["reasons"]} >= {("new document", False)}
    assert run(["answers", "replay", answer["answer_id"]]) == 0
    printed = capsys.readouterr().out
    assert "The same text, character by character." in printed
    assert "What is known now gives another answer" in printed
    assert "new document" in printed


def test_a_retraction_and_a_revision_are_told(
    answer: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = answer["citations"][0]["document_id"]
    ingest(tmp_path / "fine.md", f"{FINED.replace('500', '510')}\n\n{REST}")
    revised = told(capsys, "answers", "replay", answer["answer_id"])
    assert revised["reproduction"]["same"]
    assert revised["verdict"] == "the world changed"
    assert {(one["cause"], one["gone"]) for one in revised["reasons"]} == {
        ("document revised", True),
        ("document revised", False),
    }
    assert run(["retract", document]) == 0
    gone = told(capsys, "answers", "replay", answer["answer_id"])
    assert gone["reproduction"]["same"], "the version that was cited is still in the graph's past"
    assert {one["cause"] for one in gone["reasons"] if one["gone"]} == {"document withdrawn"}


@pytest.mark.parametrize("file_format", ["html", "docx", "json"])
def test_a_case_file_proves_itself_without_the_graph(
    answer: dict[str, Any],
    file_format: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(["retract", answer["citations"][0]["document_id"]]) == 0
    file = tmp_path / f"case.{file_format}"
    exported = told(
        capsys, "answers", "export", answer["answer_id"], "--format", file_format, "--out", str(file)
    )
    assert exported["bytes"] == file.stat().st_size
    monkeypatch.setenv("POLMON_HOME", str(tmp_path / "elsewhere"))
    sound = told(capsys, "answers", "verify", str(file), "--seal", exported["seal"])
    assert (sound["sound"], sound["sources"], sound["id"]) == (True, 1, answer["answer_id"])
    assert not (tmp_path / "elsewhere").exists()
    assert not told(capsys, "answers", "verify", str(file), "--seal", "a" * 64, code=1)["sound"]
    if file_format != "docx":
        file.write_bytes(re.sub(b"500 million", b"600 million", file.read_bytes(), count=1))
        assert run(["answers", "verify", str(file)]) == 1
        assert "its seal does not match" in capsys.readouterr().out


def test_a_german_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ingest(tmp_path / "fine.md", f"{FINED}\n\n{REST}")
    found = told(capsys, "ask", "Wie hoch ist die Geldbuße gegen Apple nach dem Digital Markets Act?")
    assert "Beruht auf 1 Quelle" in found["answer"]
    assert told(capsys, "answers", "replay", found["answer_id"])["verdict"] == "the same"
    file = tmp_path / "akte.html"
    assert run(["answers", "export", found["answer_id"], "--out", str(file)]) == 0
    assert '<html lang="de">' in file.read_text("utf-8")


def test_what_is_not_there_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(tmp_path / "fine.md", f"{FINED}\n\n{REST}")
    assert run(["answers", "replay", "nobody"]) == 2
    assert "no answer 'nobody' is kept" in capsys.readouterr().err
    monkeypatch.setenv("POLMON_ANSWERS_CAPSULE_MEGABYTES", "0")
    found = told(capsys, "ask", QUESTION)
    assert told(capsys, "answers", "show", found["answer_id"])["id"] == found["answer_id"]
    assert run(["answers", "export", found["answer_id"]]) == 2
    assert "the work behind the answer" in capsys.readouterr().err
    assert run(["answers", "verify", str(tmp_path / "nothing.html")]) == 2
    assert run(["answers", "verify", str(tmp_path / "fine.md")]) == 2
