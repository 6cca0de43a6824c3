"""All messages of a conversation -> the one question to answer.

The last user message is the question. When it leans on what was asked before ("and in Germany?", "since
when?") the earlier question is carried along with its subject and its day. System messages choose the
language only. Keys and passwords in the messages are not read.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from political_monitoring.answering.courtesies import courtesy_language, courtesy_of
from political_monitoring.answering.follow_ups import corrected, language_asked, leans, with_days_of
from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import TooLarge, UserError
from political_monitoring.knowledge.port import Scope
from political_monitoring.telemetry import redact
from political_monitoring.tools.query import Reading, read_language, read_query

LONGEST_QUESTION = 10_000
MOST_LEANING = 10
"""A chain of follow-ups is read this many questions back."""

Language = Literal["en", "de"]
Style = Literal["brief", "detailed", "bullets"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message, its content already flattened to text. Roles are those of the chat API."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the one who asks wants of the way to the answer.

    Attributes:
        mode: which reasoner answers; None: the one of the settings.
        scope: only documents within it count.
        max_cost: most money that models may cost for this answer, in the settings' currency; None: their cap.
        workspace: whose graph answers; empty: the one of the settings.
        style: how much is said, and in what form; None: as the reasoner does it.
        account: whose day the cost is booked on as well, the id of a key; empty: nobody's.
    """

    mode: Literal["local", "llm"] | None = None
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    max_cost: float | None = None
    workspace: str = ""
    style: Style | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with everything the conversation says about it.

    Attributes:
        text: the last user message.
        history: the messages before it.
        reading: what the text names; its days are the earlier question's where it names none and leans on it.
        time: the two times asked about.
        language: the language to answer in.
        earlier: the questions this one leans on, newest first; empty when it stands alone.
        wishes: how it is to be answered.
    """

    text: str
    history: tuple[Message, ...]
    reading: Reading
    time: AsOf
    language: Language
    earlier: tuple[Reading, ...] = ()
    wishes: Wishes = Wishes()


def read_conversation(
    messages: Sequence[Message],
    today: dt.date,
    time: AsOf | None = None,
    wishes: Wishes = Wishes(),
) -> Question:
    """The question a conversation ends with.

    Args:
        messages: oldest first.
        today: the day that "yesterday" counts from.
        time: times asked for explicitly; each one that is given wins over the question's own words.
        wishes: how it is to be answered.

    Raises:
        UserError: there is no user message with text.
        TooLarge: the question is over LONGEST_QUESTION characters.
    """
    # What is not read cannot leak: not to a model, a tool, a record, or an answer that names the words searched for.
    messages = [replace(message, text=redact(message.text)) for message in messages]
    asked = [i for i, message in enumerate(messages) if message.role == "user" and message.text.strip()]
    if not asked:
        raise UserError("There is no question: send at least one user message with text.")
    text = messages[asked[-1]].text.strip()
    if len(text) > LONGEST_QUESTION:
        raise TooLarge(f"The question has {len(text)} characters; at most {LONGEST_QUESTION} are read.")
    reading, earlier = _leaning([messages[index].text.strip() for index in asked[-MOST_LEANING:]], today)
    return Question(
        text=text,
        history=tuple(messages[: asked[-1]]),
        reading=reading,
        time=_time(reading, time),
        language=_wanted_language(messages) or _language(text, earlier),
        earlier=earlier,
        wishes=wishes,
    )


def _leaning(texts: list[str], today: dt.date) -> tuple[Reading, tuple[Reading, ...]]:
    """The last question, and the chain of those it leans on, newest first. Thanks between questions break no chain."""
    *before, last = texts
    chain: list[Reading] = []
    for text in [*(one for one in before if courtesy_of(one) is None), last]:
        own = read_query(text[:LONGEST_QUESTION], today)
        meant = ("" if language_asked(text) else corrected(own.text)) if chain else None
        if meant is not None:
            own = read_query(meant, today)
        leaning = bool(chain) and courtesy_of(text) is None and (meant is not None or leans(own))
        chain = [with_days_of(chain[0], own, today), *chain] if leaning else [own]
    return chain[0], tuple(chain[1:])


def _language(text: str, earlier: Sequence[Reading]) -> Language:
    """The question's language; where its words do not tell, that of the questions it leans on."""
    if (asked := language_asked(text)) or (asked := courtesy_language(text)):
        return "de" if asked == "de" else "en"
    for one in (text, *(reading.text for reading in earlier)):
        if read_language(one) == "de":
            return "de"
        if read_language(f"der {one}") == "en":  # in spite of a German word
            return "en"
    return "en"


def _time(reading: Reading, given: AsOf | None) -> AsOf:
    world = end_of_day(reading.as_of) if reading.as_of else None
    if given is None:
        return AsOf(world)
    return AsOf(given.world or world, given.known)


_LANGUAGES: dict[Language, re.Pattern[str]] = {
    "de": re.compile(
        r"\b(?:auf|in|into?|antworte\w*)\s+(?:german|deutsch)\b|\b(?:german|deutsch) only\b", re.IGNORECASE
    ),
    "en": re.compile(r"\b(?:auf|in|into?)\s+(?:english|englisch)\b|\benglish only\b", re.IGNORECASE),
}


def _wanted_language(messages: Sequence[Message]) -> Language | None:
    """The language the last system message to name one asks for."""
    for message in reversed(messages):
        if message.role in {"system", "developer"}:
            for language, pattern in _LANGUAGES.items():
                if pattern.search(message.text):
                    return language
    return None
