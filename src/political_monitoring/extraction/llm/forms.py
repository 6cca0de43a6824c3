"""The forms of the model's answers. The JSON schema that goes out is strict; what comes in is checked item by item.

So an endpoint that enforces schemas is held to the ontology, and from one that does not, a wrong item costs that
item and not the whole answer.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, WithJsonSchema, create_model

from political_monitoring.domain.ontology import Ontology


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)


class NamedThing(_Form):
    """An entity as the document names it."""

    name: str
    type: str


class StatedFact(_Form):
    """A fact as the model puts it; everything in it is still to be checked."""

    subject: str
    predicate: str
    object: str
    value: str
    quote: str
    on: str
    until: str


class Reading(_Form):
    """What a part of a document names and states."""

    entities: list[NamedThing]
    facts: list[StatedFact]


class Verdict(_Form):
    """Which of two readings the words support."""

    case: int
    holds: Literal["first", "second", "both", "neither"]


class Verdicts(_Form):
    """One for each case."""

    verdicts: list[Verdict]


def reading_form(ontology: Ontology) -> type[Reading]:
    """`Reading`, whose schema lists the types and predicates of the ontology."""
    return _reading_form(tuple(ontology.entity_types), tuple(ontology.predicates))


@cache
def _reading_form(types: tuple[str, ...], predicates: tuple[str, ...]) -> type[Reading]:
    thing = create_model("Entity", __base__=NamedThing, type=(_one_of(types), ...))
    fact = create_model("Fact", __base__=StatedFact, predicate=(_one_of(predicates), ...))
    return create_model(
        "Reading",
        __base__=Reading,
        entities=(list[thing], ...),
        facts=(list[fact], ...),
    )


def _one_of(names: tuple[str, ...]) -> Any:
    return Annotated[str, WithJsonSchema({"type": "string", "enum": list(names)})]
