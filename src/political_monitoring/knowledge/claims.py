"""What documents claim of an entity, and the entity that follows from all live claims together. Pure.

An entity is a function of the claims of the documents that are known now, whatever the order in which they
came: withdrawing a document takes back its claims and nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Entity, Extraction, Mention


@dataclass(frozen=True, slots=True)
class Claim:
    """What one document says of one entity."""

    entity: Entity
    principal: bool
    """The document as a whole is about it."""


@dataclass(slots=True)
class NameUse:
    """How often documents use one name of an entity."""

    principal: int = 0
    """Documents about the entity that call it so first."""
    name: int = 0
    """Documents that call it so first."""
    documents: int = 0
    """Documents that call it so at all."""


def claims_of(extraction: Extraction) -> list[Claim]:
    """The claims of one document, in the order in which it names the entities."""
    principal = {
        one.entity_id for one in (*extraction.mentions, *implied_mentions(extraction)) if one.principal
    }
    return [Claim(one, one.id in principal) for one in extraction.entities]


def implied_mentions(extraction: Extraction) -> list[Mention]:
    """Entities named nowhere in the text are known from the document's address or title: it is about them."""
    mentioned = {mention.entity_id for mention in extraction.mentions}
    return [Mention(one.id, Span(0, 0), True) for one in extraction.entities if one.id not in mentioned]


def names_of(entity: Entity) -> list[str]:
    """The names that a claim counts for: its name first, then aliases, none twice and none blank."""
    return [name for name in dict.fromkeys((entity.name, *entity.aliases)) if name.strip()]


def merge(claims: Sequence[Claim]) -> Entity:
    """The entity that one or more claims about the same id make.

    Type and jurisdiction are what most documents say (of equals, the first by the alphabet); the name is the one
    that most documents about the entity use, every other name an alias, in falling use.
    """
    entities = [claim.entity for claim in claims]
    uses: dict[str, NameUse] = defaultdict(NameUse)
    for claim in claims:
        for name in names_of(claim.entity):
            first = name == claim.entity.name
            uses[name].principal += first and claim.principal
            uses[name].name += first
            uses[name].documents += 1
    names = order_names(uses)
    return Entity(
        id=entities[0].id,
        type=most_claimed(Counter(one.type for one in entities)),
        name=names[0] if names else entities[0].id,
        identifiers=tuple(
            sorted(
                {number for one in entities for number in one.identifiers}, key=lambda n: (n.scheme, n.value)
            )
        ),
        aliases=tuple(names[1:]),
        jurisdiction=most_claimed(Counter(one.jurisdiction for one in entities if one.jurisdiction)),
    )


def order_names(uses: dict[str, NameUse]) -> list[str]:
    """Names by use, the best first; of equals the longer one."""
    return sorted(uses, key=lambda name: (-uses[name].principal, -uses[name].name, -len(name), name))


def most_claimed(counts: Counter[str]) -> str:
    """What is claimed most often, of equals the first by the alphabet; empty when nothing is."""
    return min(counts, key=lambda value: (-counts[value], value), default="")
