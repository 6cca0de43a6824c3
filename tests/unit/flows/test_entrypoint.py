"""How a run ends when it cannot do its work: what Kodosumi shows of it is one sentence."""

import asyncio
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kodosumi.core import KodosumiError

from political_monitoring.flows.data_ingestion.entrypoint import run_ingestion
from political_monitoring.flows.data_ingestion.form import Submission
from political_monitoring.ingestion.run import IngestionRequest


def inputs_for(target: str) -> dict[str, Any]:
    return Submission(IngestionRequest("Bills", (target,)), actors=1).to_inputs()


INPUTS = inputs_for("/nowhere/at/all")


class SilentTracer:
    """Takes what a run says; these runs end before they say anything."""

    fid = "f1"

    async def markdown(self, *message: str) -> None:
        raise AssertionError(message)

    debug = markdown


@pytest.fixture(autouse=True)
def usual_tracebacks() -> Iterator[None]:
    yield
    del sys.tracebacklimit


def what_kodosumi_shows(inputs: dict[str, Any]) -> str:
    """Kodosumi formats whatever a run raises and shows that to people."""
    try:
        asyncio.run(run_ingestion(inputs, SilentTracer()))
    except KodosumiError:
        return traceback.format_exc()
    raise AssertionError("the run did not fail")


def test_a_target_that_is_gone() -> None:
    assert what_kodosumi_shows(INPUTS) == (
        "kodosumi.error.KodosumiError: /nowhere/at/all does not exist; "
        "name a file, a folder, a pattern or a URL\n"
    )


def test_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLMON_GRAPH_BAKEND", "embedded")

    assert what_kodosumi_shows(INPUTS) == (
        "kodosumi.error.KodosumiError: POLMON_GRAPH_BAKEND is not a setting; "
        "did you mean POLMON_GRAPH_BACKEND?\n"
    )


def test_what_a_sentence_quotes_is_no_html() -> None:
    shown = what_kodosumi_shows(inputs_for("/<script>"))

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_defect_shows_nothing_of_itself(polmon_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shown = what_kodosumi_shows({"request": {"targets": [], "secret": "hunter2"}})

    assert shown == (
        "kodosumi.error.KodosumiError: The run ended because of a defect in the product; "
        "the log of its Ray worker says which.\n"
    )
