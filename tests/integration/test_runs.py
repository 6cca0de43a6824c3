"""What the command line says of ingestion, and how it tries again."""

import json
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "good.md").write_text("# A good one\n\nThe bill was introduced on 3 March 2025.", "utf-8")
    (documents / "empty.md").write_bytes(b"")
    return documents


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_run_is_listed_and_looked_into(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # no line of the table is broken
    report = said(capsys, "ingest", str(folder), code=1)

    (listed,) = said(capsys, "runs")
    shown = said(capsys, "runs", "show", report["run_id"][:8])

    assert listed["id"] == shown["id"] == report["run_id"]
    assert (listed["state"], listed["items"]) == ("finished", {"committed": 1, "refused": 1})
    assert listed["request"]["targets"] == [str(folder)]
    assert [(Path(one["ref"]).name, one["state"]) for one in shown["items"]] == [
        ("empty.md", "refused"),
        ("good.md", "committed"),
    ]
    assert run(["runs", "show", report["run_id"], "--state", "refused"]) == 0
    table = capsys.readouterr().out
    assert "empty.md is empty" in table
    assert "good.md" not in table


def test_documents_are_listed_by_state(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "ingest", str(folder), code=1)

    (refused,) = said(capsys, "documents", "--state", "refused")

    assert refused["error"].endswith("empty.md is empty")
    assert len(said(capsys, "documents")) == 2
    assert run(["documents", "--state", "broken"]) == 2
    assert "there is no state 'broken'; there are claimed, committed," in capsys.readouterr().err


def test_what_was_refused_can_be_tried_again_by_name_or_state(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)  # a relative target is found again from another folder
    said(capsys, "ingest", "documents", code=1)
    monkeypatch.chdir("/")
    assert said(capsys, "retry") == {"items": []}  # nothing has failed
    (folder / "empty.md").write_text("# No longer empty\n\nThe committee met.", "utf-8")

    again = said(capsys, "retry", "--state", "refused")

    assert again["states"] == {"committed": 1}
    named = said(capsys, "retry", str(folder / "good.md"))
    assert [Path(item["ref"]).name for item in named["items"]] == ["good.md"]
    assert run(["retry", "nowhere.md"]) == 2
    assert "nowhere.md was never ingested" in capsys.readouterr().err


def test_a_finished_run_can_be_done_again_and_finds_everything_known(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = said(capsys, "ingest", str(folder), "--force", code=1)

    again = said(capsys, "runs", "resume", first["run_id"], code=1)

    assert again["states"] == {"unchanged": 1, "refused": 1}
    assert said(capsys, "runs", "--limit", "1")[0]["resumes"] == first["run_id"]
    assert run(["runs", "resume", "x"]) == 2
    assert "no run has an id that begins with 'x'; `polmon runs` lists them" in capsys.readouterr().err
