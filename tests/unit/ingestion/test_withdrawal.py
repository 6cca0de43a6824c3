"""What is withdrawn is gone from the graph and from the ledgers, here and where it was followed."""

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.answering.archive import open_archive
from political_monitoring.answering.record import KeptAnswer, KeptCitation, Origin
from political_monitoring.errors import NotFound
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.ingestion.report import RunReport
from political_monitoring.ingestion.run import IngestionRequest, run
from political_monitoring.ingestion.withdrawal import withdraw
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.workspaces import create_workspace, open_to_write
from political_monitoring.settings import Settings
from political_monitoring.testing.clock import FrozenClock

type Records = Callable[..., Path]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def ingest_into(settings: Settings, clock: FrozenClock) -> Callable[..., RunReport]:
    """Ingests a file into a workspace as the command does."""

    def work(file: Path, workspace: str = "public", *, force: bool = False) -> RunReport:
        theirs = settings.in_workspace(workspace)
        with closing(open_to_write(theirs, clock)) as graph, closing(open_ledger(theirs, clock)) as ledger:
            request = IngestionRequest("test", (str(file),), force=force)
            return run(request, LocalPreparer(theirs, processes=1), graph, ledger, theirs, clock)

    return work


def answered(settings: Settings, name: str, document_id: str) -> None:
    """An answer from a document is in the record of a workspace."""
    cited = KeptCitation(1, document_id, "c" * 64, f"{document_id}#0", 0, 3, "d" * 64)
    workspace = settings.graph.workspace
    with closing(open_archive(settings)) as archive:
        archive.keep(
            KeptAnswer(
                name, NOON, f"{name}?", None, None, "So.", (), (cited,), None, Origin(workspace, "", "0")
            )
        )


def held(settings: Settings, clock: FrozenClock, workspace: str = "public") -> list[str]:
    with closing(open_graph(settings.in_workspace(workspace), clock)) as graph:
        return [document.id for document in graph.documents()]


def states(report: RunReport) -> list[str]:
    return [item.state for item in report.items]


def test_a_withdrawn_document_comes_back_only_when_it_is_ingested_again(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    file = records(("a", "The Senate met."), ("b", "The House met."), ("c", "Nobody met."))
    ingest_into(file)

    done = withdraw(settings, ("a", "nowhere", "a"), clock)

    assert [(one.document_id, one.done.state) for one in done] == [("a", "retracted"), ("nowhere", "unknown")]
    assert held(settings, clock) == ["b", "c"]
    again = ingest_into(file)
    assert sorted(states(again)) == ["committed", "unchanged", "unchanged"]
    assert again.notes == (), "the ledger knows that it was withdrawn, nothing is lost"
    assert held(settings, clock) == ["a", "b", "c"]


def test_what_repeated_a_withdrawn_document_takes_its_place(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    file = records(("a", "The Senate met."), ("copy", "The Senate met."))
    assert sorted(states(ingest_into(file))) == ["committed", "duplicate"]
    withdraw(settings, ("a",), clock)

    only = records(("copy", "The Senate met."), name="only.jsonl")
    assert states(ingest_into(only)) == ["committed"]
    assert held(settings, clock) == ["copy"]


def test_the_same_file_is_read_for_each_workspace(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    for name in ("first", "second"):
        create_workspace(settings, name, clock)
    file = records(("a", "The Senate met."))

    assert states(ingest_into(file, "first")) == ["committed"]
    assert held(settings, clock, "second") == held(settings, clock) == []
    assert states(ingest_into(file, "second")) == ["committed"], "not skipped because the first had it"
    assert states(ingest_into(file, "first")) == ["unchanged"]
    assert held(settings, clock) == []
    assert states(ingest_into(file)) == ["committed"]
    assert [held(settings, clock, name) for name in ("public", "first", "second")] == [["a"]] * 3


def test_public_documents_are_extracted_once_and_committed_to_all(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    create_workspace(settings, "first", clock)
    ingest_into(records(("a", "The Senate met."), ("b", "The House met.")))
    assert held(settings, clock, "first") == ["a", "b"]


def test_a_public_withdrawal_is_known_to_the_ledgers_of_those_who_had_it_too(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    create_workspace(settings, "first", clock)
    file = records(("a", "The Senate met."), ("b", "The House met."))
    ingest_into(file)
    ingest_into(file, "first")

    withdraw(settings, ("a",), clock)

    assert held(settings, clock, "first") == ["b"]
    assert sorted(states(ingest_into(file, "first"))) == ["committed", "unchanged"]
    assert held(settings, clock) == ["b"], "what the client brought back is the client's alone"


def test_a_client_withdraws_for_itself_only(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    create_workspace(settings, "first", clock)
    ingest_into(records(("a", "The Senate met.")))

    withdraw(settings.in_workspace("first"), ("a",), clock)

    assert held(settings, clock, "first") == []
    assert held(settings, clock) == ["a"]
    with pytest.raises(NotFound, match="no workspace"):
        withdraw(settings.in_workspace("third"), ("a",), clock)


def test_a_withdrawal_lists_the_answers_that_rested_on_it(
    settings: Settings, clock: FrozenClock, records: Records, ingest_into: Callable[..., RunReport]
) -> None:
    follower, keeper = (create_workspace(settings, name, clock) for name in ("Follower", "Keeper"))
    ingest_into(records(("a", "The Senate met."), ("b", "The House met.")))
    ingest_into(records(("a", "The Senate met, as we heard.")), "Keeper")
    answered(settings, "ours", "a")
    answered(settings, "another", "b")
    answered(follower, "theirs", "a")
    answered(keeper, "their own version", "a")

    first, second = withdraw(settings, ("a", "nowhere"), clock)

    assert [(one.workspace, one.id) for one in first.answers] == [("public", "ours"), ("Follower", "theirs")]
    assert second.answers == ()
    (again,) = withdraw(settings, ("a",), clock)
    assert again.done.state == "unknown"
    assert again.answers == first.answers, "what was killed half-way is told when it is done again"
