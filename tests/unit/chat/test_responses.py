"""The Responses API: typed events, and conversations that go on by id, by name and by reference."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from political_monitoring.chat.remembering import Sessions
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock

from .agents import (
    CITATION,
    MODEL,
    TEXT,
    Scripted,
    data_of,
    fails_at_once,
    fails_later,
    good,
    post,
    send,
    serve,
)

EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
Served = tuple[Scripted, httpx.ASGITransport]


@pytest.fixture
def served() -> Iterator[Served]:
    with closing(Sessions(load_settings(), FrozenClock())) as sessions:
        yield serve(good, sessions=sessions)


def create(transport: httpx.ASGITransport, given: object, **more: object) -> httpx.Response:
    return post(transport, {"model": MODEL, "input": given, **more}, "responses")


def history(agents: Scripted) -> list[tuple[str, str]]:
    """What was said before the newest question."""
    return [(message.role, message.text) for message in agents.questions[-1].history]


def test_a_response_has_openais_form(served: Served) -> None:
    _, transport = served
    body = create(transport, "What is the status?", metadata={"a": "b"}, as_of="2024-04-01").json()
    response = Response.model_validate(body)
    assert (response.status, response.output_text, response.metadata) == ("completed", TEXT, {"a": "b"})
    reasoning, message = body["output"]
    assert "Understanding" in reasoning["summary"][0]["text"]
    (mark,) = message["content"][0]["annotations"]
    assert TEXT[mark["start_index"] : mark["end_index"]] == "[1]"
    assert body["sources"][0]["quote_hash"] == CITATION.quote_hash
    usage = body["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0


def test_the_events_add_up_to_the_response(served: Served) -> None:
    _, transport = served
    sent = create(transport, "What is the status?", stream=True)
    events = [json.loads(line) for line in data_of(sent)]
    names = [line[7:] for line in sent.text.splitlines() if line.startswith("event: ")]
    assert names == [event["type"] for event in events]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    for event in events:
        EVENT.validate_python(event)
    text = "".join(one["delta"] for one in events if one["type"] == "response.output_text.delta")
    whole = events[-1]["response"]
    assert (names[0], names[-1]) == ("response.created", "response.completed")
    assert whole["output"][1]["content"][0]["text"] == text == TEXT
    done = [one["item"] for one in events if one["type"] == "response.output_item.done"]
    assert done == whole["output"]
    added = [one["annotation"] for one in events if one["type"] == "response.output_text.annotation.added"]
    assert added == whole["output"][1]["content"][0]["annotations"]


def test_a_failure_at_the_start_has_its_status() -> None:
    _, transport = serve(fails_at_once)
    response = create(transport, "What is the status?", stream=True)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "store_unavailable")


def test_a_failure_later_is_an_error_event_and_a_failed_response() -> None:
    _, transport = serve(fails_later)
    sent = create(transport, "What is the status?", stream=True)
    *_, error, failed = (json.loads(line) for line in data_of(sent))
    assert (error["type"], error["error"]["type"]) == ("error", "server_error")
    assert (failed["type"], failed["response"]["status"]) == ("response.failed", "failed")
    assert failed["response"]["error"]["message"] == error["message"]
    assert "secret" not in sent.text
    for event in (error, failed):
        EVENT.validate_python(event)


def test_a_response_goes_on_from_another(served: Served) -> None:
    agents, transport = served
    first = create(transport, "What is the status?").json()
    second = create(transport, "Since when?", previous_response_id=first["id"]).json()
    assert history(agents) == [("user", "What is the status?"), ("assistant", TEXT)]
    assert second["previous_response_id"] == first["id"]
    assert second["conversation"] == first["conversation"]
    create(transport, "Why?", previous_response_id=second["id"])
    assert [text for role, text in history(agents) if role == "user"] == [
        "What is the status?",
        "Since when?",
    ]


def test_a_conversation_may_branch(served: Served) -> None:
    agents, transport = served
    first = create(transport, "What is the status?").json()
    create(transport, "Since when?", previous_response_id=first["id"])
    other = create(transport, "Who opposes it?", previous_response_id=first["id"]).json()
    create(transport, "Why?", previous_response_id=other["id"])
    assert [text for role, text in history(agents) if role == "user"] == [
        "What is the status?",
        "Who opposes it?",
    ]


def test_a_conversation_by_its_name(served: Served) -> None:
    agents, transport = served
    create(transport, "What is the status?", conversation="brief-7")
    create(transport, "Since when?", conversation={"id": "brief-7"})
    assert history(agents) == [("user", "What is the status?"), ("assistant", TEXT)]
    assert send(transport, "GET", "sessions/brief-7").json()["turns"] == 2


def test_references_to_items_are_resolved(served: Served) -> None:
    agents, transport = served
    first = create(transport, "What is the status?").json()
    reasoning, message = first["output"]
    given: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "input_text", "text": "What is the status?"}]},
        {"type": "item_reference", "id": reasoning["id"]},
        {"type": "item_reference", "id": message["id"]},
        {"role": "user", "content": [{"type": "input_text", "text": "Since when?"}]},
    ]
    second = create(transport, given).json()
    assert history(agents) == [("user", "What is the status?"), ("assistant", TEXT)]
    assert second["conversation"] == first["conversation"]


def test_instructions_steer_one_response(served: Served) -> None:
    agents, transport = served
    first = create(transport, "What is the status?", instructions="Antworte kurz, auf Deutsch.").json()
    assert (agents.questions[0].language, agents.questions[0].wishes.style) == ("de", "brief")
    create(transport, "Since when?", previous_response_id=first["id"])
    assert (agents.questions[1].language, agents.questions[1].wishes.style) == ("en", None)


def test_what_is_not_to_be_stored_cannot_be_gone_on_from(served: Served) -> None:
    _, transport = served
    first = create(transport, "What is the status?", store=False).json()
    assert "conversation" not in first
    response = create(transport, "Since when?", previous_response_id=first["id"])
    assert response.status_code == 404
    assert first["id"] in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"input": ""}, "input"),
        ({"input": [{"role": "assistant", "content": "hi"}]}, "input"),
        ({"input": [{"content": "hi"}]}, "input.0"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.type"),
        ({"background": True}, "background"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"as_of": "soon"}, "as_of"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input.0.content.0.type"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(more: dict[str, object], field: str) -> None:
    _, transport = serve(good)
    response = post(transport, {"model": MODEL, "input": "What?", **more}, "responses")
    assert (response.status_code, response.json()["error"]["param"]) == (400, field)


def test_one_way_to_go_on_at_a_time(served: Served) -> None:
    _, transport = served
    response = create(transport, "Why?", previous_response_id="resp_1", session_id="s")
    assert response.status_code == 400
    assert "previous_response_id" in response.json()["error"]["message"]


def test_without_kept_conversations_there_is_none_to_go_on_from() -> None:
    _, transport = serve(good)
    assert "conversation" not in create(transport, "What is the status?").json()
    response = create(transport, "Why?", previous_response_id="resp_1")
    assert response.status_code == 400
    assert "keeps no conversations" in response.json()["error"]["message"]
