"""Where a procedure stands and how it came there: its stages, each with the words of the source that says so."""

import datetime as dt
from dataclasses import dataclass, replace

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, Scope
from political_monitoring.tools.arguments import ANYWHERE, PRESENT, EntityName, Some
from political_monitoring.tools.entities import MOST_FACTS, newest
from political_monitoring.tools.publication import publication_days
from political_monitoring.tools.stating import Quoted, Reference, StatedFact

RESHAPES = ("amends", "supersedes", "repeals", "annuls", "transposes", "delegates_to")
"""Predicates by which one act changes what another says or where it holds."""
TAKES_EFFECT = ("enters_into_force", "applies_from")


@dataclass(frozen=True, slots=True)
class Step:
    """A change of status: the stage it led to and the evidence for it."""

    stage: str
    """A stage of the ontology, or the source's own name where the ontology has none."""
    words: str
    """The source's own words."""
    valid_at: dt.datetime
    evidence: Quoted


@dataclass(frozen=True, slots=True)
class ProcedureStatus:
    """The step that holds at a time, and those before it, newest first."""

    entity_id: Reference
    current: Step
    earlier: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A normalised stage of a policy's life: since when, for how many days, by which steps."""

    group: str
    since: dt.date
    days: int | None
    """None: it goes on."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Evolution:
    """How a policy came about and was changed.

    Attributes:
        phases: oldest first.
        effects: when it was said to enter into force and to apply.
        reshaped_by: facts by which others amend, supersede, repeal ... it, oldest first.
        reshapes: facts by which it does so to others.
    """

    phases: tuple[Phase, ...]
    effects: tuple[StatedFact, ...]
    reshaped_by: tuple[StatedFact, ...]
    reshapes: tuple[StatedFact, ...]


def get_procedure_status(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
) -> ProcedureStatus | None:
    """Where a law, a case or a fine stands, and the steps before, newest first; null when none is known.

    Several on one day count in the order of the procedure: what was introduced and passed on the same day
    has passed. Of several documents that report one step, the first counts.
    """
    steps = _steps(graph, entity, scope, time)
    return ProcedureStatus(entity, steps[0], tuple(steps[1:])) if steps else None


def track_policy_evolution(
    graph: KnowledgeGraph,
    entity: EntityName,
    *,
    scope: Scope = ANYWHERE,
    time: AsOf = PRESENT,
    limit: Some = 50,
) -> Evolution:
    """The life of a policy: its phases from proposal to repeal, when it takes effect, and what changed it."""
    query = FactQuery(time=time, history=True, scope=scope)
    reshaping = replace(query, predicates=RESHAPES, linking=True)
    return Evolution(
        _phases(_steps(graph, entity, scope, time)),
        tuple(newest(graph, replace(query, subjects=(entity,), predicates=TAKES_EFFECT), limit)),
        tuple(newest(graph, replace(reshaping, objects=(entity,)), limit)),
        tuple(newest(graph, replace(reshaping, subjects=(entity,)), limit)),
    )


def _steps(graph: KnowledgeGraph, entity: str, scope: Scope, time: AsOf) -> list[Step]:
    """Newest first."""
    query = FactQuery(
        subjects=(entity,), predicates=("status",), time=time, history=True, scope=scope, limit=MOST_FACTS
    )
    facts = [fact for fact in graph.facts(query) if fact.value and fact.valid_at]
    return _in_order(facts, publication_days(graph, facts, time))


def _phases(steps: list[Step]) -> tuple[Phase, ...]:
    """Steps, newest first, as the stretches of time in which the normalised stage stayed the same."""
    stages = load_ontology().stages
    grouped: list[tuple[str, list[Step]]] = []
    for step in reversed(steps):
        group = stages[step.stage].group if step.stage in stages else step.stage
        if grouped and grouped[-1][0] == group:
            grouped[-1][1].append(step)
        else:
            grouped.append((group, [step]))
    begins = [members[0].valid_at.date() for _, members in grouped]
    ends = [*begins, None][1:]
    return tuple(
        Phase(group, begin, (end - begin).days if end else None, tuple(members))
        for (group, members), begin, end in zip(grouped, begins, ends, strict=True)
    )


def _in_order(facts: list[Fact], published: dict[str, dt.date]) -> list[Step]:
    """Newest first, each stage of a day once."""
    stages = load_ontology().stages
    best: dict[tuple[dt.date, str], Step] = {}
    first = sorted(facts, key=lambda fact: published.get(fact.evidence.document_id, dt.date.max))
    for fact in first:
        if fact.valid_at and fact.value:
            step = Step(fact.value, fact.words or fact.evidence.quote, fact.valid_at, fact.evidence)
            best.setdefault((fact.valid_at.date(), fact.value), step)

    def position(step: Step) -> tuple[dt.date, int]:
        return step.valid_at.date(), stages[step.stage].order if step.stage in stages else -1

    return sorted(best.values(), key=position, reverse=True)
