"""Files and functions stay small enough to be read at one sitting."""

import ast
from pathlib import Path

LONGEST_FILE = 400
LONGEST_USUAL_FUNCTION = 50

# path from the root -> why it is longer
LONG_FOR_A_REASON: dict[str, str] = {}


def test_no_file_is_longer_than_it_may_be(root: Path, tracked: list[Path]) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text("utf-8").splitlines())
        for path in tracked
        if path.suffix == ".py" or path.parent.name in {"scripts", ".ci"} or path.name == "Makefile"
    }
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}

    assert set(too_long) == set(LONG_FOR_A_REASON), too_long


def test_functions_fit_a_screen(sources: list[Path]) -> None:
    functions = [
        (node.end_lineno - node.lineno + 1, f"{path.name}:{node.name}")
        for path in sources
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]
    longer = sorted((one for one in functions if one[0] > LONGEST_USUAL_FUNCTION), reverse=True)

    assert functions
    assert len(longer) <= 0.05 * len(functions), longer
