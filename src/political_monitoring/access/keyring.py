"""The keys as one replica knows them: read from the database every other second, and only while somebody asks."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from threading import Lock

from political_monitoring.access.keys import Key, KeyStore, id_in
from political_monitoring.clock import Clock
from political_monitoring.database.background import BackgroundWriter

LIFE = dt.timedelta(seconds=2)
"""How long a replica may not know of a new key, or of a revoked one."""
NOTED_EVERY = dt.timedelta(minutes=1)
"""How old the last use of a key may be as it is written."""
MOST_WAITING = 1_000
"""Last uses that may wait to be written."""


class Keyring:
    """All keys, at most LIFE old. Whatever is shown, known or not, no request reads the database for itself.

    Args:
        open_store: opens the keys; called at the first use, so that a replica starts while its database is away.
        clock: the present, for expiry and age.
    """

    def __init__(self, open_store: Callable[[], KeyStore], clock: Clock) -> None:
        self._open_store = open_store
        self._clock = clock
        self._store: KeyStore | None = None
        self._keys: dict[str, Key] = {}
        self._read_at: dt.datetime | None = None
        self._noted: dict[str, dt.datetime] = {}
        self._writer = BackgroundWriter("use", MOST_WAITING)
        self._lock = Lock()

    @property
    def stale(self) -> bool:
        """Whether `refresh` is due before anything is asked."""
        return self._read_at is None or abs(self._clock() - self._read_at) >= LIFE

    def refresh(self) -> None:
        """Read the keys if that is due. Blocks.

        Raises:
            StoreUnavailable: the database does not answer; until it does, no key is valid.
        """
        with self._lock:
            if not self.stale:
                return
            if self._store is None:
                self._store = self._open_store()
            now = self._clock()
            self._keys = {key.id: key for key in self._store.all()}
            self._read_at = now

    def claimed(self, shown: str) -> Key | None:
        """The key whose id stands in what is shown, which proves nothing yet."""
        return self._keys.get(id_in(shown))

    def valid(self, shown: str) -> Key | None:
        """The key that is shown, if it is one, and neither revoked nor expired."""
        key, now = self.claimed(shown), self._clock()
        if key is None or not key.opened_by(shown) or key.state(now) != "valid":
            return None
        self._note(key, now)
        return key

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        self._writer.close()
        if self._store is not None:
            self._store.close()

    def _note(self, key: Key, now: dt.datetime) -> None:
        """Have the use written, if what is written is old: no request costs a write of its own."""
        known = [moment for moment in (key.last_used_at, self._noted.get(key.id)) if moment is not None]
        if self._store is not None and all(now - moment >= NOTED_EVERY for moment in known):
            self._noted[key.id] = now
            self._writer.submit(f"of the key {key.id}", partial(self._store.used, key.id, now))
