"""A whole run over real files: what goes in, what is listed, what a second run does."""

import json
import zipfile
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

import pytest

from political_monitoring.documents.load import Item
from political_monitoring.errors import NotFound, PolmonError, UserError
from political_monitoring.ingestion import run as run_module
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.pipeline import PIPELINE_VERSION, Outcome
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.ingestion.run import LARGEST_BATCH, IngestionRequest
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import LimitsSettings, Settings

from .conftest import Ingestion

Records = Callable[..., Path]
TEXTS = [(f"d{n}", f"Committee {n} met in Brussels to talk about item {n} of its agenda.") for n in range(10)]


def _encrypted_pdf() -> bytes:
    from io import BytesIO

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("a secret", canPrint=0))
    canvas.drawString(72, 720, "Nobody may read this")
    canvas.save()
    return stream.getvalue()


def _zip_bomb() -> bytes:
    from io import BytesIO

    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return stream.getvalue()


def test_everything_the_targets_hold_goes_in(ingest: Ingestion, records: Records, tmp_path: Path) -> None:
    records(*TEXTS)
    (tmp_path / "note.md").write_text("# A note\n\nThe council adopted the directive on 3 March 2025.\n")
    report = ingest(tmp_path)
    assert report.states == {"committed": 11}
    assert not report.has_failures
    assert ingest.graph.stats().documents == 11
    assert {item.ref for item in report.items} == {
        str(tmp_path / "note.md"),
        *(f"{tmp_path / 'docs.jsonl'}:{n}" for n in range(1, 11)),
    }


def test_a_second_run_reads_nothing_again(ingest: Ingestion, records: Records) -> None:
    path = records(*TEXTS)
    ingest(path)
    before = ingest.graph.stats()

    class Never:
        def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
            assert list(batches) == []
            yield from ()

    assert ingest(path, preparer=Never()).states == {"unchanged": 10}
    assert ingest(path, force=True).states == {"unchanged": 10}
    assert ingest.graph.stats() == before


def test_a_changed_line_is_read_again_and_the_others_are_not(ingest: Ingestion, records: Records) -> None:
    ingest(records(*TEXTS))
    report = ingest(records(*TEXTS[:4], ("d4", "Committee 4 changed its mind."), *TEXTS[5:]))
    assert report.states == {"committed": 1, "unchanged": 9}
    (changed,) = [document for item in report.items for document in item.documents]
    assert (changed.id, changed.state) == ("d4", "revised")


def test_bad_files_are_listed_with_their_reasons_and_the_run_goes_on(
    ingest: Ingestion, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    good = "# A good one\n\nParliament adopted the act on 13 March 2024.\n"
    bad: dict[str, bytes] = {
        "empty.md": b"",
        "blank.txt": b" \n\t\n ",
        "encrypted.pdf": _encrypted_pdf(),
        "mistyped.pdf": b"<html><body>no pdf</body></html>",
        "damaged.docx": b"PK\x03\x04 and nothing more",
        "bomb.docx": _zip_bomb(),
        "damaged.json": b'{"id": ',
        "huge.txt": b"word " * 400_000,
        "program.exe": b"MZ\x90\x00" * 100,
        "records.jsonl": b'{"id": "ok", "title": "Fine", "text": "A fine record."}\n{"id": 7}\nnot json\n',
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    (folder / "a-good.md").write_text(good)
    (folder / "z-good.md").write_text(good.replace("good", "better"))
    (folder / "dangling.md").symlink_to(folder / "nowhere")
    ingest.settings = settings.model_copy(update={"limits": LimitsSettings(document_bytes=1_000_000)})

    report = ingest(folder)
    assert report.states == {"committed": 3, "refused": 12}
    assert report.has_failures
    reasons = {ref.removeprefix(f"{folder}/"): reason for ref, reason in report.failure_rows()}
    assert set(reasons) == (set(bad) - {"records.jsonl"}) | {
        "records.jsonl:2",
        "records.jsonl:3",
        "dangling.md",
    }
    for name, words in {
        "empty.md": "empty",
        "blank.txt": "empty",
        "encrypted.pdf": "encrypted",
        "mistyped.pdf": "holds HTML",
        "damaged.docx": "",
        "bomb.docx": "",
        "huge.txt": "larger than 1,000,000 bytes",
        "program.exe": "unsupported type .exe",
        "dangling.md": "points to nothing",
    }.items():
        assert words in reasons[name]
        assert name in reasons[name], reasons[name]
        assert "Traceback" not in reasons[name]
    assert ingest.graph.stats().documents == 3

    again = ingest(folder)
    assert again.states == {"unchanged": 3, "refused": 12}


def test_a_target_that_does_not_exist_is_known_before_anything_is_done(
    ingest: Ingestion, records: Records, ledger: Ledger
) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        ingest(records(*TEXTS), "/nowhere/at/all")
    assert ledger.last_run() is None


def test_no_more_than_the_limit(ingest: Ingestion, records: Records) -> None:
    assert ingest(records(*TEXTS), limit=4).states == {"committed": 4}
    assert ingest(records(*TEXTS), limit=6).states == {"committed": 2, "unchanged": 4}


@pytest.mark.parametrize(("limit", "batch_size"), [(0, 5), (-1, 5), (None, 0), (None, 1_001)])
def test_a_request_that_makes_no_sense_is_refused(limit: int | None, batch_size: int) -> None:
    with pytest.raises(UserError):
        IngestionRequest("test", ("x",), limit, batch_size)


def test_the_largest_batch_fits_into_the_statements(ingest: Ingestion, records: Records) -> None:
    path = records(*((f"d{n}", f"Text {n}.") for n in range(LARGEST_BATCH + 1)))
    assert ingest(path, batch_size=LARGEST_BATCH).states == {"committed": LARGEST_BATCH + 1}


def test_a_file_named_twice_is_one_item(ingest: Ingestion, records: Records, tmp_path: Path) -> None:
    path = records(*TEXTS[:2])
    assert ingest(path, path, tmp_path, tmp_path / "*.jsonl").states == {"committed": 2}


def test_an_empty_folder_is_a_run_with_nothing_in_it(ingest: Ingestion, tmp_path: Path) -> None:
    report = ingest(tmp_path)
    assert report.items == ()
    assert not report.has_failures


def test_progress_counts_up_to_the_total(ingest: Ingestion, records: Records, tmp_path: Path) -> None:
    records(*TEXTS)
    records(("copy", TEXTS[0][1]), name="more.jsonl")
    (tmp_path / "bad.md").write_text("")
    ingest(tmp_path)
    done = [step.done for step in ingest.progress]
    assert done == sorted(done)
    assert {step.total for step in ingest.progress} == {12}
    last = ingest.progress[-1]
    assert (last.done, last.committed, last.duplicates, last.failed) == (12, 10, 1, 1)
    assert last.eta_seconds == 0
    assert last.rate > 0
    first, second = ingest.progress[:2]
    assert (first.done, first.ref, first.eta_seconds) == (0, "", None)
    assert second.eta_seconds is not None
    assert second.eta_seconds > 0


def test_a_graph_that_was_removed_is_filled_again(
    ingest: Ingestion, records: Records, settings: Settings, clock: Callable[[], object]
) -> None:
    path = records(*TEXTS)
    ingest(path)
    ingest.graph.close()
    for file in settings.home.glob("graph.db*"):
        file.unlink()
    graph = open_graph(settings, clock)  # type: ignore[arg-type]
    report = ingest(path, graph=graph)
    assert report.states == {"committed": 10}
    assert report.notes == ("The graph has 0 of the 10 documents written to it before: all are read again.",)
    assert graph.stats().documents == 10
    assert ingest(path, graph=graph).notes == ()
    graph.close()


class _Interrupted:
    """Prepares one batch, then the person at the keyboard has had enough."""

    def __init__(self, settings: Settings) -> None:
        self._preparer = LocalPreparer(settings, processes=1)
        self.closed = False

    def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
        try:
            source = iter(batches)
            yield from self._preparer.prepare([next(source)])
            next(source)
            raise KeyboardInterrupt
        finally:
            self.closed = True


def test_an_interrupted_run_goes_on_where_it_stopped(
    ingest: Ingestion, records: Records, ledger: Ledger
) -> None:
    path = records(*TEXTS)
    preparer = _Interrupted(ingest.settings)
    with pytest.raises(KeyboardInterrupt):
        ingest(path, preparer=preparer)
    assert preparer.closed
    last = ledger.last_run()
    assert last is not None
    assert (last.state, last.items) == ("interrupted", {"claimed": 3, "committed": 3})
    assert ingest(path).states == {"committed": 7, "unchanged": 3}
    assert ingest.graph.stats().documents == 10


def test_items_of_another_run_are_waited_for(ingest: Ingestion, records: Records, ledger: Ledger) -> None:
    path = records(*TEXTS[:4])
    hashes = {"1": "settled meanwhile", "2": "left behind"}

    class Meanwhile:
        """The other run finishes while this one waits."""

        def __init__(self) -> None:
            self.calls = 0

        def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
            self.calls += 1
            if self.calls == 3:
                other.__exit__(None, None, None)
            return LocalPreparer(ingest.settings, processes=1).prepare(batches)

    other = ledger.run("other", [])
    run_id = other.__enter__()
    ledger.claim(run_id, [Found(f"{path}:{line}", what) for line, what in hashes.items()], PIPELINE_VERSION)
    preparer = Meanwhile()
    report = ingest(path, preparer=preparer)
    assert preparer.calls == 3
    assert report.states == {"committed": 4}
    assert [item.ref[-1] for item in report.items] == ["3", "4", "1", "2"]


def test_items_another_run_never_finishes_are_failures_in_the_end(
    ingest: Ingestion, records: Records, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(run_module, "POLL_SECONDS", 0.01)
    path = records(*TEXTS[:2])
    with ledger.run("other", []) as run_id:
        ledger.claim(run_id, [Found(f"{path}:1", "0")], PIPELINE_VERSION)
        report = ingest(path)
    assert report.states == {"committed": 1, "failed": 1}
    assert "another run" in report.failure_rows()[0][1]


def test_an_outcome_that_gets_lost_is_noticed(ingest: Ingestion, records: Records, ledger: Ledger) -> None:
    class Loses:
        def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
            for outcomes in LocalPreparer(ingest.settings, processes=1).prepare(batches):
                yield outcomes[1:]

    with pytest.raises(PolmonError, match="the ledger has 2 claimed, 2 committed, the run has 2 committed"):
        ingest(records(*TEXTS[:4]), batch_size=2, preparer=Loses())
    last = ledger.last_run()
    assert last is not None
    assert last.state == "failed"


def test_file_names_that_are_not_text_are_no_obstacle(ingest: Ingestion, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (Path(str(folder)) / b"caf\xe9 \xff.md".decode("utf-8", "surrogateescape")).write_text(
        "# Odd\n\nAn odd name.\n"
    )
    report = ingest(folder)
    assert report.states == {"committed": 1}
    json.dumps(report.to_json())
