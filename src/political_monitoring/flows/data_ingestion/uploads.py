"""Files that were uploaded with the form: brought from the panel to where they are kept.

The panel completes an upload only after the run was launched, so a run may be earlier than its files.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote

import httpx

from political_monitoring.errors import OperatorError

ARRIVE_SECONDS = 60
POLL_SECONDS = 0.25


class _Stream(Protocol):
    def read(self) -> Iterable[bytes]: ...
    def __enter__(self) -> "_Stream": ...
    def __exit__(self, *_: object) -> None: ...


class RunFiles(Protocol):
    """What Kodosumi's tracer gives access to: the files of one run."""

    def ls(self, path: str = "in") -> Sequence[dict[str, object]]:
        """Files under a folder of the run, each with its `path` and `size`."""

    def open(self, path: str) -> _Stream:
        """Stream of one of them."""


def is_a_file_name(name: str) -> bool:
    """Whether an upload's name stays inside a folder and says something."""
    path = PurePosixPath(name)
    return name.isprintable() and bool(path.name) and not path.is_absolute() and ".." not in path.parts


def fetch_uploads(names: Sequence[str], files: RunFiles, folder: Path) -> None:
    """Bring the named files into the folder, waiting until all have arrived.

    Raises:
        OperatorError: they did not arrive in time, or the panel does not give them.
    """
    try:
        _await_all(names, files)
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with files.open(f"in/{quote(name)}") as stream, target.open("wb") as kept:
                kept.writelines(stream.read())
    except (httpx.HTTPError, OSError) as error:
        raise OperatorError(
            f"The uploaded files cannot be fetched from the panel: {type(error).__name__}"
        ) from None


def _await_all(names: Sequence[str], files: RunFiles) -> None:
    """Until all are there and none of them grows any more."""
    deadline = time.monotonic() + ARRIVE_SECONDS
    before, now = None, _arrived(files)
    while (missing := set(names) - now.keys()) or now != before:
        if time.monotonic() > deadline:
            which = f", {min(missing)} among them" if missing else ""
            raise OperatorError(
                f"The {len(names):,} uploaded files have not all arrived in {ARRIVE_SECONDS} s{which}; "
                "upload them again"
            )
        time.sleep(POLL_SECONDS)
        before, now = now, _arrived(files)


def _arrived(files: RunFiles) -> dict[str, object]:
    """Sizes by name."""
    try:
        return {str(one["path"]).removeprefix("in/"): one["size"] for one in files.ls("in")}
    except FileNotFoundError:  # nothing yet
        return {}
