"""What the model read out of a question, tied to what the graph knows: names become entities, days become dates."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from political_monitoring.answering.conversation import Language, Question
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.llm.forms import Understood
from political_monitoring.answering.understanding import SAME_TITLE, Understanding
from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.knowledge.port import KnowledgeGraph

MOST_NAMES = 8
_MOST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Named:
    """Entities by the names that the model uses for them, and those among which the question does not decide."""

    by_name: dict[str, tuple[Entity, ...]]
    options: tuple[Entity, ...] = ()

    def find(self, name: str) -> Entity | None:
        """The first entity of that name."""
        return next(iter(self.by_name.get(name.casefold(), ())), None)


def name_entities(understood: Understood, local: Understanding, graph: KnowledgeGraph) -> Named:
    """Look the model's names up. Options count only if the graph has two or more of them, and no number decides."""
    names = [*understood.entities[:MOST_NAMES], *understood.options[:MOST_NAMES]]
    by_name = {name.casefold(): _known(name, understood.jurisdiction, graph) for name in names}
    options = list(
        dict.fromkeys(one for name in understood.options for one in by_name.get(name.casefold(), ())[:1])
    )
    decided = len(options) < 2 or _decided(options, local)
    return Named(by_name, () if decided else tuple(options))


def understanding_of(
    understood: Understood, named: Named, local: Understanding, question: Question, today: dt.date
) -> Understanding:
    """The local understanding, with what the model read better. What is stated in so many words stays.

    A day or window that the question's own words or the request set is not the model's to change; identifiers that
    nobody knows stay unknown.
    """
    entities = (*_first_of_each(understood.entities, named), *local.entities)
    world = local.time.world
    if world is None and (day := _day(understood.as_of)) and day <= today:
        world = end_of_day(day)
    window = (
        (local.since, local.until)
        if local.since or local.until
        else (_day(understood.since), _day(understood.until))
    )
    since, until = window if _in_order(*window) else (None, None)
    return replace(
        local,
        intent=_intent(understood.intent) or local.intent,
        entities=tuple(dict.fromkeys(entities)),
        time=AsOf(world, local.time.known),
        day=world.date() if world else today,
        since=since,
        until=until,
        language=_language(understood.language, question),
    )


def _known(name: str, jurisdiction: str, graph: KnowledgeGraph) -> tuple[Entity, ...]:
    """The entities so called, those of the jurisdiction first."""
    if not name.strip():
        return ()
    found = [one for one, score in graph.find_entities(name, _MOST_ALIKE) if score >= SAME_TITLE]
    return tuple(sorted(found, key=lambda one: bool(jurisdiction) and one.jurisdiction != jurisdiction))


def _decided(options: Sequence[Entity], local: Understanding) -> bool:
    """Whether the question's own words name some of the options and not others."""
    named = {one.id for one in local.entities}
    return 0 < sum(one.id in named for one in options) < len(options)


def _first_of_each(names: Iterable[str], named: Named) -> list[Entity]:
    found = (named.find(name) for name in names)
    return [one for one in found if one]


def _intent(name: str) -> Intent | None:
    return Intent(name) if name in set(Intent) else None


def _language(name: str, question: Question) -> Language:
    """The model's, unless whoever runs the conversation has set it."""
    if any(message.role in {"system", "developer"} for message in question.history):
        return question.language
    return "de" if name == "de" else "en" if name == "en" else question.language


def _in_order(since: dt.date | None, until: dt.date | None) -> bool:
    return since is None or until is None or since <= until


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written.strip())
    except ValueError:
        return None
