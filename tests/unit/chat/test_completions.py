"""Chat completions to the letter: what is sent in which chunk, what is refused, and how reasoning is shown."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date

import pytest

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.events import (
    Answer,
    AnswerDelta,
    AnswerDone,
    Event,
    StepStarted,
    ToolReturned,
)
from political_monitoring.errors import StoreUnavailable
from political_monitoring.knowledge.port import Scope

from .agents import ANSWER, CITATION, MODEL, ask, data_of, fails_at_once, good, post, send, serve

# A family and a flag are several characters each, and the second é is two.
ODD = "Der Rat 👨‍👩‍👧 🇪🇺 a \u00e9 e\u0301 \U0001d518 [1] und noch einmal [1] [2]."


def odd_answer() -> Answer:
    marks = [index for index in range(len(ODD)) if ODD.startswith("[1]", index)]
    first = replace(CITATION, positions=tuple((start, start + 3) for start in marks))
    second = replace(CITATION, number=2, url=None, positions=((ODD.index("[2]"), ODD.index("[2]") + 3),))
    return Answer(text=ODD, citations=(first, second), as_of=None)


async def odd(_: Question) -> AsyncGenerator[Event]:
    yield StepStarted("understand", "Reading </think> <THINK> the question")
    yield ToolReturned("search", "search: 3 found", 3)
    yield AnswerDelta(ODD[:9])
    yield StepStarted("verify", "Checking")
    yield AnswerDelta(ODD[9:])
    yield AnswerDone(odd_answer())


async def breaks_while_thinking(_: Question) -> AsyncGenerator[Event]:
    yield StepStarted("understand", "Reading")
    raise StoreUnavailable("the graph is gone")


def streamed(response_data: list[str]) -> tuple[str, list[dict[str, object]], str]:
    """Content, annotations and reasoning of a stream."""
    deltas = [json.loads(line)["choices"][0]["delta"] for line in response_data if "choices" in line]
    return (
        "".join(delta.get("content", "") for delta in deltas),
        [one for delta in deltas for one in delta.get("annotations", [])],
        "".join(delta.get("reasoning_content", "") for delta in deltas),
    )


@pytest.mark.parametrize("reasoning", ["fields", "think", "off"])
def test_a_stream_put_together_is_the_completion(reasoning: str) -> None:
    _, transport = serve(odd, reasoning=reasoning)
    message = post(transport, ask()).json()["choices"][0]["message"]
    content, annotations, thoughts = streamed(data_of(post(transport, ask(stream=True))))
    assert (content, annotations) == (message["content"], message["annotations"])
    assert thoughts == message.get("reasoning_content", "") == message.get("reasoning", "")


@pytest.mark.parametrize("reasoning", ["fields", "think", "off"])
def test_indices_count_characters_of_the_content(reasoning: str) -> None:
    _, transport = serve(odd, reasoning=reasoning)
    message = post(transport, ask()).json()["choices"][0]["message"]
    marks = [one["url_citation"] for one in message["annotations"]]
    cited = [message["content"][one["start_index"] : one["end_index"]] for one in marks]
    assert cited == ["[1]", "[1]", "[2]"]
    assert marks[-1]["url"].startswith("urn:polmon:document:")


def test_reasoning_as_one_block() -> None:
    _, transport = serve(odd, reasoning="think")
    content, _, fields = streamed(data_of(post(transport, ask(stream=True))))
    assert content.startswith("<think>\nReading ‹/think> ‹THINK> the question\nsearch: 3 found\n</think>\n\n")
    assert content.endswith("\n\n" + ODD), "progress that comes after the text began is not in the text"
    assert content.count("<think>") == content.count("</think>") == 1
    assert fields == ""


def test_no_block_stays_open_when_the_answer_fails() -> None:
    _, transport = serve(breaks_while_thinking, reasoning="think")
    data = data_of(post(transport, ask(stream=True)))
    content, _, _ = streamed(data[:-1])
    assert content == "<think>\nReading\n</think>\n\n"
    assert json.loads(data[-1])["error"]["code"] == "store_unavailable"


def test_reasoning_can_be_left_out() -> None:
    _, transport = serve(good, reasoning="off")
    sent = post(transport, ask(stream=True)).text
    assert "Understanding" not in sent
    assert "reasoning" not in sent


def test_every_chunk_has_its_part_of_the_wire() -> None:
    _, transport = serve(good)
    data = data_of(post(transport, ask(stream=True, stream_options={"include_usage": True})))
    *chunks, usage = [json.loads(line) for line in data[:-1]]
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert all("role" not in chunk["choices"][0]["delta"] for chunk in chunks[1:])
    assert all(chunk["choices"][0]["index"] == 0 and chunk["usage"] is None for chunk in chunks)
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1]["choices"][0]["delta"] == {}
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] > 0
    assert {chunk["system_fingerprint"] for chunk in (*chunks, usage)} == {"polmon-r1"}
    assert data[-1] == "[DONE]"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"n": 2}, "n"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format.type"),
        ({"modalities": ["text", "audio"]}, "modalities.1"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
        ({"mode": "psychic"}, "mode"),
        ({"max_cost": -1}, "max_cost"),
        ({"known_at": "soon"}, "known_at"),
        ({"filters": {"kind": ["law"]}}, "filters.kind"),
        ({"filters": {"kinds": "law"}}, "filters.kinds"),
        ({"session_id": "a b"}, "session_id"),
        ({"messages": [{"role": "wizard", "content": "hi"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "messages.0.content.0.type"),
        ({"messages": []}, "messages"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(more: dict[str, object], field: str) -> None:
    _, transport = serve(good)
    response = post(transport, ask() | more)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (400, field)
    assert error["message"].startswith(field)


def test_what_only_tunes_a_model_is_accepted() -> None:
    _, transport = serve(good)
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    body = ask(
        tools=tools,
        tool_choice="auto",
        response_format={"type": "text"},
        max_completion_tokens=5,
        max_tokens=5,
        temperature=0,
        seed=7,
        stop=["."],
        logit_bias={"1": 2},
        user="ada",
        n=1,
        logprobs=False,
        something_new={"a": [1]},
    )
    message = post(transport, body).json()["choices"][0]["message"]
    assert message["content"] == ANSWER.text
    assert "tool_calls" not in message


def test_no_json_is_said_to_be_none() -> None:
    _, transport = serve(good)
    headers = {"content-type": "application/json"}
    response = send(transport, "POST", "chat/completions", content=b'{"model": ', headers=headers)
    assert (response.status_code, response.json()["error"]["message"]) == (400, "The body is not JSON.")


def test_an_unknown_model_is_told_apart() -> None:
    _, transport = serve(good)
    for response in (post(transport, ask(model="gpt-9")), send(transport, "GET", "models/gpt-9")):
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["param"]) == (404, "model_not_found", "model")


def test_who_may_come_back_is_told_when() -> None:
    _, transport = serve(fails_at_once)
    response = post(transport, ask())
    assert response.status_code == 503
    assert 0 < int(response.headers["Retry-After"]) <= 120


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "chat/completions", 405), ("GET", "nowhere", 404)]
)
def test_what_is_not_there_is_an_openai_error_too(method: str, path: str, status: int) -> None:
    _, transport = serve(good)
    response = send(transport, method, path)
    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_the_extensions_reach_the_agents() -> None:
    agents, transport = serve(good)
    body = ask(
        as_of="2024-02-29",
        known_at="2025-01-01",
        mode="llm",
        max_cost=0.25,
        filters={"kinds": ["law"], "jurisdictions": ["EU"], "sources": ["Council"], "languages": ["en"]},
    )
    system = {"role": "system", "content": "Answer in bullet points."}
    post(transport, body | {"messages": [system, *body["messages"]]})  # type: ignore[misc]
    (question,) = agents.questions
    assert question.time.world is not None
    assert question.time.known is not None
    assert (question.time.world.date(), question.time.known.date()) == (date(2024, 2, 29), date(2025, 1, 1))
    wishes = question.wishes
    assert (wishes.mode, wishes.max_cost, wishes.style) == ("llm", 0.25, "bullets")
    assert wishes.scope == Scope(("law",), ("EU",), ("Council",), ("en",))


def test_what_an_answer_thought_is_no_part_of_the_conversation() -> None:
    agents, transport = serve(good)
    messages = [
        {"role": "user", "content": "What is the status of the AI Act?"},
        {"role": "assistant", "content": "<think>\nReading\n</think>\n\nIn force [1]."},
        {"role": "user", "content": "Since when?"},
    ]
    post(transport, {"model": MODEL, "messages": messages})
    assert agents.questions[0].history[-1].text == "In force [1]."
