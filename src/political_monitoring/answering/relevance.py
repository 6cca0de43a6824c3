"""Whether a passage is about the question at all, and how much of the question a sentence covers. Pure."""

import re
from dataclasses import dataclass

from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.vocabulary import concept, concepts, content_words, stem, tokens
from political_monitoring.knowledge.port import Hit

# Measured on the sample corpus: below these shares of a question's words, and of the names among them,
# a passage is about something else.
ENOUGH = 0.65
ENOUGH_NAMES = 0.75

# These words are in so many documents that sharing them says little.
_COMMON = concepts(
    "law act bill regulation directive case commission parliament house senate court government company "
    "member state country minister president committee proceeding article legislative US EU UK union "
    "european federal"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What evidence must cover.

    Attributes:
        weights: the question's concepts; above 1 those that name something.
        entities: for each entity of the question, the concepts of each of its names.
        stems: the question's words without endings.
    """

    weights: dict[str, float]
    entities: tuple[tuple[frozenset[str], ...], ...]
    stems: frozenset[str]

    @classmethod
    def of(cls, understanding: Understanding) -> "Wanted":
        """What this question wants covered."""
        weights = {concept(word): _weight(word, understanding) for word in understanding.words}
        names = tuple(
            tuple(
                frozenset(concept(word) for word in content_words(name)) or concepts(name)
                for name in (entity.name, *entity.aliases)
            )
            for entity in understanding.entities
        )
        return cls(weights, names, frozenset(stem(word) for word in understanding.words))

    @property
    def event(self) -> frozenset[str]:
        """What is asked beyond the names of the entities: "apply", "prohibit", "fine"."""
        names = frozenset().union(*(name for names in self.entities for name in names))
        return frozenset(self.weights) - names

    @property
    def particular(self) -> frozenset[str]:
        """The concepts that few documents share."""
        return frozenset(one for one, weight in self.weights.items() if weight >= 1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the question tells one document from another."""
        return not self.particular and not self.entities

    def covered(self, text: str) -> frozenset[str]:
        """The wanted concepts that a text speaks of; an entity named in one way is named in all ways."""
        said = concepts(text)
        meant = set(said)
        for names in self.entities:
            if any(name and name <= said for name in names):
                meant |= frozenset().union(*names)
        return frozenset(self.weights) & meant

    def share(self, covered: frozenset[str]) -> float:
        """Weighted share of the wanted concepts, 0..1; nothing wanted is covered wholly."""
        total = sum(self.weights.values())
        return sum(self.weights[one] for one in covered) / total if total else 1.0

    def literal_share(self, text: str) -> float:
        """Share of the question's own words in the text, synonyms not counted, 0..1."""
        return len(self.stems & {stem(word) for word in tokens(text)}) / max(1, len(self.stems))

    def tells_whether(self, covered: frozenset[str]) -> bool:
        """Whether a passage that covers so much can say yes or no: it speaks of all that is asked of the entity.

        Of three particulars and more, one may be said in words that we do not know for the same.
        """
        asked = self.event & self.particular
        return len(asked - covered) <= (1 if len(asked) >= 3 else 0)

    def is_met_by(self, covered: frozenset[str]) -> bool:
        """Whether a passage that covers so much is about the question."""
        names = {one: weight for one, weight in self.weights.items() if weight > 1}
        named = sum(weight for one, weight in names.items() if one in covered)
        return self.share(covered) >= ENOUGH and named >= ENOUGH_NAMES * sum(names.values())


def in_context(hit: Hit) -> str:
    """The passage as a reader meets it: under its title and headings."""
    return f"{hit.title} {hit.heading} {hit.text}"


def _weight(word: str, understanding: Understanding) -> float:
    if concept(word) in _COMMON:
        return 0.5
    inside = re.search(rf"\S\s+[\"'“„(]*{re.escape(word)}", understanding.search_text)
    name = word[0].isupper() and inside if understanding.language == "en" else len(word) >= 10
    return 1.5 if name or any(letter.isdigit() for letter in word) else 1.0
