"""The forms of the model's answers. What goes out asks for every field; what comes in is checked item by item."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from political_monitoring.answering.intents import Intent


def _all_required(schema: dict[str, Any]) -> None:
    schema["required"] = list(schema["properties"])
    for one in schema["properties"].values():
        one.pop("default", None)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_extra=_all_required)


_Intent = Annotated[str, WithJsonSchema({"type": "string", "enum": list(Intent)})]
_Language = Annotated[str, WithJsonSchema({"type": "string", "enum": ["en", "de"]})]


class Understood(_Form):
    """A question as the model reads it; names and days are as it writes them."""

    intent: _Intent = ""
    entities: list[str] = []
    as_of: str = ""
    since: str = ""
    until: str = ""
    jurisdiction: str = ""
    language: _Language = ""
    options: list[str] = []


class PlannedCall(_Form):
    """A tool by name, its arguments as a JSON object in a string: a schema cannot list them for all tools at once."""

    tool: str = ""
    arguments: str = ""


class Reading(_Form):
    """Understanding and plan, which one call gives."""

    understanding: Understood
    calls: list[PlannedCall] = []


class MoreCalls(_Form):
    """A second round."""

    calls: list[PlannedCall] = []


class Support(_Form):
    """An item of the evidence and the words of it that a sentence rests on."""

    id: str = ""
    quote: str = ""


class Sentence(_Form):
    """One sentence of the answer, not yet checked."""

    text: str = ""
    evidence: list[Support] = []


class Sentences(_Form):
    """The answer."""

    sentences: list[Sentence]  # no default: an object without it is no answer
