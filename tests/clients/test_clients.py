"""Clients of other makers hold a short conversation, whole and streamed, and understand every word of it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import openai
import pytest

if TYPE_CHECKING:
    from .conftest import Server

MODEL = "political-monitoring-agent"
HERE = Path(__file__).parent
pytestmark = pytest.mark.timeout(600)  # the first run installs the clients


@pytest.fixture
def client(server: "Server") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.address}/v1", api_key="none", max_retries=0)


def test_openai_chat_completions(server: "Server", client: openai.OpenAI) -> None:
    first = [{"role": "user", "content": server.question}]
    second = [
        *first,
        {"role": "assistant", "content": server.answer},
        {"role": "user", "content": server.follow_up},
    ]

    def whole(messages: list[dict[str, str]]) -> str:
        return client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content

    def streamed(messages: list[dict[str, str]]) -> str:
        with client.chat.completions.stream(model=MODEL, messages=messages) as stream:
            return stream.get_final_completion().choices[0].message.content

    assert {
        "whole": whole(first),
        "stream": streamed(first),
        "follow_up": whole(second),
        "follow_up_stream": streamed(second),
    } == server.conversation


def test_openai_responses(server: "Server", client: openai.OpenAI) -> None:
    def streamed(**request: str) -> str:
        with client.responses.stream(model=MODEL, **request) as stream:
            return stream.get_final_response().output_text

    whole = client.responses.create(model=MODEL, input=server.question)
    after = client.responses.create(model=MODEL, input=server.follow_up, previous_response_id=whole.id)
    assert {
        "whole": whole.output_text,
        "stream": streamed(input=server.question),
        "follow_up": after.output_text,
        "follow_up_stream": streamed(input=server.follow_up, previous_response_id=whole.id),
    } == server.conversation
    reasoning, message = whole.output
    assert reasoning.type == "reasoning"
    cited = message.content[0].annotations[0]
    assert whole.output_text[cited.start_index : cited.end_index] == "[1]"


def test_langchain_openai(server: "Server", python_clients: Path) -> None:
    talked = server.talk(python_clients, HERE / "python" / "langchain_talk.py")
    assert talked == {"chat": server.conversation, "responses": server.conversation}


def test_litellm(server: "Server", python_clients: Path) -> None:
    talked = server.talk(python_clients, HERE / "python" / "litellm_talk.py")
    assert talked == server.conversation


@pytest.mark.parametrize("form", [["--no-stream"], []], ids=["whole", "stream"])
def test_llm(server: "Server", python_clients: Path, tmp_path: Path, form: list[str]) -> None:
    """The command that keeps its own log of the conversation and goes on with `-c`."""
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: polmon\n  model_name: {MODEL}\n  api_base: {server.address}/v1\n", "utf-8"
    )

    def llm(*words: str) -> str:
        command = [python_clients, "-m", "llm", *words, "--key", "none", *form]
        done = subprocess.run(
            command,
            env={**os.environ, "LLM_USER_PATH": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert llm("-m", "polmon", server.question) == server.answer
    assert llm("-c", server.follow_up) == server.follow_up_answer


def test_the_javascript_clients(server: "Server", javascript_clients: Path) -> None:
    script = shutil.copy(HERE / "js" / "talk.mjs", javascript_clients)
    talked = server.talk("node", script)
    assert {name: talk | server.conversation for name, talk in talked.items()} == talked
    assert talked.keys() == {
        "openai chat completions",
        "openai responses",
        "ai responses",
        "ai chat completions",
        "ai compatible",
    }
    cited = talked["ai responses"]["sources"], talked["ai chat completions"]["sources"]
    assert min(cited) > 0, "the library found the citations"
    assert "AI Act" in talked["ai responses"]["reasoning"]
    assert "AI Act" in talked["ai compatible"]["reasoning"]


def test_the_locks_name_no_host() -> None:
    for lock in (HERE / "requirements.lock", HERE / "js" / "package-lock.json"):
        text = lock.read_text("utf-8")
        assert "://" not in text
        assert '"resolved"' not in text
