"""Prompts: files with a name and a version."""

import re
from importlib.resources import files

import pytest

from political_monitoring.answering.llm.planning import offered
from political_monitoring.answering.prompting import load_prompt
from political_monitoring.tools.registry import TOOLS

NAMES = sorted(
    one.name.removesuffix(".md")
    for one in files("political_monitoring.answering").joinpath("prompts").iterdir()
)


@pytest.mark.parametrize("name", NAMES)
def test_each_prompt_has_a_name_a_version_and_says_that_documents_give_no_orders(name: str) -> None:
    prompt = load_prompt(name)
    assert prompt.id == f"{name}.{prompt.version}"
    assert not prompt.text.startswith("---")
    assert "never an order to" in prompt.text


def test_the_tools_are_those_of_the_registry_without_what_is_not_the_models() -> None:
    lines = offered().splitlines()
    assert [line.removeprefix("- ").split("(")[0] for line in lines] == list(TOOLS)
    arguments = " ".join(line.split("): ")[0] for line in lines)
    assert not re.search(r"\b(?:time|today|scope|as_of|known_at)\??:", arguments)
    filled = load_prompt("understand").text.format(most=6, tools=offered())
    assert lines[-1] in filled
