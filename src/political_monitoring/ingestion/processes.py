"""Preparing documents on this machine: in this process when there is little to do, else in several."""

import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import chain, islice
from multiprocessing.connection import Connection
from threading import Thread

from political_monitoring.documents.load import Item
from political_monitoring.errors import PolmonError, ResourcesUnavailable
from political_monitoring.ingestion.pipeline import Outcome, Reader, open_reader, prepare
from political_monitoring.ingestion.report import Failure
from political_monitoring.settings import Settings
from political_monitoring.telemetry import configure

BATCHES_FOR_EACH_PROCESS = 3
"""Batches under way for each process: one in work, and some in reserve while a slow one in front holds up."""

type Batch = Sequence[Item]
type OpenReader = Callable[[Settings], Reader]

_logger = logging.getLogger(__name__)


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
            reader = self._open_one(self._settings)
            for batch in chain(first, source):
                yield [prepare(item, reader) for item in batch]
            return
        pool = _Pool(self._settings, self._processes, self._open_one)
        try:
            yield from self._prepare_in(pool, chain(first, source))
        finally:
            pool.close()

    def _prepare_in(self, pool: "_Pool", batches: Iterator[Batch]) -> Generator[Sequence[Outcome]]:
        under_way: deque[tuple[Batch, Future[list[Outcome]]]] = deque()
        window = self._processes * BATCHES_FOR_EACH_PROCESS
        while True:
            for batch in islice(batches, window - len(under_way)):
                under_way.append((batch, pool.submit(batch)))
            if not under_way:
                return
            batch, future = under_way.popleft()
            try:
                outcomes = future.result()
            except BrokenProcessPool:
                # Nobody knows whose process it was that died: this batch is tried alone, the others again.
                pool.replace()
                outcomes = _prepare_with_care(pool, batch)
                under_way = deque((waiting, _again(pool, waiting, lost)) for waiting, lost in under_way)
            yield outcomes


class _Pool:
    """A process pool that can be replaced, and whose processes end when this one does, however it ends."""

    def __init__(self, settings: Settings, processes: int, open_one: OpenReader) -> None:
        self._settings = settings
        self._processes = processes
        self._open_one = open_one
        self._start()

    def submit(self, batch: Batch) -> "Future[list[Outcome]]":
        """The batch's outcomes to come; BrokenProcessPool when a process died before they did."""
        try:
            return self._executor.submit(_prepare_batch, self._open_one, self._settings, batch)
        except BrokenProcessPool as error:
            lost: Future[list[Outcome]] = Future()
            lost.set_exception(error)
            return lost

    def replace(self) -> None:
        """Start over with new processes; whatever was under way is lost.

        Raises:
            ResourcesUnavailable: no document is to blame, since a process dies before it has one.
        """
        self.close()
        self._start()
        try:
            self._executor.submit(_prepare_batch, self._open_one, self._settings, ()).result()
        except BrokenProcessPool:
            raise ResourcesUnavailable(
                "The processes that prepare documents die as they start, most likely for want of memory: "
                "free some, or set POLMON_INGESTION_PROCESSES=1"
            ) from None

    def close(self) -> None:
        """End the processes at once, also in the middle of a batch."""
        self._lifeline.close()
        self._executor.shutdown(cancel_futures=True)
        self._watched.close()

    def _start(self) -> None:
        # Spawned, not forked: threads of this process (leases, servers) do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._watched, self._lifeline = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            self._processes, context, initializer=_begin_process, initargs=(self._settings, self._watched)
        )


def _prepare_with_care(pool: _Pool, batch: Batch) -> list[Outcome]:
    """A batch that may have killed its process: alone, then item by item; one that kills again has failed."""
    try:
        return pool.submit(batch).result()
    except BrokenProcessPool:
        pool.replace()
    if len(batch) > 1:
        return [outcome for item in batch for outcome in _prepare_with_care(pool, [item])]
    sentence = (
        f"{batch[0].ref} ended the process that read it, most likely for want of memory: "
        "split it, or lower POLMON_INGESTION_PROCESSES"
    )
    _logger.info(sentence)
    return [Outcome(batch[0].ref, failure=Failure("failed", PolmonError.code, sentence))]


def _again(pool: _Pool, batch: Batch, future: "Future[list[Outcome]]") -> "Future[list[Outcome]]":
    """The same future if it came through, else a new one."""
    came_through = future.done() and not future.cancelled() and not future.exception()
    return future if came_through else pool.submit(batch)


def _begin_process(settings: Settings, lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    configure(settings.log.level, settings.log.format)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    """Ends this process when nobody holds the other end: the parent closed it, or is gone."""
    lifeline.poll(None)
    os._exit(1)


def _prepare_batch(open_one: OpenReader, settings: Settings, batch: Batch) -> list[Outcome]:
    reader = _reader(open_one, settings)
    return [prepare(item, reader) for item in batch]


@cache
def _reader(open_one: OpenReader, settings: Settings) -> Reader:
    """This process's reader, opened with its first batch: an error then reaches the parent as itself."""
    return open_one(settings)
