"""From settings to a client."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from political_monitoring.domain.model_use import Caps, ModelUse
from political_monitoring.errors import ConfigInvalid, MissingDependency
from political_monitoring.extraction.open import check_mode, open_model_account
from political_monitoring.llm.client import PricedModel
from political_monitoring.llm.open import caps_of, check_settings
from political_monitoring.settings import describe_settings, load_settings

ENDPOINT = {"POLMON_LLM_BASE_URL": "http://127.0.0.1:1/v1", "POLMON_LLM_MODEL": "m"}


def test_without_an_endpoint_it_says_what_to_set() -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_LLM_BASE_URL and POLMON_LLM_MODEL"):
        check_settings(load_settings({}).llm)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec

    def find_spec(name: str, *rest: Any) -> Any:
        return None if name == "pydantic_ai" else there(name, *rest)

    monkeypatch.setattr("political_monitoring.llm.open.find_spec", find_spec)
    with pytest.raises(MissingDependency, match=r"political-monitoring\[llm\]"):
        check_settings(load_settings(ENDPOINT).llm)


def test_the_key_is_not_shown_and_not_in_the_address() -> None:
    settings = load_settings({**ENDPOINT, "POLMON_LLM_API_KEY": "sk-very-secret"})
    assert "sk-very-secret" not in f"{describe_settings(settings)}{settings!r}"
    with pytest.raises(ConfigInvalid, match="give the secret in POLMON_LLM_API_KEY"):
        load_settings({**ENDPOINT, "POLMON_LLM_BASE_URL": "https://me:secret@example.org/v1"})


def test_an_address_needs_a_model() -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_LLM_MODEL"):
        load_settings({"POLMON_LLM_BASE_URL": "http://127.0.0.1:1/v1"})


def test_each_run_has_an_account_unless_one_is_named(tmp_path: Path) -> None:
    settings = load_settings({**ENDPOINT, "POLMON_HOME": str(tmp_path)})
    assert open_model_account(settings) == settings  # no model is asked
    asking = settings.reading_by("llm")
    first, second = open_model_account(asking), open_model_account(asking)
    assert first.llm.account != second.llm.account
    assert open_model_account(first.reading_by(None)) == first


def test_reading_by_graphiti_needs_its_graph_and_a_model() -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_GRAPH_BACKEND=graphiti"):
        open_model_account(load_settings(ENDPOINT).reading_by("graphiti"))
    there = {"POLMON_GRAPH_BACKEND": "graphiti", "POLMON_EXTRACTION_MODE": "graphiti"}
    with pytest.raises(ConfigInvalid, match="POLMON_LLM_BASE_URL"):
        check_mode(load_settings(there))
    check_mode(load_settings({**there, **ENDPOINT}))


def test_costs_are_exact_and_rounded_up() -> None:
    model = PricedModel("m", input_price=2.5, output_price=10)
    assert model.use(1_000_000, 100_000) == ModelUse(1, 0, 1_000_000, 100_000, 3_500_000)
    assert model.use(1, 0).cost == 3


def test_caps_of_nothing_allow_everything() -> None:
    assert Caps().allow(ModelUse(10**9, 0, 10**12, 10**12, 10**12))
    caps = caps_of(load_settings({**ENDPOINT, "POLMON_LLM_MAX_COST": "0.5"}).llm)
    assert caps.allow(ModelUse(cost=500_000))
    assert not caps.allow(ModelUse(cost=500_001))
