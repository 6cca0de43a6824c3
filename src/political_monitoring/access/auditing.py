"""Writing the audit: what is known of a request while it is served, and the thread that keeps it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from political_monitoring.access.audit import AuditTrail, Entry, new_entry_id, open_audit
from political_monitoring.access.limits import RateLimits
from political_monitoring.clock import Clock
from political_monitoring.database.background import BackgroundWriter
from political_monitoring.settings import Settings
from political_monitoring.telemetry import redact

MOST_WAITING = 10_000
"""Entries that may wait to be written; those after them are lost, and the log says so."""
PATIENCE_SECONDS = 600
"""So long an entry is tried again while the database does not take it."""
REFUSALS = "60/minute"
"""Refused requests that are recorded of one key, or of all that show none: who hammers must not push out the rest."""
_PRUNE_EVERY = 500


@dataclass(slots=True)
class Note:
    """What is known of a request so far: the gate says who, the application what. Empty: not known (yet)."""

    key_id: str = ""
    workspace: str = ""
    question: str = ""
    answer_id: str = ""
    documents: tuple[str, ...] = ()

    def asks(self, question: str, answer_id: str) -> None:
        """Say what is asked, and under which id it will be answered."""
        self.question = question
        self.answer_id = answer_id

    def cites(self, document_ids: Iterable[str]) -> None:
        """Say which documents answered."""
        self.documents = tuple(dict.fromkeys(document_ids))


class Auditor:
    """Keeps entries within the retention of the settings. No request waits for it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._trail: AuditTrail | None = None
        self._writer = BackgroundWriter("audit", MOST_WAITING, PATIENCE_SECONDS)
        self._refusals = RateLimits()
        self._written = 0

    def record(self, note: Note, at: dt.datetime, status: int, seconds: float) -> None:
        """Hand a request to the thread that writes it; one that is no question and was not refused is passed over.

        Args:
            note: what is known of it.
            at: when it came.
            status: of the HTTP answer.
            seconds: until its last byte.
        """
        refused = status in {401, 403, 429} and not note.question
        if not (note.question or refused) or (refused and self._refusals.spend(note.key_id, REFUSALS)):
            return
        entry = Entry(
            id=new_entry_id(),
            at=at,
            key_id=note.key_id,
            workspace=note.workspace,
            question=redact(note.question),
            status=status,
            answer_id=note.answer_id,
            seconds=round(seconds, 4),
            documents=note.documents,
        )
        self._writer.submit(f"of {entry.answer_id or 'a refusal'}", partial(self._write, entry))

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        self._writer.close()
        if self._trail is not None:
            self._trail.close()

    def _write(self, entry: Entry) -> None:
        if self._trail is None:
            self._trail = open_audit(self._settings)
        self._trail.write(entry)
        if self._written % _PRUNE_EVERY == 0:
            limits = self._settings.access
            self._trail.prune(self._clock() - dt.timedelta(days=limits.audit_days), limits.audit_most)
        self._written += 1
