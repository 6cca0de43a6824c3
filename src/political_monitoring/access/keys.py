"""Keys, in the database of the public ledger whatever the workspace: made, listed, revoked; never read back.

A key is `polmon_<id>_<secret>`: a prefix that secret scanners can know, a public id, and 256 random bits. Only the
SHA-256 of the whole is stored. A slow hash would protect what people think of as a password and others guess; 256
random bits are not guessed (decision 19).
"""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from hmac import compare_digest

from sqlalchemy import Engine, insert, select, update

from political_monitoring.access.callers import Caller, Role
from political_monitoring.clock import Clock
from political_monitoring.database.engine import transaction
from political_monitoring.database.places import open_tables
from political_monitoring.database.tables import access_keys
from political_monitoring.settings import PUBLIC, Settings

FORM = re.compile(r"polmon_([0-9a-f]{10})_[0-9a-f]{64}")
"""What a key looks like; the group is its id."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is stored of a key.

    Attributes:
        digest: SHA-256 of the whole key, as hex; not shown.
        workspaces: those it may read, the first one if none is asked for; empty: all.
        rate: requests it allows in each replica, as in 60/minute.
        expires_at: from then on it is not valid; None: never.
        last_used_at: a minute before the truth at most; None: never.
    """

    id: str
    digest: str = field(repr=False)
    name: str
    role: Role
    workspaces: tuple[str, ...]
    rate: str
    created_at: dt.datetime
    expires_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    last_used_at: dt.datetime | None = None

    @property
    def caller(self) -> Caller:
        """Whoever shows it."""
        return Caller(self.id, self.name, self.role, self.workspaces)

    def state(self, now: dt.datetime) -> str:
        """valid, revoked or expired."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "valid"

    def opened_by(self, shown: str) -> bool:
        """Whether `shown` is this key; takes the same time for every wrong one."""
        return compare_digest(_digest(shown), self.digest)


def id_in(shown: str) -> str:
    """The public id in what looks like a key; empty when it does not."""
    found = FORM.fullmatch(shown)
    return found[1] if found else ""


def open_keys(settings: Settings, clock: Clock) -> "KeyStore":
    """The keys of the installation, brought to the newest schema.

    Raises:
        ConfigInvalid: POLMON_DATABASE_DSN is not a database URL.
        MissingDependency: PostgreSQL without psycopg.
        StoreUnavailable: the database cannot be opened or written.
    """
    return KeyStore(open_tables(settings.in_workspace(PUBLIC)), clock)


class KeyStore:
    """All keys. A method is a transaction; all raise StoreUnavailable if the database fails."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def create(
        self,
        name: str,
        role: Role,
        workspaces: Collection[str],
        rate: str,
        expires_at: dt.datetime | None = None,
    ) -> tuple[str, Key]:
        """A new key, which nobody can read again, and what is stored of it."""
        public = secrets.token_hex(5)
        shown = f"polmon_{public}_{secrets.token_hex(32)}"
        key = Key(
            public, _digest(shown), name, role, tuple(workspaces), rate, self._clock(), expires_at=expires_at
        )
        row = {column.name: getattr(key, column.name) for column in access_keys.columns}
        with transaction(self._engine) as connection:
            connection.execute(insert(access_keys), [row | {"workspaces": list(workspaces)}])
        return shown, key

    def all(self) -> list[Key]:
        """Every key ever made, oldest first."""
        query = select(access_keys).order_by(access_keys.c.created_at, access_keys.c.id)
        with transaction(self._engine) as connection:
            rows = connection.execute(query).mappings()
            return [Key(**{**row, "workspaces": tuple(row["workspaces"])}) for row in rows]

    def revoke(self, key_id: str) -> bool:
        """Make a key invalid for good; whether there is such a key. One revoked already stays as it is."""
        here = access_keys.c.id == key_id
        with transaction(self._engine) as connection:
            alive = here & access_keys.c.revoked_at.is_(None)
            connection.execute(update(access_keys).where(alive).values(revoked_at=self._clock()))
            return connection.scalar(select(access_keys.c.id).where(here)) is not None

    def used(self, key_id: str, moment: dt.datetime) -> None:
        """Note when a key was last used; what another replica has seen later stays."""
        last = access_keys.c.last_used_at
        older = (access_keys.c.id == key_id) & (last.is_(None) | (last < moment))
        with transaction(self._engine) as connection:
            connection.execute(update(access_keys).where(older).values(last_used_at=moment))

    def close(self) -> None:
        """Let go of connections; the store is not used afterwards."""
        self._engine.dispose()


def _digest(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
