"""`polmon show` on documents that were revised, and that were seen in several places."""

import json
from pathlib import Path

import pytest

from political_monitoring.cli.main import run

TEXT = (
    "On 23 April 2025 the Commission fined Apple EUR 500 million under the Digital Markets Act.\n\n"
    "Apple must comply within 60 days, or pay periodic penalties. The decision follows an investigation of a year. "
    "Developers must be able to tell customers of offers elsewhere, and the company had kept them from it.\n\n"
    "The Commission announced the decision in Brussels."
)


def _ingest(path: Path, text: str, title: str = "A fine") -> None:
    told = f"title: {title}\ndate: 2025-04-23\nlanguage: en\nurl: https://example.org/{path.stem}"
    path.write_text(f"---\n{told}\n---\n\n{text}\n", "utf-8")
    assert run(["ingest", str(path), "--processes", "1"]) == 0


def test_versions_and_other_places_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLMON_EXTRACTION_NAMES", "off")
    _ingest(tmp_path / "fine.md", TEXT)
    _ingest(tmp_path / "copy.md", f"BRUSSELS (EuroWire) – {TEXT}", "Record fine")
    capsys.readouterr()
    assert run(["search", "Commission fined Apple", "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)
    assert run(["show", hit["document_id"], "--json"]) == 0
    (place,) = json.loads(capsys.readouterr().out)["also_seen"]
    assert place.startswith(f"{tmp_path / 'copy.md'} (")
    assert place.endswith("% alike)")

    _ingest(tmp_path / "fine.md", TEXT.replace("60 days", "90 days"))
    capsys.readouterr()
    assert run(["show", hit["document_id"], "--versions", "--json"]) == 0
    newest, oldest = json.loads(capsys.readouterr().out)["versions"]
    assert newest["expired_at"] is None
    assert oldest["expired_at"] == newest["recorded_at"]
    assert oldest["differences"] is None
    assert newest["content_hash"] != oldest["content_hash"]
    (change,) = newest["differences"]["first"]
    assert "60 days" in change["before"]
    assert "90 days" in change["after"]
    assert run(["show", hit["document_id"], "--versions"]) == 0
    assert "+ Apple must comply within 90 days" in capsys.readouterr().out
    assert run(["show", "nobody", "--versions"]) == 2
    assert "no document has the id 'nobody'" in capsys.readouterr().err
