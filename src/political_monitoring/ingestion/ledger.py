"""The durable memory of ingestion: which items were seen, who works on them, what became of them.

An item goes discovered -> claimed -> committed | unchanged | duplicate | refused | failed | quarantined; when its
document is withdrawn from the graph, committed -> withdrawn, and the next run claims it again. Marks are made
after the graph is written, so a run that is killed leaves claims, never false successes, and the next run of
the same targets redoes exactly those. What fails time after time is quarantined: no run tries it until its bytes
or the pipeline change, or a person asks for it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Engine, Integer, and_, bindparam, case, delete, func, select, update

from political_monitoring.clock import Clock, utc_now
from political_monitoring.database.engine import insert_new, insert_or_update, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.storable import storable
from political_monitoring.database.tables import documents, items, originals, run_items, runs
from political_monitoring.domain.documents import Document
from political_monitoring.errors import NotFound, PolmonError
from political_monitoring.ingestion import duplicates, leases, listing, quarantine
from political_monitoring.ingestion.listing import ItemRecord, RunSummary
from political_monitoring.ingestion.near_duplicates import Sketch
from political_monitoring.ingestion.report import Failure, ItemReport
from political_monitoring.settings import Settings

_NO_SKETCHES: Mapping[str, Sketch] = {}

SETTLED = ("committed", "unchanged")
"""States in which an item need not be looked at again. A duplicate is: what it repeats may have changed."""


@dataclass(frozen=True, slots=True)
class Found:
    """An item as discovered: its name and the SHA-256 of its raw bytes (empty when they cannot be read)."""

    ref: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a run may do with items it found, by ref. What it has claimed or settled before is in none."""

    claimed: frozenset[str]
    """Ours to prepare."""
    settled: frozenset[str]
    """In the graph already, from the same bytes by the same pipeline version."""
    held: frozenset[str]
    """Another run works on them now."""
    quarantined: Mapping[str, Failure]
    """Not to be tried, and why."""


def open_ledger(settings: Settings, clock: Clock = utc_now) -> "Ledger":
    """The ledger that the settings name, brought to the newest schema.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: it cannot be opened or written.
    """
    return Ledger(open_tables(settings), clock, settings.ingestion.similarity)


class Ledger:
    """Runs and their items. A method is a transaction; all raise StoreUnavailable if the database fails."""

    def __init__(self, engine: Engine, clock: Clock, similarity: float) -> None:
        """Open with the similarity from which on a document may be taken for a repetition of another."""
        self._engine = engine
        self._clock = clock
        self._similarity = similarity

    @contextmanager
    def run(
        self,
        job_name: str,
        targets: Sequence[str],
        request: Mapping[str, Any] | None = None,
        resumes: str | None = None,
    ) -> Iterator[str]:
        """The id of a new run that keeps its lease until the block ends; as the block ends, so it does.

        Args:
            job_name, targets: what people know it by.
            request: all that was asked for, as JSON, to do it again.
            resumes: the run that this one goes on with.
        """
        with transaction(self._engine) as connection:
            leases.retire_dead_runs(connection, self._clock())
            duplicates.release_abandoned(connection)
            run_id = leases.begin_run(connection, self._clock(), job_name, targets, request, resumes)
        state = "interrupted"
        error = f"Stopped before the end; `polmon runs resume {run_id}` goes on from there."
        try:
            with leases.lease_kept(self._engine, self._clock, run_id):
                yield run_id
            state, error = "finished", ""
        except PolmonError as problem:
            state, error = "failed", str(problem)
            raise
        finally:
            with transaction(self._engine) as connection:
                leases.end_run(connection, self._clock(), run_id, state, error)

    def claim(self, run_id: str, found: Sequence[Found], version: str, *, force: bool = False) -> Claims:
        """Claim items for a run.

        Args:
            run_id: who claims.
            found: what was discovered; it may repeat itself or earlier calls.
            version: pipeline version; an item settled under another one is claimed again.
            force: claim also what is settled or quarantined, save by the runs that this one goes on with.
        """
        by_key = {_key(item.ref): item for item in found}
        with transaction(self._engine) as connection:
            for key in _handled(connection, run_id, by_key):
                del by_key[key]
            self._remember(connection, run_id, by_key)
            states = self._decide(connection, run_id, by_key, version, force=force)
            claimed = [key for key, state in states.items() if state == "claimed"]
            if claimed:
                mine = {"run_id": run_id, "version": version, "updated_at": self._clock()}
                hashes = [
                    {"b_key": key, "b_hash": by_key[key].content_hash, "b_version": version}
                    for key in claimed
                ]
                connection.execute(_TAKE.values(mine), hashes)
            barred = [key for key, state in states.items() if state == "quarantined"]
            reasons = quarantine.reasons(connection, barred)
            handled = [_handled_now(run_id, key, state, reasons.get(key)) for key, state in states.items()]
            insert_or_update(connection, run_items, handled)
        refs: dict[str, set[str]] = {
            state: set() for state in ("claimed", "unchanged", "discovered", "quarantined")
        }
        for key, state in states.items():
            refs[state].add(by_key[key].ref)
        return Claims(
            claimed=frozenset(refs["claimed"]),
            settled=frozenset(refs["unchanged"]),
            held=frozenset(refs["discovered"]),
            quarantined={by_key[key].ref: reason for key, reason in reasons.items()},
        )

    def claim_contents(
        self, run_id: str, batch: Sequence[Document], sketches: Mapping[str, Sketch] = _NO_SKETCHES
    ) -> list[duplicates.Claim]:
        """For each document whether it repeats another one; see `duplicates.claim_contents`."""
        with transaction(self._engine) as connection:
            return duplicates.claim_contents(connection, run_id, batch, sketches, self._similarity)

    def places_of(self, document_id: str) -> list[duplicates.Place]:
        """Where else a document was seen; see `duplicates.places_of`."""
        with transaction(self._engine) as connection:
            return duplicates.places_of(connection, document_id)

    def release_contents(self, document_ids: Sequence[str]) -> None:
        """Let others bring the contents of documents that could not be written."""
        with transaction(self._engine) as connection:
            duplicates.release_contents(connection, document_ids)

    def settle(self, run_id: str, reports: Sequence[ItemReport]) -> tuple[ItemReport, ...]:
        """Record what became of claimed items and of the documents in them.

        Returns:
            The reports, in their order; one that failed for the last time allowed has become quarantined.
        """
        with transaction(self._engine) as connection:
            settled = quarantine.quarantine(connection, {_key(report.ref): report for report in reports})
            self._settle(connection, run_id, [settled[key] for key in sorted(settled)])  # see _remember
        return tuple(settled.values())

    def _settle(self, connection: Connection, run_id: str, reports: Sequence[ItemReport]) -> None:
        if not reports:
            return
        now = self._clock()
        recorded = {
            document.id: {
                "id": document.id,
                "item_key": _key(report.ref),
                "run_id": run_id,
                "content_hash": document.content_hash,
                "duplicate_of": document.duplicate_of,
                "similarity": document.similarity,
                "recorded_at": now,
            }
            for report in reports
            for document in report.documents
            if document.state != "failed"
        }
        revised = [d.id for report in reports for d in report.documents if d.state == "revised"]
        connection.execute(_SETTLE_ITEM.values(updated_at=now), [_standing(run_id, one) for one in reports])
        connection.execute(_SETTLE_RUN_ITEM, [_result(run_id, report) for report in reports])
        insert_or_update(connection, documents, [recorded[key] for key in sorted(recorded)])
        if revised:
            duplicates.release_contents(connection, revised)

    def forget(self, document_ids: Sequence[str]) -> None:
        """Documents were withdrawn from the graph: their items are read again when they are next found."""
        with transaction(self._engine) as connection:
            for chunk in batched(map(storable, document_ids), _AT_ONCE):
                gone = documents.c.id.in_(chunk)
                keys = select(documents.c.item_key).where(gone)
                connection.execute(
                    update(items)
                    .where(items.c.key.in_(keys), items.c.state.in_(SETTLED))
                    .values(state="withdrawn", updated_at=self._clock())
                )
                connection.execute(delete(originals).where(originals.c.document_id.in_(chunk)))
                connection.execute(delete(documents).where(gone))

    def states(self, run_id: str) -> dict[str, int]:
        """Number of a run's items by state."""
        with transaction(self._engine) as connection:
            return listing.states_of_run(connection, run_id)

    def documents_written(self) -> int:
        """How many documents the graph holds, if it is the one that was written to."""
        with transaction(self._engine) as connection:
            written = select(func.count()).select_from(documents).where(documents.c.duplicate_of.is_(None))
            return connection.scalar(written) or 0

    def document_ids(self) -> list[str]:
        """Documents that the graph holds, if it is the one that was written to."""
        with transaction(self._engine) as connection:
            written = select(documents.c.id).where(documents.c.duplicate_of.is_(None))
            return list(connection.scalars(written.order_by(documents.c.id)))

    def runs(self, limit: int) -> list[RunSummary]:
        """The newest runs, the newest first; one whose process is gone is called interrupted."""
        with transaction(self._engine) as connection:
            leases.retire_dead_runs(connection, self._clock())
            return listing.list_runs(connection, limit)

    def last_run(self) -> RunSummary | None:
        """The newest run; None when there was none."""
        return next(iter(self.runs(1)), None)

    def find_run(self, beginning: str) -> RunSummary:
        """The run whose id begins so.

        Raises:
            NotFound: there is none, or more than one.
        """
        with transaction(self._engine) as connection:
            leases.retire_dead_runs(connection, self._clock())
            found = listing.find_runs(connection, beginning)
        if len(found) == 1:
            return found[0]
        what = "more than one run has an id that begins" if found else "no run has an id that begins"
        raise NotFound(f"{what} with {beginning!r}; `polmon runs` lists them")

    def items(
        self, states: Sequence[str] = (), run_id: str | None = None, limit: int | None = None
    ) -> list[ItemRecord]:
        """Where items stand now, or what a run did with them; of these states, or all."""
        with transaction(self._engine) as connection:
            if run_id is None:
                return listing.items_now(connection, states, limit)
            return listing.items_of_run(connection, run_id, states, limit)

    def close(self) -> None:
        """Let go of connections; the ledger is not used afterwards."""
        self._engine.dispose()

    def _remember(self, connection: Connection, run_id: str, found: Mapping[str, Found]) -> None:
        new = {"run_id": run_id, "version": "", "state": "new", "attempts": 0, "updated_at": self._clock()}
        insert_new(
            connection,
            items,
            [
                {"key": key, "ref": found[key].ref, "content_hash": found[key].content_hash} | new
                for key in sorted(found)  # in one order everywhere, or two runs could wait for each other
            ],
        )

    def _decide(
        self, connection: Connection, run_id: str, found: Mapping[str, Found], version: str, *, force: bool
    ) -> dict[str, str]:
        """For each key: claimed, unchanged, or discovered (and held by another run). Locks the rows."""
        known = connection.execute(
            select(items).where(items.c.key.in_(found)).order_by(items.c.key).with_for_update(key_share=True)
        ).all()
        # What a resumed run has read again is not read once more, though it was asked to.
        done = listing.resumed(connection, run_id) if force else frozenset()
        others = {row.run_id for row in known if row.state == "claimed" and row.run_id != run_id}
        if others:
            leases.retire_dead_runs(connection, self._clock())
            alive = select(runs.c.id).where(runs.c.id.in_(others), runs.c.state == "running")
            others = set(connection.scalars(alive))
        states = {}
        for row in known:
            same = (row.content_hash, row.version) == (found[row.key].content_hash, version)
            if row.state == "claimed" and row.run_id in others:
                states[row.key] = "discovered"
            elif row.state in SETTLED and same and (not force or row.run_id in done):
                states[row.key] = "unchanged"
            elif row.state == "quarantined" and same and not force:
                states[row.key] = "quarantined"
            else:
                states[row.key] = "claimed"
        return states


def _key(ref: str) -> str:
    return blake2b(ref.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _handled(connection: Connection, run_id: str, keys: Collection[str]) -> list[str]:
    """Those of the keys that the run has claimed or settled before."""
    return list(
        connection.scalars(
            select(run_items.c.key).where(
                run_items.c.run_id == run_id, run_items.c.key.in_(keys), run_items.c.state != "discovered"
            )
        )
    )


def _standing(run_id: str, report: ItemReport) -> dict[str, Any]:
    return {
        "b_run": run_id,
        "b_key": _key(report.ref),
        "b_state": report.state,
        "b_failed": int(report.state == "quarantined" or quarantine.counts(report)),
    }


def _handled_now(run_id: str, key: str, state: str, reason: Failure | None) -> dict[str, Any]:
    known = {"run_id": run_id, "key": key, "state": state, "seconds": 0.0, "detail": ""}
    return known | {"error_code": reason.code if reason else "", "error": reason.sentence if reason else ""}


def _result(run_id: str, report: ItemReport) -> dict[str, Any]:
    failure = report.failure
    return {
        "b_run": run_id,
        "b_key": _key(report.ref),
        "b_state": report.state,
        "b_seconds": report.seconds,
        "b_code": failure.code if failure else "",
        "b_error": failure.sentence if failure else "",
        "b_detail": failure.detail if failure else "",
    }


_AT_ONCE = 500
"""Documents named in one statement."""

_TAKE = (
    update(items)
    .where(items.c.key == bindparam("b_key"))
    .values(
        state="claimed",
        content_hash=bindparam("b_hash"),
        attempts=case(
            (
                and_(items.c.content_hash == bindparam("b_hash"), items.c.version == bindparam("b_version")),
                items.c.attempts,
            ),
            else_=0,
        ),
    )
)

_SETTLE_ITEM = (
    update(items)
    # A run that lost its lease no longer speaks for the item.
    .where(items.c.key == bindparam("b_key"), items.c.run_id == bindparam("b_run"))
    .values(
        state=bindparam("b_state"),
        attempts=case((bindparam("b_failed", type_=Integer) == 1, items.c.attempts + 1), else_=0),
    )
)

_SETTLE_RUN_ITEM = (
    update(run_items)
    .where(run_items.c.run_id == bindparam("b_run"), run_items.c.key == bindparam("b_key"))
    .values(
        state=bindparam("b_state"),
        seconds=bindparam("b_seconds"),
        error_code=bindparam("b_code"),
        error=bindparam("b_error"),
        detail=bindparam("b_detail"),
    )
)
