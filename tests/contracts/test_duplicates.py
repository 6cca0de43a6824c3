"""What the ledger promises of repetitions: who brought a report first, and what comes of the others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from political_monitoring.database.engine import open_database, transaction
from political_monitoring.database.tables import bands, sketches
from political_monitoring.domain.documents import Document
from political_monitoring.ingestion.duplicates import Claim, Place
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.near_duplicates import BANDS, sketch_of
from political_monitoring.ingestion.report import DocumentReport, DocumentState, ItemReport
from political_monitoring.testing.clock import FrozenClock

from .conftest import open_at

REPORT = (
    "On 23 April 2025 the Commission fined the company EUR 500 million under the Digital Markets Act. "
    "It must comply within 60 days, or pay periodic penalties. The decision follows an investigation of a year. "
    "Developers must be able to tell customers of offers elsewhere, and the company had kept them from it. "
    "The Commission announced the decision in Brussels."
)


def _news(document_id: str, text: str = REPORT, day: date | None = date(2025, 4, 23)) -> Document:
    digest = sha256(text.encode()).hexdigest()
    return Document(document_id, "Company fined", text, digest, date=day, language="en")


def _claim_news(ledger: Ledger, run_id: str, *batch: Document) -> list[Claim]:
    sketches = {one.content_hash: sketch for one in batch if (sketch := sketch_of(one))}
    return ledger.claim_contents(run_id, batch, sketches)


def _settle_news(ledger: Ledger, run_id: str, *reports: DocumentReport) -> None:
    found = [Found(report.id, report.content_hash) for report in reports]
    ledger.claim(run_id, found, "1", force=True)
    ledger.settle(
        run_id,
        [ItemReport(one.id, "duplicate" if one.duplicate_of else "committed", (one,)) for one in reports],
    )


def _written(document: Document, state: DocumentState = "added") -> DocumentReport:
    return DocumentReport(document.id, document.title, document.content_hash, state)


COPY = _news("copy", f"BRUSSELS (EuroWire) – {REPORT}\n\nSign up for our newsletter.")
OTHER = _news("other", REPORT.replace("500 million", "700 million"))


def test_a_near_duplicate_repeats_the_first_and_what_says_something_else_does_not(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        first, copy, other, same = _claim_news(ledger, run_id, _news("a"), COPY, OTHER, replace(COPY, id="z"))
        assert first == other == Claim()
        assert copy.original == "a"
        assert copy.similarity == pytest.approx(0.85, abs=0.1)
        assert same == copy
        assert _claim_news(ledger, run_id, replace(COPY, id="later")) == [copy]
        assert _claim_news(ledger, run_id, replace(_news("plain"))) == [Claim("a")]


def test_two_runs_agree_who_brought_a_report_first(ledger: Ledger) -> None:
    with ledger.run("job", []) as first, ledger.run("job", []) as second:
        assert _claim_news(ledger, first, _news("a")) == [Claim()]
        assert _claim_news(ledger, second, COPY)[0].original == "a"


def test_runs_at_the_same_moment_agree_who_brought_a_report_first(
    dsn: str, tmp_path: Path, clock: FrozenClock
) -> None:
    open_at(dsn, tmp_path, clock).close()

    def claim(number: int) -> str | None:
        ledger = open_at(dsn, tmp_path, clock)
        try:
            with ledger.run("job", []) as run_id:
                text = f"CITY {'ABCDEFGH'[number] * 3} (Wire) – {REPORT}"
                news = _news(f"copy-{number}", text)
                (claim,) = _claim_news(ledger, run_id, news)
                if claim.original is None:
                    _settle_news(ledger, run_id, _written(news))
                return claim.original
        finally:
            ledger.close()

    with ThreadPoolExecutor(8) as pool:
        originals = list(pool.map(claim, range(8)))
    assert originals.count(None) == 1
    assert set(originals) == {None, f"copy-{originals.index(None)}"}


def test_a_report_that_was_never_written_may_come_from_another(ledger: Ledger) -> None:
    with ledger.run("job", []) as killed:
        _claim_news(ledger, killed, _news("a"))
    with ledger.run("job", []) as run_id:
        assert _claim_news(ledger, run_id, COPY) == [Claim()]
        ledger.release_contents(["copy"])
        assert _claim_news(ledger, run_id, _news("b")) == [Claim()]


def test_what_is_in_the_graph_stays_the_original_of_itself(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        _claim_news(ledger, run_id, _news("a"))
        _settle_news(ledger, run_id, _written(_news("a")))
    with ledger.run("job", []) as run_id:
        again, revised = _claim_news(ledger, run_id, _news("a"), replace(COPY, id="a"))
        assert (again, revised) == (Claim(), Claim(revises=True))


@pytest.mark.parametrize("how", ["withdrawn", "revised"])
def test_a_near_duplicate_has_its_chance_when_its_original_is_gone(ledger: Ledger, how: str) -> None:
    with ledger.run("job", []) as run_id:
        _, copy = _claim_news(ledger, run_id, _news("a"), COPY)
        repeated = replace(_written(COPY), state="duplicate", duplicate_of="a", similarity=copy.similarity)
        _settle_news(ledger, run_id, _written(_news("a")), repeated)
    assert ledger.places_of("a") == [Place("copy", "copy", copy.similarity)]
    assert ledger.documents_written() == 1
    with ledger.run("job", []) as run_id:
        if how == "withdrawn":
            ledger.forget(["a"])
        else:
            revision = _news("a", "All is different now. " * 20)
            assert _claim_news(ledger, run_id, revision) == [Claim(revises=True)]
            _settle_news(ledger, run_id, _written(revision, "revised"))
        assert _claim_news(ledger, run_id, COPY) == [Claim()]


def test_nothing_is_left_of_a_sketch_whose_content_was_given_up(ledger: Ledger, dsn: str) -> None:
    with ledger.run("job", []) as run_id:
        _claim_news(ledger, run_id, _news("a"))
        engine = open_database(dsn)
        with transaction(engine) as connection:
            assert connection.scalar(select(func.count()).select_from(bands)) == BANDS
        ledger.release_contents(["a"])
        with transaction(engine) as connection:
            assert connection.scalar(select(func.count()).select_from(bands)) == 0
            assert connection.scalar(select(func.count()).select_from(sketches)) == 0
        engine.dispose()
