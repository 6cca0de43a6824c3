"""polmon sessions, over conversations that were held."""

import datetime as dt
import json
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.chat.session_archive import Turn, open_sessions
from political_monitoring.cli.main import run
from political_monitoring.settings import load_settings

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SOURCE = {
    "number": 1,
    "title": "Council adopts the Act",
    "place": None,
    "publisher": "Council",
    "date": "2024-05-21",
    "url": "https://example.org/a",
}


@pytest.fixture(autouse=True)
def _held() -> None:
    with closing(open_sessions(load_settings())) as archive:
        for key in ("", "key-2"):
            turn = Turn(f"a{key}", None, NOON, f"What of the {key or 'AI'} Act?", "In force [1].", (SOURCE,))
            archive.append(key, "s", "public", turn)
        archive.append(
            "", "t", "public", Turn("b", None, NOON + dt.timedelta(days=2), "Why?", "Because.", ())
        )


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["sessions", *words]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = json.loads(printed(capsys, "list", "--json"))
    assert [(one["id"], one["key_id"]) for one in lines] == [("t", ""), ("s", ""), ("s", "key-2")]
    assert "What of the AI Act?" in printed(capsys, "list", "--key", "")


def test_shown_and_exported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "Because." in printed(capsys, "show", "t")
    page = printed(capsys, "export", "s", "--key", "")
    assert "## What of the AI Act?" in page
    assert "- \\[1\\] Council adopts the Act, Council, 2024-05-21" in page
    target = tmp_path / "s.json"
    printed(capsys, "export", "s", "--key", "key-2", "--form", "json", "--out", str(target))
    question, answer = json.loads(target.read_text("utf-8"))["messages"]
    assert (question["role"], question["content"]) == ("user", "What of the key-2 Act?")
    assert answer["sources"] == [SOURCE]


def test_whose_must_be_said_if_several_have_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sessions", "show", "s"]) == 2
    assert "--key" in capsys.readouterr().err
    assert run(["sessions", "show", "nowhere"]) == 2


def test_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 deleted" in printed(capsys, "delete", "s", "--key", "key-2")
    assert json.loads(printed(capsys, "delete", "--before", "2026-03-02", "--json")) == {"deleted": 1}
    assert [one["id"] for one in json.loads(printed(capsys, "list", "--json"))] == ["t"]
    assert run(["sessions", "delete"]) == 2
