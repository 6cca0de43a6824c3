"""Keeping answers beside the work: one thread writes them, and no answer waits for it or fails with it."""

import datetime as dt
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.direct import keep_directly
from political_monitoring.answering.events import Answer, Work
from political_monitoring.answering.record import KeptAnswer, Origin, record_of
from political_monitoring.answering.software import software_version
from political_monitoring.clock import Clock
from political_monitoring.errors import PolmonError
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.answering.archive import AnswerArchive

MOST_WAITING = 1_000
"""Answers that may wait to be written; those after them are not kept."""
_PAUSE_SECONDS = 10
"""After a failure nothing is tried for so long: a database that is down takes long to say so."""
_PRUNE_EVERY = 200

_logger = logging.getLogger(__name__)


class AnswerKeeper:
    """An AnswerLog that writes to the archive of the settings' workspace, within the retention they name."""

    def __init__(self, settings: Settings, clock: Clock, release: str = "") -> None:
        self._settings = settings
        self._clock = clock
        self._release = release
        self._archive: AnswerArchive | None = None
        self._room = BoundedSemaphore(MOST_WAITING)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answer-keeping")
        self._written = 0
        self._paused_until = 0.0

    def keep(
        self,
        answer_id: str,
        asked_at: dt.datetime,
        question: Question,
        answer: Answer,
        work: Work | None = None,
    ) -> None:
        """Hand an answer to the thread that writes it."""
        if not self._room.acquire(blocking=False):
            _logger.warning(
                "The answer %s was not kept: %s others wait to be written", answer_id, MOST_WAITING
            )
            return
        try:
            written = self._thread.submit(self._write, answer_id, asked_at, question, answer, work)
            written.add_done_callback(self._done)
        except RuntimeError:  # the process is ending
            self._room.release()
            _logger.warning("The answer %s was not kept: the process ends", answer_id)

    def close(self) -> None:
        """Write what waits, and let go of the archive."""
        self._thread.shutdown()
        if self._archive is not None:
            self._archive.close()

    def _write(
        self,
        answer_id: str,
        asked_at: dt.datetime,
        question: Question,
        answer: Answer,
        work: Work | None,
    ) -> None:
        if time.monotonic() < self._paused_until:
            _logger.warning(
                "The answer %s was not kept: the ledger could not be used a moment ago", answer_id
            )
            return
        try:
            kept = record_of(answer_id, asked_at, question, answer, self._origin())
            self._keep(kept, _packed(answer_id, answer, work))
        except PolmonError as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _logger.warning("The answer %s was not kept: %s", answer_id, error)

    def _keep(self, kept: KeptAnswer, capsule: bytes | None) -> None:
        if self._archive is None:
            if keep_directly(self._settings, self._clock(), kept, capsule):
                return
            # SQLAlchemy takes long to import: no answer waits for it, and most commands never load it.
            from political_monitoring.answering.archive import open_archive

            self._archive = open_archive(self._settings)
        self._archive.keep(kept, capsule)
        if self._written % _PRUNE_EVERY == 0:
            limits = self._settings.answers
            oldest = self._clock() - dt.timedelta(days=limits.days)
            self._archive.prune(oldest, limits.most, limits.capsule_megabytes * 1_000_000)
        self._written += 1

    def _origin(self) -> Origin:
        return Origin(self._settings.graph.workspace, self._release, software_version())

    def _done(self, written: Future[None]) -> None:
        self._room.release()
        if error := written.exception():
            _logger.error("an answer was not kept", exc_info=error)


def _packed(answer_id: str, answer: Answer, work: Work | None) -> bytes | None:
    """The capsule to keep; None: nothing is known of the work, or it is too large."""
    if work is None:
        return None
    from political_monitoring.answering.capsules import MOST_BYTES, Capsule, pack

    try:
        packed = pack(Capsule(answer, work))
    except (TypeError, ValueError):  # a result or an argument that JSON does not know: a mistake of ours
        _logger.exception("The work behind the answer %s was not kept", answer_id)
        return None
    if len(packed) <= MOST_BYTES:
        return packed
    _logger.warning("The work behind the answer %s was not kept: %s bytes", answer_id, f"{len(packed):,}")
    return None
