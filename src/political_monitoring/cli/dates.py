"""Dates on the command line."""

from datetime import UTC, date, datetime

import typer


def parse_day(text: str) -> date:
    """An ISO date. Used as a typer parser, so a wrong one is a usage error in one sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date: write YYYY-MM-DD, as in 2025-03-03") from None


def parse_moment(text: str) -> date:
    """An ISO date, or an ISO time as a datetime in UTC. Used as a typer parser, as `parse_day`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day and no time: write 2025-03-03 or 2025-03-03T14:30"
        ) from None
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
