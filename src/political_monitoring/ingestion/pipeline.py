"""The two halves of ingestion: `prepare` reads a document, anywhere and in parallel, and writes nothing;
`commit` writes to graph and ledger, in one place and in order, and may be repeated.
"""

import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from political_monitoring.documents.differences import differences
from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Episode
from political_monitoring.errors import (
    DocumentError,
    EmptyDocument,
    FetchError,
    PolmonError,
    StoreUnavailable,
)
from political_monitoring.extraction.open import open_extractor
from political_monitoring.extraction.port import Extractor, Pending, WaitingExtractor, begin
from political_monitoring.ingestion.near_duplicates import Sketch, sketch_of
from political_monitoring.ingestion.report import DocumentReport, Failure, ItemReport, ItemState, found_in
from political_monitoring.knowledge.port import Added, KnowledgeGraph
from political_monitoring.knowledge.second_reading import SecondReader
from political_monitoring.settings import LimitsSettings, Settings
from political_monitoring.telemetry import redact

if TYPE_CHECKING:
    # SQLAlchemy stays out of the processes that only prepare.
    from political_monitoring.ingestion.duplicates import Claim
    from political_monitoring.ingestion.ledger import Ledger

PIPELINE_VERSION = "4"
"""Counts up when the same bytes begin to give other episodes: everything is prepared once more."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a process needs to prepare documents; costly to open, so once for each process."""

    limits: LimitsSettings
    extractor: Extractor
    split: Callable[[Document], tuple[Passage, ...]]
    near_duplicates: bool = False
    """Whether to sketch documents, so that repetitions are known."""

    def close(self) -> None:
        """Let go of what the extractor holds open."""
        if isinstance(self.extractor, WaitingExtractor):
            self.extractor.close()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item, prepared: the episodes in it, or why there are none. Small enough to cross processes."""

    ref: str
    episodes: tuple[Episode, ...] = ()
    failure: Failure | None = None
    seconds: float = 0
    sketches: Mapping[str, Sketch] = field(default_factory=dict)
    """By content hash, of those documents that may be repeated elsewhere."""


def open_reader(settings: Settings) -> Reader:
    """A reader with the extractor that the settings name.

    Raises:
        MissingDependency: the extractor needs a package or model that is not installed.
    """
    return Reader(
        settings.limits, open_extractor(settings), split_passages, settings.ingestion.near_duplicates
    )


def prepare(item: Item, reader: Reader) -> Outcome:
    """Parse an item, split it and extract from it. A bad document is an outcome, never an exception."""
    return prepare_all([item], reader)[0]


def prepare_all(batch: Sequence[Item], reader: Reader) -> list[Outcome]:
    """Prepare items; an extractor that waits for a model waits for all of them at once."""
    return [finish() for finish in [_begin_item(item, reader) for item in batch]]


def commit(
    outcomes: Sequence[Outcome],
    graph: KnowledgeGraph,
    ledger: "Ledger",
    run_id: str,
    second: SecondReader | None = None,
) -> tuple[ItemReport, ...]:
    """Write a batch to the graph in one transaction, have it read there again, then mark its items in the ledger.

    A batch that the graph refuses is written document by document: one must not take the others with it.
    Killed between graph and ledger, the batch is done again and changes nothing.

    Raises:
        StoreUnavailable: graph or ledger cannot be written; the items stay claimed for the next run.
    """
    episodes = [episode for outcome in outcomes for episode in outcome.episodes]
    sketches = {content: one for outcome in outcomes for content, one in outcome.sketches.items()}
    documents = _write(episodes, sketches, graph, ledger, run_id)
    if second is not None:
        documents = [
            _read_again(one.document, report, second) for one, report in zip(episodes, documents, strict=True)
        ]
    written = iter(documents)
    reports = tuple(
        _item_report(outcome, tuple(next(written) for _ in outcome.episodes)) for outcome in outcomes
    )
    return ledger.settle(run_id, reports)


def contain[T](action: Callable[[], T], ref: str) -> T | Failure:
    """The one broad handler of ingestion: a defect that one document meets must not end a run of thousands.

    A document's own errors become "refused" with their sentence, everything else "failed"; the traceback of
    what nobody foresaw goes to the log and, redacted, into the failure. StoreUnavailable passes: no document
    is to blame for it.
    """
    try:
        return action()
    except StoreUnavailable:
        raise
    except PolmonError as error:
        known = isinstance(error, DocumentError | FetchError)
        return Failure("refused" if known else "failed", error.code, str(error))
    except Exception as error:
        _logger.info("Unexpected failure with %s", ref, exc_info=True)
        sentence = f"{ref} could not be ingested because of a defect in the product ({type(error).__name__})"
        return Failure("failed", PolmonError.code, sentence, redact(traceback.format_exc()))


type _Begun = list[tuple[Document, tuple[Passage, ...], Pending]]


def _begin_item(item: Item, reader: Reader) -> Callable[[], Outcome]:
    """Parse an item and begin to extract from it; what comes back waits for the result."""
    begun_at = time.perf_counter()
    begun = contain(lambda: _begin(item, reader), item.ref)
    seconds = time.perf_counter() - begun_at

    def finish() -> Outcome:
        waiting_since = time.perf_counter()
        result = begun if isinstance(begun, Failure) else contain(lambda: _end(item, begun, reader), item.ref)
        taken = seconds + time.perf_counter() - waiting_since
        if isinstance(result, Failure):
            return Outcome(item.ref, failure=result, seconds=taken)
        return replace(result, seconds=taken)

    return finish


def _begin(item: Item, reader: Reader) -> _Begun:
    documents = parse(item, reader.limits)
    if not documents:
        raise EmptyDocument(f"{item.ref} has no documents in it")
    split = [(document, reader.split(document)) for document in documents]
    return [(document, passages, begin(reader.extractor, document, passages)) for document, passages in split]


def _end(item: Item, begun: _Begun, reader: Reader) -> Outcome:
    episodes = tuple(Episode(document, passages, pending()) for document, passages, pending in begun)
    documents = [document for document, _, _ in begun if reader.near_duplicates]
    sketched = ((one.content_hash, sketch_of(one)) for one in documents)
    return Outcome(item.ref, episodes, sketches={content: sketch for content, sketch in sketched if sketch})


def _write(
    episodes: Sequence[Episode],
    sketches: Mapping[str, Sketch],
    graph: KnowledgeGraph,
    ledger: "Ledger",
    run_id: str,
) -> list[DocumentReport]:
    claims = ledger.claim_contents(run_id, [episode.document for episode in episodes], sketches)
    fresh = tuple(episode for episode, claim in zip(episodes, claims, strict=True) if not claim.original)
    stored = {
        episode.document.id: graph.document(episode.document.id)
        for episode, claim in zip(episodes, claims, strict=True)
        if claim.revises
    }
    added = contain(lambda: graph.add(fresh) if fresh else (), fresh[0].document.id if fresh else "")
    if isinstance(added, Failure):
        ledger.release_contents([episode.document.id for episode in fresh])
        if len(episodes) > 1:
            return [report for one in episodes for report in _write([one], sketches, graph, ledger, run_id)]
        return [_document_report(episodes[0], claims[0], failure=added)]
    results = iter(added)
    return [
        _document_report(
            episode,
            claim,
            added=None if claim.original else next(results),
            revised=stored.get(episode.document.id),
        )
        for episode, claim in zip(episodes, claims, strict=True)
    ]


def _read_again(document: Document, report: DocumentReport, second: SecondReader) -> DocumentReport:
    """Have a document that is in the graph read there; whatever comes of it, our own reading stays."""
    if report.state not in {"added", "revised", "unchanged"}:
        return report
    found = contain(lambda: second.read(document), document.id)
    if isinstance(found, Failure):
        return replace(report, warnings=(*report.warnings, found.sentence))
    if found is None:
        return report
    return replace(report, warnings=report.warnings + found.warnings, model=found.model)


def _document_report(
    episode: Episode,
    claim: "Claim",
    added: Added | None = None,
    failure: Failure | None = None,
    revised: tuple[Document, tuple[Passage, ...]] | None = None,
) -> DocumentReport:
    document = episode.document
    changed = None
    if revised and added and added.state == "revised":
        changed = differences((revised[0].text, revised[1]), (document.text, episode.passages))
    return DocumentReport(
        id=document.id,
        title=document.title,
        content_hash=document.content_hash,
        state=added.state if added else "failed" if failure else "duplicate",
        duplicate_of=claim.original,
        similarity=claim.similarity,
        differences=changed,
        passages=added.passages if added else 0,
        entities=added.entities if added else 0,
        facts=added.facts if added else 0,
        superseded=added.superseded if added else 0,
        warnings=document.warnings + episode.extraction.warnings,
        model=episode.extraction.model,
        failure=failure,
        found=found_in(document),
    )


def _item_report(outcome: Outcome, documents: tuple[DocumentReport, ...]) -> ItemReport:
    failure = outcome.failure or next((d.failure for d in documents if d.failure), None)
    reached = {document.state for document in documents}
    state: ItemState
    if failure:
        state = failure.state
    elif reached & {"added", "revised"}:
        state = "committed"
    else:
        state = "unchanged" if "unchanged" in reached else "duplicate"
    return ItemReport(outcome.ref, state, documents, failure, outcome.seconds)
