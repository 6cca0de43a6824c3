"""Generated secrets of a running system: files only their owner can read, never shown, never logged."""

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from political_monitoring.errors import OperatorError
from political_monitoring.settings import Settings

ADMIN_PASSWORD = "kodosumi-admin-password"  # noqa: S105 - the file's name
SESSION_KEY = "kodosumi-session-key"
RAY_TOKEN = "ray-token"  # noqa: S105 - the file's name


def credential_path(settings: Settings, name: str) -> Path:
    """Where a secret is kept, whether it exists or not."""
    return settings.run_path / "secrets" / name


def credential(settings: Settings, name: str) -> str:
    """A secret, generated when it is first asked for."""
    path = credential_path(settings, name)
    try:
        if kept := path.read_text("ascii").strip():
            return kept
    except FileNotFoundError:
        pass
    value = secrets.token_urlsafe(32)
    write_credential(settings, name, value)
    return value


def write_credential(settings: Settings, name: str, value: str) -> None:
    """Keep a secret that was made elsewhere, in the place of the one of its name."""
    path = credential_path(settings, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value + "\n")
    draft.rename(path)


def admin_password(settings: Settings) -> str:
    """The panel's password for the user `admin`.

    Raises:
        OperatorError: the system has not been started yet.
    """
    try:
        return credential_path(settings, ADMIN_PASSWORD).read_text("ascii").strip()
    except OSError:
        raise OperatorError("the panel has no password yet; `polmon up` makes one") from None


def forget_lost_password(settings: Settings, database: Path) -> None:
    """When the password's file is gone, let Kodosumi make its `admin` anew: it stores only a hash."""
    if credential_path(settings, ADMIN_PASSWORD).exists() or not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM roles WHERE name = 'admin'")
