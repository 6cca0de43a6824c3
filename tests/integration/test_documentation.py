"""The commands that README and docs show are real; those that need no running system are run."""

import re
import shlex
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from political_monitoring.cli.main import run

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
# These start or stop a system or wait for a client; tests/end_to_end and tests/integration run them.
NOT_HERE = {"up", "down", "demo", "mcp"}


def shown_commands() -> list[str]:
    lines = (line for page in PAGES for line in page.read_text("utf-8").splitlines())
    found = [re.sub(r"\s+#.*$", "", line.strip()) for line in lines if re.match(r"\s{4}polmon \w", line)]
    return list(dict.fromkeys(found))


def test_the_documentation_shows_commands() -> None:
    assert len(shown_commands()) >= 8


@pytest.mark.timeout(300)  # ingests the samples
def test_the_commands_that_need_no_system_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for command in shown_commands():
        words = [word for word in shlex.split(command)[1:] if not word.startswith("[")]
        if words[0] not in NOT_HERE:
            assert run(words) == 0, command


@pytest.mark.parametrize("script", ["configuration_reference", "tools_reference"])
def test_what_is_generated_is_what_the_code_says(script: str) -> None:
    spec = spec_from_file_location("reference", ROOT / "scripts" / f"{script}.py")
    assert spec is not None
    assert spec.loader is not None
    reference = module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert reference.TARGET.read_text("utf-8") == reference.render()
