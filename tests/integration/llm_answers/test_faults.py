"""A model that fails in every way there is: the answer is there all the same, and says so."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.answering.conversation import Message, Wishes, read_conversation
from political_monitoring.answering.events import AnswerDelta
from political_monitoring.llm.breaker import FAILURES_ALLOWED
from political_monitoring.runtime import Runtime, open_runtime
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.llm_stub import Answer as Reply
from political_monitoring.testing.llm_stub import Asked, LlmStub

from .conftest import (
    NOW,
    STATUS,
    TODAY,
    Ask,
    Script,
    honest,
    locally,
)

# Importing pydantic-ai takes seconds on a busy machine, and the first test pays for it.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    "fault",
    [
        Reply("{'sentences': no JSON"),
        Reply({"answer": "The Alder Power Act was signed."}),
        Reply({"sentences": []}),
        Reply(""),
        Reply(status=400),
        Reply(status=500),
        Reply(body="<html>not JSON</html>"),
        Reply(status=429, headers={"Retry-After": "3600"}),
        Reply({"sentences": []}, delay=30),
        Reply('{"sentences": [{"text": "The Alder', cut=30),
    ],
    ids=["malformed", "other form", "nothing", "empty", "400", "500", "html", "429", "stall", "cut"],
)
@pytest.mark.parametrize("stage", ["reading", "write"])
def test_whatever_the_model_does_there_is_an_answer(
    ask: Ask, script: Script, fault: Reply, stage: str
) -> None:
    """The same as the local one where the model had nothing to say, and a note why."""
    expected = locally(ask, STATUS, CHAT_MODEL_SECONDS="1.5", LLM_ATTEMPTS="2")
    assert expected.citations
    if stage == "reading":
        script.reading = fault
    else:
        script.write = lambda _: fault
    began = time.monotonic()
    answer, _ = ask(STATUS)
    assert time.monotonic() - began < 20
    assert len(answer.notes) == 1
    if answer.notes[0].startswith("Answered locally, because"):
        assert (answer.text, answer.citations) == (expected.text, expected.citations)
    else:
        assert stage == "reading"
        assert answer.notes[0].startswith("The question was read and planned locally, because")
        assert answer.text.startswith("The Alder Power Act was signed by the President")


def test_half_a_stream_is_ended_by_the_local_reasoner(ask: Ask, script: Script) -> None:
    def cut(asked: Asked) -> Reply:
        said = json.dumps(honest(asked))
        return Reply(said, cut=len(said) - 40)

    script.write = cut
    answer, _ = ask(STATUS)
    local = locally(ask, STATUS)
    assert answer.text.startswith("The Alder Power Act was signed by the President on 4 May 2026 [1].\n\n")
    assert len(answer.notes) == 1
    assert answer.notes[0].startswith("The end of the answer was written locally, because the model")
    assert "EUR 120 million" not in answer.text
    assert {one.document_id for one in answer.citations} <= {
        "signed",
        *(one.document_id for one in local.citations),
    }


def test_a_storm_of_refusals_passes_or_is_answered_locally(ask: Ask, stub: LlmStub, script: Script) -> None:
    """Two refusals with a wait that there is time for; then endless ones with a wait that there is not."""
    refusals = iter([Reply(status=429, headers={"Retry-After": "0"})] * 2)
    stub.script = lambda asked: next(refusals, None) or script(asked)
    answer, _ = ask(STATUS, CHAT_MODEL_SECONDS="20")
    assert answer.notes == ()
    stub.script = lambda _: Reply(status=429, headers={"Retry-After": "50"})
    began = time.monotonic()
    answers = [ask(f"{STATUS} ({n})")[0] for n in range(4)]
    assert time.monotonic() - began < 15
    assert all(one.citations and one.notes[0].startswith("Answered locally, because") for one in answers)


def test_a_model_that_goes_on_failing_is_left_alone_and_health_says_so(ask: Ask, stub: LlmStub) -> None:
    stub.script = lambda _: Reply(status=500)
    for n in range(FAILURES_ALLOWED + 2):
        answer, _ = ask(f"{STATUS} ({n})", **({"LLM_ATTEMPTS": "1"} if not n else {}))
        assert answer.citations
    assert len(stub.served) == FAILURES_ALLOWED
    assert "is not asked for 30 s" in answer.notes[0]


def test_leaving_early_ends_the_request(stub: LlmStub, script: Script, home: Path) -> None:
    def pausing(asked: Asked) -> Reply:
        said = json.dumps(honest(asked))
        return Reply(said, pause=(said.index("}]}, {") + 16, 60.0))

    script.write = pausing

    async def leave(runtime: Runtime) -> None:
        question = read_conversation([Message("user", STATUS)], TODAY, wishes=Wishes("llm"))
        events = runtime.orchestrator.answer(question)
        async for event in events:
            if isinstance(event, AnswerDelta):
                break
        await events.aclose()
        assert len(asyncio.all_tasks()) == 1

    settings = load_settings({"POLMON_HOME": str(home), **stub.environment()})
    with open_runtime(settings, FrozenClock(NOW)) as runtime:
        began = time.monotonic()
        asyncio.run(leave(runtime))
    assert time.monotonic() - began < 20


def test_health_looks_at_the_model_at_no_cost(ask: Ask, stub: LlmStub, home: Path) -> None:
    def health(**environment: str) -> Any:
        settings = load_settings({"POLMON_HOME": str(home), **environment})
        with open_runtime(settings, FrozenClock(NOW)) as runtime:
            return asyncio.run(runtime.orchestrator.health_check())

    assert health().model_trouble is None
    assert not health(**stub.environment()).model_trouble
    away = health(**stub.environment(BASE_URL="http://127.0.0.1:9/v1"))
    assert away.model_trouble == "the model's endpoint cannot be reached; check POLMON_LLM_BASE_URL"
    assert away.graph.documents == 4
    assert not stub.served
