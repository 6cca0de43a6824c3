"""A stored conversation for people and for machines: JSON and Markdown."""

import re
from collections.abc import Sequence
from typing import Any

from political_monitoring.chat.session_archive import Headline, Turn

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def headline_as_data(session: Headline) -> dict[str, Any]:
    """A line of a list; times in ISO 8601, UTC."""
    return {
        "id": session.id,
        "object": "session",
        "workspace": session.workspace,
        "started_at": session.started_at.isoformat(),
        "last_at": session.last_at.isoformat(),
        "turns": session.turns,
        "title": session.title,
    }


def as_data(session: Headline, turns: Sequence[Turn]) -> dict[str, Any]:
    """The whole conversation; `messages` has the form that a chat request takes."""
    return {
        **headline_as_data(session),
        "messages": [
            message
            for turn in turns
            for message in (
                {"role": "user", "content": turn.question, "asked_at": turn.asked_at.isoformat()},
                {
                    "role": "assistant",
                    "content": turn.answer,
                    "answer_id": turn.answer_id,
                    "follows": turn.follows,
                    "sources": list(turn.sources),
                },
            )
        ],
    }


def as_markdown(session: Headline, turns: Sequence[Turn]) -> str:
    """The whole conversation as a page: questions as headings, each answer with the list of its sources."""
    parts = [
        f"# {_plain(session.title)}",
        f"{_plain(session.id)}, {session.started_at:%Y-%m-%d %H:%M} to {session.last_at:%Y-%m-%d %H:%M} UTC",
    ]
    for turn in turns:
        parts += [f"## {_plain(turn.question)}", turn.answer]
        if turn.sources:
            parts.append("\n".join(_source(source) for source in turn.sources))
    return "\n\n".join(parts) + "\n"


def _source(source: dict[str, Any]) -> str:
    facts = (source["title"], source["place"], source["publisher"], source["date"], source["url"])
    told = ", ".join(_plain(str(fact)) for fact in facts if fact)
    return f"- \\[{source['number']}\\] {told}"


def _plain(text: str) -> str:
    """On one line, and without a meaning in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
