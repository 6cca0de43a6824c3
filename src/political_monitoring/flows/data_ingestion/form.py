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

from political_monitoring.documents.dates import LANGUAGES
from political_monitoring.documents.load import iter_items
from political_monitoring.errors import OperatorError, UserError
from political_monitoring.extraction.open import check_mode
from political_monitoring.flows.data_ingestion.uploads import is_a_file_name
from political_monitoring.ingestion.run import IngestionRequest
from political_monitoring.setting_sections import WAYS_OF_READING, ExtractionMode
from political_monitoring.settings import Settings

LONGEST_NAME = 100
MOST_TARGETS = 1_000
SHOWN_MESSAGES = 5
DEFAULT_NAME = "Document ingestion"
DEFAULT_BATCH, LARGEST_BATCH = 5, 500
"""Few documents a batch: the progress of a run is told batch by batch, and a lost one is soon repeated."""
DEFAULT_ACTORS, MOST_ACTORS = 2, 64
_NAMES_OF_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian"}


@dataclass(frozen=True, slots=True)
class Submission:
    """A form filled in as it should be."""

    request: IngestionRequest
    actors: int
    """How many actors prepare documents."""
    uploads: tuple[str, ...] = ()
    """Names of files that the panel holds for the run."""
    clear: bool = False
    """Withdraw all documents from the graph before."""

    def to_inputs(self) -> dict[str, Any]:
        """Plain values, which Kodosumi stores with the run and hands to its entry point."""
        return {
            "request": self.request.to_json(),
            "parallelism": self.actors,
            "uploads": list(self.uploads),
            "clear": self.clear,
        }

    @classmethod
    def from_inputs(cls, inputs: Mapping[str, Any]) -> Self:
        """The opposite of `to_inputs`."""
        return cls(
            IngestionRequest.from_json(inputs["request"]),
            inputs["parallelism"],
            tuple(inputs["uploads"]),
            inputs["clear"],
        )


def form() -> forms.Model:
    """The form as the panel shows it."""
    return forms.Model(
        forms.Markdown(
            "# Read documents into the knowledge graph\n"
            "Markdown, HTML, PDF, DOCX, ODT, RTF, mails, JSON, JSONL, feeds, plain text, and the XML and JSON of "
            "parliaments and official journals. What is in the graph already is passed over; "
            "a run that was stopped goes on where it was when it is started again."
        ),
        forms.Errors(),
        forms.InputText("job_name", "Name of the job", value=DEFAULT_NAME, required=True),
        forms.InputArea(
            "targets",
            "Documents: folders, files or patterns on the server, or URLs, one a line",
            rows=6,
            placeholder="/data/bills/\n/data/reports/*.pdf\nhttps://example.org/act.html",
        ),
        forms.InputFiles("uploads", "And files of yours", multiple=True),
        forms.Checkbox("store", "Everything new in it", label="The document store"),
        forms.InputNumber("limit", "At most so many documents (empty: all)", min_value=1, step=1),
        forms.Select("language", _languages(), "Language of documents that do not say theirs", value=""),
        forms.Select("extraction", _ways_of_reading(), "Facts are read", value=""),
        *_numbers(),
        forms.Checkbox("force", "Read again what is in the graph already", label="Known documents"),
        forms.Checkbox("clear", "Withdraw every document from the graph before", label="Clear"),
        forms.InputText("clear_confirm", "To clear, type the name of the job once more"),
        forms.Submit("Start"),
        forms.Cancel("Cancel"),
    )


def _languages() -> list[forms.InputOption]:
    known = [forms.InputOption(code, _NAMES_OF_LANGUAGES.get(code, code)) for code in LANGUAGES]
    return [forms.InputOption("", "found out from the text"), *known]


def _ways_of_reading() -> list[forms.InputOption]:
    offered = [forms.InputOption(mode, words) for mode, words in WAYS_OF_READING.items()]
    return [forms.InputOption("", "as POLMON_EXTRACTION_MODE says"), *offered]


def _numbers() -> list[forms.InputNumber]:
    return [
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
    ]


def read_form(inputs: Mapping[str, Any], settings: Settings) -> Submission:
    """What a filled form asks for. Looks up on this machine whether paths exist; fetches nothing.

    Raises:
        InputsError: at least one field is wrong; the messages stand at their fields.
    """
    error = InputsError()
    fields = _Fields(inputs, error)
    name, uploads = fields.name("job_name"), fields.uploads("uploads")
    store = [str(settings.documents_path)] if fields.store("store", settings) else []
    request = IngestionRequest(
        job_name=name,
        targets=(*fields.targets("targets", settings, needed=not (uploads or store)), *store),
        limit=fields.number("limit", "The limit", None, None),
        batch_size=fields.number("batch_size", "The batch size", DEFAULT_BATCH, LARGEST_BATCH)
        or DEFAULT_BATCH,
        force=bool(inputs.get("force")),
        language=fields.language("language"),
        extraction=fields.extraction("extraction", settings),
    )
    clear = fields.clear("clear", "clear_confirm", name)
    actors = (
        fields.number("parallelism", "The number of actors", DEFAULT_ACTORS, MOST_ACTORS) or DEFAULT_ACTORS
    )
    if error.has_errors():
        raise error
    return Submission(request, actors, uploads, clear)


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

    def uploads(self, field: str) -> tuple[str, ...]:
        """Kodosumi gives the names of what the panel holds, as a set."""
        names = sorted(str(name) for name in self._inputs.get(field) or ())
        if wrong := [name for name in names if not is_a_file_name(name)]:
            self._refuse(field, f"{wrong[0]!r} is not the name of a file.")
        return tuple(names)

    def store(self, field: str, settings: Settings) -> bool:
        wanted, folder = bool(self._inputs.get(field)), settings.documents_path
        if wanted and not folder.is_dir():
            self._refuse(field, f"There is no document store yet: {folder} does not exist.")
        return wanted

    def language(self, field: str) -> str:
        code = self._text(field).strip()
        if code and code not in LANGUAGES:
            self._refuse(field, "Choose one of the languages offered.")
            return ""
        return code

    def extraction(self, field: str, settings: Settings) -> ExtractionMode | None:
        given = self._text(field).strip()
        mode = next((one for one in WAYS_OF_READING if one == given), None)
        if given and mode is None:
            self._refuse(field, "Choose one of the ways offered.")
            return None
        try:
            check_mode(settings.reading_by(mode))
        except OperatorError as error:
            self._refuse(field, f"{str(error).rstrip('.')}.")
        return mode

    def clear(self, field: str, confirmation: str, name: str) -> bool:
        wanted = bool(self._inputs.get(field))
        if wanted and self._text(confirmation).strip() != name:
            self._refuse(confirmation, f"Type the name of the job, {name}, to withdraw every document.")
        return wanted

    def targets(self, field: str, settings: Settings, *, needed: bool) -> tuple[str, ...]:
        lines = [(number, line.strip()) for number, line in enumerate(self._text(field).splitlines(), 1)]
        named = [(number, target) for number, target in lines if target]
        if needed and not named:
            self._refuse(field, "Name at least one folder, file, pattern or URL, or upload files.")
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
