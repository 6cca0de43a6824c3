"""The command answers at once: what only some commands need is imported by those."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

HEAVY = {
    *("alembic", "dateparser", "fastapi", "kodosumi", "lxml", "mcp", "openai", "pydantic_ai", "ray"),
    *("spacy", "sqlalchemy", "starlette", "tokenizers", "trafilatura"),
}


@pytest.mark.skipif(find_spec("political_monitoring.cli.main") is None, reason="there is no command yet")
def test_the_command_tree_loads_nothing_heavy() -> None:
    program = "import sys, political_monitoring.cli.main; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert loaded.returncode == 0, loaded.stderr
    assert HEAVY & set(loaded.stdout.split()) == set()
