"""What the set-up script says when it cannot go on: one sentence with the way out, never a traceback."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("pyproject.toml", "requirements.lock", "requirements.bootstrap.lock", "scripts/bootstrap")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script works on, in a folder with a space in its name, nothing set up."""
    folder = tmp_path / "a checkout"
    (folder / "scripts").mkdir(parents=True)
    for name in NEEDED:
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bootstrap(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return subprocess.run(
        ["sh", str(checkout / "scripts/bootstrap")],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=inherited | environment,
    )


def test_an_interpreter_of_another_version_is_refused(checkout: Path) -> None:
    ended = bootstrap(checkout, POLMON_PYTHON="/bin/not-a-python")

    assert ended.returncode == 1
    assert ended.stderr == (
        "bootstrap: POLMON_PYTHON=/bin/not-a-python is not a Python 3.12 that runs; correct it or unset it.\n"
    )


@pytest.mark.parametrize("retries", ["0", "1"])
def test_an_unreachable_index_is_named_in_one_sentence(
    checkout: Path, closed_port: int, retries: str
) -> None:
    ended = bootstrap(
        checkout,
        POLMON_PYTHON=sys.executable,
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL=f"http://127.0.0.1:{closed_port}/",
        PIP_CACHE_DIR=str(checkout / "cache"),
        PIP_RETRIES=retries,
    )

    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("bootstrap: could not install uv")
    assert "the package index cannot be reached" in last
    assert "build/bootstrap/log" in last
    assert "Traceback" not in ended.stdout + ended.stderr
    assert (checkout / "build/bootstrap/log").read_text("utf-8").count(str(closed_port))


def test_the_lock_of_a_bootstrap_that_died_is_taken_over(checkout: Path) -> None:
    died = subprocess.Popen(["true"])
    died.wait()
    lock = checkout / "build/bootstrap/lock"
    lock.parent.mkdir(parents=True)
    lock.symlink_to(str(died.pid))

    ended = bootstrap(checkout, POLMON_PYTHON="/bin/not-a-python")

    assert ended.returncode == 1
    assert "waiting" not in ended.stderr
    assert not lock.is_symlink()


def test_nothing_is_done_when_nothing_changed(checkout: Path) -> None:
    interpreter = checkout / ".venv/bin/python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(sys.executable)
    sums = subprocess.run(
        ["cksum", "requirements.lock", "requirements.bootstrap.lock", "pyproject.toml", "scripts/bootstrap"],
        check=True,
        cwd=checkout,
        capture_output=True,
        text=True,
    )
    (checkout / ".venv/bootstrap.stamp").write_text(f"{checkout}\n{sums.stdout}", "utf-8")

    ended = bootstrap(checkout, POLMON_PYTHON="/bin/not-a-python")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (checkout / "build").exists()


def test_a_half_made_environment_is_not_taken_for_done(checkout: Path) -> None:
    test_nothing_is_done_when_nothing_changed(checkout)
    unfinished = checkout / "build/bootstrap/unfinished"
    unfinished.parent.mkdir(parents=True)
    unfinished.touch()

    ended = bootstrap(checkout, POLMON_PYTHON="/bin/not-a-python")

    assert ended.returncode == 1
