"""Writing beside the work, with patience where losing something is worse than waiting."""

import logging
from threading import Event

import pytest

from political_monitoring.database import background
from political_monitoring.database.background import BackgroundWriter
from political_monitoring.errors import StoreUnavailable


def test_what_fails_is_tried_again_and_keeps_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "_PAUSE_SECONDS", 0)
    written: list[str] = []
    attempts = 0

    def flaky() -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise StoreUnavailable("the database is away")
        written.append("first")

    done = Event()
    writer = BackgroundWriter("test", most=9, patience=60)
    monkeypatch.setattr(writer._closing, "wait", lambda _: None)
    writer.submit("first", flaky)
    writer.submit("second", lambda: written.append("second"))
    writer.submit("last", done.set)
    assert done.wait(20)
    writer.close()
    assert written == ["first", "second"]
    assert not caplog.records


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise StoreUnavailable("the database is away")

    writer = BackgroundWriter("test", most=9, patience=600)
    writer.submit("first", fails)
    writer.close()
    (record,) = caplog.records
    assert record.getMessage().startswith("The test first was not kept: ")
    assert record.levelno == logging.WARNING
