"""polmon graph, workspace and retract on the sample corpus: real files, real graphs, real ledgers."""

import json
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run

# The first test that needs the corpus waits for its ingestion, on machines that may be busy.
pytestmark = pytest.mark.timeout(300)

CORPUS = Path(__file__).parents[2] / "samples" / "corpus"
CLIENT = "Müller & Söhne"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A POLMON_HOME with the sample corpus in it, and a client's workspace with a note of its own."""
    folder = tmp_path_factory.mktemp("graph-home")
    note = folder / "note.md"
    note.write_text(
        "---\ntitle: Zirkonium note\ndate: 2025-01-02\n---\nMeta met zirkonium lobbyists.\n", "utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLMON_HOME", str(folder))
        patch.setenv("POLMON_GRAPH_VECTORS", "off")
        assert run(["ingest", str(CORPUS), "--processes", "1"]) == 0
        assert run(["workspace", "create", CLIENT]) == 0
        assert run(["ingest", str(note), "--processes", "1", "--workspace", CLIENT]) == 0
    return folder


@pytest.fixture(autouse=True)
def corpus(home: Path, polmon_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test reads the module's graph."""
    monkeypatch.setenv("POLMON_HOME", str(home))
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")


class Machine:
    """Runs commands as a program would: with --json, reading what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> Any:
        self._capsys.readouterr()
        assert run([*words, "--json"]) == code
        return json.loads(self._capsys.readouterr().out)


@pytest.fixture
def polmon(capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(capsys)


def test_a_graph_is_moved_through_a_file_and_nothing_is_lost(
    polmon: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = polmon("graph", "stats")
    exported = polmon("graph", "export", str(tmp_path / "g.jsonl"))
    monkeypatch.setenv("POLMON_HOME", str(tmp_path / "other"))
    imported = polmon("graph", "import", str(tmp_path / "g.jsonl"))
    there = polmon("graph", "stats")

    assert here == there
    assert exported["events"] == imported["events_written"] == here["documents"] > 80
    assert exported["fingerprint"] == imported["fingerprint"] == there["fingerprint"]
    assert polmon("graph", "import", str(tmp_path / "g.jsonl"))["events_written"] == 0
    assert polmon("graph", "check") == {"sound": True, "problems": []}


def test_a_foreign_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bills.jsonl").write_text('{"id": 1}\n', "utf-8")
    assert run(["graph", "import", str(tmp_path / "bills.jsonl")]) == 2
    said = capsys.readouterr().err
    assert "line 1" in said
    assert len(said.splitlines()) == 1


def test_a_rebuild_with_the_same_extractor_changes_nothing(polmon: Machine) -> None:
    before = polmon("graph", "stats")
    done = polmon("graph", "rebuild")
    assert done["differences"] == {
        "documents": before["documents"],
        "changed": 0,
        "gained": {},
        "lost": {},
        "kept": [],
    }
    assert polmon("graph", "stats") == before


def test_the_network_is_read_with_its_evidence(polmon: Machine) -> None:
    near = polmon("graph", "neighbours", "European Commission", "--entity-type", "Company")
    assert {"Apple", "Meta"} <= {one["name"] for one in near}
    assert all(fact["quote"] for one in near for fact in one["facts"])
    earlier = polmon("graph", "neighbours", "European Commission", "--as-of", "2023-09-05")
    assert "Meta" not in {one["name"] for one in earlier}
    (path,) = polmon("graph", "paths", "Meta", "Apple", "--hops", "2")
    assert [hop["target"] for hop in path][-1] == "Company:apple"
    told = polmon("graph", "timeline", "H.R. 4346", "--to", "2022-07-28")
    assert told
    assert all(fact["valid_at"] <= "2022-07-28" for fact in told)
    changes = polmon("graph", "changes", "--from", "2020-01-01", "--language", "de", "--top", "5")
    assert changes["changes"] > 5 == len(changes["shown"])
    assert polmon("graph", "changes", "--from", "2020-01-01", "--to", "2020-01-02T10:00")["changes"] == 0


def test_communities_and_centralities_are_kept_and_the_same_again(polmon: Machine, home: Path) -> None:
    groups = polmon("graph", "communities")
    assert any({"Meta", "Apple"} <= {one["name"] for one in group} for group in groups)
    kept = home / "communities.json"
    written = kept.stat().st_mtime_ns
    assert polmon("graph", "communities") == groups
    assert kept.stat().st_mtime_ns == written
    assert polmon("graph", "communities", "--language", "de") != groups
    ranks = [one["pagerank"] for one in polmon("graph", "central", "--top", "5")]
    assert ranks == sorted(ranks, reverse=True)


def test_a_client_sees_the_public_and_its_own_and_the_public_sees_neither(polmon: Machine) -> None:
    sizes = {row["workspace"]: row["documents"] for row in polmon("workspace", "list")}
    assert sizes[CLIENT] == sizes["public"] + 1

    def found(*words: str) -> list[str]:
        return [hit["title"] for hit in polmon("search", "zirkonium lobbyists", *words)]

    assert found("--workspace", CLIENT)[0] == "Zirkonium note"
    assert "Zirkonium note" not in found()
    assert "zirkonium" in json.dumps(polmon("ask", "Who met zirkonium lobbyists?", "--workspace", CLIENT))
    assert "zirkonium" not in json.dumps(polmon("ask", "Who met lobbyists?")).lower()
    assert polmon("status", "--workspace", CLIENT)["graph"]["documents"] == sizes[CLIENT]
    assert polmon("show", "Apple", "--workspace", CLIENT)["facts"]


def test_a_document_is_withdrawn_and_brought_back(
    polmon: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    before = polmon("graph", "stats")
    document = polmon("search", "gatekeepers designated")[0]["document_id"]
    (done,) = polmon("retract", document)
    assert done["state"] == "retracted"
    assert done["facts"] > 0
    assert polmon("graph", "stats", "--workspace", CLIENT)["documents"] == before["documents"]
    assert polmon("retract", document, "nowhere", code=1)[1]["state"] == "unknown"
    report = polmon("ingest", str(CORPUS), "--processes", "1")
    assert [one["state"] for one in report["items"]].count("committed") == 1
    assert polmon("graph", "stats") == before
    capsys.readouterr()


@pytest.mark.parametrize(
    "words",
    [
        ["graph", "stats", "--workspace", "nobody"],
        ["ask", "What?", "--workspace", "../x"],
        ["workspace", "create", "public"],
        ["workspace", "remove", "nobody", "--yes"],
        ["graph", "neighbours", "Nobody At All"],
        ["graph", "changes", "--from", "yesterday"],
        ["graph", "export", "/nowhere/at/all.jsonl"],
    ],
)
def test_mistakes_are_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) in {2, 3}
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_every_command_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        *(
            ("graph", one)
            for one in [
                "stats",
                "check",
                "export",
                "import",
                "rebuild",
                "copy",
                "neighbours",
                "paths",
                "timeline",
            ]
        ),
        *(("graph", one) for one in ["changes", "communities", "central"]),
        *(("workspace", one) for one in ("create", "list", "remove")),
        ("retract",),
    ):
        assert run([*command, "--help"]) == 0
        assert f"Example: polmon {' '.join(command)}" in " ".join(capsys.readouterr().out.split()), command


def test_contradictions_are_shown_with_the_words_of_each_side(
    polmon: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workspace", "create", "Doubts"]) == 0
    for name, said in (("first", "passed the House"), ("second", "was rejected")):
        text = f"H.R. 9999 {said} on 3 February 2025.\n"
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\ndate: 2025-02-03\n---\n{text}", "utf-8")
    assert run(["ingest", str(tmp_path / "*.md"), "--processes", "1", "--workspace", "Doubts"]) == 0
    before, after = (
        polmon("graph", "contradictions", "--predicate", "status", "--top", "999", *where)
        for where in ((), ("--workspace", "Doubts"))
    )
    (found,) = [one for one in after if one not in before]
    assert found["day"] == "2025-02-03"
    assert {side["value"] for side in found["sides"]} == {"passed_house", "rejected"}
    assert all(fact["quote"] for side in found["sides"] for fact in side["facts"])
    named = ("graph", "contradictions", found["entity_id"], "--workspace", "Doubts")
    assert polmon(*named) == [found]
    assert polmon(*named, "--as-of", "2025-02-02") == []
    assert run(list(named)) == 0
    assert "passed_house" in capsys.readouterr().out
    assert run(["workspace", "remove", "Doubts", "--yes"]) == 0


def test_answers_are_kept_shown_and_listed_by_a_retraction(
    polmon: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = polmon("ask", "What is the status of H.R. 4346?")
    answer_id, cited = asked["answer_id"], asked["citations"][0]
    shown = polmon("answers", "show", answer_id)
    assert (shown["question"], shown["text"]) == ("What is the status of H.R. 4346?", asked["answer"])
    assert shown["position"]["events"] == polmon("graph", "export", str(tmp_path / "g.jsonl"))["events"]
    assert shown["citations"][0]["content_hash"] == cited["content_hash"]
    assert {one["standing"] for one in shown["citations"]} == {"stands"}
    assert answer_id in {one["id"] for one in polmon("answers", "list", "--document", cited["document_id"])}
    assert answer_id not in {one["id"] for one in polmon("answers", "list", "--workspace", CLIENT)}

    (done,) = polmon("retract", cited["document_id"])
    assert answer_id in {one["id"] for one in done["answers"]}
    assert "withdrawn" in {one["standing"] for one in polmon("answers", "show", answer_id)["citations"]}
    assert run(["answers", "show", answer_id]) == 0
    assert "withdrawn" in capsys.readouterr().out
    assert run(["ingest", str(CORPUS), "--processes", "1"]) == 0
    assert {one["standing"] for one in polmon("answers", "show", answer_id)["citations"]} == {"stands"}

    assert polmon("answers", "delete", answer_id) == {"deleted": 1}
    assert run(["answers", "show", answer_id]) == 2
    assert run(["answers", "delete"]) == 2


def test_a_batch_is_kept_and_days_are_deleted(polmon: Machine, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": 1, "query": "Status of the AI Act?"}\n' * 3, "utf-8")
    assert run(["ask", "--queries", str(tmp_path / "q.jsonl"), "--out", str(tmp_path / "a.jsonl")]) == 0
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert {one["answer_id"] for one in rows} <= {one["id"] for one in polmon("answers", "list")}
    assert polmon("answers", "delete", "--before", "2000-01-01") == {"deleted": 0}
    assert polmon("answers", "delete", "--before", "2999-01-01")["deleted"] >= len(rows)
    assert polmon("answers", "list") == []


def test_nothing_is_kept_where_that_is_switched_off(polmon: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_ANSWERS_KEEP", "off")
    before = polmon("answers", "list")
    assert polmon("ask", "What is the status of the AI Act?")["answer_id"] is None
    assert polmon("answers", "list") == before
