"""Everything the graph was ever told, read again with today's extractor."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from political_monitoring.clock import Clock, utc_now
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Episode, Extraction
from political_monitoring.errors import StoreUnavailable, UserError
from political_monitoring.ingestion.pipeline import Reader, contain, open_reader
from political_monitoring.ingestion.report import Failure
from political_monitoring.knowledge.files import generation, replace_store
from political_monitoring.knowledge.moving import Told, replay
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import Event, GraphStats
from political_monitoring.settings import PUBLIC, Settings


@dataclass(slots=True)
class Differences:
    """What reading again changed, counted while it goes on.

    Attributes:
        documents: versions of documents read.
        changed: those of them that other facts or entities were read out of.
        gained, lost: facts by predicate.
        kept: documents that the extractor failed on; they stay as they were read before.
    """

    documents: int = 0
    changed: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def note(self, before: Extraction, after: Extraction) -> None:
        """Count one document."""
        old, new = _content(before), _content(after)
        self.documents += 1
        self.changed += old != new or _named(before) != _named(after)
        self.gained += _by_predicate(new - old)
        self.lost += _by_predicate(old - new)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A graph before and after."""

    before: GraphStats
    after: GraphStats
    differences: Differences


def rebuild(settings: Settings, told: Told, clock: Clock = utc_now) -> Rebuilt:
    """Read every stored document again, in the order and with the times of recording, into a new graph.

    It takes the place of the old one when it is complete; killed before that, it has changed nothing.

    Raises:
        UserError: the graph is not the embedded one.
        MissingDependency: the extractor needs a package or model that is not installed.
        TryLater: another process uses the graph.
        StoreUnavailable: it cannot be read or written.
    """
    if not settings.graph_is_embedded:
        raise UserError("only the embedded graph can be rebuilt; `polmon graph copy` brings it to the other")
    reader = open_reader(settings)
    workshop = settings.workspace_path / ".rebuild"
    anew = settings.model_copy(update={"home": workshop}).in_workspace(PUBLIC)
    differences = Differences()
    try:
        shutil.rmtree(workshop, ignore_errors=True)
        with closing(open_graph(settings, clock)) as old:
            seen = generation(settings.graph_path)
            before = old.stats()
            with closing(open_graph(anew, clock)) as new:
                moved = replay(_read_again(old.history(), reader, differences), new, told)
                problems = new.check()
        if problems:
            raise StoreUnavailable(f"the rebuilt graph is not sound and was not taken: {problems[0]}")
        replace_store(settings.graph_path, anew.graph_path, seen)
    finally:
        reader.close()
        shutil.rmtree(workshop, ignore_errors=True)
    return Rebuilt(before, moved.stats, differences)


def _read_again(events: Iterator[Event], reader: Reader, differences: Differences) -> Iterator[Event]:
    for event in events:
        if event.episode is None:
            yield event
            continue
        episode = contain(partial(_episode, event.episode.document, reader), event.document_id)
        if isinstance(episode, Failure):
            differences.kept.append(event.document_id)
            yield event
            continue
        differences.note(event.episode.extraction, episode.extraction)
        yield Event(event.at, event.document_id, episode)


def _episode(document: Document, reader: Reader) -> Episode:
    passages = reader.split(document)
    return Episode(document, passages, reader.extractor.extract(document, passages))


def _named(extraction: Extraction) -> set[str]:
    return {entity.id for entity in extraction.entities}


def _content(extraction: Extraction) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            fact.predicate,
            fact.subject,
            fact.object,
            fact.value,
            fact.valid_at,
            fact.invalid_at,
            fact.evidence.span,
        )
        for fact in extraction.facts
    )


def _by_predicate(facts: Counter[tuple[object, ...]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for content, number in facts.items():
        counted[str(content[0])] += number
    return counted
