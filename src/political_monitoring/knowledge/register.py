"""Which workspaces there are: a folder each, with the name in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import flock

from political_monitoring.errors import NotFound, StoreUnavailable
from political_monitoring.settings import PUBLIC, Settings

NAME_FILE = "name"
"""Holds the workspace's name; a folder without it is no workspace."""


def list_workspaces(settings: Settings) -> list[str]:
    """Names of the clients' workspaces, in order."""
    found = (settings.home / "workspaces").glob(f"[!.]*/{NAME_FILE}")
    return sorted(path.read_text("utf-8") for path in found)


def require_workspace(settings: Settings) -> None:
    """Make sure that the workspace the settings name has been made.

    Raises:
        NotFound: it has not.
    """
    if settings.graph.workspace != PUBLIC and not (settings.workspace_path / NAME_FILE).exists():
        raise NotFound(
            f"there is no workspace {settings.graph.workspace!r}; there are "
            f"{', '.join([PUBLIC, *list_workspaces(settings)])}, and `polmon workspace create` makes one"
        )


@contextmanager
def register_locked(settings: Settings, kind: int) -> Iterator[None]:
    """Workspaces come and go between writes to the public graph, never during one, or it would miss them.

    Args:
        settings: name the folder of everything.
        kind: LOCK_SH to write to all workspaces there are, LOCK_EX to change which there are.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock = (settings.home / "workspaces.lock").open("ab")
    except OSError as error:
        raise StoreUnavailable(f"{settings.home} cannot be written: {error.strerror}") from error
    with lock:
        flock(lock, kind)
        yield
