"""What all live documents call one entity, as counts that grow and shrink with each document. Pure."""

import json
from collections import Counter
from dataclasses import dataclass, field

from political_monitoring.domain.facts import Entity, Identifier
from political_monitoring.knowledge.claims import Claim, NameUse, most_claimed, names_of, order_names


@dataclass(slots=True)
class Naming:
    """The claims about one entity, added up; `entity` follows from them as in `claims.merge`."""

    documents: int = 0
    types: Counter[str] = field(default_factory=Counter)
    jurisdictions: Counter[str] = field(default_factory=Counter)
    identifiers: Counter[Identifier] = field(default_factory=Counter)
    names: dict[str, NameUse] = field(default_factory=dict)

    def count(self, claim: Claim, step: int) -> None:
        """Take a document's claim in (step 1) or back (step -1)."""
        entity = claim.entity
        self.documents += step
        _count(self.types, entity.type, step)
        if entity.jurisdiction:
            _count(self.jurisdictions, entity.jurisdiction, step)
        for identifier in set(entity.identifiers):
            _count(self.identifiers, identifier, step)
        for name in names_of(entity):
            use = self.names.setdefault(name, NameUse())
            first = name == entity.name
            use.principal += step * (first and claim.principal)
            use.name += step * first
            use.documents += step
            if not use.documents:
                del self.names[name]

    def entity(self, key: str) -> Entity:
        """The entity that the claims make; without any, one that is only known by its id."""
        names = order_names(self.names)
        return Entity(
            id=key,
            type=most_claimed(self.types),
            name=names[0] if names else key,
            identifiers=tuple(sorted(self.identifiers, key=lambda one: (one.scheme, one.value))),
            aliases=tuple(names[1:]),
            jurisdiction=most_claimed(self.jurisdictions),
        )

    def uses(self) -> int:
        """How well known the entity is: of two with one name the better known is meant."""
        return sum(use.principal * 1000 + use.name for use in self.names.values())

    def to_json(self) -> str:
        """The counts, to be kept beside the entity."""
        return json.dumps(
            {
                "documents": self.documents,
                "types": self.types,
                "jurisdictions": self.jurisdictions,
                "identifiers": [(one.scheme, one.value, count) for one, count in self.identifiers.items()],
                "names": {name: (use.principal, use.name, use.documents) for name, use in self.names.items()},
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Naming":
        """The inverse of `to_json`."""
        raw = json.loads(text)
        return cls(
            documents=raw["documents"],
            types=Counter(raw["types"]),
            jurisdictions=Counter(raw["jurisdictions"]),
            identifiers=Counter(
                {Identifier(scheme, value): count for scheme, value, count in raw["identifiers"]}
            ),
            names={name: NameUse(*counts) for name, counts in raw["names"].items()},
        )


def _count[K](counts: Counter[K], key: K, step: int) -> None:
    counts[key] += step
    if not counts[key]:
        del counts[key]
