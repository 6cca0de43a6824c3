"""What is committed holds on any machine: no package index, no folder of the machine it was written on."""

import re
from pathlib import Path

import pytest

INDEX = re.compile(
    r"(?i)\b(?:[\w-]+\.)*(?:pypi|pythonhosted|devpi|artifactory|anaconda|npmjs)(?:\.[\w-]+)*\.(?:org|io|com|net)\b"
    r"|https?://\S+/simple\b"
    r"|^\s*--(?:extra-)?index-url\b|^\s*--find-links\b",
    re.MULTILINE,
)
# A home folder, or where checkouts are kept: an absolute path that starts with one of these.
MACHINE = re.compile(r"(?<![\w.~$}/-])/(?:root|home|Users|work)/[\w.]")


def test_no_package_index_is_named(root: Path, tracked: list[Path]) -> None:
    assert found(INDEX, root, tracked) == []


def test_no_path_of_a_machine_is_named(root: Path, tracked: list[Path]) -> None:
    here = re.compile(re.escape(f"{root}/"))

    assert found(MACHINE, root, tracked) == []
    assert found(here, root, tracked) == []


def test_no_lock_that_names_hosts_is_tracked(tracked: list[Path]) -> None:
    assert not {path.name for path in tracked} & {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}


@pytest.mark.parametrize(
    "text",
    [
        "https://files." + "pythonhosted" + ".org/packages/x.whl",
        "see " + "pypi" + ".org",
        "https://mirror.example/root/" + "simple/",
        "--" + "index-url https://mirror.example",
    ],
)
def test_an_index_is_noticed(text: str) -> None:
    assert INDEX.search(text)


@pytest.mark.parametrize("folder", ["root", "home", "Users", "work"])
def test_a_machine_path_is_noticed(folder: str) -> None:
    assert MACHINE.search(f"data lies in /{folder}/ada/corpus")
    assert not MACHINE.search(f"see https://example.org/{folder}/ada and ~/{folder}/x")


def found(pattern: re.Pattern[str], root: Path, paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(root)}: {match.group()}"
        for path in paths
        for match in pattern.finditer(path.read_bytes().decode("utf-8", "replace"))
    ]
