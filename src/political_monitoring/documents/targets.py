"""From what a person names (files, folders, patterns, URLs) to the single things to parse."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from political_monitoring.documents.formats import MEDIA_TYPES, RECORD_LINES, Format
from political_monitoring.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    FetchError,
    NotFound,
    UnreadableDocument,
    UserError,
)
from political_monitoring.settings import Settings
from political_monitoring.telemetry import redact

_RECORD_LINES_TYPES = frozenset({"application/jsonl", "application/x-ndjson", "application/x-jsonlines"})
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to parse: a file, the bytes behind a URL, one line of records. Picklable."""

    ref: str
    """How to name it to a person: path, URL, or either with a line number."""
    path: Path | None = None
    data: bytes | None = None
    """The content, where `path` alone does not lead to it."""
    media_type: str = ""
    """The server's Content-Type, or "" for a file."""
    locator: str = ""
    """Where in the file, for one line of records: "line 12"."""
    language: str = ""
    """ISO 639-1 code of its language, if somebody has said so who knows, for what does not say it itself."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something named that cannot even be looked into."""

    ref: str
    error: DocumentError | FetchError


def iter_items(targets: Sequence[str], settings: Settings) -> Iterator[Item | Refused]:
    """Everything the targets name, in order, each file once, records line by line.

    A folder is read with all its subfolders, sorted by name, without hidden files. Of files only JSONL is
    opened here, and never held as a whole, so that any number of records streams through.

    Raises:
        NotFound: a target does not exist or a pattern matches nothing; at once, before anything is yielded.
        UserError: a URL that is neither http nor https.
    """
    return _each([_resolve(target) for target in targets], settings)


def _resolve(target: str) -> str | list[Path]:
    """A URL, or the paths a target stands for."""
    scheme, separator, _ = target.partition("://")
    if separator:
        if scheme.lower() not in {"http", "https"}:
            raise UserError(f"{redact(target)} cannot be read: only http and https URLs are")
        return target
    path = Path(target).expanduser()
    if path.exists() or path.is_symlink():
        return [path]
    if not glob.has_magic(target):
        raise NotFound(f"{target} does not exist; name a file, a folder, a pattern or a URL")
    # Not Path.glob: it takes no absolute patterns and shows hidden files.
    if not (matches := sorted(glob.glob(str(path), recursive=True))):  # noqa: PTH207
        raise NotFound(f"the pattern {target} matches no file")
    return [Path(match) for match in matches]


def _each(resolved: list[str | list[Path]], settings: Settings) -> Iterator[Item | Refused]:
    seen: set[Path] = set()
    for target in resolved:
        if isinstance(target, str):
            yield from _fetched(target, settings)
            continue
        for file in (file for path in target for file in _files(path)):
            if isinstance(file, Refused):
                yield file
            elif (real := _real(file)) is None:
                yield Refused(
                    shown(file), UnreadableDocument(f"{shown(file)} is a link that leads back to itself")
                )
            elif real not in seen:
                seen.add(real)
                yield from _items_of(file, settings.limits.document_bytes)


def _real(file: Path) -> Path | None:
    """Where a path leads; None when it leads in a circle."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):  # which of them depends on the version of Python
        return None


def shown(path: Path | str) -> str:
    """A path as it can be printed and stored: what would break a line or a terminal, or is no UTF-8, is escaped."""
    name = str(path)
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def _files(path: Path) -> Iterator[Path | Refused]:
    if not path.is_dir():
        yield path
        return
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        for error in unreadable:
            ref = shown(error.filename)
            yield Refused(ref, UnreadableDocument(f"{ref} cannot be read: {error.strerror}"))
        unreadable.clear()


def _items_of(file: Path, longest: int) -> Iterator[Item | Refused]:
    ref = shown(file)
    if not file.is_file():
        what = "points to nothing" if file.is_symlink() else "is not a regular file"
        yield Refused(ref, UnreadableDocument(f"{ref} {what}"))
    elif file.suffix.lower() not in RECORD_LINES:
        yield Item(ref, path=file)
    else:
        try:
            with file.open("rb") as stream:
                yield from _lines(stream, ref, file, longest)
        except OSError as error:
            yield Refused(ref, UnreadableDocument(f"{ref} cannot be read: {error.strerror}"))


def _lines(stream: BinaryIO, ref: str, path: Path | None, longest: int) -> Iterator[Item | Refused]:
    """One item for each line that is not blank."""
    number = records = 0
    while line := stream.readline(longest + 1):
        number += 1
        where = f"{ref}:{number}"
        record = line.strip().removeprefix(b"\xef\xbb\xbf")
        if len(line) > longest:
            yield Refused(where, DocumentTooLarge(f"{where} is longer than {longest:,} bytes"))
            while line and not line.endswith(b"\n"):
                line = stream.readline(longest)
        elif not records and (problem := _not_lines(record)):
            yield Refused(ref, UnreadableDocument(f"{ref} {problem}"))
            return
        elif record:
            yield Item(where, path, record, MEDIA_TYPES[Format.JSON], f"line {number}")
        records += bool(record)
    if not records:
        yield Refused(ref, EmptyDocument(f"{ref} is empty"))


def _not_lines(record: bytes) -> str:
    """Why a file that begins with this line is no JSONL, which spares an error for each of its lines."""
    if b"\0" in record:
        return "is named as JSONL but is binary"
    if record in {b"{", b"["}:
        return "is named as JSONL but holds JSON over several lines; name it .json"
    return ""


def _fetched(url: str, settings: Settings) -> Iterator[Item | Refused]:
    from political_monitoring.fetch import fetch_now  # an HTTP client is loaded only for URLs

    try:
        response = fetch_now(url, settings.fetch, settings.limits.document_bytes)
    except FetchError as error:
        yield Refused(redact(url), error)
        return
    kind = response.media_type.split(";", 1)[0].strip().lower()
    if kind in _RECORD_LINES_TYPES or Path(urlsplit(url).path).suffix.lower() in RECORD_LINES:
        yield from _lines(BytesIO(response.data), url, None, settings.limits.document_bytes)
    else:
        yield Item(url, data=response.data, media_type=response.media_type or _UNKNOWN_TYPE)
