"""What an answer may cost: by itself, for a key and for a day."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from political_monitoring.cli.main import run
from political_monitoring.database.model_calls import ModelCalls
from political_monitoring.database.places import open_tables
from political_monitoring.domain.model_use import Account, ModelUse
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.llm_stub import LlmStub

from .conftest import NOW, STATUS, Ask

# Importing pydantic-ai takes seconds on a busy machine, and the first test pays for it.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


PRICES = {"LLM_INPUT_PRICE": "10", "LLM_OUTPUT_PRICE": "100"}
"""A call of the stub costs 0.003; before it is sent, 0.2 and more are held for its longest answer."""


@pytest.mark.parametrize(
    ("caps", "sentence"),
    [
        ({"CHAT_ANSWER_COST": "0.01"}, "what the model may cost for this piece of work is used up"),
        ({"CHAT_ANSWER_TOKENS": "100"}, "what the model may cost for this piece of work is used up"),
        ({"CHAT_DAY_COST": "0.01"}, "what the model may cost today is used up"),
        ({"CHAT_DAY_TOKENS": "100"}, "what the model may cost today is used up"),
        ({"CHAT_KEY_COST": "0.01"}, "what the model may cost today with this key is used up"),
    ],
)
def test_over_a_cap_the_answer_is_local_and_says_so(
    ask: Ask, stub: LlmStub, caps: dict[str, str], sentence: str
) -> None:
    answer, _ = ask(STATUS, account="k1", **PRICES, **caps)
    assert answer.notes == (f"Answered locally, because {sentence}.",)
    assert answer.citations
    assert answer.cost == ModelUse()
    assert not stub.served


def test_a_cap_is_reached_in_the_middle_of_a_day_and_for_the_key_that_reached_it(
    ask: Ask, tmp_path: Path
) -> None:
    """Room for two answers: the held most of a call counts only while it is under way."""
    caps = PRICES | {"CHAT_KEY_COST": "0.4"}
    costs = [ask(f"{STATUS} ({n})", account="k1", **(caps if not n else {}))[0] for n in range(3)]
    assert [bool(one.notes) for one in costs] == [False, False, False]
    settings = load_settings({"POLMON_DATABASE_DSN": f"sqlite:///{tmp_path / 'ledger.db'}"})
    with closing(ModelCalls(open_tables(settings), FrozenClock(NOW))) as calls:
        day, key = (calls.used(name) for name in ("day:2026-06-01", "key:k1:2026-06-01"))
        assert day == key == ModelUse(6, 0, 600, 120, 18_000)
        calls.book(ModelUse(), ModelUse(cost=380_000), (Account("key:k1:2026-06-01"),))
    assert ask("Where does the Alder Power Act stand?", account="k1")[0].notes
    assert not ask("Where does the Alder Power Act stand?", account="k2")[0].notes


def test_who_wishes_to_pay_less_pays_less(ask: Ask, stub: LlmStub) -> None:
    assert "is used up" in ask(STATUS, max_cost=0.01, **PRICES)[0].notes[0]
    assert "is used up" in ask(STATUS, max_cost=0)[0].notes[0]
    assert not stub.served
    answer, _ = ask(STATUS, max_cost=5)
    assert answer.cost == ModelUse(2, 0, 200, 40, 6_000)


def test_what_was_asked_before_costs_nothing(ask: Ask) -> None:
    first, again = ask(STATUS)[0], ask(STATUS)[0]
    assert first.text == again.text
    assert again.cost == ModelUse(cached=2)


def test_the_command_asks_the_model_and_says_what_it_cost(
    stub: LlmStub, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = stub.environment(INPUT_PRICE="10", OUTPUT_PRICE="100") | {"POLMON_GRAPH_VECTORS": "off"}
    for name, value in (settings | {"POLMON_HOME": str(home)}).items():
        monkeypatch.setenv(name, value)
    assert run(["ask", STATUS, "--mode", "llm"]) == 0
    shown = capsys.readouterr().out
    assert "The Alder Power Act was signed by the President on 4 May 2026 [1]." in shown
    assert "stub: 2 calls, 240 tokens, 0.0060 EUR" in shown
    assert run(["ask", STATUS, "--mode", "llm", "--max-cost", "0", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["cost"]["calls"] == 0
    assert answer["notes"] == []  # what was asked before costs nothing
    assert run(["ask", STATUS, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cost"] is None
    assert run(["ask", STATUS, "--mode", "oracle"]) == 2
