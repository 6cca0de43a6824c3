"""The composition root: settings in, connected parts out; closed in order."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from political_monitoring.answering.choice import Choice, open_choice
from political_monitoring.answering.keeping import AnswerKeeper
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.clock import Clock, utc_now
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import Settings


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
