"""Random histories of documents that come, come again in another version, and are withdrawn.

They hold what goes wrong in graphs of this kind: old documents that arrive late, undated ones, periods that
do not touch, contradictions of one day, several steps in one moment, documents that were never there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from political_monitoring.clock import end_of_day, start_of_day
from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact, Identifier
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.oracle import Oracle

DAYS = 5
_DOCUMENTS = 4
_VALUES = {
    "status": ("introduced", "reported", "passed_house", "rejected"),
    "fine_amount": ("EUR 10", "EUR 20"),
    "vote_result": ("10 to 3", "4 to 4"),
    "supports": ("",),
    "led_by": ("",),
}
_KINDS = ("press_release", "legislation")
_LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Step:
    """A document comes, or is withdrawn, so many minutes after the step before."""

    document_id: str
    episode: Episode | None
    minutes: int


@dataclass(frozen=True, slots=True)
class History:
    """Steps about a few entities that no other history knows."""

    name: str
    steps: tuple[Step, ...]
    subjects: tuple[str, ...]


def day(number: int) -> dt.date:
    """A day of the year 2025; 0 is the last one before it."""
    return dt.date(2024, 12, 31) + dt.timedelta(days=number)


def random_history(random: Random, name: str, documents: str = "", most: int = 7) -> History:
    """A history of one to `most` steps about entities called by `name`, told in documents of its own.

    Histories of one name are about the same entities; other `documents` tell their documents apart.
    """
    entities = [
        Entity(f"us-bill:119-s-{name}{letter}", kind, f"Act {name} {letter}")
        for letter, kind in (("a", "Bill"), ("b", "Bill"), ("c", "Company"))
    ]
    steps = tuple(
        _random_step(random, f"{name}{documents}", entities) for _ in range(random.randint(1, most))
    )
    return History(name, steps, tuple(one.id for one in entities))


def _random_step(random: Random, name: str, entities: Sequence[Entity]) -> Step:
    document_id = f"{name}-{random.randrange(_DOCUMENTS)}"
    minutes = random.choice((0, 1, 60))
    if random.random() > 0.8:
        return Step(document_id, None, minutes)
    called = [_as_called(random, one) for one in entities]
    said = [_random_statement(random, number, called) for number in range(random.choice((2, 1, 3, 0)))]
    date = random.choice((None, day(random.randint(1, DAYS))))
    text = " ".join(["Notice.", *(one.quote for one in said)])
    kind, language = random.choice(_KINDS), random.choice(_LANGUAGES)
    return Step(
        document_id,
        episode(
            document_id,
            text,
            date,
            title=f"{kind} {language}",
            about=random.sample(called, random.choice((1, 0))),
            said=said,
            kind=kind,
            language=language,
        ),
        minutes,
    )


def _as_called(random: Random, entity: Entity) -> Entity:
    """An entity as one of several documents calls it."""
    number = Identifier("us-bill", entity.id.removeprefix("us-bill:"))
    return replace(
        entity,
        name=random.choice((entity.name, f"{entity.name} as amended")),
        identifiers=random.choice(((), (number,))),
        aliases=random.choice(((), (f"Short {entity.name}",), (entity.name, "Act"))),
        jurisdiction=random.choice(("", "US", "EU")),
    )


def _random_statement(random: Random, number: int, entities: Sequence[Entity]) -> Said:
    # Most is said of one thing: that is where facts meet.
    subject = random.choice((entities[0], *entities))
    predicate = random.choice(("status", "status", *_VALUES))
    value = random.choice(_VALUES[predicate]) or None
    upon = None if value else random.choice(entities)
    begins = random.choice((*range(1, DAYS + 1), None))
    ends = random.randint(begins, DAYS) if begins and random.random() < 0.2 else None
    words = f"{number}: {subject.name} {predicate} {value or (upon.name if upon else '')} {begins} {ends}."
    return Said(
        subject,
        predicate,
        words,
        value=value,
        on=day(begins) if begins else None,
        upon=upon,
        until=day(ends) if ends else None,
    )


def random_query(random: Random, history: History, moments: Sequence[dt.datetime]) -> FactQuery:
    """A question about a history's entities with some of what narrows it."""

    def some[T](values: Sequence[T]) -> tuple[T, ...]:
        return (random.choice(values),) if random.random() < 0.3 else ()

    def maybe[T](value: T) -> T | None:
        return value if random.random() < 0.3 else None

    world = random.choice((None, end_of_day(day(random.randint(0, DAYS)))))
    return FactQuery(
        subjects=history.subjects if random.random() < 0.7 else (random.choice(history.subjects),),
        predicates=some(tuple(_VALUES)),
        objects=some(history.subjects),
        time=AsOf(world, maybe(random.choice(moments))),
        history=random.random() < 0.5,
        since=maybe(day(random.randint(1, DAYS))),
        until=maybe(day(random.randint(1, DAYS))),
        recorded_since=maybe(random.choice(moments)),
        recorded_until=maybe(random.choice(moments)),
        types=some(("Bill", "Company")),
        linking=random.random() < 0.2,
        scope=Scope(kinds=some(_KINDS), languages=some(_LANGUAGES)),
        documents=some([step.document_id for step in history.steps]),
        limit=None,
    )


def play(history: History, graph: KnowledgeGraph, clock: FrozenClock, oracle: Oracle) -> list[dt.datetime]:
    """Let a history happen to a graph and to the oracle; the moments at which something was recorded."""
    moments = []
    for step in history.steps:
        clock.advance(minutes=step.minutes)
        moments.append(clock())
        oracle.record(clock(), step.document_id, step.episode)
        if step.episode is None:
            graph.retract((step.document_id,), clock())
        else:
            graph.add((step.episode,), clock())
    return moments


def questions(history: History, moments: Sequence[dt.datetime]) -> list[FactQuery]:
    """Every pair of the two times that can make a difference, with and without what held earlier."""
    worlds = [None, *(start_of_day(day(number)) for number in range(DAYS + 2))]
    return [
        FactQuery(history.subjects, time=AsOf(world, known), history=earlier, limit=None)
        for world in worlds
        for known in (None, *dict.fromkeys(moments))
        for earlier in (False, True)
    ]


def comparable(facts: Sequence[Fact]) -> list[Fact]:
    """Facts in an order of their own; what depends on how much is known later is the store's business."""
    return sorted(facts, key=lambda fact: (fact.evidence.document_id, fact.id))
