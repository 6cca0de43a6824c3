"""The requests that docs/api.md shows are sent as they stand there, one after the other, to a real server."""

import re
import subprocess
from pathlib import Path

from political_monitoring.settings import load_settings
from political_monitoring.testing.chat_server import chat_server

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
SHOWN = "http://127.0.0.1:8001"


def shown_requests() -> list[str]:
    blocks = re.findall(r"(?:^ {4}.*\n)+", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return [block for block in blocks if block.lstrip().startswith("curl ")]


def test_the_page_shows_requests_to_every_route() -> None:
    text = "\n".join(shown_requests())
    for path in ("chat/completions", "responses", "sessions", "sessions/brief-7", "health", "health/live"):
        assert f"/{path}" in text
    assert SHOWN in text


def test_every_request_is_answered() -> None:
    with chat_server(load_settings()) as address:
        for shown in shown_requests():
            command = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
            done = subprocess.run(
                ["bash", "-c", command + shown.replace(SHOWN, address)],
                capture_output=True,
                check=False,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, f"{shown}\n{done.stdout}{done.stderr}"
            assert done.stdout, shown
            assert not re.search(r'^(?:data: )?\{"error"', done.stdout, re.MULTILINE), shown
