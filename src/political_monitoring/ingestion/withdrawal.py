"""Withdrawing documents: from the graph, then from the memory of ingestion; and what had rested on them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from political_monitoring.answering.archive import Headline, open_archive
from political_monitoring.clock import Clock, utc_now
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import Retracted
from political_monitoring.knowledge.register import list_workspaces
from political_monitoring.knowledge.workspaces import open_to_write
from political_monitoring.settings import PUBLIC, Settings


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing one document did in its own workspace.

    Attributes:
        answers: that were given from it, there and where it was followed; newest first in each workspace.
    """

    document_id: str
    done: Retracted
    answers: tuple[Headline, ...]


def withdraw(settings: Settings, document_ids: Sequence[str], clock: Clock = utc_now) -> list[Withdrawal]:
    """Withdraw documents from a workspace's graph; a public one from those that follow it, too.

    Ingesting such a document again brings it back: no ledger says that it is in the graph. Killed between
    graph and ledger, the same call again does the rest.

    Raises:
        NotFound: there is no such workspace.
        StoreUnavailable: a graph or a ledger cannot be written.
    """
    ids = tuple(dict.fromkeys(document_ids))
    with closing(open_to_write(settings, clock)) as graph:
        done = graph.retract(ids)
    _forget(settings, ids, clock)
    touched = [_resting_on(settings, ids)]
    if settings.graph.workspace == PUBLIC:
        for name in list_workspaces(settings):
            theirs = settings.in_workspace(name)
            with closing(open_graph(theirs, clock)) as graph:
                gone = tuple(one for one in ids if graph.document(one) is None)
            _forget(theirs, gone, clock)
            touched.append(_resting_on(theirs, gone))
    return [
        Withdrawal(one, what, tuple(answer for answers in touched for answer in answers.get(one, ())))
        for one, what in zip(ids, done, strict=True)
    ]


def _forget(settings: Settings, document_ids: Sequence[str], clock: Clock) -> None:
    if document_ids:
        with closing(open_ledger(settings, clock)) as ledger:
            ledger.forget(document_ids)


def _resting_on(settings: Settings, document_ids: Sequence[str]) -> dict[str, list[Headline]]:
    if not document_ids:
        return {}
    with closing(open_archive(settings)) as archive:
        return archive.resting_on(document_ids)
