"""The window over batches: order, bound, and what becomes of a piece whose process died."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.documents.load import Item
from political_monitoring.ingestion.pipeline import Outcome
from political_monitoring.ingestion.window import DEATHS_ALLOWED, HANDED_ON_TOGETHER, Piece, Window


def batch_of(*refs: str) -> list[Item]:
    return [Item(ref, data=b"x") for ref in refs]


def outcomes_of(piece: Piece) -> list[Outcome]:
    return [Outcome(item.ref) for item in piece.batch]


def take(window: Window) -> list[str]:
    return [outcome.ref for outcome in window.take_finished()]


def waiting(window: Window) -> Piece:
    piece = window.next_waiting()
    assert piece is not None
    return piece


def test_no_more_is_taken_from_the_source_than_there_is_room_for() -> None:
    taken: list[int] = []

    def source() -> Iterator[Sequence[Item]]:
        for number in range(10):
            taken.append(number)
            yield batch_of(str(number))

    window = Window(source(), size=3)

    assert window.refill() == 3
    assert taken == [0, 1, 2]
    waiting(window).outcomes = [Outcome("0")]
    take(window)
    assert window.refill() == 3
    assert taken == [0, 1, 2, 3]


def test_outcomes_come_in_the_order_of_the_batches_whoever_is_faster() -> None:
    window = Window([batch_of("a", "b"), batch_of("c")], size=2)
    window.refill()
    first, second = waiting(window), waiting(window)

    second.outcomes = outcomes_of(second)
    assert not window.has_finished
    assert take(window) == []
    first.outcomes = outcomes_of(first)

    assert window.has_finished
    assert take(window) == ["a", "b", "c"]
    assert window.refill() == 0


def test_what_is_done_is_handed_on_together_in_whole_pieces_up_to_a_bound() -> None:
    sizes = [HANDED_ON_TOGETHER - 2, 2, 1, HANDED_ON_TOGETHER + 1, 1]
    window = Window([batch_of(*map(str, range(size))) for size in sizes], size=len(sizes))
    window.refill()
    for _ in sizes:
        piece = waiting(window)
        piece.outcomes = outcomes_of(piece)

    handed_on = [len(take(window)) for _ in range(5)]

    assert handed_on == [HANDED_ON_TOGETHER, 1, HANDED_ON_TOGETHER + 1, 1, 0]


def test_those_who_work_have_new_pieces_before_what_they_did_is_written() -> None:
    """With room for two, the third is given out while the first waits to be written."""
    given: list[str] = []

    class OneAtATime:
        def __init__(self) -> None:
            self.at_work: Piece | None = None

        def hand_out(self, window: Window) -> None:
            if self.at_work is None and (piece := window.next_waiting()):
                given.append(piece.batch[0].ref)
                self.at_work = piece

        def collect(self, window: Window, *, wait: bool) -> None:
            if wait and self.at_work:
                self.at_work.outcomes = outcomes_of(self.at_work)
                self.at_work = None

    came = Window([batch_of(ref) for ref in "abc"], size=2).through(OneAtATime())

    assert [one.ref for one in next(came)] == ["a"]
    assert given == ["a", "b"]
    assert [one.ref for outcomes in came for one in outcomes] == ["b", "c"]


def test_a_piece_under_way_is_given_to_nobody_else_until_it_is_put_back() -> None:
    window = Window([batch_of("a")], size=2)
    window.refill()
    piece = waiting(window)

    assert window.next_waiting() is None
    window.put_back(piece)
    assert window.next_waiting() is piece


def test_a_lost_batch_is_read_item_by_item_in_its_place() -> None:
    window = Window([batch_of("a"), batch_of("b", "c", "d"), batch_of("e")], size=3)
    window.refill()
    waiting(window).outcomes = [Outcome("a")]
    window.lost(waiting(window))

    again = [waiting(window) for _ in range(4)]
    assert [[item.ref for item in piece.batch] for piece in again] == [["b"], ["c"], ["d"], ["e"]]
    for piece in reversed(again):
        piece.outcomes = outcomes_of(piece)
    assert [ref for _ in range(5) for ref in take(window)] == ["a", "b", "c", "d", "e"]


def test_an_item_that_kills_again_and_again_is_quarantined_and_its_neighbours_are_not() -> None:
    window = Window([batch_of("good", "bad")], size=1)
    window.refill()
    deaths = 0
    came: list[Outcome] = []
    while len(came) < 2:
        piece = waiting(window)
        if any(item.ref == "bad" for item in piece.batch):
            window.lost(piece)
            deaths += 1
        else:
            piece.outcomes = outcomes_of(piece)
        came += window.take_finished()

    assert came[0] == Outcome("good")
    failed = came[1]
    assert failed.ref == "bad"
    assert failed.failure is not None
    assert failed.failure.state == "quarantined"
    assert failed.failure.sentence.startswith("bad ended each of the 3 processes that read it")
    assert deaths == DEATHS_ALLOWED + 1


@given(
    sizes=st.lists(st.integers(1, 4), max_size=12),
    room=st.integers(1, 5),
    data=st.data(),
)
def test_every_item_comes_out_once_and_in_order_whatever_dies(
    sizes: list[int], room: int, data: st.DataObject
) -> None:
    refs = iter(range(1000))
    batches = [batch_of(*(str(next(refs)) for _ in range(size))) for size in sizes]
    window = Window(iter(batches), room)
    under_way: list[Piece] = []
    came: list[str] = []
    while window.refill():
        while (piece := window.next_waiting()) is not None:
            under_way.append(piece)
        if under_way:
            piece = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
            match data.draw(st.sampled_from(["done", "done", "lost", "put back"])):
                case "done":
                    piece.outcomes = outcomes_of(piece)
                case "lost":
                    window.lost(piece)
                case _:
                    window.put_back(piece)
        while window.has_finished:
            came += take(window)

    assert came == [item.ref for batch in batches for item in batch]
