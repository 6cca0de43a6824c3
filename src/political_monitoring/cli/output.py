"""What commands print: tables for people, JSON for machines, one sentence for errors."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(value: Any) -> None:
    """One JSON document on standard output; dates as ISO strings."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", whole: str = ""
) -> None:
    """A table as wide as the terminal; cells are plain text, and those of the column `whole` are never cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column == whole)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console().print(table)


def print_markdown(text: str, indent: int = 0) -> None:
    """Markdown as a terminal shows it, so many columns to the right."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.padding import Padding

    Console().print(Padding(Markdown(text), (0, 0, 0, indent)))


def print_error(sentence: str) -> None:
    """The sentence on standard error."""
    sys.stderr.write(f"polmon: {sentence}\n")


def shortened(text: str, length: int = 240) -> str:
    """A text on one line, cut off where it is longer."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
