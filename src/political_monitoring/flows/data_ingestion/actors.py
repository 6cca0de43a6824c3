"""Documents prepared by actors, wherever the cluster has room."""

import logging
import time
from collections.abc import Generator, Iterable, Sequence
from typing import cast

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayError, RayTaskError
from ray.util.metrics import Histogram

from political_monitoring import telemetry
from political_monitoring.documents.load import Item
from political_monitoring.errors import PolmonError, ResourcesUnavailable
from political_monitoring.ingestion.pipeline import Outcome, Reader, open_reader, prepare_all
from political_monitoring.ingestion.window import Piece, Window
from political_monitoring.settings import Settings

ACTOR_CPUS = 0.25
ACTOR_MEMORY = 500_000_000
PIECES_AT_AN_ACTOR = 2
"""One in work and one waiting, so that it need not pause while results are fetched and written."""
PIECES_FOR_EACH_ACTOR = 4
"""Those, and some that are done while a slow one in front holds up."""
STARTS_ALLOWED = 3
SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]

_logger = logging.getLogger(__name__)


class PrepareActor:
    """Calls `pipeline.prepare`, nothing else."""

    def __init__(self, settings: Settings) -> None:
        telemetry.configure(settings.log.level, settings.log.format)
        self._settings = settings
        self._reader: Reader
        self._seconds = Histogram(
            "document_processing_seconds",
            "Time to parse one document and extract from it",
            boundaries=SECONDS,
            tag_keys=("state",),
        )

    @ray.method
    def open(self) -> None:
        """Load what preparing needs. Apart from `__init__`, whose errors would arrive as a dead actor.

        Raises:
            MissingDependency: the extractor needs a package or model that is not installed.
        """
        self._reader = open_reader(self._settings)

    @ray.method
    def prepare(self, batch: Sequence[Item]) -> list[Outcome]:
        """One outcome for each item, in their order."""
        outcomes = prepare_all(batch, self._reader)
        for outcome in outcomes:
            state = outcome.failure.state if outcome.failure else "prepared"
            self._seconds.observe(outcome.seconds, tags={"state": state})
        return outcomes


class RayPreparer:
    """Implements `ingestion.run.Preparer` with actors; outcomes come in the order of the batches.

    Args:
        settings: for the actors.
        actors: how many to ask for; with fewer placed the work goes on, only slower.
        start_seconds: how long to wait for the first of them.
    """

    def __init__(self, settings: Settings, actors: int, start_seconds: float = 60) -> None:
        self._settings = settings
        self._actors = actors
        self._start_seconds = start_seconds

    def prepare(self, batches: Iterable[Sequence[Item]]) -> Generator[Sequence[Outcome]]:
        """Prepare each batch, with a bounded number of them under way.

        Raises:
            MissingDependency: the extractor needs a package or model that is not installed.
            ResourcesUnavailable: no actor could be started in time, or they die as they start.
        """
        window = Window(batches, self._actors * PIECES_FOR_EACH_ACTOR)
        pieces = window.refill()
        if not pieces:
            return
        pool = _Pool(self._settings, min(pieces, self._actors), self._start_seconds)
        try:
            yield from window.through(pool)
        finally:
            pool.close()


class _Pool:
    """Actors that start, work and die, and the pieces at each of them."""

    def __init__(self, settings: Settings, actors: int, start_seconds: float) -> None:
        self._settings = ray.put(settings)
        self._actor_class = ray.remote(PrepareActor).options(num_cpus=ACTOR_CPUS, memory=ACTOR_MEMORY)
        self._start_seconds = start_seconds
        self._starting: dict[ray.ObjectRef[None], ActorHandle[PrepareActor]] = {}
        self._ready: list[ActorHandle[PrepareActor]] = []
        self._under_way: dict[ray.ObjectRef[list[Outcome]], tuple[ActorHandle[PrepareActor], Piece]] = {}
        self._failed_starts = 0
        self._none_ready_since = time.monotonic()
        for _ in range(actors):
            self._start()

    def hand_out(self, window: Window) -> None:
        """Give waiting pieces to actors with room."""
        at = [actor for actor, _ in self._under_way.values()]
        room = [a for n in range(PIECES_AT_AN_ACTOR) for a in self._ready if at.count(a) <= n]
        for actor in room:
            if (piece := window.next_waiting()) is None:
                return
            self._under_way[actor.prepare.remote(piece.batch)] = actor, piece

    def collect(self, window: Window, *, wait: bool) -> None:
        """Take in everything that has come back; with `wait`, at least one thing or a second."""
        patience = 1.0 if wait else 0.0
        while refs := [*self._starting, *self._under_way]:
            done, _ = ray.wait(refs, timeout=patience)
            if not done:
                break
            for ref in done:
                self._started(ref) if ref in self._starting else self._returned(ref, window)
            patience = 0.0
        if not self._ready and time.monotonic() > self._none_ready_since + self._start_seconds:
            raise ResourcesUnavailable(_why_none_starts(self._start_seconds))

    def close(self) -> None:
        """End the actors at once, also in the middle of a batch."""
        for actor in [*self._ready, *self._starting.values()]:
            ray.kill(actor)

    def _start(self) -> None:
        actor = cast("ActorHandle[PrepareActor]", self._actor_class.remote(self._settings))
        self._starting[actor.open.remote()] = actor

    def _started(self, ref: "ray.ObjectRef[None]") -> None:
        actor = self._starting.pop(ref)
        try:
            ray.get(ref)
        except RayTaskError as error:
            raise _cause(error) from None
        except RayError as error:
            self._failed_starts += 1
            _logger.warning("An actor that was to prepare documents died as it started: %s", error)
            if self._failed_starts >= STARTS_ALLOWED:
                raise ResourcesUnavailable(
                    "The actors that prepare documents die as they start, most likely for want of memory; "
                    "the Ray dashboard lists them with the cause"
                ) from None
            self._start()
        else:
            self._failed_starts = 0
            self._ready.append(actor)

    def _returned(self, ref: "ray.ObjectRef[list[Outcome]]", window: Window) -> None:
        actor, piece = self._under_way[ref]
        try:
            piece.outcomes = ray.get(ref)
        except RayTaskError as error:
            raise _cause(error) from None
        except RayError as error:
            _logger.warning("An actor that prepared documents died; its work is done again: %s", error)
            self._bury(actor, window)
        else:
            del self._under_way[ref]

    def _bury(self, actor: ActorHandle[PrepareActor], window: Window) -> None:
        """Take back what a dead actor had: it was at work on the first that did not come through."""
        ray.kill(actor)
        blamed = False
        for ref in [ref for ref, (owner, _) in self._under_way.items() if owner == actor]:
            _, piece = self._under_way.pop(ref)
            try:
                piece.outcomes = ray.get(ref)
            except RayError:
                (window.put_back if blamed else window.lost)(piece)
                blamed = True
        self._ready.remove(actor)
        self._none_ready_since = time.monotonic()
        self._start()


def _cause(error: RayTaskError) -> Exception:
    """What was raised in the actor, without Ray's wrapping."""
    return error.cause if isinstance(error.cause, PolmonError) else error


def _why_none_starts(seconds: float) -> str:
    free = ray.available_resources()  # type: ignore[no-untyped-call]
    cpus, memory = free.get("CPU", 0), free.get("memory", 0)
    needs = f"{ACTOR_CPUS} CPU and {ACTOR_MEMORY / 1e6:,.0f} MB"
    if cpus < ACTOR_CPUS or memory < ACTOR_MEMORY:
        return (
            f"No actor could be placed within {seconds:.0f} s: it needs {needs}, and the cluster has "
            f"{cpus:g} CPU and {memory / 1e6:,.0f} MB left; stop other work or give Ray more"
        )
    return (
        f"No actor was ready within {seconds:.0f} s although the cluster has room for it ({needs}); "
        "the Ray dashboard shows what it waits for"
    )
