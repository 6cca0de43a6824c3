"""One ingestion run: discover, claim, prepare, commit, report."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import batched, chain, islice
from typing import Any, Protocol, Self

from political_monitoring.clock import Clock
from political_monitoring.documents.dates import LANGUAGES
from political_monitoring.documents.load import Item, Refused, item_hash, iter_items
from political_monitoring.errors import DocumentError, PolmonError, TryLater, UnreadableDocument, UserError
from political_monitoring.ingestion.ledger import Found, Ledger
from political_monitoring.ingestion.pipeline import PIPELINE_VERSION, Outcome, commit
from political_monitoring.ingestion.processes import LocalPreparer
from political_monitoring.ingestion.report import Failure, ItemReport, RunReport
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.knowledge.second_reading import SecondReader, second_reading
from political_monitoring.settings import ExtractionMode, Settings

__all__ = ["IngestionRequest", "LocalPreparer", "Preparer", "Progress", "run"]

type Entry = Item | Refused

WAIT_SECONDS = 600
"""How long to wait for items that another run works on."""

POLL_SECONDS = 0.25

LARGEST_BATCH = 1_000
"""A batch is one statement with several values for each document, and databases set a limit to those."""


@dataclass(frozen=True, slots=True)
class IngestionRequest:
    """What to ingest: paths, globs, folders, URLs or JSONL files.

    Raises:
        UserError: a batch size or limit that makes no sense.
    """

    job_name: str
    targets: tuple[str, ...]
    limit: int | None = None
    """Only the first so many items that the targets hold."""
    batch_size: int = 50
    force: bool = False
    """Prepare also what is known unchanged, or quarantined."""
    only: frozenset[str] | None = None
    """Of the items that the targets hold, those with these names alone."""
    language: str = ""
    """ISO 639-1 code of documents that do not say theirs; empty: found out from the text."""
    extraction: ExtractionMode | None = None
    """How documents are read; None: as settings say."""

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= LARGEST_BATCH:
            raise UserError(f"A batch holds 1 to {LARGEST_BATCH:,} documents, not {self.batch_size:,}")
        if self.limit is not None and self.limit < 1:
            raise UserError(f"The limit must be at least 1, not {self.limit}")
        if self.language not in {"", *LANGUAGES}:
            raise UserError(
                f"{self.language!r} is no language that documents can have; there are {', '.join(LANGUAGES)}"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values, to store."""
        only = None if self.only is None else sorted(self.only)
        return {**asdict(self), "targets": list(self.targets), "only": only}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The opposite of `to_json`."""
        only = plain.get("only")
        return cls(
            **{**plain, "targets": tuple(plain["targets"]), "only": None if only is None else frozenset(only)}
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in items."""

    done: int
    total: int | None
    """None while the targets are still being listed."""
    committed: int
    unchanged: int
    duplicates: int
    failed: int
    """Refused and quarantined ones too."""
    ref: str
    """The item settled last; "" before the first."""
    rate: float
    """Items a second since the start."""
    eta_seconds: float | None
    """Until the end at this rate; None while the total is unknown, or nothing done."""


class Preparer(Protocol):
    """Where documents are prepared: processes here, actors on a cluster."""

    def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
        """Prepare batches, taking them only as there is room, so that a bounded number is under way.

        Every item of every batch comes back as one outcome, in any grouping. Closing the generator stops
        the work.
        """


def run(
    request: IngestionRequest,
    preparer: Preparer,
    graph: KnowledgeGraph,
    ledger: Ledger,
    settings: Settings,
    clock: Clock,
    progress: Callable[[Progress], None] = lambda _: None,
    resumes: str | None = None,
) -> RunReport:
    """Ingest what the request names; killed or interrupted, the same request again goes on where it stopped.

    Bad documents are in the report, with the reason; they do not end the run. `resumes` is the id of a run with the
    same request: what that one has been made to read again is not read once more.

    Raises:
        NotFound: a target does not exist; nothing has been done.
        MissingDependency: the extractor needs a package or model that is not installed.
        StoreUnavailable: graph or ledger cannot be written.
    """
    entries = _discover(request, settings)
    total = _count(request, settings)
    with (
        ledger.run(request.job_name, request.targets, request.to_json(), resumes) as run_id,
        second_reading(settings, clock) as second,
    ):
        work = _Work(request, graph, ledger, run_id, clock, progress, total, second)
        work.tell()
        work.settle(preparer, entries)
        work.settle_held(preparer)
        work.check_conservation()
    return work.report(settings.llm.currency)


def _discover(request: IngestionRequest, settings: Settings) -> Iterator[Entry]:
    """What the targets hold. Looks at the first at once: a wrong target is known before the run begins."""
    entries = islice(_wanted(request, settings), request.limit)
    language = request.language
    told = (replace(one, language=language) if isinstance(one, Item) else one for one in entries)
    return chain(list(islice(told, 1)), told)


def _wanted(request: IngestionRequest, settings: Settings) -> Iterator[Entry]:
    held = iter_items(request.targets, settings)
    only = request.only
    return held if only is None else (entry for entry in held if entry.ref in only)


def _count(request: IngestionRequest, settings: Settings) -> int | None:
    """How many items there will be, when finding out needs no network."""
    if any("://" in target for target in request.targets):
        return None
    return sum(1 for _ in islice(_wanted(request, settings), request.limit))


class _Work:
    """A run under way: what has been settled, and what another run holds."""

    def __init__(
        self,
        request: IngestionRequest,
        graph: KnowledgeGraph,
        ledger: Ledger,
        run_id: str,
        clock: Clock,
        progress: Callable[[Progress], None],
        total: int | None,
        second: SecondReader | None,
    ) -> None:
        self._request = request
        self._graph = graph
        self._ledger = ledger
        self._run_id = run_id
        self._clock = clock
        self._progress = progress
        self._total = total
        self._second = second
        self._begun, self._started_at = time.monotonic(), clock()
        self._reports: list[ItemReport] = []
        self._states: Counter[str] = Counter()
        self._held: list[Entry] = []
        self._notes = _missing_from_graph(graph, ledger)
        self._force = request.force or bool(self._notes)

    def tell(self) -> None:
        """Say how far the run is; at first, how much there is to do."""
        done = len(self._reports)
        rate = done / max(time.monotonic() - self._begun, 0.001)
        left = None if self._total is None or not done else max(self._total - done, 0) / rate
        self._progress(
            Progress(
                done=done,
                total=self._total,
                committed=self._states["committed"],
                unchanged=self._states["unchanged"],
                duplicates=self._states["duplicate"],
                failed=sum(self._states[state] for state in ("refused", "failed", "quarantined")),
                ref=self._reports[-1].ref if self._reports else "",
                rate=rate,
                eta_seconds=left,
            )
        )

    def settle(self, preparer: Preparer, entries: Iterable[Entry]) -> None:
        """Bring every entry to its end, except those that another run holds."""
        claimed = (
            item for chunk in batched(entries, self._request.batch_size) for item in self._claim(chunk)
        )
        with closing(preparer.prepare(batched(claimed, self._request.batch_size))) as prepared:
            for outcomes in prepared:
                written = commit(outcomes, self._graph, self._ledger, self._run_id, self._second)
                for reports in batched(written, self._request.batch_size):
                    self._record(reports)

    def settle_held(self, preparer: Preparer) -> None:
        """Wait for the runs that hold the rest, and take over what they leave behind.

        Nothing of ours is claimed while we wait, so two runs never wait for each other.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while self._held and time.monotonic() < deadline:
            waiting, self._held = self._held, []
            self.settle(preparer, waiting)
            if self._held:
                time.sleep(POLL_SECONDS)
        late = [
            ItemReport(
                entry.ref, "failed", failure=Failure("failed", TryLater.code, f"{entry.ref} {_STILL_HELD}")
            )
            for entry in self._held
        ]
        self._record(self._ledger.settle(self._run_id, late))

    def check_conservation(self) -> None:
        """Every item discovered has come to exactly one end, here and in the ledger."""
        recorded = self._ledger.states(self._run_id)
        if recorded != self._states:
            raise PolmonError(
                f"Run {self._run_id} lost count of its items: the ledger has {_counts(recorded)}, "
                f"the run has {_counts(self._states)}; this is a defect, please report it"
            )

    def report(self, currency: str) -> RunReport:
        """What became of every item."""
        return RunReport(
            run_id=self._run_id,
            job_name=self._request.job_name,
            targets=self._request.targets,
            started_at=self._started_at,
            finished_at=self._clock(),
            items=tuple(self._reports),
            notes=self._notes,
            currency=currency,
        )

    def _claim(self, chunk: Sequence[Entry]) -> list[Item]:
        """Those of the entries that are ours to prepare; the others are settled or put aside."""
        found = {entry.ref: (entry, content_hash) for entry, content_hash in map(_identify, chunk)}
        claims = self._ledger.claim(
            self._run_id,
            [Found(ref, content_hash) for ref, (_, content_hash) in found.items()],
            PIPELINE_VERSION,
            force=self._force,
        )
        self._held += [entry for ref, (entry, _) in found.items() if ref in claims.held]
        claimed = [entry for ref, (entry, _) in found.items() if ref in claims.claimed]
        refused = [_refusal(entry) for entry in claimed if isinstance(entry, Refused)]
        known = [ItemReport(ref, "unchanged") for ref in found if ref in claims.settled]
        barred = [ItemReport(ref, "quarantined", failure=why) for ref, why in claims.quarantined.items()]
        self._record([*self._ledger.settle(self._run_id, refused), *known, *barred])
        return [entry for entry in claimed if isinstance(entry, Item)]

    def _record(self, reports: Sequence[ItemReport]) -> None:
        if not reports:
            return
        self._reports += reports
        self._states.update(report.state for report in reports)
        self.tell()


def _identify(entry: Entry) -> tuple[Entry, str]:
    """An entry with the hash of its bytes; an item that cannot be read becomes a refusal."""
    if isinstance(entry, Refused):
        return entry, ""
    try:
        return entry, item_hash(entry)
    except DocumentError as error:
        return Refused(entry.ref, error), ""
    except OSError as error:
        return Refused(entry.ref, UnreadableDocument(f"{entry.ref} cannot be read: {error.strerror}")), ""


def _refusal(entry: Refused) -> ItemReport:
    return ItemReport(entry.ref, "refused", failure=Failure("refused", entry.error.code, str(entry.error)))


def _missing_from_graph(graph: KnowledgeGraph, ledger: Ledger) -> tuple[str, ...]:
    """A note if the graph has lost what the ledger saw written to it: its file was removed or replaced."""
    expected, present = ledger.documents_written(), graph.stats().documents
    if present >= expected:
        return ()
    return (
        f"The graph has {present:,} of the {expected:,} documents written to it before: all are read again.",
    )


def _counts(states: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none"


_STILL_HELD = "is being ingested by another run that does not come to an end; try again when it has"
