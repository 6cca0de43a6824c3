"""The composition root: settings in, connected parts out; closed in order."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self

from political_monitoring.access.pool import Held, Pool
from political_monitoring.answering.choice import Choice, open_choice
from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import Answer, Event, Work
from political_monitoring.answering.keeping import AnswerKeeper
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.clock import Clock, utc_now
from political_monitoring.errors import PolmonError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.knowledge.register import NAME_FILE, require_workspace
from political_monitoring.settings import PUBLIC, Settings

_logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from political_monitoring.access.audit import AuditTrail
    from political_monitoring.access.keys import KeyStore
    from political_monitoring.answering.archive import AnswerArchive
    from political_monitoring.ingestion.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that answers questions, connected. Use as a context manager, or call `close`."""

    settings: Settings
    clock: Clock
    graph: KnowledgeGraph
    orchestrator: MultiAgentOrchestrator
    answers: AnswerKeeper | None
    """Keeps what was answered; None: the settings forbid it."""
    reasoners: Choice
    """Who thinks: by rules alone, or with a language model."""

    def close(self) -> None:
        """Write the answers that wait to be kept, and let go of the model and of the graph's files."""
        self.reasoners.close()
        if self.answers is not None:
            self.answers.close()
        self.graph.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_runtime(settings: Settings, clock: Clock = utc_now, release: str = "") -> Runtime:
    """Open the graph and put the agents on it.

    Args:
        settings: of everything.
        clock: the present.
        release: of the deployment this is a part of; empty: the command line.

    Raises:
        StoreUnavailable: the graph cannot be opened.
    """
    graph = open_graph(settings, clock)
    answers = AnswerKeeper(settings, clock, release) if settings.answers.keep else None
    reasoners = open_choice(settings, clock)
    orchestrator = MultiAgentOrchestrator(graph, clock, reasoners=reasoners)
    return Runtime(settings, clock, graph, orchestrator, answers, reasoners)


class Workspaces:
    """A runtime for each workspace that is asked for: that of the settings always, others as long as they are used.

    Answers questions and keeps the answers, each in the workspace that the question wishes for.
    """

    def __init__(self, own: Runtime, release: str = "") -> None:
        self._own = own
        self._release = release
        self._others = Pool(self._open, Runtime.close, self._stamp, own.settings.access.workspaces)

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        """The agents' events, on the graph of the question's workspace.

        Raises:
            NotFound: there is no such workspace.
            StoreUnavailable: its graph cannot be opened.
        """
        async with (
            self.use(question.wishes.workspace) as runtime,
            contextlib.aclosing(runtime.orchestrator.answer(question)) as events,
        ):
            async for event in events:
                yield event

    def keep(
        self,
        answer_id: str,
        asked_at: dt.datetime,
        question: Question,
        answer: Answer,
        work: Work | None = None,
    ) -> None:
        """Keep an answer beside the graph that gave it, which is open still."""
        try:
            held = self._take(question.wishes.workspace)
        except PolmonError as error:
            _logger.warning("The answer %s was not kept: %s", answer_id, error)
            return
        if held.thing.answers is not None:
            held.thing.answers.keep(answer_id, asked_at, question, answer, work)
        self._others.give_back(held)

    @contextlib.asynccontextmanager
    async def use(self, name: str) -> AsyncGenerator[Runtime]:
        """The runtime of a workspace, open while the block lasts; empty: that of the settings. Errors as `answer`."""
        held = await asyncio.to_thread(self._take, name) if name else self._take(name)
        try:
            yield held.thing
        finally:
            self._others.give_back(held)

    def close(self) -> None:
        """Close every runtime."""
        self._others.close()
        self._own.close()

    def _take(self, name: str) -> Held[Runtime]:
        if name in {"", self._own.settings.graph.workspace}:
            return Held(self._own, None, users=1)
        return self._others.take(name)

    def _open(self, name: str) -> Runtime:
        return open_runtime(self._own.settings.in_workspace(name), self._own.clock, self._release)

    def _stamp(self, name: str) -> Hashable:
        """Another one when the workspace has been removed and made again, for its old files are still open."""
        settings = self._own.settings.in_workspace(name)
        require_workspace(settings)
        if name == PUBLIC:
            return None
        made = (settings.workspace_path / NAME_FILE).stat()
        return made.st_ino, made.st_mtime_ns


def dependencies(runtime: Runtime) -> Mapping[str, Callable[[], object]]:
    """What answering needs, by name: calling one exercises it and raises a PolmonError if it cannot be used.

    The ledger is opened when it is first looked at: a server starts and answers while it is down.
    """

    @cache
    def ledger() -> "Ledger":
        from political_monitoring.ingestion.ledger import open_ledger

        return open_ledger(runtime.settings, runtime.clock)

    @cache
    def archive() -> "AnswerArchive":
        from political_monitoring.answering.archive import open_archive

        return open_archive(runtime.settings)

    @cache
    def keys() -> "KeyStore":
        from political_monitoring.access.keys import open_keys

        return open_keys(runtime.settings, runtime.clock)

    @cache
    def audit() -> "AuditTrail":
        from political_monitoring.access.audit import open_audit

        return open_audit(runtime.settings)

    checks: dict[str, Callable[[], object]] = {
        "graph": runtime.graph.stats,
        "ledger": lambda: ledger().last_run(),
    }
    if runtime.answers is not None:
        checks["answers"] = lambda: archive().probe()
    if runtime.settings.keys_demanded:  # who asks without leaving a trace must not be let in for long
        checks["keys"] = lambda: keys().all()
        checks["audit"] = lambda: audit().probe()
    return checks
