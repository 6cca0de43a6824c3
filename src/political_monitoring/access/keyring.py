"""The keys as one replica knows them: read from the database every other second, and only while somebody asks."""

import datetime as dt
import logging
from collections.abc import Callable
from threading import Lock

from political_monitoring.access.keys import Key, KeyStore, id_in
from political_monitoring.clock import Clock
from political_monitoring.errors import PolmonError

LIFE = dt.timedelta(seconds=2)
"""How long a replica may not know of a new key, or of a revoked one."""
NOTED_EVERY = dt.timedelta(minutes=1)
"""How often the last uses are written."""

_logger = logging.getLogger(__name__)


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
        self._used: dict[str, dt.datetime] = {}
        self._noted_at = clock()
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
            if now - self._noted_at >= NOTED_EVERY:
                self._noted_at = now
                self._note(self._store)

    def claimed(self, shown: str) -> Key | None:
        """The key whose id stands in what is shown, which proves nothing yet."""
        return self._keys.get(id_in(shown))

    def valid(self, shown: str) -> Key | None:
        """The key that is shown, if it is one, and neither revoked nor expired."""
        key, now = self.claimed(shown), self._clock()
        if key is None or not key.opened_by(shown) or key.state(now) != "valid":
            return None
        self._used[key.id] = now
        return key

    def close(self) -> None:
        """Write the last uses, and let go of the database."""
        with self._lock:
            if self._store is not None:
                self._note(self._store)
                self._store.close()

    def _note(self, store: KeyStore) -> None:
        used, self._used = self._used, {}
        try:
            store.used(used)
        except PolmonError as error:  # no reason to refuse anybody
            _logger.warning("When keys were last used could not be written: %s", error)
