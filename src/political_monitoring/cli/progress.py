"""Progress bars on standard error: shown to people, silent when nobody watches."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


def track[T](items: Sequence[T], what: str) -> Iterator[T]:
    """Yield the items while a bar counts them."""
    with bar(what) as (progress, task):
        progress.update(task, total=len(items))
        for item in items:
            yield item
            progress.advance(task)


@contextmanager
def bar(what: str) -> Iterator[tuple[Progress, TaskID]]:
    """A bar whose total becomes known later; `progress.update(task, completed=…, total=…)` moves it."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    with progress:
        yield progress, progress.add_task(what, total=None)
