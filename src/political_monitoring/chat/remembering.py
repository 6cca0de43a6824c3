"""Conversations that go on: what was said before a request, and its turn added when it is answered.

Reading and writing happen in threads of their own. A turn that cannot be written is logged and lost: the answer goes
out all the same. One that can be is written before the answer's end goes out, so that whoever asks next, at whichever
replica, finds it.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock

from political_monitoring.answering.conversation import Message, Question
from political_monitoring.answering.events import Answer
from political_monitoring.chat.session_archive import Headline, SessionArchive, Turn, open_sessions
from political_monitoring.clock import Clock
from political_monitoring.database.background import BackgroundWriter
from political_monitoring.errors import NotFound
from political_monitoring.evidence import wire_form
from political_monitoring.settings import Settings
from political_monitoring.telemetry import redact

MOST_WAITING = 1_000
WAIT_SECONDS = 2.0
"""The end of an answer waits so long at most for its turn to be written."""
MOST_TURNS = 200
"""So many of the turns before a question are read."""
_READERS = 4
_PRUNE_EVERY = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn goes.

    Attributes:
        follows: the answer that it goes on from; None: whichever is the newest when it is written.
        earlier: what was said up to there, oldest first.
    """

    key_id: str
    session_id: str
    follows: str | None = None
    earlier: tuple[Message, ...] = ()


class Sessions:
    """The conversations of the settings' workspace, within the retention they name."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._opened: SessionArchive | None = None
        self._opening = Lock()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="session-reading")
        self._writer = BackgroundWriter("turn", MOST_WAITING)
        self._written = 0

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._settings.sessions.keep

    async def at_end(self, key_id: str, session_id: str) -> Place:
        """After the newest turn of a conversation, which may be a new one."""
        turns = await self.turns(key_id, session_id)
        newest = turns[-1].answer_id if turns else None
        return Place(key_id, session_id, earlier=_said(_up_to(turns, newest)))

    async def after(self, key_id: str, answer_id: str) -> Place:
        """After an answer, wherever in its conversation it stands.

        Raises:
            NotFound: no conversation of this caller holds it.
        """
        session_id = await self._read(lambda archive: archive.session_of(key_id, answer_id))
        if session_id is None:
            raise NotFound(
                f"No answer {answer_id[:100]!r} is kept: it was not stored, or has been deleted; "
                "send the conversation itself."
            )
        turns = await self.turns(key_id, session_id)
        return Place(key_id, session_id, answer_id, _said(_up_to(turns, answer_id)))

    async def append(
        self, place: Place, answer_id: str, asked_at: dt.datetime, question: Question, answer: Answer
    ) -> None:
        """Add a turn. Never fails: what cannot be kept is logged."""
        sources = tuple(
            {name: value for name, value in wire_form.source(citation).items() if name != "quote"}
            for citation in answer.citations
        )
        turn = Turn(answer_id, place.follows, asked_at, redact(question.text), answer.text, sources)
        written = self._writer.submit(answer_id, partial(self._append, place, turn))
        if written is not None:
            await asyncio.wait([asyncio.wrap_future(written)], timeout=WAIT_SECONDS)

    async def turns(self, key_id: str, session_id: str) -> list[Turn]:
        """A conversation's turns in the order of asking; none if there is no such conversation."""
        return await self._read(lambda archive: archive.turns(key_id, session_id))

    async def newest(self, key_id: str, limit: int) -> list[Headline]:
        """A caller's conversations, those that went on last first."""
        return await self._read(lambda archive: archive.newest(limit, key_id))

    async def find(self, key_id: str, session_id: str) -> Headline:
        """One of a caller's conversations.

        Raises:
            NotFound: there is none of that name.
        """
        found = await self._read(lambda archive: archive.find(key_id, session_id))
        if found is None:
            raise _no_session(session_id)
        return found

    async def delete(self, key_id: str, session_id: str) -> None:
        """Forget one of a caller's conversations.

        Raises:
            NotFound: there is none of that name.
        """
        if not await self._read(lambda archive: archive.delete(key_id, session_id)):
            raise _no_session(session_id)

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        self._writer.close()
        self._readers.shutdown()
        if self._opened is not None:
            self._opened.close()

    def _append(self, place: Place, turn: Turn) -> None:
        archive = self._archive()
        archive.append(place.key_id, place.session_id, self._settings.graph.workspace, turn)
        if self._written % _PRUNE_EVERY == 0:
            limits = self._settings.sessions
            archive.prune(self._clock() - dt.timedelta(days=limits.days), limits.most)
        self._written += 1

    async def _read[Result](self, query: Callable[[SessionArchive], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._readers, lambda: query(self._archive()))

    def _archive(self) -> SessionArchive:
        """Opened when it is first needed: a database that is down does not keep answers from being given."""
        with self._opening:
            if self._opened is None:
                self._opened = open_sessions(self._settings)
            return self._opened


def _up_to(turns: Sequence[Turn], answer_id: str | None) -> list[Turn]:
    """The turns that lead to an answer, oldest first, at most MOST_TURNS: a conversation may have branched."""
    by_id = {turn.answer_id: turn for turn in turns}
    chain: list[Turn] = []
    while answer_id in by_id and len(chain) < MOST_TURNS:
        turn = by_id.pop(answer_id)
        chain.append(turn)
        answer_id = turn.follows or ""
    return chain[::-1]


def _said(turns: Sequence[Turn]) -> tuple[Message, ...]:
    return tuple(
        message
        for turn in turns
        for message in (Message("user", turn.question), Message("assistant", turn.answer))
    )


def _no_session(session_id: str) -> NotFound:
    return NotFound(f"You have no session {session_id[:100]!r}; GET sessions lists those you have.")
