"""The record of answers, in the ledger's database: written once, listed by what they rest on, deleted on request."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched, groupby
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select

from political_monitoring.answering.record import KeptAnswer, KeptCitation, Origin
from political_monitoring.answering.rows import answer_row, capsule_rows, citation_rows
from political_monitoring.database.engine import transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.retention import beyond
from political_monitoring.database.storable import storable
from political_monitoring.database.tables import answer_citations, answers, capsules
from political_monitoring.knowledge.port import Position
from political_monitoring.settings import Settings

_AT_ONCE = 500
"""Documents named in one statement."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A kept answer in a list."""

    id: str
    workspace: str
    asked_at: dt.datetime
    question: str


def open_archive(settings: Settings) -> "AnswerArchive":
    """The record of the settings' workspace, brought to the newest schema.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: it cannot be opened or written.
    """
    return AnswerArchive(open_tables(settings))


class AnswerArchive:
    """Kept answers of one workspace. A method is a transaction; all raise StoreUnavailable if the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, kept: KeptAnswer, capsule: bytes | None = None) -> None:
        """Write an answer and the packed work behind it; one whose id is there already stays as it is."""
        with transaction(self._engine) as connection:
            if connection.scalar(select(answers.c.id).where(answers.c.id == kept.id)) is not None:
                return
            connection.execute(insert(answers), [answer_row(kept)])
            if cited := citation_rows(kept):
                connection.execute(insert(answer_citations), cited)
            if packed := capsule_rows(kept, capsule):
                connection.execute(insert(capsules), packed)

    def capsule(self, answer_id: str) -> bytes | None:
        """The packed work behind an answer; None: it was not kept, or had to make room."""
        with transaction(self._engine) as connection:
            return connection.scalar(select(capsules.c.packed).where(capsules.c.answer_id == answer_id))

    def find(self, answer_id: str) -> KeptAnswer | None:
        """One answer by its id."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
            return None if row is None else _read(connection, row)

    def newest(self, limit: int, documents: Sequence[str] = ()) -> list[Headline]:
        """The answers last given, newest first; only those that rest on one of the documents, if any are named."""
        query = select(*_HEADLINE).order_by(answers.c.asked_at.desc(), answers.c.id).limit(limit)
        if documents:
            query = query.where(answers.c.id.in_(_resting_on(documents)))
        with transaction(self._engine) as connection:
            return [Headline(*row) for row in connection.execute(query)]

    def resting_on(self, document_ids: Collection[str]) -> dict[str, list[Headline]]:
        """For each of the documents that an answer rests on, all those answers, newest first."""
        found: list[tuple[str, Headline]] = []
        query = (
            select(answer_citations.c.document_id, *_HEADLINE)
            .join(answers, answers.c.id == answer_citations.c.answer_id)
            .distinct()
        )
        # What the database cannot hold was replaced when the answer was written.
        ids = {storable(one): one for one in document_ids}
        with transaction(self._engine) as connection:
            for chunk in batched(ids, _AT_ONCE):
                rows = connection.execute(query.where(answer_citations.c.document_id.in_(chunk)))
                found += [(ids[row[0]], Headline(*row[1:])) for row in rows]
        found.sort(key=lambda one: one[1].asked_at, reverse=True)
        found.sort(key=lambda one: one[0])
        return {key: [line for _, line in group] for key, group in groupby(found, key=lambda one: one[0])}

    def delete(self, answer_id: str) -> bool:
        """Forget one answer; whether it was there."""
        with transaction(self._engine) as connection:
            return connection.execute(delete(answers).where(answers.c.id == answer_id)).rowcount > 0

    def delete_before(self, moment: dt.datetime) -> int:
        """Forget the answers to what was asked before a moment; how many there were."""
        with transaction(self._engine) as connection:
            return connection.execute(delete(answers).where(answers.c.asked_at < moment)).rowcount

    def prune(self, oldest: dt.datetime, most: int, capsule_bytes: int | None = None) -> int:
        """Forget what was asked before `oldest`, and all but the `most` newest; how many went.

        Args:
            capsule_bytes: of the capsules the newest stay that fit; None: all stay.
        """
        with transaction(self._engine) as connection:
            gone = delete(answers).where(beyond(answers.c.id, answers.c.asked_at, oldest, most))
            count = connection.execute(gone).rowcount
            if capsule_bytes is not None:
                newest_first = (answers.c.asked_at.desc(), answers.c.id)
                so_far = func.sum(capsules.c.size).over(order_by=newest_first).label("so_far")
                sizes = select(capsules.c.answer_id, so_far).join(answers).subquery()
                over = select(sizes.c.answer_id).where(sizes.c.so_far > capsule_bytes)
                connection.execute(delete(capsules).where(capsules.c.answer_id.in_(over)))
            return count

    def probe(self) -> None:
        """Write an answer and take it back: raises what keeping one would raise."""
        with transaction(self._engine) as connection:
            attempt = connection.begin_nested()
            connection.execute(insert(answers), [answer_row(_PROBE)])
            attempt.rollback()

    def close(self) -> None:
        """Let go of connections; the archive is not used afterwards."""
        self._engine.dispose()


_HEADLINE = (answers.c.id, answers.c.workspace, answers.c.asked_at, answers.c.question)


def _resting_on(document_ids: Iterable[str]) -> Select[tuple[str]]:
    cited = answer_citations.c.document_id.in_(list(document_ids))
    return select(answer_citations.c.answer_id).where(cited)


def _read(connection: Connection, row: Row[Any]) -> KeptAnswer:
    cited = connection.execute(
        select(
            answer_citations.c.number,
            answer_citations.c.document_id,
            answer_citations.c.content_hash,
            answer_citations.c.passage_id,
            answer_citations.c.start,
            answer_citations.c.end,
            answer_citations.c.quote_hash,
        )
        .where(answer_citations.c.answer_id == row.id)
        .order_by(answer_citations.c.number)
    )
    return KeptAnswer(
        id=row.id,
        asked_at=row.asked_at,
        question=row.question,
        as_of=row.as_of,
        known_at=row.known_at,
        text=row.text,
        gaps=tuple(row.gaps),
        citations=tuple(KeptCitation(*one) for one in cited),
        position=None if row.events is None else Position(row.events, row.recorded_at),
        origin=Origin(row.workspace, row.release, row.version),
    )


_PROBE = KeptAnswer(
    id="probe",
    asked_at=dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    question="",
    as_of=None,
    known_at=None,
    text="",
    gaps=(),
    citations=(),
    position=None,
    origin=Origin("", "", ""),
)
