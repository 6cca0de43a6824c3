"""What the tools found, as numbered items that a model may rest its sentences on: passages and the facts in them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.selection import select_quotes
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.knowledge.port import Hit, KnowledgeGraph

MOST_ITEMS = 24
MOST_CHARACTERS = 24_000
"""Of the texts together; about six thousand tokens."""
LONGEST_ITEM = 3_000
_MOST_FACT_ITEMS = 14
"""So that what was found by its words has room beside what was found by its facts."""
_MOST_FACTS = 6
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A passage of a stored document.

    Attributes:
        facts: what the graph has read out of it, a line each.
        days: from which, or until which, those hold.
    """

    document: Document
    passage: Passage
    facts: tuple[str, ...] = ()
    days: frozenset[dt.date] = frozenset()

    @property
    def text(self) -> str:
        """As much of the passage as is shown."""
        return self.passage.text[:LONGEST_ITEM]


def evidence_of(
    understanding: Understanding, findings: Sequence[Finding], graph: KnowledgeGraph
) -> dict[str, Item]:
    """Items by their numbers "E1", "E2" ..., best first, within MOST_ITEMS and MOST_CHARACTERS."""
    things = [thing for finding in findings for thing in _walk(finding.result, _DEPTH)]
    facts = [thing for thing in things if isinstance(thing, Fact)]
    hits = [thing for thing in things if isinstance(thing, Hit)]
    spoken = [*(one.evidence for one in facts), *(one for one in things if isinstance(one, Evidence))]
    stated = list(dict.fromkeys((one.document_id, one.passage_id) for one in spoken))
    found = [(hit.document_id, hit.passage_id) for hit in _best_first(understanding, hits)]
    making = _Making(graph, facts, understanding.day)
    chosen: dict[str, Item] = {}
    left = MOST_CHARACTERS
    for place in dict.fromkeys([*stated[:_MOST_FACT_ITEMS], *found, *stated]):
        item = making.item(*place)
        if item and len(item.text) <= left and len(chosen) < MOST_ITEMS:
            left -= len(item.text)
            chosen[f"E{len(chosen) + 1}"] = item
    return chosen


def _best_first(understanding: Understanding, hits: Sequence[Hit]) -> list[Hit]:
    """Those with a sentence about the question, then the best of each document, then the rest."""
    quoted = [quote.hit for quote in select_quotes(understanding, hits, MOST_ITEMS)]
    first = {hit.document_id: hit for hit in reversed(hits)}
    return [*quoted, *reversed(first.values()), *hits]


def _walk(thing: Any, depth: int) -> Iterator[Any]:
    """Everything in a tool's result that bears evidence, whatever the result's form."""
    if isinstance(thing, Fact | Evidence | Hit):
        yield thing
    elif depth and isinstance(thing, Mapping):
        yield from _walk_all(thing.values(), depth)
    elif depth and isinstance(thing, list | tuple | set | frozenset):
        yield from _walk_all(thing, depth)
    elif depth and isinstance(thing, BaseModel):
        yield from _walk_all((value for _, value in thing), depth)
    elif depth and is_dataclass(thing):
        yield from _walk_all((getattr(thing, one.name) for one in fields(thing)), depth)


def _walk_all(things: Iterable[Any], depth: int) -> Iterator[Any]:
    for one in things:
        yield from _walk(one, depth - 1)


class _Making:
    """Makes items; each document is read once."""

    def __init__(self, graph: KnowledgeGraph, facts: Iterable[Fact], day: dt.date) -> None:
        self._graph = graph
        self._day = day
        self._facts: dict[tuple[str, str], dict[str, Fact]] = {}
        for fact in facts:
            place = (fact.evidence.document_id, fact.evidence.passage_id)
            self._facts.setdefault(place, {}).setdefault(fact.id, fact)
        self._documents: dict[str, tuple[Document, tuple[Passage, ...]] | None] = {}
        self._names: dict[str, str] = {}

    def item(self, document_id: str, passage_id: str) -> Item | None:
        """The item of a passage; None when it has gone."""
        if document_id not in self._documents:
            self._documents[document_id] = self._graph.document(document_id)
        found = self._documents[document_id]
        passage = next((one for one in found[1] if one.id == passage_id), None) if found else None
        if found is None or passage is None:
            return None
        facts = list(self._facts.get((document_id, passage_id), {}).values())[:_MOST_FACTS]
        days = frozenset(day for fact in facts for day in (self._since(fact), self._until(fact)) if day)
        return Item(found[0], passage, tuple(map(self._described, facts)), days)

    def _since(self, fact: Fact) -> dt.date | None:
        return fact.valid_at.date() if fact.valid_at else None

    def _until(self, fact: Fact) -> dt.date | None:
        """When it ended, unless that was not known on the day the answer speaks of."""
        end = fact.invalid_at.date() if fact.invalid_at else None
        return end if end and end <= self._day else None

    def _described(self, fact: Fact) -> str:
        predicate = load_ontology().predicates.get(fact.predicate)
        label = predicate.labels["en"] if predicate else fact.predicate
        value = self._name(fact.object) if fact.object else fact.value
        since, until = self._since(fact), self._until(fact)
        period = f"{f', from {since}' if since else ''}{f', until {until}' if until else ''}"
        return f"{self._name(fact.subject)} – {label}: {value}{period}"

    def _name(self, entity_id: str) -> str:
        if entity_id not in self._names:
            entity = self._graph.entity(entity_id)
            self._names[entity_id] = entity.name if entity else entity_id
        return self._names[entity_id]
