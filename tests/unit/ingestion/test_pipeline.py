"""prepare and commit: bad documents are outcomes, and one cannot take others with it."""

import logging
import pickle
from pathlib import Path

import pytest

from political_monitoring.documents.load import Item
from political_monitoring.errors import MissingDependency, StoreUnavailable
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.pipeline import PIPELINE_VERSION, Outcome, Reader, commit, prepare
from political_monitoring.ingestion.report import ItemReport
from political_monitoring.knowledge.port import KnowledgeGraph

from .conftest import PoisonedExtractor, PoisonedGraph


def _item(document_id: str, text: str = "") -> Item:
    text = text or f"The committee on {document_id} met in Brussels and adopted its report."
    record = f'{{"id": "{document_id}", "title": "On {text[:20]}", "date": "2025-03-01", "text": "{text}"}}'
    return Item(f"docs.jsonl:{document_id}", None, record.encode(), "application/json", f"line {document_id}")


def _commit(outcomes: list[Outcome], graph: KnowledgeGraph, ledger: Ledger) -> tuple[ItemReport, ...]:
    with ledger.run("test", []) as run_id:
        ledger.claim(
            run_id, [Found(outcome.ref, "0" * 64) for outcome in outcomes], PIPELINE_VERSION, force=True
        )
        reports = commit(outcomes, graph, ledger, run_id)
        assert sum(ledger.states(run_id).values()) == len(outcomes)
        assert ledger.states(run_id) == {
            state: [report.state for report in reports].count(state)
            for state in {report.state for report in reports}
        }
        return reports


def test_a_document_is_parsed_split_and_extracted_from(reader: Reader) -> None:
    text = "Regulation (EU) 2024/1689 entered into force on 1 August 2024. It lays down rules on AI."
    outcome = prepare(_item("act", text), reader)
    assert outcome.failure is None
    assert outcome.seconds > 0
    (episode,) = outcome.episodes
    assert episode.document.id == "act"
    assert episode.document.text == text
    assert "".join(passage.text for passage in episode.passages).strip()
    for fact in episode.extraction.facts:
        assert fact.evidence.quote == fact.evidence.span.of(text)


def test_an_outcome_crosses_processes(reader: Reader) -> None:
    for outcome in (prepare(_item("act"), reader), prepare(Item("x.json", data=b"{"), reader)):
        assert pickle.loads(pickle.dumps(outcome)) == outcome


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item("missing.md", path=Path("/nowhere/missing.md")), "unreadable_document"),
        (Item("empty.md", data=b"  \n "), "empty_document"),
        (Item("broken.json", data=b'{"id": "x", '), "unreadable_document"),
        (Item("program.exe", data=b"MZ\x90\x00"), "unsupported_format"),
        (Item("big.txt", data=b"a" * 50_000_001), "document_too_large"),
        (Item("liar.pdf", data=b"no pdf at all"), "unreadable_document"),
    ],
)
def test_a_bad_document_is_refused_with_its_reason(reader: Reader, item: Item, code: str) -> None:
    outcome = prepare(item, reader)
    assert outcome.episodes == ()
    assert outcome.failure is not None
    assert (outcome.failure.state, outcome.failure.code) == ("refused", code)
    assert item.ref in outcome.failure.sentence
    assert outcome.failure.detail == ""


@pytest.mark.parametrize("error", [ZeroDivisionError("api_key=abc123"), RecursionError(), MemoryError()])
def test_a_defect_met_by_one_document_is_a_failure_with_its_traceback_kept_apart(
    reader: Reader, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = Reader(reader.limits, PoisonedExtractor(reader.extractor, error), reader.split)
    with caplog.at_level(logging.INFO):
        outcome = prepare(_item("bad", "poison for the extractor"), poisoned)
    assert outcome.failure is not None
    assert outcome.failure.state == "failed"
    assert outcome.failure.sentence == (
        f"docs.jsonl:bad could not be ingested because of a defect in the product ({type(error).__name__})"
    )
    assert "Traceback" in outcome.failure.detail
    assert "abc123" not in outcome.failure.detail
    assert "docs.jsonl:bad" in caplog.text
    assert prepare(_item("good"), poisoned).failure is None


def test_a_missing_package_that_one_format_needs_is_said_as_it_is(reader: Reader) -> None:
    error = MissingDependency("PDF needs pypdfium2: install it")
    outcome = prepare(
        _item("bad", "poison"),
        Reader(reader.limits, PoisonedExtractor(reader.extractor, error), reader.split),
    )
    assert outcome.failure is not None
    assert (outcome.failure.state, outcome.failure.code) == ("failed", "missing_dependency")
    assert outcome.failure.sentence == str(error)


def test_a_batch_is_written_once_and_the_second_time_nothing_changes(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    outcomes = [prepare(_item(name), reader) for name in "abc"]
    assert [report.state for report in _commit(outcomes, graph, ledger)] == ["committed"] * 3
    before = graph.stats()
    assert [report.state for report in _commit(outcomes, graph, ledger)] == ["unchanged"] * 3
    assert graph.stats() == before
    assert before.documents == 3


def test_failed_outcomes_are_recorded_beside_good_ones(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    reports = _commit(
        [prepare(_item("a"), reader), prepare(Item("x.json", data=b"{"), reader)], graph, ledger
    )
    assert [report.state for report in reports] == ["committed", "refused"]
    assert graph.stats().documents == 1


def test_the_same_content_under_two_ids_is_written_once(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    text = "The very same words in both."
    reports = _commit([prepare(_item(name, text), reader) for name in ("first", "second")], graph, ledger)
    assert [report.state for report in reports] == ["committed", "duplicate"]
    assert reports[1].documents[0].duplicate_of == "first"
    assert graph.document("first") is not None
    assert graph.document("second") is None


def test_new_content_under_an_old_id_is_a_revision(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    _commit([prepare(_item("a", "The first version."), reader)], graph, ledger)
    (report,) = _commit([prepare(_item("a", "The second version."), reader)], graph, ledger)
    assert (report.state, report.documents[0].state) == ("committed", "revised")
    assert graph.stats().documents == 1
    found = graph.document("a")
    assert found is not None
    assert found[0].text == "The second version."


def test_a_duplicate_takes_over_when_the_first_says_something_else(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    copy = prepare(_item("copy", "What both said."), reader)
    _commit([prepare(_item("first", "What both said."), reader), copy], graph, ledger)
    _commit([prepare(_item("first", "Something new."), reader)], graph, ledger)
    assert _commit([copy], graph, ledger)[0].state == "committed"
    assert graph.stats().documents == 2


def test_one_document_the_graph_cannot_take_does_not_lose_the_batch(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    poisoned = PoisonedGraph(graph, {"b": ValueError("half a surrogate pair")})
    reports = _commit([prepare(_item(name), reader) for name in "abc"], poisoned, ledger)  # type: ignore[arg-type]
    assert [report.state for report in reports] == ["committed", "failed", "committed"]
    assert poisoned.calls == [3, 1, 1, 1]
    assert reports[1].failure is not None
    assert "b could not be ingested because of a defect" in reports[1].failure.sentence
    assert graph.stats().documents == 2


def test_the_copy_of_a_document_the_graph_cannot_take_is_written_instead(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    outcomes = [prepare(_item(name, "The same words."), reader) for name in ("bad", "copy")]
    reports = _commit(outcomes, PoisonedGraph(graph, {"bad": ValueError("no")}), ledger)  # type: ignore[arg-type]
    assert [report.state for report in reports] == ["failed", "committed"]
    assert graph.document("copy") is not None


def test_a_store_that_is_gone_ends_the_run_and_leaves_the_claims(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    outcomes = [prepare(_item(name), reader) for name in "ab"]
    gone = PoisonedGraph(graph, {"a": StoreUnavailable("The graph cannot be written: disk full")})
    with pytest.raises(StoreUnavailable, match="disk full"):
        _commit(outcomes, gone, ledger)  # type: ignore[arg-type]
    last = ledger.last_run()
    assert last is not None
    assert (last.state, last.error, last.items) == (
        "failed",
        "The graph cannot be written: disk full",
        {"claimed": 2},
    )
    assert [report.state for report in _commit(outcomes, graph, ledger)] == ["committed", "committed"]


def test_an_item_with_several_documents_is_known_by_all_of_them(
    reader: Reader, graph: KnowledgeGraph, ledger: Ledger
) -> None:
    def array(*texts: str) -> Item:
        rows = [f'{{"id": "{text}", "title": "T", "text": "All about {text}."}}' for text in texts]
        return Item("array.json", data=f"[{','.join(rows)}]".encode())

    (report,) = _commit([prepare(array("x", "y"), reader)], graph, ledger)
    assert (report.state, [document.state for document in report.documents]) == (
        "committed",
        ["added", "added"],
    )
    (report,) = _commit([prepare(array("x", "z"), reader)], graph, ledger)
    assert (report.state, [document.state for document in report.documents]) == (
        "committed",
        ["unchanged", "added"],
    )
    poisoned = PoisonedGraph(graph, {"w": ValueError("no")})
    (report,) = _commit([prepare(array("w", "v"), reader)], poisoned, ledger)  # type: ignore[arg-type]
    assert (report.state, [document.state for document in report.documents]) == (
        "failed",
        ["failed", "added"],
    )
