"""The arguments of a tool as people read them, off its JSON schema."""

from dataclasses import dataclass
from typing import Any

from political_monitoring.tools.registry import Tool


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; `default` is empty where leaving it out means that nothing is asked."""

    name: str
    kind: str
    required: bool
    default: str
    about: str


def arguments_of(tool: Tool) -> list[Argument]:
    """In the order of the schema."""
    schema = tool.parameters
    required = schema.get("required", [])
    return [
        Argument(name, _kind(one), name in required, _default(one), _about(one))
        for name, one in schema["properties"].items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "examples" in schema:
        return "day or moment"
    return {"string": "text", "boolean": "true, false"}.get(
        kind := str(schema.get("format") or schema.get("type", "")), kind
    )


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default in (None, []) else str(default)


def _about(schema: dict[str, Any]) -> str:
    if "description" in schema:
        return str(schema["description"])
    inner = [*schema.get("anyOf", ()), schema.get("items", {})]
    return next((str(one["description"]) for one in inner if "description" in one), "")
