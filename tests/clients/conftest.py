"""A server with a small graph, and the clients of other makers, installed once for each version of their locks."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from political_monitoring.settings import load_settings
from political_monitoring.testing.chat_server import chat_server

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
INSTALLED = ROOT / "build" / "clients"
SECONDS = 240
# Whatever a client tries to reach beside the server fails at once.
ALONE = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "AI_SDK_LOG_WARNINGS": "false",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API is, and what it says to a question and to a follow-up on it."""

    address: str
    question: str
    answer: str
    follow_up: str
    follow_up_answer: str

    def talk(self, *command: str | Path) -> dict[str, object]:
        """What a client printed that was given the address, the question and the follow-up."""
        done = subprocess.run(
            [*command, self.address, self.question, self.follow_up],
            env={**os.environ, **ALONE},
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        printed: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return printed

    @property
    def conversation(self) -> dict[str, str]:
        """What a client must have understood, JSON and streams alike."""
        return {
            "whole": self.answer,
            "stream": self.answer,
            "follow_up": self.follow_up_answer,
            "follow_up_stream": self.follow_up_answer,
        }


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The API over the sample documents on the AI Act."""
    home = tmp_path_factory.mktemp("clients-home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLMON_")}
    documents = sorted(str(path) for path in (ROOT / "samples" / "corpus").glob("*ai-act*"))
    subprocess.run(
        [ROOT / ".venv" / "bin" / "polmon", "ingest", *documents],
        env={**environment, "POLMON_HOME": str(home)},
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    question, follow_up = "What is the status of the AI Act?", "Since when?"
    with chat_server(load_settings({"POLMON_HOME": str(home)})) as address:
        answer = said(address, question)
        again = said(address, question, answer, follow_up)
        assert "2 August 2025" in again
        assert again != answer
        yield Server(address, question, answer, follow_up, again)


def said(address: str, *contents: str) -> str:
    """The answer to a conversation, by plain HTTP."""
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": content} for number, content in enumerate(contents)]
    body = {"model": "political-monitoring-agent", "messages": messages}
    response = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60)
    text: str = response.raise_for_status().json()["choices"][0]["message"]["content"]
    return text


@pytest.fixture(scope="session")
def python_clients() -> Path:
    """The Python of an environment that holds the clients and nothing of ours."""
    lock = HERE / "requirements.lock"
    uv = ROOT / ".venv" / "bin" / "uv"

    def install(folder: Path) -> None:
        run(uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, folder)
        python = folder / "bin" / "python"
        run(
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            python,
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            lock,
        )

    return installed("python", lock.read_bytes(), install) / "bin" / "python"


@pytest.fixture(scope="session")
def javascript_clients() -> Path:
    """A folder in which Node finds the clients; our script is beside them."""
    manifest = [HERE / "js" / name for name in ("package.json", "package-lock.json")]

    def install(folder: Path) -> None:
        folder.mkdir()
        for path in manifest:
            shutil.copy(path, folder)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)

    return installed("js", b"".join(path.read_bytes() for path in manifest), install)


def installed(name: str, lock: bytes, install: Callable[[Path], None]) -> Path:
    """The folder of these clients, made whole or not at all: workers of a test run may do it at once."""
    target = INSTALLED / f"{name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not target.exists():
        INSTALLED.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=INSTALLED) as made:
            install(Path(made) / name)
            try:
                (Path(made) / name).rename(target)
            except OSError:  # another worker was first
                assert target.exists()
    return target


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run an installer; what it says is shown if it fails."""
    done = subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
