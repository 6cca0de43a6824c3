"""YAML that remembers on which line each key stands, and refuses a key that is given twice."""

from dataclasses import dataclass
from typing import Any

import yaml

from political_monitoring.errors import ConfigInvalid

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """A parsed YAML file.

    Attributes:
        data: plain dicts, lists and scalars.
        lines: line number (from 1) of each key and list item, by its path from the root.
    """

    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that is written in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_marked(text: str, name: str) -> MarkedYaml:
    """Parse YAML.

    Args:
        text: the file's text.
        name: the file's name, for errors.

    Raises:
        ConfigInvalid: it is not YAML, or a key is given twice.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Place, int] = {(): 1}
        if root is not None:
            _mark(root, (), lines, name, set())
        return MarkedYaml(yaml.safe_load(text), lines)
    except yaml.MarkedYAMLError as error:
        at = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigInvalid(f"{name}{at} is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ConfigInvalid(f"{name} is not YAML: {str(error).splitlines()[0]}") from None


def _mark(node: yaml.Node, place: Place, lines: dict[Place, int], name: str, seen: set[int]) -> None:
    if id(node) in seen:
        # An alias: its lines are those of its anchor, and it may even contain itself.
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[*place, index] = item.start_mark.line + 1
            _mark(item, (*place, index), lines, name, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                raise ConfigInvalid(
                    f"{name}:{line} gives {dotted(inner)} a second time; it stands on line {lines[inner]} too"
                )
            lines[inner] = line
            _mark(value, inner, lines, name, seen)


def dotted(place: Place) -> str:
    """A path as people write it: services.chat-server.num_replicas."""
    return ".".join(str(part) for part in place)
