"""What the measurements share: material of our own making, clocks, and the table with the figures asked for."""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a table: what was measured, what is to be reached, what came out."""

    what: str
    reach: str
    measured: str
    reached: bool | None
    """None: a row for comparison only."""


def print_figures(title: str, figures: Iterable[Figure]) -> None:
    """A table that also reads well in a log file."""
    rows = [("what", "reach", "measured", "")] + [
        (one.what, one.reach, one.measured, _VERDICTS[one.reached]) for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n{title}")
    for number, row in enumerate(rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


_VERDICTS = {True: "reached", False: "falls short", None: "beside it"}


def milliseconds(calls: Iterable[Callable[[], object]]) -> list[float]:
    """Wall time of each call."""
    taken = []
    for call in calls:
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1_000)
    return taken


def p50(values: list[float]) -> float:
    """The median."""
    return statistics.median(values)


def p95(values: list[float]) -> float:
    """The 95th of a hundred."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def peak_memory(who: int = resource.RUSAGE_SELF) -> int:
    """Largest resident size so far in bytes, of this process or of the largest child that has ended."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit
