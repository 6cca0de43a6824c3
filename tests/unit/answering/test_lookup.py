"""Running a plan: results in order, failures by name, deadlines kept."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from political_monitoring.answering import lookup
from political_monitoring.answering.lookup import Finding, Limits, gather, look_up
from political_monitoring.answering.planning import Plan, ToolCall
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence, Fact
from political_monitoring.errors import PolmonError, StoreUnavailable, TryLater
from political_monitoring.tools.registry import Tool


def fact(name: str) -> Fact:
    return Fact(name, name, "status", Evidence("d", "d#0", Span(0, 1), "x"))


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch, released: threading.Event) -> None:
    def good(_graph: object, name: str) -> tuple[Fact, ...]:
        """Finds."""
        return (fact(name),)

    def broken(_graph: object) -> None:
        """Fails."""
        raise StoreUnavailable("the graph's file is gone")

    def stuck(_graph: object) -> None:
        """Waits for ever."""
        released.wait(30)

    known: Mapping[str, Tool] = {one.__name__: Tool(one.__name__, one) for one in (good, broken, stuck)}
    monkeypatch.setattr(lookup, "find_tool", known.__getitem__)


def run(*calls: ToolCall, limits: Limits = Limits()) -> list[Finding]:  # noqa: B008 - frozen
    async def collect() -> list[Finding]:
        graph: Any = None
        return [finding async for finding in look_up(Plan(calls), graph, threads, limits)]

    threads = ThreadPoolExecutor(4)
    try:
        return asyncio.run(collect())
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


GOOD, BROKEN, STUCK = ToolCall("good", {"name": "a"}), ToolCall("broken", {}), ToolCall("stuck", {})


@pytest.mark.usefixtures("tools")
def test_results_come_back_in_the_order_of_the_plan() -> None:
    calls = (GOOD, ToolCall("good", {"name": "b"}), ToolCall("good", {"name": "c"}))

    found = gather(Plan(calls), list(reversed(run(*calls))))

    assert [one.id for one in found.facts] == ["a", "b", "c"]
    assert found.failures == ()


@pytest.mark.usefixtures("tools")
def test_a_failure_is_named_and_the_rest_is_used() -> None:
    found = gather(Plan((GOOD, BROKEN)), run(GOOD, BROKEN))

    assert [one.id for one in found.facts] == ["a"]
    assert [str(one.error) for one in found.failures] == ["the graph's file is gone"]


@pytest.mark.usefixtures("tools")
def test_a_call_over_its_time_is_a_failure() -> None:
    started = time.monotonic()

    findings = run(GOOD, STUCK, limits=Limits(call=0.1, total=5))

    assert time.monotonic() - started < 3
    failed = [one for one in findings if one.error]
    assert [one.call.tool for one in failed] == ["stuck"]
    assert isinstance(failed[0].error, TryLater)


@pytest.mark.usefixtures("tools")
def test_when_everything_failed_that_is_an_error_not_an_empty_answer() -> None:
    with pytest.raises(StoreUnavailable, match="gone"):
        gather(Plan((BROKEN,)), run(BROKEN))


@pytest.mark.usefixtures("tools")
def test_a_wrong_argument_is_a_failure_of_its_call() -> None:
    findings = run(ToolCall("good", {"nome": "a"}), GOOD)

    assert [type(one.error).__mro__[1] for one in findings if one.error] == [PolmonError]


def test_nothing_planned_is_nothing_found() -> None:
    assert gather(Plan(()), []).hits == ()
