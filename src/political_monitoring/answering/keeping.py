"""Keeping answers beside the work: one thread writes them, and no answer waits for it or fails with it."""

import datetime as dt
import logging
from functools import partial
from typing import TYPE_CHECKING

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.direct import keep_directly
from political_monitoring.answering.events import Answer, Work
from political_monitoring.answering.record import KeptAnswer, Origin, record_of
from political_monitoring.answering.software import software_version
from political_monitoring.clock import Clock
from political_monitoring.database.background import BackgroundWriter
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.answering.archive import AnswerArchive

MOST_WAITING = 1_000
"""Answers that may wait to be written; those after them are not kept."""
_PRUNE_EVERY = 200

_logger = logging.getLogger(__name__)


class AnswerKeeper:
    """An AnswerLog that writes to the archive of the settings' workspace, within the retention they name."""

    def __init__(self, settings: Settings, clock: Clock, release: str = "") -> None:
        self._settings = settings
        self._clock = clock
        self._release = release
        self._archive: AnswerArchive | None = None
        self._writer = BackgroundWriter("answer", MOST_WAITING)
        self._written = 0

    def keep(
        self,
        answer_id: str,
        asked_at: dt.datetime,
        question: Question,
        answer: Answer,
        work: Work | None = None,
    ) -> None:
        """Hand an answer to the thread that writes it."""
        self._writer.submit(answer_id, partial(self._write, answer_id, asked_at, question, answer, work))

    def close(self) -> None:
        """Write what waits, and let go of the archive."""
        self._writer.close()
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
        kept = record_of(answer_id, asked_at, question, answer, self._origin())
        self._keep(kept, _packed(answer_id, answer, work))

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
