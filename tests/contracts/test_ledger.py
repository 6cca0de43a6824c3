"""What the ledger promises, on each database it runs on."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text, update

from political_monitoring.database.engine import migrate, open_database, transaction
from political_monitoring.database.tables import REVISION, runs
from political_monitoring.domain.documents import Document
from political_monitoring.errors import StoreUnavailable, UserError
from political_monitoring.ingestion.leases import LEASE
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.report import DocumentReport, DocumentState, Failure, ItemReport
from political_monitoring.testing.clock import FrozenClock

from .conftest import open_at

A, B, C = Found("a.md", "1" * 64), Found("b.md", "2" * 64), Found("c.md", "3" * 64)


def _document(document_id: str, content: str = "x", state: DocumentState = "added") -> DocumentReport:
    return DocumentReport(document_id, "Title", content * 64, state)


def _committed(found: Found, *documents: DocumentReport) -> ItemReport:
    return ItemReport(
        found.ref, "committed", documents or (_document(found.ref, found.content_hash[0]),), seconds=0.1
    )


def _contents(*ids_and_contents: tuple[str, str]) -> list[Document]:
    return [Document(i, "Title", "Text", content * 64) for i, content in ids_and_contents]


def test_what_is_committed_is_settled_for_the_next_run(ledger: Ledger) -> None:
    with ledger.run("job", ["*.md"]) as first:
        claims = ledger.claim(first, [A, B], "1")
        assert claims.claimed == {A.ref, B.ref}
        ledger.settle(first, [_committed(A), _committed(B)])
        assert ledger.states(first) == {"committed": 2}
    with ledger.run("job", ["*.md"]) as second:
        claims = ledger.claim(second, [A, B, C], "1")
        assert (claims.claimed, claims.settled, claims.held) == ({C.ref}, {A.ref, B.ref}, set())
        assert ledger.states(second) == {"claimed": 1, "unchanged": 2}
    assert ledger.states(first) == {"committed": 2}
    assert ledger.documents_written() == 2


@pytest.mark.parametrize(
    ("again", "version", "force"),
    [(Found(A.ref, "9" * 64), "1", False), (A, "2", False), (A, "1", True)],
    ids=["other bytes", "other pipeline version", "forced"],
)
def test_a_settled_item_is_claimed_again_for_a_reason(
    ledger: Ledger, again: Found, version: str, force: bool
) -> None:
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A], "1")
        ledger.settle(run_id, [_committed(A)])
    with ledger.run("job", []) as run_id:
        assert ledger.claim(run_id, [again], version, force=force).claimed == {A.ref}


def test_an_item_that_goes_back_to_earlier_bytes_is_claimed_again(ledger: Ledger) -> None:
    for content in ("1", "2", "1"):
        with ledger.run("job", []) as run_id:
            found = Found(A.ref, content * 64)
            assert ledger.claim(run_id, [found], "1").claimed == {A.ref}
            ledger.settle(run_id, [_committed(found)])


@pytest.mark.parametrize("state", ["refused", "failed", "duplicate"])
def test_what_is_not_in_the_graph_is_tried_again(ledger: Ledger, state: str) -> None:
    failure = None if state == "duplicate" else Failure(state, "empty_document", "a.md is empty", "detail")  # type: ignore[arg-type]
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A], "1")
        ledger.settle(run_id, [ItemReport(A.ref, state, failure=failure)])  # type: ignore[arg-type]
        assert ledger.states(run_id) == {state: 1}
    with ledger.run("job", []) as run_id:
        assert ledger.claim(run_id, [A], "1").claimed == {A.ref}


def test_an_item_found_twice_is_one_item(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        assert ledger.claim(run_id, [A, A], "1").claimed == {A.ref}
        again = ledger.claim(run_id, [A, B], "1")
        assert (again.claimed, again.settled, again.held) == ({B.ref}, set(), set())
        ledger.settle(run_id, [_committed(A), _committed(B)])
        assert ledger.claim(run_id, [A], "1").claimed == set()
        assert ledger.states(run_id) == {"committed": 2}


def test_a_claim_of_a_living_run_holds_until_it_is_settled(ledger: Ledger) -> None:
    with ledger.run("first", []) as first, ledger.run("second", []) as second:
        ledger.claim(first, [A], "1")
        claims = ledger.claim(second, [A, B], "1")
        assert (claims.claimed, claims.held) == ({B.ref}, {A.ref})
        assert ledger.states(second) == {"claimed": 1, "discovered": 1}
        ledger.settle(first, [_committed(A)])
        assert ledger.claim(second, [A], "1").settled == {A.ref}
        assert ledger.states(second) == {"claimed": 1, "unchanged": 1}


def test_a_run_that_ends_leaves_its_claims(ledger: Ledger) -> None:
    with ledger.run("first", []) as first:
        ledger.claim(first, [A], "1")
    with ledger.run("second", []) as second:
        assert ledger.claim(second, [A], "1").claimed == {A.ref}


def test_a_lease_that_runs_out_frees_the_claims_and_the_old_run_speaks_no_more(
    ledger: Ledger, clock: FrozenClock
) -> None:
    with ledger.run("first", []) as first, ledger.run("second", []) as second:
        ledger.claim(first, [A], "1")
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert ledger.claim(second, [A], "1").claimed == {A.ref}
        failure = Failure("failed", "internal_error", "too late")
        ledger.settle(first, [ItemReport(A.ref, "failed", failure=failure)])
        ledger.settle(second, [_committed(A)])
        assert ledger.states(first) == {"failed": 1}
    with ledger.run("third", []) as third:
        assert ledger.claim(third, [A], "1").settled == {A.ref}


def test_a_run_of_a_process_that_is_gone_is_interrupted_at_once(ledger: Ledger, dsn: str) -> None:
    process = psutil.Process()
    with ledger.run("first", []) as first:
        ledger.claim(first, [A], "1")
        engine = open_database(dsn)
        with transaction(engine) as connection:  # same process number, started at another time
            connection.execute(update(runs).values(process_started=process.create_time() - 3600))
        engine.dispose()
        with ledger.run("second", []) as second:
            assert ledger.claim(second, [A], "1").claimed == {A.ref}


def test_the_last_run_tells_how_it_ended(ledger: Ledger, clock: FrozenClock) -> None:
    assert ledger.last_run() is None
    with ledger.run("good", ["x", "y"]) as run_id:
        ledger.claim(run_id, [A], "1")
        running = ledger.last_run()
        assert running
        assert (running.state, running.finished_at, running.items) == ("running", None, {"claimed": 1})
    last = ledger.last_run()
    assert last
    assert (last.id, last.job_name, last.targets, last.state) == (run_id, "good", ("x", "y"), "finished")
    assert last.started_at == last.finished_at == clock()

    clock.advance(minutes=1)
    with pytest.raises(UserError), ledger.run("bad", []):
        raise UserError("No such\0thing")
    last = ledger.last_run()
    assert last
    assert (last.job_name, last.state, last.error) == ("bad", "failed", "No such\ufffdthing")

    clock.advance(minutes=1)
    with pytest.raises(KeyboardInterrupt), ledger.run("stopped", []):
        raise KeyboardInterrupt
    last = ledger.last_run()
    assert last
    assert (last.job_name, last.state) == ("stopped", "interrupted")


def test_several_runs_at_once_claim_each_item_once(dsn: str, tmp_path: Path, clock: FrozenClock) -> None:
    found = [Found(f"{n}.md", f"{n:064}") for n in range(300)]

    def work(turn: int) -> list[str]:
        ledger = open_at(dsn, tmp_path, clock)
        mine: list[str] = []
        with ledger.run(f"run {turn}", []) as run_id:
            order = found if turn % 2 else found[::-1]
            for start in range(0, len(order), 20):
                claimed = ledger.claim(run_id, order[start : start + 20], "1").claimed
                mine += claimed
                ledger.settle(
                    run_id, [ItemReport(ref, "committed", (_document(ref, "a"),)) for ref in sorted(claimed)]
                )
        ledger.close()
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [ref for mine in pool.map(work, range(4)) for ref in mine]
    assert sorted(claimed) == sorted(item.ref for item in found)


def _claim(ledger: Ledger, run_id: str, batch: list[Document]) -> list[str | None]:
    """What each repeats."""
    return [claim.original for claim in ledger.claim_contents(run_id, batch)]


def test_the_first_to_bring_a_content_keeps_it(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        assert _claim(ledger, run_id, _contents(("a", "1"), ("b", "1"), ("c", "2"))) == [
            None,
            "a",
            None,
        ]
        assert _claim(ledger, run_id, _contents(("d", "2"), ("a", "1"))) == ["c", None]


def test_two_runs_agree_who_was_first(ledger: Ledger) -> None:
    with ledger.run("first", []) as first, ledger.run("second", []) as second:
        assert _claim(ledger, first, _contents(("a", "1"))) == [None]
        assert _claim(ledger, second, _contents(("b", "1"))) == ["a"]


def test_new_content_of_a_document_in_the_graph_is_a_revision_never_a_duplicate(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A, B], "1")
        _claim(ledger, run_id, _contents(("a.md", "1"), ("b.md", "2")))
        ledger.settle(run_id, [_committed(A), _committed(B)])
        assert _claim(ledger, run_id, _contents(("b.md", "1"))) == [None]


def test_content_that_a_revision_replaced_may_come_from_another_document(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        ledger.claim(run_id, [A], "1")
        _claim(ledger, run_id, _contents(("a.md", "1")))
        ledger.settle(run_id, [_committed(A)])
        _claim(ledger, run_id, _contents(("a.md", "5")))
        ledger.settle(run_id, [_committed(A, _document("a.md", "5", "revised"))])
        assert _claim(ledger, run_id, _contents(("z.md", "1"), ("y.md", "5"))) == [None, "a.md"]


def test_content_of_a_document_that_was_never_written_is_free_again(ledger: Ledger) -> None:
    with ledger.run("killed", []) as first:
        ledger.claim(first, [A, B], "1")
        _claim(ledger, first, _contents(("a.md", "1"), ("b.md", "2")))
        ledger.settle(first, [_committed(B)])
        ledger.release_contents(["b.md"])
    with ledger.run("next", []) as second:
        assert _claim(ledger, second, _contents(("x", "1"), ("y", "2"))) == [None, "b.md"]


def test_content_of_a_document_that_failed_is_free_at_once(ledger: Ledger) -> None:
    with ledger.run("job", []) as run_id:
        _claim(ledger, run_id, _contents(("a", "1")))
        ledger.release_contents(["a"])
        assert _claim(ledger, run_id, _contents(("b", "1"))) == [None]


def test_names_of_any_length_and_character_are_kept_apart(ledger: Ledger) -> None:
    names = ["long/" * 2_000, "long/" * 2_000 + "2", "nul\0", "half \ud800", "byte \udcff", ""]
    with ledger.run("job", []) as run_id:
        claims = ledger.claim(run_id, [Found(name, "0" * 64) for name in names], "1")
        assert claims.claimed == set(names)
        assert _claim(ledger, run_id, _contents(("nul\0", "1"), ("nul\0", "1"))) == [None, None]
        ledger.settle(run_id, [ItemReport(name, "committed", (_document(name[:99], "7"),)) for name in names])
        assert ledger.states(run_id) == {"committed": len(names)}


def test_processes_that_start_at_once_migrate_once(dsn: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(_migrated, [dsn] * 6)) == [REVISION] * 6


def _migrated(dsn: str) -> str:
    engine = open_database(dsn)
    migrate(engine)
    with transaction(engine) as connection:
        revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    engine.dispose()
    return revision


def test_thousands_of_items_cost_the_ledger_seconds(ledger: Ledger) -> None:
    found = [Found(f"docs.jsonl:{n}", f"{n:064}") for n in range(2_000)]
    begun = time.perf_counter()
    with ledger.run("job", []) as run_id:
        for batch in batched(found, 50):
            ledger.claim(run_id, batch, "1")
            ledger.claim_contents(run_id, [Document(item.ref, "", "", item.content_hash) for item in batch])
            documents = [DocumentReport(item.ref, "", item.content_hash, "added") for item in batch]
            ledger.settle(run_id, [ItemReport(one.id, "committed", (one,)) for one in documents])
    assert time.perf_counter() - begun < 10  # about one second on an idle machine


def test_a_database_that_fails_in_the_middle_is_named(dsn: str, tmp_path: Path, clock: FrozenClock) -> None:
    ledger = open_at(dsn, tmp_path, clock)
    with ledger.run("job", []) as run_id:
        engine = open_database(dsn)
        with transaction(engine) as connection:
            connection.exec_driver_sql("ALTER TABLE items RENAME TO elsewhere")
        with pytest.raises(StoreUnavailable, match=r"The ledger .* cannot be used"):
            ledger.claim(run_id, [A], "1")
        engine.dispose()
    ledger.close()
