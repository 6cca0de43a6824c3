"""What became of every item of a run, for people (Markdown) and machines (JSON)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from political_monitoring.documents.differences import Differences
from political_monitoring.domain.documents import Document
from political_monitoring.domain.model_use import ModelReading
from political_monitoring.ingestion.model_report import (
    model_line,
    model_notes,
    model_rows,
    model_totals,
)

ItemState = Literal["committed", "unchanged", "duplicate", "refused", "failed", "quarantined"]
"""Where an item ends: written; known already; repeating other documents only; unusable; broken on the way;
broken so often that it is not tried any more.
"""

DocumentState = Literal["added", "revised", "unchanged", "duplicate", "failed"]

_ENDS: dict[ItemState, str] = {
    "committed": "ingested",
    "unchanged": "unchanged",
    "duplicate": "duplicates",
    "refused": "refused",
    "failed": "failed",
    "quarantined": "quarantined",
}
"""As people read them. Every item found is in one of them: a run whose ledger says otherwise has failed."""

SHOWN_FAILURES = 100
SHOWN_DOCUMENTS = 50
SHOWN_PLACES = 3
SHOWN_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something was not ingested."""

    state: Literal["refused", "failed", "quarantined"]
    code: str
    """Stable machine-readable name, as in errors.py."""
    sentence: str
    detail: str = field(default="", repr=False)
    """Traceback of an unexpected failure, redacted: for whoever repairs it, never for the report."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a document says about itself, and where it says so."""

    field: str
    value: str
    where: str
    """In words for a person: "front matter", "name of the file"."""


def found_in(document: Document) -> tuple[Found, ...]:
    """Title, date, language, source, jurisdiction, kind and address, as far as they were found."""
    return tuple(Found(name, str(getattr(document, name)), where) for name, where in document.origins)


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one document."""

    id: str
    title: str
    content_hash: str
    state: DocumentState
    duplicate_of: str | None = None
    similarity: float | None = None
    """To that one, in 0..1; None: its very content."""
    differences: Differences | None = None
    """From the version that it revises."""
    passages: int = 0
    entities: int = 0
    facts: int = 0
    superseded: int = 0
    """Older facts whose validity it ended."""
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    found: tuple[Found, ...] = ()
    model: ModelReading | None = None
    """What a language model had to do with it."""


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What became of one item: a file, a URL or a line of a JSONL, with the documents that came out of it."""

    ref: str
    state: ItemState
    documents: tuple[DocumentReport, ...] = ()
    failure: Failure | None = None
    seconds: float = 0
    """Time to parse it and extract from it."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """A whole run. `items` are in the order in which they were settled."""

    run_id: str
    job_name: str
    targets: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    items: tuple[ItemReport, ...]
    notes: tuple[str, ...] = ()
    """What the reader should know about the run as a whole."""
    currency: str = ""
    """What the cost of a language model is in."""

    @property
    def states(self) -> Counter[str]:
        """Number of items by state."""
        return Counter(item.state for item in self.items)

    @property
    def has_failures(self) -> bool:
        """Whether a command that ran it ends with exit code 1."""
        return any(item.failure for item in self.items)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """What the reader should know about the run as a whole, a used-up budget included."""
        return (*self.notes, *model_notes(self._readings))

    @property
    def seconds(self) -> float:
        """From start to finish."""
        return (self.finished_at - self.started_at).total_seconds()

    def summary_rows(self) -> list[tuple[str, str]]:
        """What happened, in rows of (what, how much)."""
        states = self.states
        written = [d for item in self.items for d in item.documents if d.state in ("added", "revised")]
        rate = f", {len(self.items) / self.seconds:,.0f} items a second" if self.seconds else ""
        ends = " + ".join(_counted(states[state], word) for state, word in _ENDS.items() if states[state])
        return [
            ("found", f"{len(self.items):,} = {ends}" if ends else "0"),
            *((word, f"{states[state]:,}") for state, word in _ENDS.items()),
            ("passages written", f"{sum(document.passages for document in written):,}"),
            ("facts written", f"{sum(document.facts for document in written):,}"),
            ("older facts superseded", f"{sum(document.superseded for document in written):,}"),
            *model_rows(self._readings, self.currency),
            ("time", f"{self.seconds:,.1f} s{rate}"),
            ("run", self.run_id),
        ]

    @property
    def _readings(self) -> list[ModelReading]:
        return [document.model for item in self.items for document in item.documents if document.model]

    def failure_rows(self) -> list[tuple[str, str]]:
        """What is not in the graph and why, in rows of (item, reason)."""
        return [(item.ref, item.failure.sentence) for item in self.items if item.failure]

    def warning_rows(self) -> list[tuple[str, str]]:
        """What the reader should know about documents that are in the graph, in rows of (item, warning)."""
        return [
            (item.ref, warning)
            for item in self.items
            for document in item.documents
            for warning in document.warnings
        ]

    def to_markdown(self) -> str:
        """Summary first, then what went wrong, then the documents; long lists are cut and say by how much."""
        blocks = [f"# Ingestion: {self.job_name}", _table(self.summary_rows())]
        blocks += [f"> {note}" for note in self.all_notes]
        if self.has_failures:
            lines = [f"- `{_inline(ref)}`: {reason}" for ref, reason in self.failure_rows()]
            blocks += ["## Not ingested", _capped(lines, SHOWN_FAILURES, "items")]
        if warnings := self.warning_rows():
            lines = [f"- `{_inline(ref)}`: {_inline(warning)}" for ref, warning in warnings]
            blocks += ["## Warnings", _capped(lines, SHOWN_FAILURES, "warnings")]
        documents = [document for item in self.items for document in item.documents]
        if documents:
            places = _places(self.items)
            lines = [
                _document_line(document, places.get(document.id, ()), self.currency) for document in documents
            ]
            blocks += ["## Documents", _capped(lines, SHOWN_DOCUMENTS, "documents")]
        return "\n\n".join(blocks) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Everything, as an object that `json.dumps` takes."""
        return {
            "run_id": self.run_id,
            "job_name": self.job_name,
            "targets": list(self.targets),
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "found": len(self.items),
            "states": dict(self.states),
            "has_failures": self.has_failures,
            "notes": list(self.all_notes),
            "model": model_totals(self._readings, self.currency),
            "items": [_plain(item) for item in self.items],
        }


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word.removesuffix('s') if count == 1 else word}"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(["| What | |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in rows)])


def _capped(lines: Sequence[str], limit: int, noun: str) -> str:
    left_out = len(lines) - limit
    return "\n".join([*lines[:limit], *([f"- … and {left_out:,} more {noun}"] if left_out > 0 else [])])


def _places(items: Sequence[ItemReport]) -> dict[str, list[str]]:
    """Where repetitions of a document were found in the run, by its id."""
    places: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for document in item.documents:
            if document.duplicate_of:
                places[document.duplicate_of].append(item.ref)
    return places


def _document_line(document: DocumentReport, places: Sequence[str], currency: str) -> str:
    if document.duplicate_of:
        original = f"`{_inline(document.duplicate_of)}`"
        result = f"the same content as {original}"
        if document.similarity is not None:
            result = f"nearly the same as {original} ({document.similarity:.0%})"
    elif document.failure:
        result = document.failure.sentence
    else:
        result = f"{document.passages:,} passages, {document.entities:,} entities, {document.facts:,} facts"
        if document.differences:
            result += f"; {document.differences}"
    if places:
        more = len(places) - SHOWN_PLACES
        shown = [f"`{_inline(ref)}`" for ref in places[:SHOWN_PLACES]]
        result += f"; also seen at {', '.join([*shown, *([f'{more:,} more'] if more > 0 else [])])}"
    found = ", ".join(
        f"{one.field} {_inline(one.value)} ({one.where})" for one in document.found if one.field != "url"
    )
    told = [model_line(document.model, currency)] if document.model else []
    remarks = f" ({'; '.join(told)})" if told else ""
    line = f"- {document.state}: `{_inline(document.id)}` {_inline(document.title)}: {result}{remarks}"
    return f"{line}\n  - {found}" if found else line


def _inline(text: str) -> str:
    """Fit to stand on one line, also between backquotes."""
    return " ".join(text.replace("`", "'").split())


def _plain(item: ItemReport) -> dict[str, Any]:
    plain = asdict(item)
    for part in (plain, *plain["documents"]):
        if part["failure"]:
            del part["failure"]["detail"]
    return plain
