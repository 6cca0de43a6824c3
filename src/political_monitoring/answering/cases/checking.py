"""Checking a case file offline: is every quotation where it says it is, and was the file altered?"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from pydantic import ValidationError

from political_monitoring.answering.cases.case import Case, Source
from political_monitoring.answering.cases.html import read_html, write_html
from political_monitoring.answering.cases.sealing import canonical, case_json, read_json, seal_of
from political_monitoring.answering.cases.word import read_docx, write_docx
from political_monitoring.errors import TooLarge, UserError

FileFormat = Literal["html", "docx", "json"]
MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a case file.

    Attributes:
        seal: that the file should carry, being as it is.
        problems: a sentence each; none: it is what was exported, and every quotation is where it says it is.
    """

    case: Case
    format: FileFormat
    seal: str
    problems: tuple[str, ...]


def write_case(case: Case, file_format: FileFormat) -> bytes:
    """A case as a sealed file. The same case gives the same bytes."""
    match file_format:
        case "html":
            return write_html(case)
        case "docx":
            return write_docx(case)
        case "json":
            return _json_file(case)


def check_file(content: bytes, seal: str = "") -> Checked:
    """Check a file's content without the graph.

    Args:
        seal: noted when the file was exported; empty: only the one the file carries counts.

    Raises:
        UserError: it carries no case.
        TooLarge: it has more than MOST_BYTES.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(f"the file has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    file_format, block, carried, computed = _opened(content)
    case = _case(read_json(block))
    problems = []
    if carried != computed:
        problems.append("The file was altered after it was exported: its seal does not match.")
    if seal and seal.lower() != computed:
        problems.append("The file is not the one of which this seal was noted.")
    problems += _marks(case)
    for source in case.sources:
        problems += [f"Source {source.number}: {problem}" for problem in _source(source)]
    return Checked(case, file_format, computed, tuple(problems))


def _opened(content: bytes) -> tuple[FileFormat, bytes, str, str]:
    """Format, the case's JSON, the seal carried, and the seal computed."""
    if content.startswith(b"PK"):
        return "docx", *read_docx(content)
    if content.lstrip().startswith(b"{"):
        return "json", *_read_json_file(content)
    return "html", *read_html(content)


def _json_file(case: Case) -> bytes:
    block = case_json(case)
    return _as_file(read_json(block), seal_of(block))


def _as_file(case: Any, seal: str) -> bytes:
    return json.dumps({"case": case, "seal": seal}, sort_keys=True, indent=1).encode("ascii") + b"\n"


def _read_json_file(content: bytes) -> tuple[bytes, str, str]:
    data = read_json(content)
    if set(data) != {"case", "seal"} or not isinstance(data["seal"], str):
        raise UserError("the file carries no case: it was not exported by `polmon answers export`")
    block = canonical(data["case"])
    # Two spellings of one value are one to a machine, not to a person: only the spelling exported is the file.
    as_exported = content == _as_file(data["case"], data["seal"])
    return block, data["seal"], seal_of(block) if as_exported else seal_of(content)


def _case(data: Any) -> Case:
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"the case in the file is not one that this version reads: {where}: {first['msg']}"
        ) from None


def _marks(case: Case) -> list[str]:
    problems = []
    if [source.number for source in case.sources] != list(range(1, len(case.sources) + 1)):
        problems.append("The sources are not numbered from 1 on.")
    for source in case.sources:
        mark = f"[{source.number}]"
        if not source.positions or any(case.answer[start:end] != mark for start, end in source.positions):
            problems.append(
                f"Source {source.number}: the answer has no mark {mark} where it should have one."
            )
    return problems


def _source(source: Source) -> list[str]:
    context = source.context
    start, end = source.start - context.start, source.end - context.start
    problems = []
    if not source.quote.strip() or start < 0 or context.text[start:end] != source.quote:
        problems.append("the quoted words do not stand at their place in the passage.")
    if end - start != len(source.quote) or context.end - context.start != len(context.text):
        problems.append("the places do not fit the lengths of the texts.")
    if sha256(source.quote.encode("utf-8", "surrogatepass")).hexdigest() != source.quote_hash:
        problems.append("the quoted words do not have the hash stated.")
    return problems
