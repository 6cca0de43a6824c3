"""A FalkorDB, a scripted model, and runs in mode graphiti on both."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.cli.main import run as polmon
from political_monitoring.knowledge.graphiti.falkordb import FalkorStore
from political_monitoring.knowledge.graphiti.store import group_id
from political_monitoring.testing.falkordb import FalkorServer, running_falkordb
from political_monitoring.testing.graphiti_answers import graphitis_answer
from political_monitoring.testing.llm_stub import LlmStub, llm_stub

_WORKSPACES = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FalkorServer]:
    with running_falkordb(tmp_path_factory.mktemp("falkordb")) as running:
        yield running


@pytest.fixture
def stub() -> Iterator[LlmStub]:
    with llm_stub(graphitis_answer) as running:
        yield running


@pytest.fixture
def group(server: FalkorServer, stub: LlmStub, monkeypatch: pytest.MonkeyPatch) -> Iterator[FalkorStore]:
    """The group of a workspace of its own, and the environment that leads there."""
    workspace = f"w{next(_WORKSPACES)}"
    given = {
        "POLMON_GRAPH_BACKEND": "graphiti",
        "POLMON_GRAPH_URI": server.uri,
        "POLMON_GRAPH_WORKSPACE": workspace,
        "POLMON_GRAPH_VECTORS": "off",
        "POLMON_EXTRACTION_NAMES": "off",
        **stub.environment(INPUT_PRICE="5", OUTPUT_PRICE="10"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with closing(FalkorStore(server.uri, "", "", group_id(workspace), 60)) as store:
        yield store


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[..., Path]:
    """Writes documents, (id, text) or (id, text, date), into one file."""

    def write(*documents: Sequence[str]) -> Path:
        path = tmp_path / "docs.jsonl"
        records = [
            {"id": key, "title": f"Report {key}", "text": text, "date": "".join(date)}
            for key, text, *date in documents
        ]
        path.write_text("\n".join(json.dumps(one) for one in records) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def ingest(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(*arguments: object, mode: str = "graphiti") -> dict[str, Any]:
        capsys.readouterr()
        options = ["--extraction", mode, "--processes", "1", "--json"]
        assert polmon(["ingest", *map(str, arguments), *options]) == 0
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        report: dict[str, Any] = json.loads(written.out)
        return report

    return run
