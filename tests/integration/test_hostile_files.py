"""One run over a folder of hostile files, through the command as a person would start it."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from .hostile_files import EITHER, FILES, GOOD_FILES, IN, ORDERS, REFUSED, record, write_all

pytestmark = pytest.mark.timeout(300)
POLMON = Path(sys.executable).with_name("polmon")
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""Runs a command and writes down the largest size of it and of what it has started and waited for."""


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, Any], str, int, Path]:
    """Folder, report, what the command printed beside it, its exit code, and its home."""
    folder, home = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("home")
    write_all(folder)
    measured = [sys.executable, "-c", MEASURED, str(home / "peak")]
    command = [*measured, str(POLMON), "ingest", str(folder), "--json"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("POLMON_")},
        "POLMON_HOME": str(home),
        "POLMON_LIMITS_PARSE_SECONDS": "15",
        "POLMON_LIMITS_PARSE_MEMORY": "700000000",
        "POLMON_LIMITS_DOCUMENT_BYTES": "60000000",
        "POLMON_LIMITS_TEXT_CHARS": "3000000",
    }
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    (folder / "locked").chmod(0o700)
    return folder, json.loads(done.stdout or "null"), done.stderr, done.returncode, home


def name_of(ref: str, folder: Path) -> str:
    return ref.removeprefix(f"{folder}/")


def escaped(name: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def test_the_run_ends_and_every_file_is_in_or_refused_for_one_reason(outcome: Any) -> None:
    folder, report, said, code, _ = outcome

    assert report is not None, said
    states = {name_of(item["ref"], folder): item["state"] for item in report["items"]}
    wrong = {
        name: (expected, states.get(escaped(name)))
        for name, (expected, _) in FILES.items()
        if states.get(escaped(name)) not in ({IN, REFUSED, "duplicate"} if expected == EITHER else {expected})
    }
    assert wrong == {}
    assert len(FILES) >= 60
    assert code == 1
    assert all(states[name] == IN for name in GOOD_FILES)


def test_what_is_no_file_is_refused_without_being_opened(outcome: Any) -> None:
    folder, report, _, _, _ = outcome
    states = {name_of(item["ref"], folder): item["state"] for item in report["items"]}

    assert {
        states[name] for name in ("pipe.txt", "device.txt", "nowhere.txt", "self.txt", "s.txt", "large.pdf")
    } == {REFUSED}
    assert not any("again" in name for name in states)
    locked = [name for name in states if name.startswith("locked")]
    assert locked == (["locked/inside.txt"] if os.geteuid() == 0 else ["locked"])


def test_the_sums_hold_and_reasons_are_single_sentences(outcome: Any) -> None:
    _, report, said, _, _ = outcome

    assert sum(report["states"].values()) == report["found"] == len(report["items"])
    assert Counter(item["state"] for item in report["items"]) == report["states"]
    assert report["states"].get("failed", 0) == 0, [
        i["failure"] for i in report["items"] if i["state"] == "failed"
    ]
    assert "Traceback" not in said + json.dumps(report)
    for item in report["items"]:
        if item["state"] == REFUSED:
            reason = item["failure"]["sentence"].removeprefix(item["ref"])
            assert 5 < len(reason) < 500
            assert not re.search(r"[\x00-\x1f]", reason), reason


def test_lines_of_records_stand_or_fall_alone(outcome: Any) -> None:
    folder, report, _, _, _ = outcome
    lines = {
        name_of(item["ref"], folder).partition(":")[2]: item
        for item in report["items"]
        if name_of(item["ref"], folder).startswith("bad-lines")
    }

    assert [lines[str(number)]["state"] for number in range(1, 7)] == [IN, REFUSED, IN, REFUSED, REFUSED, IN]
    assert "'2024-13-45' does not name one day" in lines["3"]["documents"][0]["warnings"][0]


def test_dates_that_no_calendar_has_are_warnings_and_the_document_is_undated(outcome: Any) -> None:
    folder, report, _, _, _ = outcome
    documents = {name_of(item["ref"], folder): item["documents"] for item in report["items"]}

    for name in ("year-0.md", "year-3000.md", "february-30.md", "date.json", "date.eml"):
        assert "does not name one day of the calendar" in " ".join(documents[name][0]["warnings"]), name


def test_nothing_hidden_is_read_and_nothing_is_run(outcome: Any) -> None:
    _, _, _, _, home = outcome
    stored = (home / "graph.db").read_bytes()

    assert b"HIDDEN WORDS" not in stored
    assert b"SCRIPTED" not in stored
    assert b"root:x:0" not in stored
    assert b"TEMPLATED" not in stored
    assert not Path("/tmp/polmon-was-here").exists()


def test_orders_in_a_document_stay_words_of_the_document(outcome: Any) -> None:
    folder, report, _, _, home = outcome
    documents = {name_of(item["ref"], folder): item["documents"] for item in report["items"]}

    assert documents["orders.md"][0]["state"] == "added"
    assert ORDERS.encode() in (home / "graph.db").read_bytes()
    command = [
        str(POLMON),
        "ask",
        "What did the committee adopt?",
        "--json",
    ]
    environment = {**os.environ, "POLMON_HOME": str(home)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert not json.loads(done.stdout)["answer"].startswith("HACKED")


def test_memory_stays_bounded(outcome: Any) -> None:
    *_, home = outcome
    unit = 1 if sys.platform == "darwin" else 1_024
    assert int((home / "peak").read_text()) * unit < 1_000_000_000


def test_records_stream_through_whatever_the_size_of_their_file(tmp_path: Path) -> None:
    """200 MB of records, listed as a run lists them, in less memory than a tenth of it."""
    path = tmp_path / "large.jsonl"
    line = record(text="word " * 20_000) + b"\n"
    with path.open("wb") as out:
        for _ in range(200_000_000 // len(line)):
            out.write(line)
    code = (
        "import resource, sys\n"
        "from political_monitoring.documents.load import item_hash, iter_items\n"
        "from political_monitoring.settings import load_settings\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "count = sum(1 for item in iter_items([sys.argv[1]], load_settings()) if item_hash(item))\n"
        "print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())

    assert count == 200_000_000 // len(line)
    assert grown * (1 if sys.platform == "darwin" else 1_024) < 20_000_000
