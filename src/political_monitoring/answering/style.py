"""How an answer is to be written, as system messages ask for it, and statements brought into that form.

The form never touches what is said: a sentence is left out or begins a line of its own, its words, citations and
the closing line stay. "Detailed" is how the local reasoner writes anyway.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from political_monitoring.answering.conversation import Message, Style
from political_monitoring.answering.draft import Statement

_ASKED: tuple[tuple[Style, re.Pattern[str]], ...] = (
    (
        "bullets",
        re.compile(
            r"\bbullet(?:s|ed|[ -](?:points?|list))\b|\bas a list\b|"
            r"\b(?:stichpunkt|stichwort|aufzählung|spiegelstrich)\w*|\bals liste\b",
            re.IGNORECASE,
        ),
    ),
    (
        "detailed",
        re.compile(
            r"\b(?:detailed|in detail|thorough(?:ly)?|comprehensive(?:ly)?|exhaustive(?:ly)?|at length)\b|"
            r"\b(?:ausführlich|detailliert|umfassend|gründlich)\w*",
            re.IGNORECASE,
        ),
    ),
    (
        "brief",
        re.compile(
            r"\b(?:brief(?:ly)?|concise(?:ly)?|short(?:ly)?|terse(?:ly)?|succinct(?:ly)?|one sentence)\b|"
            r"\b(?:kurz|knapp)(?:e[mnrs]?)?\b|\bin einem satz\b",
            re.IGNORECASE,
        ),
    ),
)
_BUT_NOT = re.compile(
    r"\b(?:not|never|don'?t|no|nicht|kein\w*|nie|niemals)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)


def wanted_style(messages: Sequence[Message]) -> Style | None:
    """The style that the last system or developer message to name one asks for."""
    for message in reversed(messages):
        if message.role in {"system", "developer"}:
            for style, pattern in _ASKED:
                found = pattern.search(message.text)
                if found and not _BUT_NOT.search(message.text[: found.start()]):
                    return style
    return None


def in_style(statements: Sequence[Statement], style: Style | None) -> Sequence[Statement]:
    """Statements whose quotations stand, in the form asked for.

    "brief" keeps the first claim and that sources contradict each other; of a list under a heading, which is in the
    order of time, the heading and the newest item. "bullets" gives each claim a line of a list.
    """
    if style == "brief":
        return _brief(statements)
    if style == "bullets":
        return [_as_bullet(one) if one.claim else replace(one, before="\n\n") for one in statements]
    return statements


def _brief(statements: Sequence[Statement]) -> Sequence[Statement]:
    claims = [number for number, one in enumerate(statements) if one.claim]
    if not claims:
        return statements
    told = claims[-1] if claims[0] > 0 else claims[0]
    return [
        one for number, one in enumerate(statements) if number < claims[0] or number == told or one.essential
    ]


def _as_bullet(statement: Statement) -> Statement:
    first, *others = statement.parts
    if not first.text.startswith("- "):
        first = replace(first, text=f"- {first.text}")
    return replace(statement, parts=(first, *others), before="\n")
