"""Prompts are files with a name and a version; another version is another question, and an answer says which it had."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FRONT = re.compile(r"---\nname: (?P<name>[a-z_]+)\nversion: (?P<version>\d+)\n---\n")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told to do."""

    name: str
    version: int
    text: str

    @property
    def id(self) -> str:
        """Name and version: "write.1"."""
        return f"{self.name}.{self.version}"


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt of that name.

    Raises:
        ValueError: its file does not begin with its name and a version.
    """
    text = files("political_monitoring.answering").joinpath(f"prompts/{name}.md").read_text("utf-8")
    front = _FRONT.match(text)
    if front is None or front["name"] != name:
        raise ValueError(f"the prompt {name}.md does not begin with its name and a version")
    return Prompt(name, int(front["version"]), text[front.end() :])
