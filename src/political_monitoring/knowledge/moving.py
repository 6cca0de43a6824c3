"""A graph's history moved: from graph to graph, and through a file of lines.

The file is JSONL: a line that says what it is, a line for each event in order, a last line with the number of
events, the graph's fingerprint and a SHA-256 over all lines before it. Events are written and read by their
types, so that everything comes back as it was: texts, offsets, times.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from political_monitoring.errors import NotFound, StoreUnavailable, TryLater, UserError
from political_monitoring.knowledge.port import Event, GraphStats, KnowledgeGraph

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = {"format": "polmon-graph", "version": 1}
AT_ONCE = 200
"""Events written in one transaction, at most."""

type Told = Callable[[int, int | None], None]
"""Is told how many events have been moved, and of how many if that is known."""


def _silent(_done: int, _total: int | None) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a file holds, or was given."""

    events: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move: the events that were in the target before, and those written now."""

    found: int
    written: int
    stats: GraphStats
    """Of the target, afterwards."""
    fingerprint: str
    """Of the target, afterwards: the same as the source's."""


def export_graph(graph: KnowledgeGraph, path: Path, told: Told = _silent) -> Exported:
    """Write a graph's history to a file that appears when it is complete.

    Raises:
        TryLater: the graph was written to meanwhile.
        StoreUnavailable: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as sink:
            done = _write_lines(graph, sink.write, told)
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return done


def import_graph(path: Path, graph: KnowledgeGraph, told: Told = _silent) -> Moved:
    """Bring a file's history into a graph that is empty, or holds the beginning of the same history.

    The whole file is looked at before the first event is written. An import that was killed goes on where it
    stopped.

    Raises:
        NotFound: there is no such file.
        UserError: the file is damaged or foreign (its line is named), or the graph holds something else.
        StoreUnavailable: the graph cannot be written.
    """
    expected = inspect_export(path)
    moved = replay(read_events(path), graph, told, expected.events)
    return _verified(moved, expected.fingerprint)


def copy_events(source: KnowledgeGraph, target: KnowledgeGraph, told: Told = _silent) -> Moved:
    """Bring one graph's history into another one that is empty or holds the beginning of it.

    Raises:
        UserError: the target holds something else.
        StoreUnavailable: a graph cannot be read or written.
    """
    return _verified(replay(source.history(), target, told), source.fingerprint())


def replay(
    events: Iterable[Event], target: KnowledgeGraph, told: Told = _silent, total: int | None = None
) -> Moved:
    """Write events that the target does not hold yet, with the times they were recorded at.

    Raises:
        UserError: what the target holds is not the beginning of these events.
    """
    fresh = _Fresh(events, target)
    for moment, group in groupby(fresh, key=lambda event: (event.at, event.episode is None)):
        for batch in _chunks(group):
            if moment[1]:
                target.retract(tuple(event.document_id for event in batch), moment[0])
            else:
                target.add(tuple(event.episode for event in batch if event.episode), moment[0])
            fresh.written += len(batch)
            told(fresh.found + fresh.written, total)
    return Moved(fresh.found, fresh.written, target.stats(), target.fingerprint())


def inspect_export(path: Path) -> Exported:
    """Read a whole file and make sure that nothing is wrong with it.

    Raises:
        NotFound: there is no such file.
        UserError: a line is not what it should be.
    """
    last = None
    for last in _lines(path):  # noqa: B007 - the last one is wanted
        pass
    if not isinstance(last, Exported):
        raise UserError(f"{path} is no export of a knowledge graph: it is empty")
    return last


def read_events(path: Path) -> Iterator[Event]:
    """The events of a file, one after the other; raises as `inspect_export` does."""
    return (one for one in _lines(path) if isinstance(one, Event))


class _Fresh:
    """The events that come after those a target holds. Iterate once."""

    def __init__(self, events: Iterable[Event], target: KnowledgeGraph) -> None:
        self._events = events
        self._held = target.history()
        self.found = 0
        self.written = 0

    def __iter__(self) -> Iterator[Event]:
        for event in self._events:
            held = next(self._held, None)
            if held is None:
                yield event
            elif _stamp(held) != _stamp(event):
                raise self._other(held)
            else:
                self.found += 1
        beyond = next(self._held, None)
        if beyond is not None:
            raise self._other(beyond)

    def _other(self, held: Event) -> UserError:
        return UserError(
            f"the graph holds something else already (event {self.found + 1}: {held.document_id!r:.80}, recorded "
            f"{held.at:%Y-%m-%d %H:%M}): choose an empty one, with POLMON_HOME or --workspace"
        )


def _stamp(event: Event) -> tuple[object, ...]:
    return event.at, event.document_id, event.episode.document.content_hash if event.episode else None


def _chunks(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Lists of at most AT_ONCE events that name no document twice, so that each is one event again."""
    batch: dict[str, Event] = {}
    for event in events:
        if len(batch) == AT_ONCE or event.document_id in batch:
            yield list(batch.values())
            batch = {}
        batch[event.document_id] = event
    if batch:
        yield list(batch.values())


def _verified(moved: Moved, fingerprint: str) -> Moved:
    if moved.fingerprint != fingerprint:
        raise StoreUnavailable(
            f"what arrived is not what was sent: fingerprint {moved.fingerprint[:12]} instead of "
            f"{fingerprint[:12]}; `polmon graph check` looks at both graphs"
        )
    return moved


def _write_lines(graph: KnowledgeGraph, write: Callable[[bytes], object], told: Told) -> Exported:
    before = graph.fingerprint()
    digest = hashlib.sha256()
    events = 0

    def put(line: bytes) -> None:
        digest.update(line)
        write(line)

    put(json.dumps(FORMAT).encode() + b"\n")
    for event in graph.history():
        put(_adapter().dump_json(event) + b"\n")
        events += 1
        told(events, None)
    if graph.fingerprint() != before:
        raise TryLater("the graph was written to while it was exported; try again")
    end = {"events": events, "fingerprint": before, "sha256": digest.hexdigest()}
    write(json.dumps(end).encode() + b"\n")
    return Exported(events, before)


def _lines(path: Path) -> Iterator[Event | Exported]:
    """The events, then what the last line says; checks everything on the way."""
    if not path.is_file():
        raise NotFound(f"{path} is not a file")
    digest = hashlib.sha256()
    number, events, end = 0, 0, None
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if end is not None:
                raise _damaged(path, number, "it comes after the last line")
            if number == 1:
                _check_format(path, line)
            elif line.startswith(b'{"events"'):
                end = _read_end(path, number, line, events, digest.hexdigest())
            else:
                yield _read_event(path, number, line)
                events += 1
            digest.update(line)
    if end is None:
        raise _damaged(path, number + 1, "the file ends too early")
    yield end


def _read_event(path: Path, number: int, line: bytes) -> Event:
    try:
        event = _adapter().validate_json(line, strict=True)
    except ValueError as error:
        raise _damaged(path, number, f"it is no event ({_reason(error)})") from None
    if event.at.tzinfo is None:
        raise _damaged(path, number, "its time has no zone")
    if event.episode is not None and event.episode.document.id != event.document_id:
        raise _damaged(path, number, "it speaks of two documents")
    return event


def _reason(error: ValueError) -> str:
    """The first thing that pydantic has to say, in a few words."""
    first: dict[str, Any] = next(iter(getattr(error, "errors", list)()), {})
    where = ".".join(str(part) for part in first.get("loc", ()))
    return f"{where}: {first.get('msg', error)}".removeprefix(": ")[:200]


def _check_format(path: Path, line: bytes) -> None:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT["format"]:
        raise UserError(f"{path}, line 1: this is no export of a knowledge graph")
    if found.get("version") != FORMAT["version"]:
        raise UserError(
            f"{path}, line 1: version {found.get('version')} is unknown, this release reads {FORMAT['version']}"
        )


def _read_end(path: Path, number: int, line: bytes, events: int, digest: str) -> Exported:
    try:
        end = json.loads(line)
        found = Exported(int(end["events"]), str(end["fingerprint"]))
    except (ValueError, KeyError, TypeError):
        raise _damaged(path, number, "the last line is not whole") from None
    if found.events != events:
        raise _damaged(path, number, f"{found.events:,} events were written and {events:,} are there")
    if end.get("sha256") != digest:
        raise _damaged(path, number, "the lines before it are not those that were written")
    return found


def _damaged(path: Path, number: int, why: str) -> UserError:
    return UserError(f"{path}, line {number:,} is damaged: {why}; nothing of the file is taken over")


@cache
def _adapter() -> "TypeAdapter[Event]":
    from pydantic import TypeAdapter

    return TypeAdapter(Event)
