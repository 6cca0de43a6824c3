"""The command line: whatever is wrong is one sentence and an exit code."""

import json

import pytest

from political_monitoring.cli.main import run


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", "x", "--as-off", "2025-01-01"], 2, "--as-of"),
        (["ask", "x", "--as-of", "2025-13-01"], 2, "'2025-13-01' is not a date: write YYYY-MM-DD"),
        (["serch", "x"], 2, "search"),
        (["search", "x", "--top", "0"], 2, "--top"),
        (["ask"], 2, "QUESTION"),
        (["search", "--queries", "missing.jsonl", "--out", "hits.jsonl"], 2, "missing.jsonl is not a file"),
        (["ingest", "nowhere/at/all.pdf"], 2, "nowhere/at/all.pdf"),
        (["show", "celex:39999R9999"], 2, "celex:39999R9999"),
        (["config", "check", "nowhere.yaml"], 2, "nowhere.yaml"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    error = capsys.readouterr().err
    assert words in error
    assert error.startswith("polmon: ")
    assert error.count("\n") == 1
    assert "Traceback" not in error


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_LOG_LEVL", "info")
    assert run(["settings"]) == 2
    assert "did you mean POLMON_LOG_LEVEL?" in capsys.readouterr().err


def test_settings_are_shown_with_secrets_masked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLMON_DATABASE_DSN", "postgresql://user:hunter2@db/polmon")
    assert run(["settings", "--json"]) == 0
    shown = capsys.readouterr().out
    assert "hunter2" not in shown
    assert json.loads(shown)["POLMON_SERVER_HTTP_PORT"] == "8001"


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("up", "down", "status", "ingest", "ask", "search", "show", "settings", "eval", "demo"):
        assert run([command, "--help"]) == 0
        assert f"polmon {command}" in capsys.readouterr().out.replace(f"Usage: polmon {command}", "", 1), (
            command
        )
