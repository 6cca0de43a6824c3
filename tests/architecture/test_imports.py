"""Who may import whom, and who may read the environment."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def test_import_contracts_hold(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    command = [linter, "--no-logo", "--no-cache"]
    checked = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_only_settings_reads_the_environment(root: Path, sources: list[Path]) -> None:
    readers = {str(path.relative_to(root)) for path in sources if reads_environment(path.read_text("utf-8"))}

    assert readers == {"src/political_monitoring/settings.py"}


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['X']",
        "import os as o\no.getenv('X')",
        "from os import environ",
        "def f():\n    from os import getenv as g",
    ],
)
def test_a_reader_is_noticed(source: str) -> None:
    assert reads_environment(source)


def test_other_uses_of_os_are_not() -> None:
    assert not reads_environment("import os\nos.getpid()\nserver.environ")


def reads_environment(source: str) -> bool:
    tree = list(ast.walk(ast.parse(source)))
    names = {
        alias.asname or alias.name
        for node in tree
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "os"
    }
    return any(
        (
            isinstance(node, ast.Attribute)
            and node.attr in ENVIRONMENT
            and isinstance(node.value, ast.Name)
            and node.value.id in names
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and any(alias.name in ENVIRONMENT for alias in node.names)
        )
        for node in tree
    )
