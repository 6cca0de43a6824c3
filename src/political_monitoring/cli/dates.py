"""Dates on the command line."""

from datetime import date

import typer


def parse_day(text: str) -> date:
    """An ISO date. Used as a typer parser, so a wrong one is a usage error in one sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date: write YYYY-MM-DD, as in 2025-03-03") from None
