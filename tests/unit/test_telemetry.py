"""Logs never show secrets; the in-memory meter remembers."""

import json
import logging
from typing import Literal

import pytest

from political_monitoring import telemetry


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hunter2",
        "api_key=hunter2",
        'password: "hunter2"',
        "connecting to postgresql://polmon:hunter2@db/polmon",
        "Who wrote polmon_0123456789_hunter2?",
        "Searched for: wrote polmon 0123456789 hunter2.",
    ],
)
def test_redact_hides_secrets(text: str) -> None:
    assert "hunter2" not in telemetry.redact(text)


def test_redact_leaves_other_text_alone() -> None:
    text = "GET https://example.org/a?b=c took 3 ms"
    assert telemetry.redact(text) == text


def test_json_logs_are_objects_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("info", "json")
    try:
        logging.getLogger("political_monitoring.test").info("token=%s", "hunter2")
        record = json.loads(capsys.readouterr().err)
    finally:
        telemetry.configure()
    assert record["event"] == "token=****"
    assert record["level"] == "info"


@pytest.mark.parametrize("output", ["console", "json"])
def test_tracebacks_show_neither_secrets_nor_local_variables(
    output: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry.configure("info", output)
    try:
        local = "swordfish"
        raise ValueError("password=hunter2")
    except ValueError:
        logging.getLogger("political_monitoring.test").exception("it failed")
        written = capsys.readouterr().err
    finally:
        telemetry.configure()
    assert "ValueError" in written
    assert "hunter2" not in written
    assert local not in written.replace('local = "swordfish"', "")


def test_memory_meter_keeps_labels_apart() -> None:
    meter = telemetry.MemoryMeter()
    meter.count("requests", model="a")
    meter.count("requests", 2, model="b")
    meter.observe("seconds", 0.5)
    assert meter.counts["requests", (("model", "b"),)] == 2
    assert meter.durations["seconds", ()] == [0.5]
