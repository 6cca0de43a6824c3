"""What a table of identifier patterns is made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

DASH = r"[-‐‑‒–—]"
"""Any of the dashes that a number may be typeset with."""

Read = Callable[[re.Match[str], date | None], tuple[str, str] | None]
"""Turns a match into (scheme, canonical value), or None when it only looks like a citation. The date tells in
which congress an unqualified number belongs."""


@dataclass(frozen=True, slots=True)
class IdentifierPattern:
    """A regular expression for one way of citing, and how a match is read.

    Attributes:
        hints: the pattern cannot match a text that has none of these; looking for them is much faster.
            Empty: always try.
    """

    pattern: re.Pattern[str]
    read: Read
    hints: tuple[str, ...] = ()


def plain(scheme: str, *parts: int | str) -> Read:
    """A reader that joins groups (numbers) and fixed text (strings)."""

    def read(match: re.Match[str], _on: date | None) -> tuple[str, str]:
        return scheme, "".join(part if isinstance(part, str) else match[part] for part in parts)

    return read
