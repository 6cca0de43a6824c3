"""The audit: who asked what, and which documents answered. In the public ledger's database, for all workspaces."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import batched

from sqlalchemy import Engine, Select, delete, insert, select

from political_monitoring.database.engine import insert_new, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.retention import beyond
from political_monitoring.database.tables import audit, audit_documents
from political_monitoring.settings import PUBLIC, Settings

_AT_ONCE = 500
"""Entries named in one statement."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question, answered or refused.

    Attributes:
        at: when it came.
        key_id: of the key; with the status 401 the one that was claimed, which proves nothing; empty: none was
            demanded, or none is known.
        workspace: that was to answer; empty: refused before that was decided.
        question: without keys and passwords; empty: refused before it was read.
        status: of the HTTP answer; 200 also where a stream broke off later, then without documents.
        answer_id: under which the answer was given.
        seconds: until its last byte.
        documents: ids of those it cites, in the order of their numbers, each once.
    """

    id: str
    at: dt.datetime
    key_id: str
    workspace: str
    question: str
    status: int
    answer_id: str
    seconds: float
    documents: tuple[str, ...] = ()


def new_entry_id() -> str:
    """An id that no other entry has."""
    return uuid.uuid4().hex


def open_audit(settings: Settings) -> "AuditTrail":
    """The audit of the installation, brought to the newest schema.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: the database cannot be opened or written.
    """
    return AuditTrail(open_tables(settings.in_workspace(PUBLIC)))


class AuditTrail:
    """All entries. A method is a transaction; all raise StoreUnavailable if the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, entry: Entry) -> None:
        """Add an entry; one that is there already stays as it is."""
        row = asdict(entry)
        cited = [
            {"entry_id": entry.id, "number": number, "document_id": document}
            for number, document in enumerate(row.pop("documents"), 1)
        ]
        with transaction(self._engine) as connection:
            insert_new(connection, audit, [row])
            insert_new(connection, audit_documents, cited)

    def newest(
        self, limit: int, key_id: str = "", since: dt.datetime | None = None, document: str = ""
    ) -> list[Entry]:
        """The last entries, newest first; only those of a key, from a moment on, that cite a document, if so asked."""
        query = select(*(audit.c[name] for name in _COLUMNS)).order_by(audit.c.at.desc(), audit.c.id)
        if key_id:
            query = query.where(audit.c.key_id == key_id)
        if since is not None:
            query = query.where(audit.c.at >= since)
        if document:
            cites = select(audit_documents.c.entry_id).where(audit_documents.c.document_id == document)
            query = query.where(audit.c.id.in_(cites))
        with transaction(self._engine) as connection:
            rows = connection.execute(query.limit(limit)).mappings().all()
            cited: dict[str, list[str]] = {row["id"]: [] for row in rows}
            for chunk in batched(cited, _AT_ONCE):
                for entry_id, document_id in connection.execute(_documents_of(chunk)):
                    cited[entry_id].append(document_id)
        return [Entry(**{**row, "documents": tuple(cited[row["id"]])}) for row in rows]

    def prune(self, oldest: dt.datetime, most: int) -> int:
        """Forget what is from before `oldest`, and all but the `most` newest; how many went."""
        with transaction(self._engine) as connection:
            gone = delete(audit).where(beyond(audit.c.id, audit.c.at, oldest, most))
            return connection.execute(gone).rowcount

    def probe(self) -> None:
        """Write an entry and take it back: raises what writing one would raise."""
        nothing = Entry(new_entry_id(), dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "", "", "", 0, "", 0)
        row = {name: getattr(nothing, name) for name in _COLUMNS}
        with transaction(self._engine) as connection:
            attempt = connection.begin_nested()
            connection.execute(insert(audit), [row])
            attempt.rollback()

    def close(self) -> None:
        """Let go of connections; the trail is not used afterwards."""
        self._engine.dispose()


_COLUMNS = tuple(one.name for one in fields(Entry) if one.name != "documents")


def _documents_of(entry_ids: Sequence[str]) -> Select[str, str]:
    cited = audit_documents.c
    query = select(cited.entry_id, cited.document_id).where(cited.entry_id.in_(entry_ids))
    return query.order_by(cited.entry_id, cited.number)
