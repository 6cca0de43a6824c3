"""Preparing documents on this machine: in this process when there is little to do, else in several.

Each process has a pipe of its own. A process that dies, even in the middle of a result, ends its pipe and
nobody else's: what it had is known and done again. (The standard library's pool shares one pipe for all
results; a process that died half-way through one left everybody waiting for the rest of it.)
"""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, suppress
from itertools import chain, islice
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from political_monitoring.documents.load import Item
from political_monitoring.errors import PolmonError, ResourcesUnavailable
from political_monitoring.ingestion.pipeline import Outcome, Reader, open_reader, prepare_all
from political_monitoring.ingestion.window import Piece, Window
from political_monitoring.settings import Settings
from political_monitoring.telemetry import configure

PIECES_AT_A_PROCESS = 2
"""One in work and one waiting, so that it need not pause while results are written."""
PIECES_FOR_EACH_PROCESS = 4
"""Those, and some that are done while a slow one in front holds up."""
STARTS_ALLOWED = 3

type Batch = Sequence[Item]
type OpenReader = Callable[[Settings], Reader]
type Reply = list[Outcome] | PolmonError | None
"""Outcomes of a batch; what ends the run; or, first of all, None: ready to work."""

_logger = logging.getLogger(__name__)
_spawning = multiprocessing.get_context("spawn")  # threads of this process do not survive a fork


class LocalPreparer:
    """Prepares batches in processes of this machine; results come in the order of the batches.

    The order makes two runs over the same input write the same graph: which of two equal documents is the
    first, and which of two versions the newer, does not depend on who was faster.
    """

    def __init__(self, settings: Settings, processes: int = 0, open_one: OpenReader = open_reader) -> None:
        """Prepare in so many processes (0: one for each CPU), each with a reader that `open_one` opens."""
        self._settings = settings
        self._processes = processes or os.cpu_count() or 1
        self._open_one = open_one

    def prepare(self, batches: Iterable[Batch]) -> Generator[Sequence[Outcome]]:
        """Prepare each batch, with a bounded number of them under way.

        Raises:
            MissingDependency: the extractor needs a package or model that is not installed.
            ResourcesUnavailable: processes cannot be kept alive.
        """
        source = iter(batches)
        first = list(islice(source, 2))
        if not first:
            return
        if self._processes == 1 or len(first) == 1:  # one batch has nothing to share out
            with closing(self._open_one(self._settings)) as reader:
                for batch in chain(first, source):
                    yield prepare_all(batch, reader)
            return
        window = Window(chain(first, source), self._processes * PIECES_FOR_EACH_PROCESS)
        pool = _Pool(self._settings, self._processes, self._open_one)
        try:
            yield from window.through(pool)
        finally:
            pool.close()


class _Process:
    """One process, the pieces it has been given, and the thread that listens to it."""

    def __init__(self, pool: "_Pool", settings: Settings, open_one: OpenReader, lifeline: Connection) -> None:
        self.ready = False
        self.pieces: deque[Piece] = deque()
        self._connection, theirs = _spawning.Pipe()
        self._process = _spawning.Process(
            target=_work, args=(settings, open_one, theirs, lifeline), daemon=True
        )
        self._process.start()
        theirs.close()  # or the pipe would not end with the process
        Thread(target=self._listen, args=(pool.heard,), daemon=True).start()

    def give(self, piece: Piece) -> None:
        """One more piece to work on."""
        self.pieces.append(piece)
        with suppress(OSError):  # it has died; that is heard in its turn
            self._connection.send(piece.batch)

    def end(self) -> None:
        """At once, also in the middle of a batch."""
        self._process.kill()
        self._process.join()

    def _listen(self, heard: "SimpleQueue[tuple[_Process, Reply | EOFError]]") -> None:
        try:
            while True:
                heard.put((self, self._connection.recv()))
        except (EOFError, OSError):
            heard.put((self, EOFError()))


class _Pool:
    """Processes that start, work and die, and the pieces at each of them."""

    def __init__(self, settings: Settings, processes: int, open_one: OpenReader) -> None:
        self.heard: SimpleQueue[tuple[_Process, Reply | EOFError]] = SimpleQueue()
        self._settings = settings
        self._open_one = open_one
        # Nobody writes to it: it ends when this process does, however it ends, and the others end with it.
        self._watched, self._lifeline = _spawning.Pipe(duplex=False)
        self._failed_starts = 0
        self._processes: list[_Process] = []
        for _ in range(processes):
            self._start()

    def hand_out(self, window: Window) -> None:
        """Give waiting pieces to processes with room, the least busy first."""
        for pieces in range(PIECES_AT_A_PROCESS):
            for process in self._processes:
                if len(process.pieces) <= pieces:
                    if (piece := window.next_waiting()) is None:
                        return
                    process.give(piece)

    def collect(self, window: Window, *, wait: bool) -> None:
        """Take in everything that has come back; with `wait`, at least one thing.

        Raises:
            PolmonError: what a process lacks; or processes die as they start.
        """
        if wait:
            self._take_in(*self.heard.get(), window)
        while not self.heard.empty():
            self._take_in(*self.heard.get(), window)

    def _take_in(self, process: _Process, reply: Reply | EOFError, window: Window) -> None:
        match reply:
            case None:
                process.ready, self._failed_starts = True, 0
            case EOFError():
                self._bury(process, window)
            case PolmonError():
                raise reply
            case outcomes:
                process.pieces.popleft().outcomes = outcomes

    def close(self) -> None:
        """End the processes at once."""
        for process in self._processes:
            process.end()
        self._lifeline.close()
        self._watched.close()

    def _start(self) -> None:
        self._processes.append(_Process(self, self._settings, self._open_one, self._watched))

    def _bury(self, process: _Process, window: Window) -> None:
        """Take back what a dead process had: it was at work on the first, the others it had not begun."""
        process.end()
        self._processes.remove(process)
        begun = process.ready
        for piece in process.pieces:
            (window.lost if begun else window.put_back)(piece)
            begun = False
        if not process.ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS_ALLOWED:
                raise ResourcesUnavailable(
                    "The processes that prepare documents die as they start, most likely for want of memory: "
                    "free some, or set POLMON_INGESTION_PROCESSES=1"
                )
        _logger.info("A process that prepared documents died; its work is done again")
        self._start()


def _work(settings: Settings, open_one: OpenReader, connection: Connection, lifeline: Connection) -> None:
    """What a process does: outcomes for each batch that comes, until nobody sends any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    configure(settings.log.level, settings.log.format)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    with suppress(EOFError, OSError):
        connection.send(None)
        batch = connection.recv()
        try:
            reader = open_one(settings)
            while True:
                connection.send(prepare_all(batch, reader))
                batch = connection.recv()
        except PolmonError as error:
            connection.send(error)


def _end_with(lifeline: Connection) -> None:
    """Ends this process when nobody holds the other end: the parent is gone."""
    lifeline.poll(None)
    os._exit(1)
