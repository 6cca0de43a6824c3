"""The composition root: settings in, connected parts out; closed in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self

from political_monitoring.answering.keeping import AnswerKeeper
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.clock import Clock, utc_now
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import Settings

if TYPE_CHECKING:
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

    def close(self) -> None:
        """Write the answers that wait to be kept, and let go of the graph's files."""
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
    return Runtime(settings, clock, graph, MultiAgentOrchestrator(graph, clock), answers)


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

    checks: dict[str, Callable[[], object]] = {
        "graph": runtime.graph.stats,
        "ledger": lambda: ledger().last_run(),
    }
    if runtime.answers is not None:
        checks["answers"] = lambda: archive().probe()
    return checks
