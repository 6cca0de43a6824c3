"""What the ledger says to people: the runs there were, and where items stand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from political_monitoring.database.tables import documents, items, run_items, runs

LAST_RUN = and_(run_items.c.key == items.c.key, run_items.c.run_id == items.c.run_id)
"""Joins an item with what the run that had it last did with it."""

RUN_STATES = ("running", "finished", "interrupted", "failed")
ITEM_STATES = (
    "claimed", "committed", "unchanged", "duplicate", "refused", "failed", "quarantined", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run as the ledger remembers it.

    Attributes:
        state: one of RUN_STATES.
        items: number of items by state.
        request: what was asked for, as `IngestionRequest.to_json` wrote it; None for runs of the first release.
        resumes: id of the run that this one goes on with.
    """

    id: str
    job_name: str
    targets: tuple[str, ...]
    state: str
    error: str
    started_at: datetime
    finished_at: datetime | None
    items: dict[str, int]
    request: Mapping[str, Any] | None = None
    resumes: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """Where an item stands, or what a run did with it.

    Attributes:
        run_id: the run that this speaks of.
        attempts: how often it has failed, one time after another.
        seconds: time to prepare it.
        error: one sentence, or "".
        documents: ids of what came out of it.
    """

    ref: str
    state: str
    run_id: str
    attempts: int
    updated_at: datetime
    seconds: float
    error_code: str
    error: str
    documents: tuple[str, ...]


def list_runs(connection: Connection, limit: int) -> list[RunSummary]:
    """The newest runs, the newest first."""
    newest = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
    return _summaries(connection, newest)


def find_runs(connection: Connection, beginning: str) -> list[RunSummary]:
    """Runs whose id begins so, at most two: enough to know whether one is meant."""
    like = runs.c.id.startswith(beginning, autoescape=True)
    return _summaries(connection, select(runs).where(like).order_by(runs.c.id).limit(2))


def resumed(connection: Connection, run_id: str) -> frozenset[str]:
    """The runs that a run goes on with, itself among them."""
    chain: list[str] = []
    following: str | None = run_id
    while following is not None and following not in chain:
        chain.append(following)
        following = connection.scalar(select(runs.c.resumes).where(runs.c.id == following))
    return frozenset(chain)


def items_of_run(
    connection: Connection, run_id: str, states: Sequence[str], limit: int | None
) -> list[ItemRecord]:
    """What a run did with its items (of these states, or all), by name."""
    chosen = (
        select(items.c.key, items.c.ref, items.c.attempts, items.c.updated_at, *_RESULT)
        .join(items, items.c.key == run_items.c.key)
        .where(run_items.c.run_id == run_id)
    )
    if states:
        chosen = chosen.where(run_items.c.state.in_(states))
    return _records(connection, chosen.order_by(items.c.ref).limit(limit))


def items_now(connection: Connection, states: Sequence[str], limit: int | None) -> list[ItemRecord]:
    """Where items (of these states, or all) stand, those that changed last first."""
    result = [run_items.c.seconds, run_items.c.error_code, run_items.c.error]
    chosen = select(
        items.c.key, items.c.ref, items.c.attempts, items.c.updated_at, items.c.run_id, items.c.state, *result
    ).join(run_items, LAST_RUN, isouter=True)
    if states:
        chosen = chosen.where(items.c.state.in_(states))
    return _records(connection, chosen.order_by(items.c.updated_at.desc(), items.c.ref).limit(limit))


def states_of_run(connection: Connection, run_id: str) -> dict[str, int]:
    """Number of a run's items by state."""
    return _states(connection, [run_id])[run_id]


def _summaries(connection: Connection, chosen: "Select[Any]") -> list[RunSummary]:
    rows = connection.execute(chosen).all()
    counts = _states(connection, [row.id for row in rows])
    return [
        RunSummary(
            id=row.id,
            job_name=row.job_name,
            targets=tuple(row.targets),
            state=row.state,
            error=row.error,
            started_at=row.started_at,
            finished_at=row.finished_at,
            items=counts[row.id],
            request=row.request,
            resumes=row.resumes,
        )
        for row in rows
    ]


def _states(connection: Connection, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    counted = (
        select(run_items.c.run_id, run_items.c.state, func.count())
        .where(run_items.c.run_id.in_(run_ids))
        .group_by(run_items.c.run_id, run_items.c.state)
        .order_by(run_items.c.state)
    )
    counts: dict[str, dict[str, int]] = {run_id: {} for run_id in run_ids}
    for run_id, state, count in connection.execute(counted):
        counts[run_id][state] = count
    return counts


def _records(connection: Connection, chosen: "Select[Any]") -> list[ItemRecord]:
    rows = connection.execute(chosen).all()
    found = _documents(connection, rows)
    return [
        ItemRecord(
            ref=row.ref,
            state=row.state,
            run_id=row.run_id,
            attempts=row.attempts,
            updated_at=row.updated_at,
            seconds=row.seconds or 0.0,
            error_code=row.error_code or "",
            error=row.error or "",
            documents=tuple(found[row.key]),
        )
        for row in rows
    ]


def _documents(connection: Connection, rows: Sequence["Row[Any]"]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(rows), _AT_ONCE):
        keys = [row.key for row in rows[start : start + _AT_ONCE]]
        named = select(documents.c.item_key, documents.c.id).where(documents.c.item_key.in_(keys))
        for key, document_id in connection.execute(named.order_by(documents.c.id)):
            found[key].append(document_id)
    return found


_RESULT = (
    run_items.c.run_id, run_items.c.state, run_items.c.seconds, run_items.c.error_code, run_items.c.error,
)  # fmt: skip
_AT_ONCE = 500
