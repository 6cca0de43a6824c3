"""Which entity somebody means: by id, identifier or name. What is not clear is said, with those it could be."""

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.errors import Ambiguous, NotFound
from political_monitoring.extraction.identifiers import find_identifiers
from political_monitoring.knowledge.names import split_words
from political_monitoring.knowledge.network import entity_then
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph
from political_monitoring.tools.arguments import PRESENT

SAME_NAME = 0.6
"""Below this a name only shares words with what was asked for."""
_CLOSE = 0.05
"""Scores so near each other do not tell which of two is meant."""
_CANDIDATES = 5
_LONG_NAME = 8
"""Words of a name that are looked up one by one when the whole is not known."""


def resolve(graph: KnowledgeGraph, name: str, time: AsOf = PRESENT) -> Entity:
    """The entity that is meant.

    Args:
        graph: where it is known.
        name: its id, an identifier in any spelling, or a name it goes by.
        time: with `time.known`, an id of what has been withdrawn since counts too.

    Raises:
        NotFound: there is none; the nearest are named.
        Ambiguous: several fit as well as each other; they are named.
    """
    name = name.strip()
    entity = graph.entity(name)
    if entity is not None:
        return entity
    matches = _matches(graph, name)
    best = [(one, score) for one, score in matches if score >= SAME_NAME]
    alike = [one for one, score in best if score > best[0][1] - _CLOSE]
    if len(alike) > 1:
        asked = split_words(name)
        alike = [one for one in alike if split_words(one.name) == asked] or alike
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise Ambiguous(f"{name!r:.200} may be {_listed(alike)}; ask for one of them by its id.")
    gone = entity_then(graph, name, time.known)
    if gone is not None and _was_known(graph, gone.id, time):
        return gone
    nearest = [one for one, _ in matches] or _by_words(graph, name)
    hint = f"the nearest are {_listed(nearest)}" if nearest else "search finds documents by words"
    raise NotFound(f"There is no entity {name!r:.200}; {hint}.")


def named_entity(graph: KnowledgeGraph, name: str) -> Entity | None:
    """The entity that fits a name best, of several the better known; None when none does."""
    entity = graph.entity(name)
    if entity is not None:
        return entity
    matches = _matches(graph, name)
    return matches[0][0] if matches and matches[0][1] >= SAME_NAME else None


def _matches(graph: KnowledgeGraph, name: str) -> list[tuple[Entity, float]]:
    """Best first: as a name, else as what the whole of it is one spelling of ("HRES 780" of us-bill:hres-780)."""
    found: list[tuple[Entity, float]] = []
    spelled = [str(one.identifier) for one in find_identifiers(name) if one.span.of(name) == name]
    for asked in (name, *spelled):
        matches = graph.find_entities(asked, _CANDIDATES)
        if matches and matches[0][1] >= SAME_NAME:
            return matches
        found = found or matches
    return found


def _by_words(graph: KnowledgeGraph, name: str) -> list[Entity]:
    words = split_words(name)[:_LONG_NAME]
    found = {one.id: one for word in words for one, _ in graph.find_entities(word, 2)}
    return list(found.values())[:_CANDIDATES]


def _was_known(graph: KnowledgeGraph, entity_id: str, time: AsOf) -> bool:
    known = AsOf(known=time.known)
    said = FactQuery(subjects=(entity_id,), time=known, history=True, limit=1)
    done = FactQuery(objects=(entity_id,), time=known, history=True, limit=1)
    return bool(graph.facts(said) or graph.facts(done))


def _listed(entities: list[Entity]) -> str:
    return ", ".join(f"{one.name} ({one.type}, {one.id})" for one in entities)
