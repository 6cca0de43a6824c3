"""What the ledger tells of runs and items, and what it no longer lets be tried, on each database it runs on."""

import pytest

from political_monitoring.errors import NotFound, TryLater
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.report import DocumentReport, Failure, ItemReport
from political_monitoring.testing.clock import FrozenClock

A, B = Found("a.md", "1" * 64), Found("b.md", "2" * 64)


def _committed(found: Found) -> ItemReport:
    return ItemReport(
        found.ref, "committed", (DocumentReport(found.ref, "Title", found.content_hash, "added"),)
    )


def _fail(ledger: Ledger, found: Found, force: bool = False) -> tuple[str, ...]:
    """States in which a run that fails on the item leaves it; () if it did not try."""
    failure = Failure("failed", "internal_error", f"{found.ref} met a defect")
    with ledger.run("job", []) as run_id:
        claims = ledger.claim(run_id, [found], "1", force=force)
        if not claims.claimed:
            assert claims.quarantined.keys() == {found.ref}
            return ()
        return tuple(
            one.state for one in ledger.settle(run_id, [ItemReport(found.ref, "failed", failure=failure)])
        )


def test_what_has_failed_three_times_is_not_tried_a_fourth_time(ledger: Ledger) -> None:
    assert [_fail(ledger, A) for _ in range(4)] == [("failed",), ("failed",), ("quarantined",), ()]
    with ledger.run("job", []) as run_id:
        why = ledger.claim(run_id, [A, B], "1").quarantined[A.ref]
        assert ledger.states(run_id) == {"claimed": 1, "quarantined": 1}
    assert (why.state, why.code) == ("quarantined", "internal_error")
    assert why.sentence == "a.md met a defect; it has failed 3 times and is not tried again"
    (record,) = ledger.items(["quarantined"])
    assert (record.ref, record.attempts, record.error) == (A.ref, 3, why.sentence)


def test_other_bytes_or_a_person_let_a_quarantined_item_be_tried(ledger: Ledger) -> None:
    for _ in range(3):
        _fail(ledger, A)
    assert _fail(ledger, A, force=True) == ("quarantined",)
    assert _fail(ledger, Found(A.ref, "8" * 64)) == ("failed",)


def test_a_success_between_failures_begins_the_count_anew(ledger: Ledger) -> None:
    for _ in range(2):
        _fail(ledger, A)
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A], "1")
        ledger.settle(run_id, [_committed(A)])
    assert [_fail(ledger, A, force=True) for _ in range(2)] == [("failed",), ("failed",)]


def test_an_item_that_another_run_holds_has_not_failed_of_itself(ledger: Ledger) -> None:
    held = Failure("failed", TryLater.code, "a.md is being ingested by another run")
    for _ in range(4):
        with ledger.run("job", []) as run_id:
            ledger.claim(run_id, [A], "1")
            (report,) = ledger.settle(run_id, [ItemReport(A.ref, "failed", failure=held)])
            assert report.state == "failed"


def test_a_resumed_run_that_was_to_read_all_again_reads_only_the_rest(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A, B], "1")
        ledger.settle(run_id, [_committed(A), _committed(B)])
    with ledger.run("again", ["*.md"], {"force": True}) as stopped:
        assert ledger.claim(stopped, [A, B], "1", force=True).claimed == {A.ref, B.ref}
        ledger.settle(stopped, [_committed(A)])
    with ledger.run("again", ["*.md"], {"force": True}, resumes=stopped) as resumed:
        claims = ledger.claim(resumed, [A, B], "1", force=True)
        assert (claims.claimed, claims.settled) == ({B.ref}, {A.ref})
    with ledger.run("again", ["*.md"], {"force": True}, resumes=resumed) as last:
        assert ledger.claim(last, [A, B], "1", force=True).settled == {A.ref}
    found = ledger.find_run(last)
    assert (found.resumes, found.request, found.items) == (
        resumed,
        {"force": True},
        {"claimed": 1, "unchanged": 1},
    )


def test_runs_and_their_items_can_be_listed(ledger: Ledger, clock: FrozenClock) -> None:
    failure = Failure("refused", "empty_document", "b.md is empty")
    with ledger.run("first", ["a.md"]) as first:
        ledger.claim(first, [A, B], "1")
        ledger.settle(first, [_committed(A), ItemReport(B.ref, "refused", failure=failure)])
    clock.advance(seconds=60)
    with ledger.run("second", ["a.md"]) as second:
        ledger.claim(second, [A], "1")
    assert [(run.id, run.job_name) for run in ledger.runs(5)] == [(second, "second"), (first, "first")]
    assert [run.id for run in ledger.runs(1)] == [second]
    assert [(one.ref, one.state, one.error) for one in ledger.items(run_id=first)] == [
        (A.ref, "committed", ""),
        (B.ref, "refused", "b.md is empty"),
    ]
    assert [one.ref for one in ledger.items(["refused"], run_id=first)] == [B.ref]
    assert [one.documents for one in ledger.items(["committed"])] == [(A.ref,)]
    assert len(ledger.items(limit=1)) == 1
    with pytest.raises(NotFound, match="no run has an id that begins with 'x'"):
        ledger.find_run("x")
    with pytest.raises(NotFound, match="more than one run"):
        ledger.find_run("2")
