"""The client for language models over a real wire: to a scripted endpoint with faults, and to a real small model."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from political_monitoring.clock import utc_now
from political_monitoring.database.engine import migrate, open_database
from political_monitoring.database.model_calls import ModelCalls
from political_monitoring.domain.model_use import Account, Caps, ModelUse
from political_monitoring.errors import BudgetExhausted, ModelError
from political_monitoring.llm.breaker import FAILURES_ALLOWED
from political_monitoring.llm.client import ModelClient
from political_monitoring.llm.open import caps_of, open_client
from political_monitoring.llm.question import Question, Receipt
from political_monitoring.settings import load_settings
from political_monitoring.testing.llm_stub import Answer, Asked, LlmStub, llm_stub

# Importing pydantic-ai takes seconds on a busy machine, and the first test pays for it.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


class City(BaseModel):
    """A form for answers."""

    name: str
    kind: Literal["town", "capital"]


PARIS = {"name": "Paris", "kind": "capital"}
KEY = "sk-of-the-test"


def question(content: str = "Name a city.", **more: bool) -> Question[City]:
    return Question("Answer in JSON.", content, City, "city.1", **more)


@pytest.fixture
def calls(tmp_path: Path) -> ModelCalls:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(engine)
    opened = ModelCalls(engine, utc_now)
    opened.open_account("run")
    return opened


@pytest.fixture
def stub() -> Iterator[LlmStub]:
    with llm_stub(lambda _: Answer(PARIS)) as running:
        yield running


Asking = Callable[..., list[City | ModelError]]


@pytest.fixture
def ask(stub: LlmStub, calls: ModelCalls) -> Asking:
    """Asks questions at once, one after another with `in_turn`; gives answers or errors."""

    def run(
        *questions: Question[City], receipt: Receipt | None = None, in_turn: bool = False, **settings: str
    ) -> list[City | ModelError]:
        async def one(client: ModelClient, asked: Question[City]) -> City | ModelError:
            try:
                return await client.ask(asked, receipt or Receipt())
            except ModelError as error:
                return error

        async def every() -> list[City | ModelError]:
            given = load_settings(stub.environment(**settings)).llm
            client = open_client(given, calls, (Account("run", caps_of(given)),))
            try:
                if in_turn:
                    return [await one(client, asked) for asked in questions]
                return list(await asyncio.gather(*(one(client, asked) for asked in questions)))
            finally:
                await client.close()

        return asyncio.run(every())

    return run


def script(stub: LlmStub, *answers: Answer) -> None:
    """These in turn, then good ones."""
    left = chain(answers, repeat(Answer(PARIS)))
    stub.script = lambda _: next(left)


def test_a_typed_answer_its_cost_and_what_went_over_the_wire(
    stub: LlmStub, ask: Asking, calls: ModelCalls
) -> None:
    receipt = Receipt()
    assert ask(question(), receipt=receipt, INPUT_PRICE="2.5", OUTPUT_PRICE="10") == [City(**PARIS)]
    assert receipt.use == calls.used("run") == ModelUse(1, 0, 100, 20, 450)
    asked = stub.served[0].asked
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["response_format"]["json_schema"]["schema"]["properties"]["kind"]["enum"] == [
        "town",
        "capital",
    ]
    assert (asked.body["temperature"], asked.body["max_tokens"]) == (0, 8_192)
    assert "tools" not in asked.body
    assert (asked.instructions, asked.content) == ("Answer in JSON.", "Name a city.")


def test_small_questions_go_to_the_small_model(stub: LlmStub, ask: Asking) -> None:
    ask(question(small=True), question("Another."), SMALL_MODEL="little")
    assert {one.asked.content: one.asked.body["model"] for one in stub.served} == {
        "Name a city.": "little",
        "Another.": "stub",
    }


def test_an_endpoint_that_only_promises_json_is_told_the_schema(stub: LlmStub, ask: Asking) -> None:
    assert ask(question(), OUTPUT="json") == [City(**PARIS)]
    asked = stub.served[0].asked
    assert asked.body["response_format"] == {"type": "json_object"}
    assert '"capital"' in asked.instructions


def test_what_was_answered_is_not_asked_again(stub: LlmStub, ask: Asking, calls: ModelCalls) -> None:
    first, again = Receipt(), Receipt()
    assert ask(question(), receipt=first) == ask(question(), receipt=again)
    assert (first.use.calls, again.use) == (1, ModelUse(cached=1))
    ask(question("Another."))
    ask(question(), MODEL="other")
    assert len(stub.served) == 3
    assert calls.used("run").calls == 3


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=500),
        Answer(status=503, headers={"Retry-After": "0"}),
        Answer(status=429, headers={"Retry-After": "0"}),
        Answer(PARIS, cut=40),
        Answer(body="<html>not JSON</html>"),
        Answer(body='{"choices": []}'),
        Answer(PARIS, delay=30),
    ],
    ids=["500", "503", "429", "truncated", "html", "empty", "stall"],
)
def test_what_may_go_better_is_tried_again(stub: LlmStub, ask: Asking, fault: Answer) -> None:
    script(stub, fault, fault)
    began = time.monotonic()
    assert ask(question(), TIMEOUT_SECONDS="1") == [City(**PARIS)]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Answer("{'name': no JSON"), "has not the form asked for: json_invalid"),
        (Answer({"name": "Paris", "kind": "village"}), "has not the form asked for at kind"),
        (Answer({"city": "Paris"}), "has not the form asked for at name"),
        (Answer('{"name": "Par', finish="length"), "has not the form asked for: json_invalid"),
        (Answer(status=400), r"does not take the request \(HTTP 400\)"),
        (Answer(status=401), r"does not take the key \(HTTP 401\); check POLMON_LLM_API_KEY"),
        (Answer(status=404), r"does not know the model stub \(HTTP 404\)"),
    ],
)
def test_what_will_not_is_an_error_at_once(
    stub: LlmStub, ask: Asking, calls: ModelCalls, fault: Answer, sentence: str
) -> None:
    script(stub, fault, fault)
    [error] = ask(question())
    assert isinstance(error, ModelError)
    assert re.search(sentence, str(error))
    assert len(stub.served) == 1
    assert KEY not in f"{error!r}{error.__cause__!r}{error.__context__!r}"
    assert nothing_is_held(calls)


def test_what_an_endpoint_does_not_count_is_booked_at_its_most(
    stub: LlmStub, ask: Asking, calls: ModelCalls
) -> None:
    script(stub, Answer(PARIS, tokens=(0, 0)))
    assert ask(question(), OUTPUT_TOKENS="1000") == [City(**PARIS)]
    assert calls.used("run").output_tokens == 1_000
    assert nothing_is_held(calls)


def test_a_fence_around_the_answer_does_no_harm(stub: LlmStub, ask: Asking) -> None:
    script(stub, Answer(f"```json\n{json.dumps(PARIS)}\n```"))
    assert ask(question()) == [City(**PARIS)]


def test_an_endpoint_that_is_not_there_is_an_error_and_costs_nothing(stub: LlmStub, ask: Asking) -> None:
    receipt = Receipt()
    [error] = ask(question(), receipt=receipt, BASE_URL="http://127.0.0.1:9/v1", ATTEMPTS="2")
    assert str(error) == "the model's endpoint cannot be reached, or broke off; tried 2 times"
    assert receipt.use == ModelUse(calls=2)


def test_a_wait_that_is_too_long_is_not_waited_for(stub: LlmStub, ask: Asking) -> None:
    script(stub, Answer(status=429, headers={"Retry-After": "3600"}))
    [error] = ask(question())
    assert str(error) == "the model's endpoint is busy (HTTP 429); tried 1 times"


def test_a_storm_of_refusals_slows_all_down_and_passes(stub: LlmStub, ask: Asking) -> None:
    """Until a second has passed everything gets a 429 that says so."""
    until = time.monotonic() + 1

    def storm(_: Asked) -> Answer:
        if time.monotonic() < until:
            return Answer(status=429, headers={"Retry-After": "1"})
        return Answer(PARIS)

    stub.script = storm
    answers = ask(*(question(f"City {n}?") for n in range(20)), CONCURRENCY="16")
    assert answers == [City(**PARIS)] * 20
    # What was under way at the beginning was refused; the others waited as they were told.
    assert len(stub.served) <= 20 + 8 + 4


def test_an_endpoint_that_goes_on_failing_is_left_alone(stub: LlmStub, ask: Asking) -> None:
    stub.script = lambda _: Answer(status=500)
    answers = ask(*(question(f"City {n}?") for n in range(FAILURES_ALLOWED + 5)), ATTEMPTS="1", in_turn=True)
    assert len(stub.served) == FAILURES_ALLOWED
    assert "is not asked for 30 s" in str(answers[-1])


def test_a_wrong_key_is_sent_once(stub: LlmStub, ask: Asking) -> None:
    stub.script = lambda _: Answer(status=401)
    answers = ask(*(question(f"City {n}?") for n in range(5)), in_turn=True)
    assert len(stub.served) == 1
    assert len({str(one) for one in answers}) == 1


@pytest.mark.parametrize(
    "caps", [{"MAX_CALLS": "5"}, {"MAX_TOKENS": "5000"}, {"MAX_COST": "0.005", "INPUT_PRICE": "2.5"}]
)
def test_the_limits_hold_however_many_ask_at_once(
    stub: LlmStub, ask: Asking, calls: ModelCalls, caps: dict[str, str]
) -> None:
    stub.script = lambda _: Answer(PARIS, tokens=(300, 500))
    stub.latency = 0.02
    answers = ask(*(question(f"City {n}?") for n in range(12)), OUTPUT_TOKENS="1000", **caps)
    refused = [one for one in answers if isinstance(one, BudgetExhausted)]
    used = calls.used("run")
    assert len(refused) + used.calls == 12
    assert refused
    assert used.calls >= 3
    assert used.calls <= 5 or "MAX_CALLS" not in caps
    assert used.tokens <= int(caps.get("MAX_TOKENS", used.tokens))
    assert used.cost <= float(caps.get("MAX_COST", used.cost)) * 1_000_000
    assert nothing_is_held(calls)


def test_a_request_given_up_is_booked_at_its_most(stub: LlmStub, ask: Asking, calls: ModelCalls) -> None:
    """The model may have worked for it: nobody can tell."""
    script(stub, Answer(PARIS, delay=30))
    ask(question(), TIMEOUT_SECONDS="0.5", ATTEMPTS="1", OUTPUT_TOKENS="1000")
    assert calls.used("run").output_tokens == 1_000
    assert nothing_is_held(calls)


def test_questions_wait_for_the_model_together(stub: LlmStub, ask: Asking) -> None:
    stub.latency = 0.2
    ask(*(question(f"City {n}?") for n in range(10)))
    assert stub.busy_seconds < 10 * 0.2 / 2


def test_a_real_model_answers_in_the_form(small_model: str, ask: Asking, calls: ModelCalls) -> None:
    """It is held to the schema, whatever it thinks of."""
    receipt = Receipt()
    asked = question("Paris is the capital of France. Name it.")
    [answer] = ask(asked, receipt=receipt, BASE_URL=small_model, OUTPUT_TOKENS="200", TIMEOUT_SECONDS="60")
    assert isinstance(answer, City) or "json_invalid" in str(answer)  # it may talk beyond its limit
    assert receipt.use.calls == 1
    assert receipt.use.input_tokens > 10
    assert 0 < receipt.use.output_tokens <= 200


def nothing_is_held(calls: ModelCalls) -> bool:
    """Whether the account has room for exactly what its limits leave."""
    left = Account("run", Caps(tokens=calls.used("run").tokens + 10))
    return calls.hold(ModelUse(1, 0, 10), (left,)) is None


Streaming = Callable[..., tuple[str, ModelError | None]]


@pytest.fixture
def stream(stub: LlmStub, calls: ModelCalls) -> Streaming:
    """Reads an answer as it comes; gives the text, and the error that ended it if one did."""

    def run(asked: Question[City], receipt: Receipt, seconds: float = 60, **settings: str) -> Any:
        async def read() -> tuple[str, ModelError | None]:
            given = load_settings(stub.environment(**settings)).llm
            client = open_client(given, calls, (Account("run", caps_of(given)),))
            text = ""
            try:
                async for piece in client.stream(asked, receipt, time.monotonic() + seconds):
                    text += piece
            except ModelError as error:
                return text, error
            finally:
                await client.close()
            return text, None

        return asyncio.run(read())

    return run


def test_a_streamed_answer_costs_what_it_took_and_is_stored(
    stub: LlmStub, stream: Streaming, ask: Asking, calls: ModelCalls
) -> None:
    first, again = Receipt(), Receipt()
    assert stream(question(), first) == (json.dumps(PARIS), None)
    assert stub.served[0].asked.body["stream"] is True
    assert first.use == ModelUse(1, 0, 100, 20, 0)
    assert ask(question(), receipt=again) == [City(**PARIS)]
    assert again.use == ModelUse(cached=1)
    assert nothing_is_held(calls)


def test_a_stream_is_tried_again_until_it_begins_and_not_after(
    stub: LlmStub, stream: Streaming, calls: ModelCalls
) -> None:
    script(stub, Answer(status=429, headers={"Retry-After": "0"}), Answer(status=500), Answer(PARIS, cut=20))
    receipt = Receipt()
    text, error = stream(question(), receipt)
    assert text == json.dumps(PARIS)[:20]
    assert "broke off" in str(error) or "no answer" in str(error) or "no JSON" in str(error)
    assert len(stub.served) == 3
    assert receipt.use.output_tokens == 8_192  # nobody can tell how much the model had written
    assert nothing_is_held(calls)


def test_half_an_answer_is_not_stored(stub: LlmStub, stream: Streaming) -> None:
    script(stub, Answer('{"name": "Par', finish="length"))
    text, error = stream(question(), Receipt())
    assert text == '{"name": "Par'
    assert "has not the form asked for: json_invalid" in str(error)
    assert stream(question(), Receipt()) == (json.dumps(PARIS), None)


def test_nothing_is_waited_for_beyond_the_deadline(stub: LlmStub, stream: Streaming) -> None:
    script(stub, Answer(PARIS, pause=(12, 30.0)), Answer(status=429, headers={"Retry-After": "40"}))
    began = time.monotonic()
    text, error = stream(question(), Receipt(), seconds=1.5)
    assert text
    assert str(error) == "the model did not answer in the time that was left"
    assert "is busy (HTTP 429)" in str(stream(question(), Receipt(), seconds=5)[1])
    assert time.monotonic() - began < 15


def test_a_piece_of_work_has_limits_of_its_own(stub: LlmStub, stream: Streaming) -> None:
    limited = Receipt(Caps(tokens=1_000))
    assert isinstance(stream(question(), limited)[1], BudgetExhausted)
    assert not stub.served
