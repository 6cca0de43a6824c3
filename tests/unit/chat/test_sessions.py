"""Conversations that are stored: they go on, belong to one caller, and are exported and forgotten on request."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from political_monitoring.access import gate
from political_monitoring.access.callers import Caller
from political_monitoring.chat.remembering import Sessions
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock

from .agents import MODEL, TEXT, Scripted, ask, fails_later, good, post, send, serve

Served = tuple[Scripted, httpx.ASGITransport]


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    with closing(Sessions(load_settings(), FrozenClock())) as opened:
        yield opened


@pytest.fixture
def served(sessions: Sessions) -> Served:
    return serve(good, sessions=sessions)


def asked(agents: Scripted) -> list[str]:
    """The questions before the newest, and the newest."""
    question = agents.questions[-1]
    return [message.text for message in question.history if message.role == "user"] + [question.text]


@pytest.mark.parametrize("stream", [False, True])
def test_a_new_message_goes_on_from_what_is_stored(served: Served, stream: bool) -> None:
    agents, transport = served
    post(transport, ask("What is the status?", session_id="s", stream=stream))
    sent = post(transport, ask("Since when?", session_id="s", stream=stream))
    assert '"session_id":"s"' in sent.text.replace(": ", ":")
    assert asked(agents) == ["What is the status?", "Since when?"]
    assert agents.questions[-1].history[1].text == TEXT


def test_a_client_that_sends_everything_is_taken_at_its_word(served: Served) -> None:
    agents, transport = served
    post(transport, ask("What is the status?", session_id="s"))
    messages = [
        {"role": "user", "content": "What is the DSA?"},
        {"role": "assistant", "content": "A law."},
        {"role": "user", "content": "Since when?"},
    ]
    post(transport, {"model": MODEL, "messages": messages, "session_id": "s"})
    assert asked(agents) == ["What is the DSA?", "Since when?"]
    stored = send(transport, "GET", "sessions/s").json()["messages"]
    assert [one["content"] for one in stored if one["role"] == "user"] == [
        "What is the status?",
        "Since when?",
    ]


def test_a_request_without_a_session_is_not_stored(served: Served) -> None:
    agents, transport = served
    post(transport, ask("What is the status?"))
    post(transport, ask("Since when?"))
    assert asked(agents) == ["Since when?"]
    assert send(transport, "GET", "sessions").json()["data"] == []


def test_listed_exported_deleted(served: Served) -> None:
    _, transport = served
    answer_id = post(transport, ask("What is *the* status?", session_id="s")).json()["id"]
    (line,) = send(transport, "GET", "sessions").json()["data"]
    assert (line["id"], line["turns"], line["title"]) == ("s", 1, "What is *the* status?")
    question, answer = send(transport, "GET", "sessions/s").json()["messages"]
    assert (question["content"], answer["content"]) == ("What is *the* status?", TEXT)
    assert answer["answer_id"] == answer_id
    assert answer["sources"][0]["document_id"] == "d1"
    assert "quote" not in answer["sources"][0]
    page = send(transport, "GET", "sessions/s?form=markdown")
    assert page.headers["content-type"].startswith("text/markdown")
    assert "## What is \\*the\\* status?" in page.text
    assert TEXT in page.text
    assert send(transport, "DELETE", "sessions/s").json()["deleted"] is True
    assert send(transport, "GET", "sessions/s").status_code == 404
    assert send(transport, "DELETE", "sessions/s").status_code == 404


def test_a_session_belongs_to_its_caller(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    agents, transport = served
    post(transport, ask("What is the status?", session_id="s"))
    monkeypatch.setattr(gate, "LOCAL", Caller("key-2", "another", "reader"))
    assert send(transport, "GET", "sessions").json()["data"] == []
    assert send(transport, "GET", "sessions/s").status_code == 404
    assert send(transport, "DELETE", "sessions/s").status_code == 404
    post(transport, ask("Since when?", session_id="s"))
    assert asked(agents) == ["Since when?"], "the same name is another conversation for another caller"


def test_what_was_not_answered_is_not_stored(sessions: Sessions) -> None:
    _, transport = serve(fails_later, sessions=sessions)
    post(transport, ask(session_id="s", stream=True))
    assert send(transport, "GET", "sessions/s").status_code == 404


def test_secrets_are_not_stored(served: Served, polmon_home: Path) -> None:
    _, transport = served
    post(transport, ask("With api_key=hunter2, what is the status?", session_id="s"))
    assert "api_key=****" in send(transport, "GET", "sessions/s").text
    assert b"hunter2" not in b"".join(path.read_bytes() for path in polmon_home.glob("ledger.db*"))


def test_a_ledger_that_cannot_be_used_says_so(sessions: Sessions, polmon_home: Path) -> None:
    (polmon_home / "ledger.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    _, transport = serve(good, sessions=sessions)
    response = post(transport, ask(session_id="s"))
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert post(transport, ask()).status_code == 200, "who names no session needs none"


def test_sessions_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_SESSIONS_KEEP", "off")
    with closing(Sessions(load_settings(), FrozenClock())) as off:
        _, transport = serve(good, sessions=off)
        response = post(transport, ask(session_id="s"))
        assert response.status_code == 400
        assert "send all messages" in response.json()["error"]["message"]
        assert send(transport, "GET", "sessions").status_code == 404


def test_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_SESSIONS_MOST", "1")
    clock = FrozenClock()
    for name in ("a", "b"):
        with closing(Sessions(load_settings(), clock)) as opened:
            _, transport = serve(good, sessions=opened)
            post(transport, ask(session_id=name))
            left = send(transport, "GET", "sessions").json()["data"]
    assert len(left) == 1
