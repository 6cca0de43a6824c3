"""The version an answer is kept with tells other rules apart."""

from importlib.metadata import version
from pathlib import Path

import pytest

from political_monitoring.answering import software


def test_other_rules_give_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> str:
        return software.software_version.__wrapped__()

    assert software.software_version() == told()
    assert told().startswith(f"{version('political-monitoring')}+")
    rules = tmp_path / "answering"
    rules.mkdir()
    monkeypatch.setattr(software, "__file__", str(rules / "software.py"))
    (rules / "forms.py").write_text("one")
    first = told()
    (rules / "__pycache__").mkdir()
    (rules / "__pycache__" / "forms.pyc").write_text("compiled")
    assert told() == first
    (rules / "forms.py").write_text("two")
    assert told() != first
