"""Step three: the plan's calls, side by side in threads, each with a deadline. What fails is named."""

import asyncio
import time
from collections.abc import AsyncGenerator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from political_monitoring.answering.planning import Plan, ToolCall
from political_monitoring.domain.facts import Fact
from political_monitoring.errors import PolmonError, TryLater
from political_monitoring.knowledge.port import Hit, KnowledgeGraph
from political_monitoring.tools.entities import Act, NearName, Relationships
from political_monitoring.tools.holdings import Holdings
from political_monitoring.tools.procedures import ProcedureStatus
from political_monitoring.tools.registry import find_tool
from political_monitoring.tools.timeline import Change


@dataclass(frozen=True, slots=True)
class Limits:
    """Longest times, seconds."""

    call: float = 5.0
    total: float = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one call brought: a result or the reason why there is none."""

    call: ToolCall
    result: Any = None
    error: PolmonError | None = None

    @property
    def results(self) -> int:
        """How many things were found."""
        if self.result is None:
            return 0
        if isinstance(self.result, Relationships):
            return len(self.result.does) + len(self.result.acts)
        return len(self.result) if isinstance(self.result, list | tuple) else 1


@dataclass(frozen=True, slots=True)
class Findings:
    """All results of a plan, by kind, in the order of the plan."""

    statuses: tuple[ProcedureStatus, ...] = ()
    changes: tuple[Change, ...] = ()
    facts: tuple[Fact, ...] = ()
    acts: tuple[Act, ...] = ()
    hits: tuple[Hit, ...] = ()
    names: tuple[NearName, ...] = ()
    holdings: Holdings | None = None
    failures: tuple[Finding, ...] = field(default=())


async def look_up(
    plan: Plan, graph: KnowledgeGraph, executor: Executor, limits: Limits
) -> AsyncGenerator[Finding]:
    """Run all calls at once and yield each as it comes back. Leaving early cancels what has not begun.

    A thread cannot be stopped: a call over its time is reported as failed and its late result ignored.
    """
    end = time.monotonic() + limits.total
    tasks = [asyncio.create_task(_call(call, graph, executor, end, limits.call)) for call in plan.calls]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


async def _call(
    call: ToolCall, graph: KnowledgeGraph, executor: Executor, end: float, longest: float
) -> Finding:
    tool = find_tool(call.tool)
    work = asyncio.get_running_loop().run_in_executor(executor, tool.find, graph, call.arguments)
    seconds = max(0.0, min(longest, end - time.monotonic()))
    try:
        return Finding(call, await asyncio.wait_for(work, seconds))
    except TimeoutError:
        return Finding(call, error=TryLater(f"{call.tool} took longer than {seconds:.0f} seconds."))
    except PolmonError as error:
        return Finding(call, error=error)


def gather(plan: Plan, findings: list[Finding]) -> Findings:
    """Findings by kind.

    Raises:
        PolmonError: every call failed, so that "nothing was found" would be untrue; the first one's error.
    """
    failures = [finding for finding in findings if finding.error]
    if failures and len(failures) == len(findings) and failures[0].error:
        raise failures[0].error
    order = {id(call): number for number, call in enumerate(plan.calls)}
    things: list[Any] = []
    for finding in sorted(findings, key=lambda finding: order[id(finding.call)]):
        things += finding.result if isinstance(finding.result, list | tuple) else [finding.result]
    return Findings(
        statuses=tuple(thing for thing in things if isinstance(thing, ProcedureStatus)),
        changes=tuple(thing for thing in things if isinstance(thing, Change)),
        facts=tuple(thing for thing in things if isinstance(thing, Fact)),
        acts=tuple(act for thing in things for act in _acts(thing)),
        hits=tuple(thing for thing in things if isinstance(thing, Hit)),
        names=tuple(thing for thing in things if isinstance(thing, NearName)),
        holdings=next((thing for thing in things if isinstance(thing, Holdings)), None),
        failures=tuple(failures),
    )


def _acts(thing: Any) -> tuple[Act, ...]:
    if isinstance(thing, Relationships):
        return thing.acts
    return (thing,) if isinstance(thing, Act) else ()
