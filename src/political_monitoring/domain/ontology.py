"""The political schema: entity types, predicates and stages, read from ontology.yaml and a user's extension."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of entity; `attributes`: name -> kind of its value (text, number, date, money)."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation of the schema; `functional` ones hold one value at a time.

    Attributes:
        labels: by language; the one in English is always there.
        subjects, objects: entity types it is said of and points at; empty: any. A predicate whose values are
            literals has no objects.
    """

    name: str
    functional: bool
    labels: Mapping[str, str]
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a legislative procedure; `order` grows as the procedure moves on.

    Attributes:
        group: the normalised stage that this one, a source's own, belongs to.
    """

    name: str
    order: int
    group: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The whole schema, by name.

    Attributes:
        stage_groups: the normalised stages, earliest first, with their labels.
        phrases: further ways of saying a relation, by language and predicate: patterns as in
            extraction/relation_phrases.yaml. The shipped ones are there; these are a user's.
    """

    entity_types: Mapping[str, EntityType]
    predicates: Mapping[str, Predicate]
    stages: Mapping[str, Stage]
    stage_groups: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def stage_label(self, name: str, language: str) -> str:
        """A stage in a reader's words; English where the language has none."""
        stage = self.stages[name]
        return stage.labels.get(language, stage.labels["en"])


class _InUse:
    """The extension that this process uses: chosen where its parts are put together, as the log level is."""

    extension: Path | None = None


def use_ontology(extension: Path | None) -> None:
    """Lay a user's file over the shipped schema, for this process; None: the shipped one alone.

    A file is read once in a process, so what is written to it later counts from the next start.

    Raises:
        ConfigInvalid: the file cannot be read, or something in it is not allowed.
    """
    if extension is not None:
        _read(extension)
    _InUse.extension = extension


def load_ontology() -> Ontology:
    """The schema in use, parsed once."""
    return _read(_InUse.extension)


@cache
def _read(extension: Path | None) -> Ontology:
    import yaml

    text = files("political_monitoring.domain").joinpath("ontology.yaml").read_text("utf-8")
    shipped: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    if extension is None:
        return build_ontology(shipped)
    from political_monitoring.domain.ontology_extension import extended

    return build_ontology(extended(shipped, extension))


def build_ontology(raw: Mapping[str, Any]) -> Ontology:
    """The schema of a parsed and valid file."""
    return Ontology(
        entity_types={
            name: EntityType(name, dict(body.get("attributes", {})))
            for name, body in raw["entity_types"].items()
        },
        predicates={
            name: Predicate(
                name,
                body["functional"],
                labels_of(body),
                tuple(body.get("subjects", ())),
                tuple(body.get("objects", ())),
            )
            for name, body in raw["predicates"].items()
        },
        stages={
            name: Stage(name, order, body["group"], labels_of(body))
            for order, (name, body) in enumerate(raw["stages"].items())
        },
        stage_groups=raw["stage_groups"],
        phrases={
            language: {predicate: tuple(says) for predicate, says in phrases.items()}
            for language, phrases in raw.get("phrases", {}).items()
        },
    )


def labels_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The labels in a definition: they stand under their language's two letters."""
    return {key: value for key, value in body.items() if len(key) == 2}
