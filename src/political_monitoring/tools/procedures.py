"""Where a procedure stands: its stages, each with the words of the source that says so."""

import datetime as dt
from dataclasses import dataclass

from political_monitoring.domain.facts import AsOf, Evidence, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.tools.publication import publication_days


@dataclass(frozen=True, slots=True)
class Step:
    """A change of status: the stage it led to and the evidence for it."""

    stage: str
    """A stage of the ontology, or the source's own name where the ontology has none."""
    words: str
    """The source's own words."""
    valid_at: dt.datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ProcedureStatus:
    """The step that holds at a time, and those before it, newest first."""

    entity_id: str
    current: Step
    earlier: tuple[Step, ...]


def procedure_status(
    graph: KnowledgeGraph, entity_id: str, time: AsOf | None = None
) -> ProcedureStatus | None:
    """The latest change of status that holds at `time`; None when no dated one is known.

    Several on one day count in the order of the procedure: what was introduced and passed on the same day
    has passed. Of several documents that report one step, the first counts.
    """
    query = FactQuery(subjects=(entity_id,), predicates=("status",), time=time or AsOf(), history=True)
    facts = [fact for fact in graph.facts(query) if fact.value and fact.valid_at]
    steps = _in_order(facts, publication_days(graph, facts))
    return ProcedureStatus(entity_id, steps[0], tuple(steps[1:])) if steps else None


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
