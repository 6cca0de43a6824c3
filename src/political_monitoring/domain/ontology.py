"""The political schema: entity types, predicates and stages, read from ontology.yaml."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation of the schema; `functional` ones hold one value at a time."""

    name: str
    functional: bool
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a legislative procedure; `order` grows as the procedure moves on."""

    name: str
    order: int
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The whole schema, by name."""

    entity_types: frozenset[str]
    predicates: dict[str, Predicate]
    stages: dict[str, Stage]

    def stage_label(self, name: str, language: str) -> str:
        """A stage in a reader's words; English where the language has none."""
        stage = self.stages[name]
        return stage.labels.get(language, stage.labels["en"])


@cache
def load_ontology() -> Ontology:
    """The shipped schema, parsed once."""
    text = files("political_monitoring.domain").joinpath("ontology.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return Ontology(
        entity_types=frozenset(raw["entity_types"]),
        predicates={
            name: Predicate(name, body["functional"], {k: v for k, v in body.items() if k != "functional"})
            for name, body in raw["predicates"].items()
        },
        stages={
            name: Stage(name, order, labels) for order, (name, labels) in enumerate(raw["stages"].items())
        },
    )
