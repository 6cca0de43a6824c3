"""The tools the agents may call: names, descriptions and JSON schemas, read off the functions themselves."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from political_monitoring.errors import NotFound, UserError
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.tools import entities, holdings, passages, procedures, relations, search, timeline


@dataclass(frozen=True, slots=True)
class Tool:
    """A function over the graph. Its first parameter is the graph, the others are the caller's arguments."""

    name: str
    function: Callable[..., Any]

    @property
    def description(self) -> str:
        """The first sentence of the function's docstring."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0].replace("\n", " ")

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON schema of the arguments."""
        return _arguments_model(self.function).model_json_schema()

    def call(self, graph: KnowledgeGraph, arguments: Mapping[str, Any]) -> Any:
        """Check the arguments against the signature and call the function.

        Raises:
            UserError: an argument is missing, unknown or of the wrong type.
        """
        model = _arguments_model(self.function)
        try:
            checked = model.model_validate(dict(arguments))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UserError(f"{self.name}: argument {where}: {first['msg']}.") from None
        return self.function(graph, **{name: getattr(checked, name) for name in model.model_fields})


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("search", search.search),
        Tool("find_passages", passages.find_passages),
        Tool("entity_details", entities.details),
        Tool("facts_about", entities.facts_about),
        Tool("acts_upon", entities.acts_upon),
        Tool("positions", entities.positions),
        Tool("timeline", timeline.timeline),
        Tool("what_changed", timeline.what_changed),
        Tool("procedure_status", procedures.procedure_status),
        Tool("neighbours", relations.neighbours),
        Tool("paths", relations.paths),
        Tool("impact", relations.impact),
        Tool("networks", relations.networks),
        Tool("holdings", holdings.holdings),
        Tool("nearest_names", entities.nearest_names),
    )
}


def find_tool(name: str) -> Tool:
    """A tool by its name.

    Raises:
        NotFound: there is no such tool.
    """
    if name not in TOOLS:
        raise NotFound(f"There is no tool {name!r}; there are {', '.join(TOOLS)}.")
    return TOOLS[name]


@cache
def _arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    fields: dict[str, Any] = {
        one.name: (one.annotation, ... if one.default is inspect.Parameter.empty else one.default)
        for one in parameters
    }
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
