"""A history that is moved arrives as it was; what is damaged is named by its line."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from political_monitoring.domain.documents import Heading
from political_monitoring.domain.facts import Entity, Episode, Identifier
from political_monitoring.errors import NotFound, TryLater, UserError
from political_monitoring.knowledge.embedded.graph import SqliteGraph
from political_monitoring.knowledge.moving import (
    copy_events,
    export_graph,
    import_graph,
    inspect_export,
    replay,
)
from political_monitoring.knowledge.port import Event, KnowledgeGraph
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

BILL = Entity(
    "us-bill:119-hr-1", "Bill", "Loi n° 1 – «é»", (Identifier("us-bill", "119-hr-1"),), ("🏛 Act", "قانون")
)
NUMBERS = count()

type Open = Callable[[], SqliteGraph]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(dt.datetime(2025, 6, 1, 12, 30, 0, 123_456, tzinfo=dt.UTC))


@pytest.fixture
def empty(tmp_path: Path, clock: FrozenClock) -> Iterator[Open]:
    """Opens one more empty graph at each call."""
    opened: list[SqliteGraph] = []

    def open_one() -> SqliteGraph:
        opened.append(SqliteGraph(tmp_path / f"{next(NUMBERS)}.db", clock))
        return opened[-1]

    yield open_one
    for graph in opened:
        graph.close()


def said(document: str, words: str, on: dt.date | None = None, value: str = "introduced") -> Episode:
    text = f"Vorlage 🇪🇺 \u2028 {words} – naïve Œuvre\n\tde."
    return episode(document, text, on, about=(BILL,), said=(Said(BILL, "status", words, value, on),))


def filled(graph: KnowledgeGraph, clock: FrozenClock) -> KnowledgeGraph:
    """Additions, a revision, a withdrawal, and a document that came back."""
    rich = said("ä/1", "ganz 𝔘nicode", dt.date(1, 1, 1))
    rich = replace(
        rich, document=replace(rich.document, headings=(Heading(0, 1, "Über“"),), warnings=("w",), url=None)
    )
    graph.add((rich, said("b", "second", dt.date(2025, 2, 1), "reported")))
    clock.advance(days=1)
    graph.add((said("b", "revised", dt.date(9999, 12, 31), "rejected"), said("c", "third")))
    clock.advance(hours=1)
    graph.retract(("c", "b"))
    clock.advance(hours=1)
    graph.add((said("c", "third"),))
    return graph


def test_everything_comes_back_as_it_was(empty: Open, clock: FrozenClock, tmp_path: Path) -> None:
    graph = filled(empty(), clock)
    file = tmp_path / "graph.jsonl"

    exported = export_graph(graph, file)
    moved = import_graph(file, other := empty())

    assert exported.events == 7
    assert (moved.found, moved.written, moved.fingerprint) == (0, 7, exported.fingerprint)
    assert moved.stats == graph.stats()
    assert list(other.history()) == list(graph.history())
    assert other.check() == []
    export_graph(other, again := tmp_path / "again.jsonl")
    assert again.read_bytes() == file.read_bytes()


def test_an_import_again_writes_nothing_and_one_cut_short_goes_on(
    empty: Open, clock: FrozenClock, tmp_path: Path
) -> None:
    graph = filled(empty(), clock)
    file = tmp_path / "graph.jsonl"
    export_graph(graph, file)
    events = list(graph.history())
    for there in range(len(events) + 1):
        target = empty()
        replay(events[:there], target)
        moved = import_graph(file, target)
        assert (moved.found, moved.written) == (there, len(events) - there)
        assert list(target.history()) == events
        assert import_graph(file, target).written == 0


def test_a_graph_that_holds_something_else_is_left_alone(
    empty: Open, clock: FrozenClock, tmp_path: Path
) -> None:
    file = tmp_path / "graph.jsonl"
    export_graph(filled(empty(), clock), file)
    target = empty()
    target.add((said("else", "other"),))
    before = target.fingerprint()

    with pytest.raises(UserError, match=r"holds something else already \(event 1: 'else'"):
        import_graph(file, target)

    assert target.fingerprint() == before


def test_a_copy_follows_what_came_since_the_last_one(empty: Open, clock: FrozenClock) -> None:
    source, target = filled(empty(), clock), empty()
    copy_events(source, target)
    clock.advance(days=1)
    source.add((said("d", "fourth"),))

    assert copy_events(source, target).written == 1
    assert target.fingerprint() == source.fingerprint()
    with pytest.raises(UserError, match="something else"):
        copy_events(empty(), target)


def _cut(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def _half(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2][: len(lines[2]) // 2]]


def _changed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b"second", b"sEcond"), *lines[3:]]


def _missing(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def _mistyped(lines: list[bytes]) -> list[bytes]:
    event = json.loads(lines[2])
    event["episode"]["passages"][0]["ordinal"] = "zero"
    return [*lines[:2], json.dumps(event).encode() + b"\n", *lines[3:]]


def _mixed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'"document_id":"b"', b'"document_id":"x"', 1), *lines[3:]]


def _after(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[1]]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_cut, r"line 9 is damaged: the file ends too early"),
        (_half, r"line 3 is damaged: it is no event"),
        (_changed, r"line 9 is damaged: the lines before it are not those that were written"),
        (_missing, r"line 8 is damaged: 7 events were written and 6 are there"),
        (_mistyped, r"line 3 is damaged: it is no event \(episode.passages.0.ordinal"),
        (_mixed, r"line 3 is damaged: it speaks of two documents"),
        (_after, r"line 10 is damaged: it comes after the last line"),
        (lambda _: [b'{"id": "x"}\n'], r"line 1: this is no export"),
        (lambda _: [b"\xff\xfe\x00"], r"line 1: this is no export"),
        (lambda lines: [b'{"format": "polmon-graph", "version": 9}\n', *lines[1:]], r"line 1: version 9"),
        (lambda _: [], r"line 1 is damaged: the file ends too early"),
    ],
)
def test_a_damaged_file_is_refused_by_its_line_before_anything_is_written(
    empty: Open,
    clock: FrozenClock,
    tmp_path: Path,
    damage: Callable[[list[bytes]], list[bytes]],
    sentence: str,
) -> None:
    file = tmp_path / "graph.jsonl"
    export_graph(filled(empty(), clock), file)
    file.write_bytes(b"".join(damage(file.read_bytes().splitlines(keepends=True))))
    target = empty()

    with pytest.raises(UserError, match=sentence) as caught:
        import_graph(file, target)

    assert "\n" not in str(caught.value)
    assert target.stats().documents == 0
    assert list(target.history()) == []


def test_a_file_that_is_not_there_is_said(empty: Open, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.jsonl"):
        import_graph(tmp_path / "none.jsonl", empty())


def test_an_export_of_a_graph_that_is_written_to_leaves_no_file(
    empty: Open, clock: FrozenClock, tmp_path: Path
) -> None:
    graph = filled(empty(), clock)
    file = tmp_path / "graph.jsonl"

    def meanwhile(done: int, _total: int | None) -> None:
        if done == 1:
            graph.add((said("new", "meanwhile"),))

    with pytest.raises(TryLater, match="written to"):
        export_graph(graph, file, meanwhile)
    assert list(tmp_path.glob("*graph.jsonl*")) == []


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.text(min_size=1, max_size=12), st.booleans()), max_size=8
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_survives_the_file(
    empty: Open, clock: FrozenClock, tmp_path: Path, steps: list[tuple[int, str | None, bool]]
) -> None:
    graph, file = empty(), tmp_path / "any.jsonl"
    for number, words, later in steps:
        clock.advance(hours=later)
        if words is None:
            graph.retract((f"d{number}",))
        elif words.strip() and "\0" not in words:
            graph.add((said(f"d{number}", words, dt.date(2025, 1, 1 + number)),))
    exported = export_graph(graph, file)
    other = empty()
    moved = import_graph(file, other)
    assert inspect_export(file) == exported
    assert moved.stats == graph.stats()
    assert list(other.history()) == list(graph.history())


def test_an_event_is_one_line(empty: Open, tmp_path: Path) -> None:
    graph, file = empty(), tmp_path / "lines.jsonl"
    graph.add((said("a", "one"), said("b", "two")))
    export_graph(graph, file)
    lines = file.read_bytes().splitlines()
    assert len(lines) == 4
    assert [json.loads(line).get("document_id") for line in lines] == [None, "a", "b", None]
    assert all(isinstance(event, Event) for event in graph.history())
