"""Which batches are under way, in what order their outcomes come, and what happens to one that kills.

The order of the batches is the order of the outcomes, whoever is faster: which of two equal documents is the
first, and which of two versions the newer, must not change from run to run.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from political_monitoring.documents.load import Item
from political_monitoring.errors import PolmonError
from political_monitoring.ingestion.pipeline import Outcome
from political_monitoring.ingestion.report import Failure

HANDED_ON_TOGETHER = 50
"""Items, when so many are done: small pieces are read wherever there is room, but each transaction of the writer costs
the same whether one document is in it or fifty.
"""
DEATHS_ALLOWED = 2
"""So often an item may be read when a process dies, because a process may die of something else."""


@dataclass(slots=True, eq=False)
class Piece:
    """Items that are prepared together."""

    batch: Sequence[Item]
    deaths: int = 0
    """How often a process has died that was at work on it."""
    under_way: bool = False
    outcomes: Sequence[Outcome] | None = None


class Pool(Protocol):
    """Those who work on the pieces."""

    def hand_out(self, window: "Window") -> None:
        """Give waiting pieces to those with room."""

    def collect(self, window: "Window", *, wait: bool) -> None:
        """Take in everything that has come back; with `wait`, give something the time to do so."""


class Window:
    """A bounded number of pieces between being taken from the source and being handed on."""

    def __init__(self, batches: Iterable[Sequence[Item]], size: int) -> None:
        self._batches: Iterator[Sequence[Item]] = iter(batches)
        self._size = size
        self._pieces: deque[Piece] = deque()

    def through(self, pool: Pool) -> Iterator[Sequence[Outcome]]:
        """The outcomes of everything that the source has, while the pool works ahead within the window."""
        self.refill()
        pool.hand_out(self)
        while self._pieces:
            pool.collect(self, wait=not self.has_finished)
            outcomes = self.take_finished()
            self.refill()
            pool.hand_out(self)  # before these are written: nobody shall pause meanwhile
            if outcomes:
                yield outcomes

    def refill(self) -> int:
        """Take from the source what there is room for; the number of pieces in the window, 0 at the end."""
        while len(self._pieces) < self._size and (batch := next(self._batches, None)) is not None:
            self._pieces.append(Piece(batch))
        return len(self._pieces)

    def next_waiting(self) -> Piece | None:
        """The first piece that nobody works on; it counts as under way from now on."""
        piece = next((one for one in self._pieces if not one.under_way), None)
        if piece:
            piece.under_way = True
        return piece

    @property
    def has_finished(self) -> bool:
        """Whether the piece in front is done."""
        return bool(self._pieces) and self._pieces[0].outcomes is not None

    def take_finished(self) -> list[Outcome]:
        """The outcomes of the pieces in front that are done, in order; they leave the window.

        As many whole pieces as are done by now, up to HANDED_ON_TOGETHER items; a larger piece comes alone.
        """
        taken: list[Outcome] = []
        while self._pieces and (outcomes := self._pieces[0].outcomes) is not None:
            if taken and len(taken) + len(outcomes) > HANDED_ON_TOGETHER:
                break
            taken += outcomes
            self._pieces.popleft()
        return taken

    def put_back(self, piece: Piece) -> None:
        """It was not begun: somebody else takes it."""
        piece.under_way = False

    def lost(self, piece: Piece) -> None:
        """The process at work on it died: its items are read one by one, until one is plainly to blame."""
        piece.deaths += 1
        piece.under_way = False
        if len(piece.batch) > 1:
            place = self._pieces.index(piece)
            self._pieces.remove(piece)
            for item in reversed(piece.batch):
                self._pieces.insert(place, Piece([item], piece.deaths))
        elif piece.deaths > DEATHS_ALLOWED:
            piece.under_way, piece.outcomes = True, [_fatal(piece.batch[0])]


def _fatal(item: Item) -> Outcome:
    sentence = (
        f"{item.ref} ended each of the {DEATHS_ALLOWED + 1} processes that read it, most likely for want of memory: "
        "split it, or lower POLMON_LIMITS_DOCUMENT_BYTES"
    )
    return Outcome(item.ref, failure=Failure("quarantined", PolmonError.code, sentence))
