"""Keeping answers beside the work: one thread writes them, and no answer waits for it or fails with it."""

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import Answer
from political_monitoring.answering.record import KeptAnswer, Origin, record_of
from political_monitoring.clock import Clock
from political_monitoring.database.background import BackgroundWriter
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.answering.archive import AnswerArchive

MOST_WAITING = 1_000
"""Answers that may wait to be written; those after them are not kept."""
_PRUNE_EVERY = 200


class AnswerKeeper:
    """An AnswerLog that writes to the archive of the settings' workspace, within the retention they name."""

    def __init__(self, settings: Settings, clock: Clock, release: str = "") -> None:
        self._settings = settings
        self._clock = clock
        self._release = release
        self._archive: AnswerArchive | None = None
        self._writer = BackgroundWriter("answer", MOST_WAITING)
        self._written = 0

    def keep(self, answer_id: str, asked_at: dt.datetime, question: Question, answer: Answer) -> None:
        """Hand an answer to the thread that writes it."""
        self._writer.submit(answer_id, partial(self._write, answer_id, asked_at, question, answer))

    def close(self) -> None:
        """Write what waits, and let go of the archive."""
        self._writer.close()
        if self._archive is not None:
            self._archive.close()

    def _write(self, answer_id: str, asked_at: dt.datetime, question: Question, answer: Answer) -> None:
        self._keep(record_of(answer_id, asked_at, question, answer, self._origin()))

    def _keep(self, kept: KeptAnswer) -> None:
        # SQLAlchemy takes long to import: no answer waits for it, and what answers nothing never loads it.
        from political_monitoring.answering.archive import open_archive

        if self._archive is None:
            self._archive = open_archive(self._settings)
        self._archive.keep(kept)
        if self._written % _PRUNE_EVERY == 0:
            limits = self._settings.answers
            self._archive.prune(self._clock() - dt.timedelta(days=limits.days), limits.most)
        self._written += 1

    def _origin(self) -> Origin:
        from importlib.metadata import version

        return Origin(self._settings.graph.workspace, self._release, version("political-monitoring"))
