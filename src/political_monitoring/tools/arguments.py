"""How the arguments of tools are written: an entity by name, moments as days, bounds that hold."""

import datetime as dt
from contextlib import suppress
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from political_monitoring.clock import end_of_day
from political_monitoring.domain.facts import AsOf
from political_monitoring.knowledge.port import Scope

PRESENT = AsOf()
ANYWHERE = Scope()
MOST = 100
"""Results of one call at most."""


class _Named:
    """Marks an argument that names an entity: tools are called with what it is resolved to."""


NAMED = _Named()
EntityName = Annotated[
    str, NAMED, Field(min_length=1, max_length=500, description="an entity: its id, an identifier or a name")
]
EntityNames = Annotated[
    tuple[EntityName, ...], Field(min_length=2, max_length=5, description="entities, each as its name or id")
]
DocumentId = Annotated[str, Field(min_length=1, max_length=500, description="a document's id")]

Some = Annotated[int, Field(ge=1, le=MOST, description="how many results at most")]
Hops = Annotated[int, Field(ge=1, le=6, description="longest path, in steps")]
FewHops = Annotated[int, Field(ge=1, le=3, description="how many steps away to look")]
Since = Annotated[dt.date | None, Field(description="from this day on, it included")]
Until = Annotated[dt.date | None, Field(description="up to this day, it included")]
Predicates = Annotated[
    tuple[str, ...], Field(description="only these relations, as in fines, amends; none: any")
]
Types = Annotated[
    tuple[str, ...], Field(description="only entities of these types, as in Company, Regulation; none: any")
]
History = Annotated[bool, Field(description="also what no longer holds")]


_DAY = len("2025-03-03")


def _moment(given: Any) -> dt.datetime:
    """A day as its end; a moment in UTC."""
    if isinstance(given, str):
        with suppress(ValueError):
            given = dt.datetime.fromisoformat(given) if len(given) > _DAY else dt.date.fromisoformat(given)
    if isinstance(given, dt.datetime):
        return given.replace(tzinfo=dt.UTC) if given.tzinfo is None else given.astimezone(dt.UTC)
    if isinstance(given, dt.date):
        return end_of_day(given)
    raise ValueError("write a day as YYYY-MM-DD, or a moment in ISO form")


Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2025-03-03", "2025-03-03T14:30:00Z"]}),
]


def names_entity(annotation: Any) -> bool:
    """Whether an argument of this type names one entity or several."""
    marks = getattr(annotation, "__metadata__", ())
    return NAMED in marks or any(names_entity(part) for part in get_args(annotation))
