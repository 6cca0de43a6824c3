"""The form that starts a run, and what it accepts.

Kodosumi puts messages and values into its page as HTML, so what a message quotes is escaped here.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from kodosumi.core import InputsError, forms

from political_monitoring.documents.load import iter_items
from political_monitoring.errors import UserError
from political_monitoring.ingestion.run import IngestionRequest
from political_monitoring.settings import Settings

LONGEST_NAME = 100
MOST_TARGETS = 1_000
SHOWN_MESSAGES = 5
DEFAULT_NAME = "Document ingestion"
DEFAULT_BATCH, LARGEST_BATCH = 10, 500
"""Few documents a batch: the progress of a run is told batch by batch, and a lost one is soon repeated."""
DEFAULT_ACTORS, MOST_ACTORS = 2, 64


@dataclass(frozen=True, slots=True)
class Submission:
    """A form filled in as it should be."""

    request: IngestionRequest
    actors: int
    """How many actors prepare documents."""

    def to_inputs(self) -> dict[str, Any]:
        """Plain values, which Kodosumi stores with the run and hands to its entry point."""
        return {**self.request.to_json(), "parallelism": self.actors}

    @classmethod
    def from_inputs(cls, inputs: Mapping[str, Any]) -> Self:
        """The opposite of `to_inputs`."""
        plain = dict(inputs)
        actors = plain.pop("parallelism")
        return cls(IngestionRequest.from_json(plain), actors)


def form() -> forms.Model:
    """The form as the panel shows it."""
    return forms.Model(
        forms.Markdown(
            "# Read documents into the knowledge graph\n"
            "Markdown, HTML, PDF, DOCX, JSON, JSONL, feeds and plain text. What is in the graph already is "
            "passed over; a run that was stopped goes on where it was when it is started again."
        ),
        forms.Errors(),
        forms.InputText("job_name", "Name of the job", value=DEFAULT_NAME, required=True),
        forms.InputArea(
            "targets",
            "Documents: folders, files or patterns on the server, or URLs, one a line",
            required=True,
            rows=6,
            placeholder="/data/bills/\n/data/reports/*.pdf\nhttps://example.org/act.html",
        ),
        forms.InputNumber("limit", "At most so many documents (empty: all)", min_value=1, step=1),
        forms.InputNumber(
            "batch_size",
            f"Documents written together (1 to {LARGEST_BATCH})",
            value=str(DEFAULT_BATCH),
            min_value=1,
            max_value=LARGEST_BATCH,
            step=1,
        ),
        forms.InputNumber(
            "parallelism",
            f"Actors that read documents at the same time (1 to {MOST_ACTORS})",
            value=str(DEFAULT_ACTORS),
            min_value=1,
            max_value=MOST_ACTORS,
            step=1,
        ),
        forms.Checkbox("force", "Read again what is in the graph already", label="Known documents"),
        forms.Submit("Start"),
        forms.Cancel("Cancel"),
    )


def read_form(inputs: Mapping[str, Any], settings: Settings) -> Submission:
    """What a filled form asks for. Looks up on this machine whether paths exist; fetches nothing.

    Raises:
        InputsError: at least one field is wrong; the messages stand at their fields.
    """
    error = InputsError()
    fields = _Fields(inputs, error)
    request = IngestionRequest(
        job_name=fields.name("job_name"),
        targets=fields.targets("targets", settings),
        limit=fields.number("limit", "The limit", None, None),
        batch_size=fields.number("batch_size", "The batch size", DEFAULT_BATCH, LARGEST_BATCH)
        or DEFAULT_BATCH,
        force=bool(inputs.get("force")),
    )
    actors = (
        fields.number("parallelism", "The number of actors", DEFAULT_ACTORS, MOST_ACTORS) or DEFAULT_ACTORS
    )
    if error.has_errors():
        raise error
    return Submission(request, actors)


class _Fields:
    """Reads fields one by one; what is wrong goes to the error, so that all of it is seen at once."""

    def __init__(self, inputs: Mapping[str, Any], error: InputsError) -> None:
        self._inputs = inputs
        self._error = error

    def name(self, field: str) -> str:
        name = self._text(field).strip()
        if not name:
            self._refuse(field, "Give the job a name.")
        elif len(name) > LONGEST_NAME or not name.isprintable():
            self._refuse(field, f"The name must be one line of at most {LONGEST_NAME} characters.")
        return name

    def targets(self, field: str, settings: Settings) -> tuple[str, ...]:
        lines = [(number, line.strip()) for number, line in enumerate(self._text(field).splitlines(), 1)]
        named = [(number, target) for number, target in lines if target]
        if not named:
            self._refuse(field, "Name at least one folder, file, pattern or URL.")
        if len(named) > MOST_TARGETS:
            self._refuse(field, f"Name at most {MOST_TARGETS:,} targets; a folder counts as one.")
            return ()
        problems = [f"Line {number}: {why}." for number, line in named if (why := _problem(line, settings))]
        for problem in problems[:SHOWN_MESSAGES]:
            self._refuse(field, problem)
        if left_out := len(problems[SHOWN_MESSAGES:]):
            self._refuse(field, f"And {left_out:,} more lines are wrong.")
        return tuple(dict.fromkeys(target for _, target in named))

    def number(self, field: str, what: str, default: int | None, most: int | None) -> int | None:
        value = self._inputs.get(field)
        text = "" if value is None else str(value).strip()
        if not text:
            return default
        # At most nine digits: no list is longer, and a number of any length is costly to convert.
        if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= (most or 10**9):
            return int(text)
        upper = f" to {most:,}" if most else ""
        self._refuse(field, f"{what} must be a whole number from 1{upper}.")
        return default

    def _text(self, field: str) -> str:
        value = self._inputs.get(field)
        return value if isinstance(value, str) else ""

    def _refuse(self, field: str, message: str) -> None:
        self._error.add(**{field: html.escape(message, quote=False)})


def _problem(target: str, settings: Settings) -> str:
    """Why a target cannot be read, or nothing."""
    if "://" in target:
        try:
            parts = urlsplit(target)
            if parts.username is not None or parts.password is not None:
                return "the URL holds a user name or password, which would be kept in logs; leave it out"
            if not parts.hostname:
                return f"the URL {target} names no host"
        except ValueError:
            return f"{target} is not a URL"
    elif not Path(target).is_absolute():
        return f"{target} is not an absolute path; the server's working folder is not yours"
    try:
        iter_items([target], settings)
    except (UserError, ValueError) as error:
        return str(error)
    return ""
