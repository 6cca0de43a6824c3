"""Which batches are under way, in what order their outcomes come, and what happens to one that kills.

The order of the batches is the order of the outcomes, whoever is faster: which of two equal documents is the
first, and which of two versions the newer, must not change from run to run.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from political_monitoring.documents.load import Item
from political_monitoring.errors import PolmonError
from political_monitoring.ingestion.pipeline import Outcome
from political_monitoring.ingestion.report import Failure

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


class Window:
    """A bounded number of pieces between being taken from the source and being handed on."""

    def __init__(self, batches: Iterable[Sequence[Item]], size: int) -> None:
        self._batches: Iterator[Sequence[Item]] = iter(batches)
        self._size = size
        self._pieces: deque[Piece] = deque()

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
    def finished(self) -> Sequence[Outcome] | None:
        """The outcomes of the piece in front, if it is done."""
        return self._pieces[0].outcomes if self._pieces else None

    def drop_finished(self) -> None:
        """The piece in front has been handed on."""
        self._pieces.popleft()

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
