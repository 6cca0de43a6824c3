"""A graph read again: the same when nothing changed, better when the extractor did, untouched when killed."""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import AsOf, Entity, Episode, Extraction
from political_monitoring.errors import TryLater
from political_monitoring.ingestion import rebuild as module
from political_monitoring.ingestion.pipeline import Reader, open_reader
from political_monitoring.ingestion.rebuild import rebuild
from political_monitoring.knowledge.files import generation, replace_store
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import Event, FactQuery
from political_monitoring.knowledge.workspaces import create_workspace
from political_monitoring.settings import Settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode

BILL = Entity("us-bill:119-hr-1", "Bill", "H.R. 1")
TEXT = "H.R. 1 became law on 4 July 2025. President Donald Trump signed it on 4 July 2025."


def nobody(_done: int, _total: int | None) -> None:
    """Tells nobody."""


def history(settings: Settings, clock: FrozenClock) -> list[Event]:
    with closing(open_graph(settings, clock)) as graph:
        return list(graph.history())


@pytest.fixture
def read_badly(settings: Settings, clock: FrozenClock) -> None:
    """A graph of documents that yesterday's extractor found little in, with a revision and a withdrawal."""
    with closing(open_graph(settings, clock)) as graph:
        graph.add((_bare("law", "Not yet."), _bare("gone", "The House met.")))
        clock.advance(days=1)
        graph.add((_bare("law", TEXT),))
        clock.advance(days=1)
        graph.retract(("gone",))
    clock.advance(days=1)


def _bare(document: str, text: str) -> Episode:
    return episode(document, text, dt.date(2025, 7, 4), title="H.R. 1")


@pytest.mark.usefixtures("read_badly")
def test_todays_extractor_finds_more_and_the_times_stay(settings: Settings, clock: FrozenClock) -> None:
    before = history(settings, clock)

    done = rebuild(settings, nobody, clock)

    assert done.before.documents == done.after.documents == 1
    assert done.before.facts == 0
    assert done.after.facts == done.differences.gained.total() > 0
    assert done.differences.documents == 3
    assert done.differences.changed >= 1
    assert not done.differences.lost
    after = history(settings, clock)
    assert [(event.at, event.document_id, event.episode is None) for event in after] == [
        (event.at, event.document_id, event.episode is None) for event in before
    ]
    with closing(open_graph(settings, clock)) as graph:
        assert graph.check() == []
        known = graph.facts(FactQuery(history=True, time=AsOf(known=before[-1].at)))
        assert known
        assert not graph.facts(FactQuery(history=True, time=AsOf(known=before[0].at - dt.timedelta(1))))
    assert sorted(path.name for path in settings.home.iterdir() if path.name.startswith(".")) == []


@pytest.mark.usefixtures("read_badly")
def test_twice_changes_nothing_more(settings: Settings, clock: FrozenClock) -> None:
    rebuild(settings, nobody, clock)
    with closing(open_graph(settings, clock)) as graph:
        fingerprint = graph.fingerprint()

    done = rebuild(settings, nobody, clock)

    assert done.differences.changed == 0
    with closing(open_graph(settings, clock)) as graph:
        assert graph.fingerprint() == fingerprint


@pytest.mark.usefixtures("read_badly")
def test_an_old_graph_in_use_stays(settings: Settings, clock: FrozenClock) -> None:
    before = history(settings, clock)
    with closing(sqlite3.connect(settings.graph_path)) as reader:
        reader.execute("SELECT * FROM documents").fetchall()
        with pytest.raises(TryLater, match="in use"):
            rebuild(settings, nobody, clock)
    assert history(settings, clock) == before


@pytest.mark.usefixtures("read_badly")
def test_stopped_half_way_nothing_has_changed(settings: Settings, clock: FrozenClock) -> None:
    before = history(settings, clock)

    def interrupt(_done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(settings, interrupt, clock)
    assert history(settings, clock) == before


@pytest.mark.usefixtures("read_badly")
def test_what_was_written_meanwhile_is_not_lost(
    settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    seen = generation(settings.graph_path)
    other = settings.model_copy(update={"home": tmp_path / "other"})
    open_graph(other, clock).close()
    with closing(open_graph(settings, clock)) as graph:
        graph.add((_bare("late", "It came late."),))
    before = history(settings, clock)
    with pytest.raises(TryLater, match="written to meanwhile"):
        replace_store(settings.graph_path, other.graph_path, seen)
    assert history(settings, clock) == before


@pytest.mark.usefixtures("read_badly")
def test_a_document_the_extractor_fails_on_stays_as_it_was(
    settings: Settings, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def extract(self, document: Document, passages: tuple[Passage, ...]) -> Extraction:
            if document.id == "law":
                raise ZeroDivisionError
            return Extraction(entities=(replace(BILL, id=f"x:{len(passages)}"),))

    def opened(given: Settings) -> Reader:
        return replace(open_reader(given), extractor=Failing())

    monkeypatch.setattr(module, "open_reader", opened)
    done = rebuild(settings, nobody, clock)
    assert done.differences.kept == ["law", "law"]
    assert done.after.documents == 1


@pytest.mark.usefixtures("read_badly")
def test_a_workspace_is_rebuilt_by_itself(settings: Settings, clock: FrozenClock) -> None:
    theirs = create_workspace(settings, "Acme", clock)
    before = history(settings, clock)
    assert rebuild(theirs, nobody, clock).after.facts > 0
    assert history(settings, clock) == before
