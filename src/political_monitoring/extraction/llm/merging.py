"""What the rules found and what the model found, as one. The rules' facts stay, unless the words prove them wrong.

Decision 15 says why. Two facts exclude each other when a functional predicate would have two values on one day,
or the same value on two days; such cases are put to the model once more, and without a verdict the rules hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from political_monitoring.domain.facts import Entity, Fact
from political_monitoring.domain.ontology import Ontology
from political_monitoring.extraction.llm.forms import Verdict

OVERRULED = "statements that contradict the rules"


@dataclass(frozen=True, slots=True)
class Case:
    """A fact of the rules and one of the model that exclude each other."""

    rules: Fact
    model: Fact


@dataclass(frozen=True, slots=True)
class Compared:
    """The model's facts beside those of the rules: what is new, and what does not go with them."""

    new: tuple[Fact, ...]
    cases: tuple[Case, ...]


def compare(rules: Sequence[Fact], model: Iterable[Fact], ontology: Ontology) -> Compared:
    """Sort the model's facts; what the rules have too is neither new nor a case."""
    said = {_content(one): one for one in rules}
    on_the_day = {(one.subject, one.predicate, one.valid_at): one for one in rules}
    new: list[Fact] = []
    cases: list[Case] = []
    for fact in model:
        functional = ontology.predicates[fact.predicate].functional
        same = said.get(_content(fact))
        if same is not None:
            if functional and same.valid_at != fact.valid_at:
                cases.append(Case(same, fact))
            continue
        rival = on_the_day.get((fact.subject, fact.predicate, fact.valid_at)) if functional else None
        if rival is not None:
            cases.append(Case(rival, fact))
        else:
            new.append(fact)
    return Compared(tuple(new), tuple(cases))


def decide(
    rules: Sequence[Fact], compared: Compared, verdicts: Iterable[Verdict]
) -> tuple[tuple[Fact, ...], int]:
    """All facts that hold, the rules' first; and how many of the model's were overruled."""
    held = {one.case: one.holds for one in verdicts}
    wrong: set[str] = set()
    added = list(compared.new)
    overruled = 0
    for number, case in enumerate(compared.cases, start=1):
        holds = held.get(number, "first")
        if holds in ("second", "neither"):
            wrong.add(case.rules.id)
        if holds in ("second", "both"):
            added.append(case.model)
        else:
            overruled += 1
    facts = {one.id: one for one in [*(one for one in rules if one.id not in wrong), *added]}
    return tuple(facts.values()), overruled


def described(cases: Iterable[Case], entities: Mapping[str, Entity]) -> str:
    """The cases in words, to be judged."""
    return "\n\n".join(
        f"Case {number}\nfirst: {_told(case.rules, entities)}\nsecond: {_told(case.model, entities)}"
        for number, case in enumerate(cases, start=1)
    )


def _told(fact: Fact, entities: Mapping[str, Entity]) -> str:
    target = entities[fact.object].name if fact.object else fact.value
    day = f"{fact.valid_at:%Y-%m-%d}" if fact.valid_at else "an unknown day"
    words = " ".join(fact.evidence.quote.split())
    return f"{entities[fact.subject].name} | {fact.predicate} | {target} | on {day} | words: {words}"


def _content(fact: Fact) -> tuple[str, str, str | None, str | None]:
    return fact.subject, fact.predicate, fact.object, fact.value
