"""Stored conversations, in the ledger's database. Each belongs to one caller, who alone can name it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, update

from political_monitoring.database.engine import insert_new, transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.tables import session_turns, sessions
from political_monitoring.settings import Settings


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    Attributes:
        answer_id: under which the answer was sent.
        follows: the answer that it goes on from; None: it is the first.
        question: without the keys and passwords that stood in it.
        sources: the citations in wire form, without the quoted words: they stand in the documents.
    """

    answer_id: str
    follows: str | None
    asked_at: dt.datetime
    question: str
    answer: str
    sources: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """A conversation in a list; `title` is its first question."""

    key_id: str
    id: str
    workspace: str
    started_at: dt.datetime
    last_at: dt.datetime
    turns: int
    title: str


def open_sessions(settings: Settings) -> "SessionArchive":
    """The conversations of the settings' workspace, their tables brought to the newest schema.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: it cannot be opened or written.
    """
    return SessionArchive(open_tables(settings))


class SessionArchive:
    """Conversations of one workspace. A method is a transaction; all raise StoreUnavailable if the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, key_id: str, session_id: str, workspace: str, turn: Turn) -> None:
        """Add a turn; the first one begins the conversation. A turn that follows none follows the newest."""
        with transaction(self._engine) as connection:
            when = turn.asked_at
            row = {"key_id": key_id, "id": session_id, "workspace": workspace}
            insert_new(connection, sessions, [{**row, "started_at": when, "last_at": when}])
            # On PostgreSQL two turns of one conversation take turns here; SQLite has one writer anyway.
            connection.execute(select(sessions.c.id).where(_is(key_id, session_id)).with_for_update())
            connection.execute(update(sessions).where(_is(key_id, session_id)).values(last_at=when))
            newest = _newest_turn(connection, key_id, session_id)
            connection.execute(
                insert(session_turns).values(
                    key_id=key_id,
                    session_id=session_id,
                    number=newest[0] + 1 if newest else 1,
                    answer_id=turn.answer_id,
                    follows=turn.follows or (newest[1] if newest else None),
                    asked_at=when,
                    question=turn.question,
                    answer=turn.answer,
                    sources=list(turn.sources),
                )
            )

    def find(self, key_id: str, session_id: str) -> Headline | None:
        """One conversation of a caller."""
        with transaction(self._engine) as connection:
            row = connection.execute(_HEADLINES.where(_is(key_id, session_id))).one_or_none()
            return Headline(*row) if row else None

    def named(self, session_id: str) -> list[Headline]:
        """The conversations of that name, of whichever caller."""
        with transaction(self._engine) as connection:
            found = connection.execute(_HEADLINES.where(sessions.c.id == session_id))
            return [Headline(*row) for row in found]

    def turns(self, key_id: str, session_id: str) -> list[Turn]:
        """All turns of a conversation, in the order of asking; none if there is no such conversation."""
        query = (
            select(*_TURN)
            .where(session_turns.c.key_id == key_id, session_turns.c.session_id == session_id)
            .order_by(session_turns.c.number)
        )
        with transaction(self._engine) as connection:
            return [Turn(*row[:-1], sources=tuple(row[-1])) for row in connection.execute(query)]

    def session_of(self, key_id: str, answer_id: str) -> str | None:
        """The conversation in which a caller was given an answer."""
        query = select(session_turns.c.session_id).where(
            session_turns.c.key_id == key_id, session_turns.c.answer_id == answer_id
        )
        with transaction(self._engine) as connection:
            return connection.scalar(query)

    def newest(self, limit: int, key_id: str | None = None) -> list[Headline]:
        """The conversations that went on last, newest first; only those of one caller, if one is named."""
        query = _HEADLINES.order_by(sessions.c.last_at.desc(), sessions.c.id).limit(limit)
        if key_id is not None:
            query = query.where(sessions.c.key_id == key_id)
        with transaction(self._engine) as connection:
            return [Headline(*row) for row in connection.execute(query)]

    def delete(self, key_id: str, session_id: str) -> bool:
        """Forget a conversation; whether it was there."""
        with transaction(self._engine) as connection:
            return connection.execute(delete(sessions).where(_is(key_id, session_id))).rowcount > 0

    def delete_before(self, moment: dt.datetime) -> int:
        """Forget the conversations whose last question came before a moment; how many there were."""
        with transaction(self._engine) as connection:
            return connection.execute(delete(sessions).where(sessions.c.last_at < moment)).rowcount

    def prune(self, oldest: dt.datetime, most: int) -> int:
        """Forget what ended before `oldest`, and all but the `most` that went on last; how many went."""
        with transaction(self._engine) as connection:
            gone = connection.execute(delete(sessions).where(sessions.c.last_at < oldest)).rowcount
            beyond = (
                select(sessions.c.key_id, sessions.c.id)
                .order_by(sessions.c.last_at.desc(), sessions.c.id)
                .offset(most)
            )
            surplus = [_is(*row) for row in connection.execute(beyond)]
            for start in range(0, len(surplus), _AT_ONCE):
                connection.execute(delete(sessions).where(or_(*surplus[start : start + _AT_ONCE])))
            return gone + len(surplus)

    def close(self) -> None:
        """Let go of connections; the archive is not used afterwards."""
        self._engine.dispose()


_AT_ONCE = 100
"""Conversations named in one statement."""
_TURN = (
    session_turns.c.answer_id,
    session_turns.c.follows,
    session_turns.c.asked_at,
    session_turns.c.question,
    session_turns.c.answer,
    session_turns.c.sources,
)
_COUNTED = (
    select(session_turns.c.key_id, session_turns.c.session_id, func.count().label("turns"))
    .group_by(session_turns.c.key_id, session_turns.c.session_id)
    .subquery()
)
_FIRST = session_turns.alias("first")
_HEADLINES = (
    select(
        sessions.c.key_id,
        sessions.c.id,
        sessions.c.workspace,
        sessions.c.started_at,
        sessions.c.last_at,
        _COUNTED.c.turns,
        _FIRST.c.question,
    )
    .join(_COUNTED, and_(_COUNTED.c.key_id == sessions.c.key_id, _COUNTED.c.session_id == sessions.c.id))
    .join(
        _FIRST,
        and_(
            _FIRST.c.key_id == sessions.c.key_id, _FIRST.c.session_id == sessions.c.id, _FIRST.c.number == 1
        ),
    )
)


def _is(key_id: str, session_id: str) -> Any:
    return and_(sessions.c.key_id == key_id, sessions.c.id == session_id)


def _newest_turn(connection: Connection, key_id: str, session_id: str) -> Sequence[Any] | None:
    return connection.execute(
        select(session_turns.c.number, session_turns.c.answer_id)
        .where(session_turns.c.key_id == key_id, session_turns.c.session_id == session_id)
        .order_by(session_turns.c.number.desc())
        .limit(1)
    ).one_or_none()
