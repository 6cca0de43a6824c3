"""Settings: defaults, variables, misspellings, secrets."""

from pathlib import Path

import pytest

from political_monitoring.errors import ConfigInvalid
from political_monitoring.settings import SECTIONS, describe_settings, load_settings


def test_defaults_need_no_environment() -> None:
    settings = load_settings({})
    assert settings.server.http_port == 8001
    assert settings.ledger_dsn == f"sqlite:///{settings.home / 'ledger.db'}"


def test_variables_override_defaults_and_are_typed() -> None:
    settings = load_settings({"POLMON_HOME": "~/x", "POLMON_SERVER_HTTP_PORT": "9001", "OTHER": "ignored"})
    assert settings.home == Path("~/x").expanduser()
    assert settings.server.http_port == 9001


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("POLMON_LOG_LEVL", "info", "POLMON_LOG_LEVL is not a setting; did you mean POLMON_LOG_LEVEL?"),
        ("POLMON_SERVER_HTTP_PORT", "many", "POLMON_SERVER_HTTP_PORT is wrong"),
        ("POLMON_LOG_FORMAT", "xml", "'console' or 'json'"),
    ],
)
def test_what_is_wrong_is_named(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigInvalid, match="POLMON_") as caught:
        load_settings({variable: value})
    assert sentence in str(caught.value)


def test_secrets_are_masked_where_settings_are_shown() -> None:
    settings = load_settings({"POLMON_DATABASE_DSN": "postgresql://user:hunter2@db/polmon"})
    rows = describe_settings(settings)
    assert "hunter2" not in repr(rows)
    assert "hunter2" not in repr(settings)
    assert settings.ledger_dsn.endswith("hunter2@db/polmon")


def test_every_setting_is_described_once() -> None:
    variables = [variable for variable, _, _ in describe_settings(load_settings({}))]
    assert len(variables) == len(set(variables)) == 1 + sum(len(m.model_fields) for m in SECTIONS.values())
