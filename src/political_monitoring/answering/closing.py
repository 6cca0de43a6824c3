"""How an answer ends: on what it rests, what contradicts it, what is missing, what it cost."""

from collections.abc import Iterable, Sequence

from political_monitoring.answering.draft import Statement, note
from political_monitoring.answering.names import capitalised, fine_name, subject_name
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.wording import amount, counted, day, say, stage_label
from political_monitoring.domain.facts import Fact
from political_monitoring.evidence.citations import Citation, Part, overlaps
from political_monitoring.evidence.coverage import Coverage, Disagreement, Side
from political_monitoring.evidence.verification import Ground, Verifier
from political_monitoring.knowledge.port import Contradiction, FactQuery

MOST_CONTRADICTIONS = 3
"""Told in words."""
_MOST_ASKED = 20
_MILLION = 1_000_000


def contradictions_about(understanding: Understanding, ground: Ground) -> tuple[Contradiction, ...]:
    """What sources say against each other about the question's entities, at its times; newest day first."""
    subjects = tuple(entity.id for entity in understanding.entities)
    if not subjects:
        return ()
    query = FactQuery(
        subjects=subjects, time=understanding.time, scope=understanding.scope, limit=_MOST_ASKED
    )
    return tuple(ground.contradictions(query))


def concerning(
    found: Sequence[Contradiction], citations: Sequence[Citation], verifier: Verifier
) -> tuple[Contradiction, ...]:
    """Those of which one side is among the words cited, and every side stands in its document."""
    return tuple(
        one
        for one in found
        if any(_cited(side, citations) for side in one.sides)
        and all(verifier.stands(side[0].evidence) for side in one.sides)
    )


def untold(found: Sequence[Contradiction], text: str, understanding: Understanding) -> tuple[Statement, ...]:
    """Sentences that name the sides, each with its citation; those that the answer's text has already are left out."""
    sentences = [_sentence(one, understanding) for one in found[:MOST_CONTRADICTIONS]]
    return tuple(one for one in sentences if one.parts[0].text not in text)


def disagreements(found: Iterable[Contradiction], citations: Sequence[Citation]) -> tuple[Disagreement, ...]:
    """The contradictions with the numbers of the citations of each side."""
    return tuple(
        Disagreement(
            one.subject,
            one.predicate,
            one.day,
            tuple(Side(side[0].value or side[0].object or "", _cited(side, citations)) for side in one.sides),
        )
        for one in found
    )


def rests(coverage: Coverage, understanding: Understanding, told: int) -> Statement:
    """The last sentences: sources, day, gaps, cost.

    Args:
        told: contradictions that the answer names.
    """
    language = understanding.language
    as_of = day(coverage.as_of or understanding.day, language)
    if not coverage.sources:
        return note(say(language, "rests_nothing", as_of=as_of))
    sentences = [
        say(
            language,
            "rests",
            sources=counted(language, "source", coverage.sources),
            publishers=counted(language, "publisher", coverage.publishers),
            newest=say(language, "newest", day=day(coverage.newest, language)) if coverage.newest else "",
            as_of=as_of,
            later=say(language, "rests_later", n=coverage.later) if coverage.later else "",
            told=counted(language, "told", told) if told else "",
        )
    ]
    if coverage.gaps:
        sentences.append(say(language, "not_covered", gaps=" ".join(dict.fromkeys(coverage.gaps))))
    if coverage.cost and coverage.cost.cost:
        cost = f"{coverage.cost.cost / _MILLION:.6f}".rstrip("0")
        cost = cost.replace(".", ",") if language == "de" else cost
        sentences.append(say(language, "cost", cost=cost, n=coverage.cost.tokens))
    return note(" ".join(sentences))


def _cited(side: Sequence[Fact], citations: Sequence[Citation]) -> tuple[int, ...]:
    """Numbers of the citations that quote some of the words one side rests on."""
    return tuple(one.number for one in citations if any(overlaps(one, fact.evidence) for fact in side))


def _sentence(one: Contradiction, understanding: Understanding) -> Statement:
    language = understanding.language
    first, *others = (side[0] for side in one.sides)
    values = {"name": _name(first, understanding), "first": _value(first, understanding)}
    opening = say(language, "conflict", day=day(one.day, language), **values)
    parts = [Part(capitalised(opening), (first.evidence,))]
    for fact in others:
        parts.append(Part(say(language, "conflict_or", second=_value(fact, understanding)), (fact.evidence,)))
    return Statement((*parts, Part(".")), essential=True)


def _name(fact: Fact, understanding: Understanding) -> str:
    entity = next((one for one in understanding.entities if one.id == fact.subject), None)
    if entity is None:
        return fact.subject
    name = fine_name if fact.predicate == "fine_amount" else subject_name
    return name(entity, understanding.text, understanding.language)


def _value(fact: Fact, understanding: Understanding) -> str:
    if fact.predicate == "status" and fact.value:
        return stage_label(fact.value, understanding.language)
    if fact.predicate == "fine_amount":
        return amount(fact, understanding.language)
    return fact.words or fact.value or " ".join(fact.evidence.quote.split())
