"""Repetitions and revisions through the whole of ingestion: what is written, and what the report says."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from political_monitoring.errors import StoreUnavailable
from political_monitoring.ingestion.ledger import Ledger, open_ledger
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.ingestion.report import DocumentReport, ItemReport, RunReport
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.clock import FrozenClock

from .conftest import Ingestion

TEXT = (
    "On 23 April 2025 the Commission fined Apple EUR 500 million under the Digital Markets Act.\n\n"
    "Apple must comply within 60 days, or pay periodic penalties. The decision follows an investigation of a year. "
    "Developers must be able to tell customers of offers elsewhere, and the company had kept them from it.\n\n"
    "The Commission announced the decision in Brussels."
)
COPY = f"BRUSSELS (EuroWire) – {TEXT}\n\nSign up for our newsletter."
OTHER = TEXT.replace("500 million", "700 million")
type Write = Callable[..., Path]


@pytest.fixture
def news(tmp_path: Path) -> Write:
    """Writes a JSONL of dated English news, by id."""

    def write(name: str = "news.jsonl", **texts: str) -> Path:
        path = tmp_path / name
        rows = [
            {"id": key, "title": f"News {key}", "date": "2025-04-23", "language": "en", "text": text}
            for key, text in texts.items()
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path

    return write


def _states(report: RunReport) -> dict[str, str]:
    return {document.id: document.state for item in report.items for document in item.documents}


def _documents(report: RunReport) -> dict[str, DocumentReport]:
    return {document.id: document for item in report.items for document in item.documents}


def test_news_is_written_once_and_the_report_says_what_repeats_it(ingest: Ingestion, news: Write) -> None:
    report = ingest(news(a=TEXT, b=COPY, c=OTHER))
    assert _states(report) == {"a": "added", "b": "duplicate", "c": "added"}
    repeated = _documents(report)["b"]
    assert repeated.duplicate_of == "a"
    assert repeated.similarity is not None
    assert report.states["duplicate"] == 1
    assert [one.id for one in ingest.graph.documents()] == ["a", "c"]
    text = report.to_markdown()
    assert f"`b` News b: nearly the same as `a` ({repeated.similarity:.0%})" in text
    assert "also seen at `" in text.split("`a` News a: ")[1].splitlines()[0]
    assert [(place.document_id, place.similarity) for place in ingest.ledger.places_of("a")] == [
        ("b", pytest.approx(repeated.similarity))
    ]
    again = ingest(news(a=TEXT, b=COPY, c=OTHER))
    assert (again.states["unchanged"], again.states["duplicate"]) == (2, 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_who_is_first_does_not_depend_on_processes(
    ingest: Ingestion, news: Write, settings: Settings, processes: int
) -> None:
    texts = {letter: f"TOWN {letter * 3} (Wire) – {TEXT}" for letter in "ABCDEFGH"}
    report = ingest(news(**texts), preparer=LocalPreparer(settings, processes), batch_size=2)
    assert [one.duplicate_of for one in _documents(report).values()] == [None, *["A"] * 7]


def test_it_can_be_switched_off(ingest: Ingestion, news: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_INGESTION_NEAR_DUPLICATES", "false")
    off = load_settings()
    report = ingest(news(a=TEXT, b=COPY), preparer=LocalPreparer(off, 1))
    assert report.states["committed"] == 2


def test_the_threshold_is_a_setting(
    ingest: Ingestion, news: Write, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    monkeypatch.setenv("POLMON_INGESTION_SIMILARITY", "0.99")
    ledger = open_ledger(load_settings(), clock)
    try:
        strict = Ingestion(ingest.settings, ingest.graph, ledger, clock)
        assert strict(news(a=TEXT, b=COPY)).states["committed"] == 2
    finally:
        ledger.close()


def test_a_withdrawn_original_makes_room(
    ingest: Ingestion, news: Write, settings: Settings, clock: FrozenClock
) -> None:
    ingest(news(a=TEXT, b=COPY))
    withdraw(settings, ["a"], clock)
    assert _states(ingest(news("copy.jsonl", b=COPY))) == {"b": "added"}


def test_a_revised_original_makes_room(ingest: Ingestion, news: Write) -> None:
    path = news(a=TEXT, b=COPY)
    ingest(path)
    news(a=OTHER, b=COPY)
    ingest(path)
    assert _states(ingest(path)) == {"b": "added"}


@dataclass
class _ForgetfulLedger:
    """The real ledger of a process that dies when the graph is written and the ledger is not."""

    ledger: Ledger
    calls: list[Sequence[ItemReport]] = field(default_factory=list)

    def settle(self, _run_id: str, reports: Sequence[ItemReport]) -> Sequence[ItemReport]:
        if reports:
            self.calls.append(reports)
            raise StoreUnavailable("gone")
        return reports

    def __getattr__(self, name: str) -> object:
        return getattr(self.ledger, name)


def test_killed_between_graph_and_ledger_the_next_run_changes_nothing(
    ingest: Ingestion, news: Write, clock: FrozenClock
) -> None:
    path = news(a=TEXT, b=COPY, c=OTHER)
    dying = Ingestion(ingest.settings, ingest.graph, _ForgetfulLedger(ingest.ledger), clock)  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable, match="gone"):
        dying(path)
    before = ingest.graph.fingerprint()
    report = ingest(path)
    assert _states(report) == {"a": "unchanged", "b": "duplicate", "c": "unchanged"}
    assert ingest.graph.fingerprint() == before
    assert ingest.ledger.documents_written() == 2


def test_a_revision_says_what_changed(ingest: Ingestion, news: Write) -> None:
    ingest(news(a=TEXT))
    report = ingest(news(a=TEXT.replace("60 days", "90 days") + "\n\nApple will appeal."))
    revised = _documents(report)["a"]
    assert revised.state == "revised"
    assert revised.differences is not None
    assert (revised.differences.changed, revised.differences.added, revised.differences.removed) == (1, 1, 0)
    assert "90 days" in revised.differences.first[0].after
    assert "; sentences: 1 changed, 1 added, " in report.to_markdown()
    (item,) = json.loads(json.dumps(report.to_json()))["items"]
    assert item["documents"][0]["differences"]["first"][1]["after"] == "Apple will appeal."
