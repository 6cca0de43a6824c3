"""A pipeline of real parts in an empty home, with rules only (no model), and the documents to feed it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Episode, Extraction
from political_monitoring.extraction.port import Extractor
from political_monitoring.ingestion.ledger import Ledger, open_ledger
from political_monitoring.ingestion.pipeline import Reader, open_reader
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import IngestionRequest, Preparer, Progress, run
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import Added, KnowledgeGraph
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("POLMON_EXTRACTION_NAMES", "off")
    monkeypatch.setenv("POLMON_GRAPH_VECTORS", "off")
    return load_settings()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def graph(settings: Settings, clock: FrozenClock) -> Iterator[KnowledgeGraph]:
    opened = open_graph(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def ledger(settings: Settings, clock: FrozenClock) -> Iterator[Ledger]:
    opened = open_ledger(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def reader(settings: Settings) -> Reader:
    return open_reader(settings)


@dataclass
class Ingestion:
    """`run` with everything it needs at hand."""

    settings: Settings
    graph: KnowledgeGraph
    ledger: Ledger
    clock: FrozenClock
    progress: list[Progress] = field(default_factory=list)

    def __call__(
        self,
        *targets: Path | str,
        limit: int | None = None,
        batch_size: int = 3,
        force: bool = False,
        preparer: Preparer | None = None,
        graph: KnowledgeGraph | None = None,
    ) -> RunReport:
        request = IngestionRequest("test", tuple(map(str, targets)), limit, batch_size, force)
        return run(
            request,
            preparer or LocalPreparer(self.settings, processes=1),
            graph or self.graph,
            self.ledger,
            self.settings,
            self.clock,
            self.progress.append,
        )


@pytest.fixture
def ingest(settings: Settings, graph: KnowledgeGraph, ledger: Ledger, clock: FrozenClock) -> Ingestion:
    return Ingestion(settings, graph, ledger, clock)


@pytest.fixture
def records(tmp_path: Path) -> Callable[..., Path]:
    """Writes a JSONL of (id, text) pairs."""

    def write(*ids_and_texts: tuple[str, str], name: str = "docs.jsonl") -> Path:
        path = tmp_path / name
        lines = [
            json.dumps({"id": i, "title": "A title", "date": "2025-03-01", "text": text})
            for i, text in ids_and_texts
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


@dataclass
class PoisonedGraph:
    """The real graph, but some documents cannot be written: a defect, or the whole store going away."""

    graph: KnowledgeGraph
    poison: dict[str, Exception]
    calls: list[int] = field(default_factory=list)

    def add(self, episodes: tuple[Episode, ...]) -> tuple[Added, ...]:
        self.calls.append(len(episodes))
        for episode in episodes:
            if episode.document.id in self.poison:
                raise self.poison[episode.document.id]
        return self.graph.add(episodes)

    def __getattr__(self, name: str) -> object:
        return getattr(self.graph, name)


@dataclass
class PoisonedExtractor:
    """The real extractor, but a document that says so makes it fail as only a defect would."""

    extractor: Extractor
    error: Exception

    def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
        if "poison" in document.text:
            raise self.error
        return self.extractor.extract(document, passages)


def ids(documents: Sequence[Document]) -> list[str]:
    return [document.id for document in documents]
