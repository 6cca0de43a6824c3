"""A capsule: an answer with all that was done for it, as bytes that outlive the process.

Typed JSON, compressed. What a tool brought is read back by the tool's own signature, so that a capsule whose
tools have changed shape since is refused rather than misread.
"""

import datetime as dt
import inspect
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from political_monitoring import errors
from political_monitoring.answering.conversation import Question
from political_monitoring.answering.draft import Draft
from political_monitoring.answering.events import Answer, Checked, Work
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.planning import Plan, ToolCall
from political_monitoring.answering.understanding import Understanding
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import PolmonError, StoreUnavailable
from political_monitoring.tools.registry import find_tool

FORMAT = 1
MOST_BYTES = 8_000_000
"""Of one capsule, compressed; what is larger is not kept."""


@dataclass(frozen=True, slots=True)
class Capsule:
    """An answer and the work behind it."""

    answer: Answer
    work: Work


def pack(capsule: Capsule) -> bytes:
    """A capsule as bytes; `unpack` gives it back equal."""
    return zlib.compress(json.dumps(as_data(capsule), separators=(",", ":")).encode("ascii"))


def unpack(packed: bytes) -> Capsule:
    """The capsule that was packed.

    Raises:
        StoreUnavailable: the bytes are damaged, or of a version whose tools, questions or answers had another shape.
    """
    try:
        return _from_data(json.loads(zlib.decompress(packed)))
    except (zlib.error, ValueError, KeyError, TypeError, PolmonError) as error:
        # ValidationError is a ValueError; its own words name internals, and one of them is enough.
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise StoreUnavailable(
            f"The capsule cannot be read by this version of the product ({reason}); "
            "the version that wrote it can replay it"
        ) from error


def as_data(capsule: Capsule) -> dict[str, Any]:
    """A capsule as JSON values: what a machine reads of it."""
    work = capsule.work
    calls = list(work.plan.calls)
    # A second round asks what the plan did not foresee.
    calls += [one.call for one in work.findings if not any(one.call is call for call in calls)]
    return {
        "format": FORMAT,
        "answer": _json(Answer, capsule.answer),
        "work": {
            "question": _json(Question, work.question),
            "today": work.today.isoformat(),
            "understanding": _json(Understanding, work.understanding),
            "planned": len(work.plan.calls),
            "calls": [
                {
                    "tool": one.tool,
                    "arguments": {name: _tagged(value) for name, value in one.arguments.items()},
                }
                for one in calls
            ],
            "findings": [_finding_as_data(one, calls) for one in work.findings],
            "draft": _json(Draft, work.draft),
            "checked": _json(Checked, work.checked),
            "reasoner": work.reasoner,
            "model": work.model,
            "prompts": list(work.prompts),
        },
    }


def _finding_as_data(finding: Finding, calls: list[ToolCall]) -> dict[str, Any]:
    number = next(at for at, call in enumerate(calls) if call is finding.call)
    if finding.error:
        return {"call": number, "error": [type(finding.error).__name__, str(finding.error)]}
    return {"call": number, "result": _json(Any, finding.result)}


def _from_data(data: Mapping[str, Any]) -> Capsule:
    if data["format"] != FORMAT:
        raise ValueError(f"it has format {data['format']}, not {FORMAT}")
    work = data["work"]
    calls = [_call(one) for one in work["calls"]]
    return Capsule(
        _read(Answer, data["answer"]),
        Work(
            question=_read(Question, work["question"]),
            today=_read(dt.date, work["today"]),
            understanding=_read(Understanding, work["understanding"]),
            plan=Plan(tuple(calls[: work["planned"]])),
            findings=tuple(_finding(one, calls) for one in work["findings"]),
            draft=_read(Draft, work["draft"]),
            checked=_read(Checked, work["checked"]),
            reasoner=work["reasoner"],
            model=work["model"],
            prompts=tuple(work["prompts"]),
        ),
    )


def _call(data: Mapping[str, Any]) -> ToolCall:
    find_tool(data["tool"])
    return ToolCall(data["tool"], {name: _untagged(value) for name, value in data["arguments"].items()})


def _finding(data: Mapping[str, Any], calls: list[ToolCall]) -> Finding:
    call = calls[data["call"]]
    if "error" in data:
        name, text = data["error"]
        kind = getattr(errors, name, PolmonError)
        return Finding(call, error=kind(text))
    returns = _signature(find_tool(call.tool).function).return_annotation
    return Finding(call, _read(returns, data["result"]))


def _tagged(value: Any) -> Any:
    """An argument as JSON that says what it was: a model's are what it wrote, the local reasoner's are typed."""
    match value:
        case dt.datetime():
            return {"datetime": value.isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case AsOf():
            return {"AsOf": [_tagged(value.world), _tagged(value.known)]}
        case tuple():
            return {"tuple": [_tagged(one) for one in value]}
        case list():
            return [_tagged(one) for one in value]
        case dict():
            return {"object": {name: _tagged(one) for name, one in value.items()}}
        case _:
            return value


def _untagged(value: Any) -> Any:
    match value:
        case {"datetime": text}:
            return dt.datetime.fromisoformat(text)
        case {"date": text}:
            return dt.date.fromisoformat(text)
        case {"AsOf": [world, known]}:
            return AsOf(_untagged(world), _untagged(known))
        case {"tuple": list(items)}:
            return tuple(map(_untagged, items))
        case {"object": dict(items)}:
            return {name: _untagged(one) for name, one in items.items()}
        case list():
            return [_untagged(one) for one in value]
        case _:
            return value


def plain(tagged: Any) -> Any:
    """A tagged argument for people: what it was is left out."""
    if isinstance(tagged, dict):
        (inner,) = tagged.values()
        return {name: plain(one) for name, one in inner.items()} if "object" in tagged else plain(inner)
    return [plain(one) for one in tagged] if isinstance(tagged, list) else tagged


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function, eval_str=True)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _json(kind: Any, value: Any) -> Any:
    return _adapter(kind).dump_python(value, mode="json")


def _read(kind: Any, value: Any) -> Any:
    return _adapter(kind).validate_python(value)
