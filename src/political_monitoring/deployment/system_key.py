"""The system's own key: `polmon up` and `polmon status` ask their own servers with it where keys are demanded."""

from contextlib import closing

from political_monitoring.access.keys import KeyStore, id_in, open_keys
from political_monitoring.clock import utc_now
from political_monitoring.deployment.credentials import credential_path, write_credential
from political_monitoring.settings import Settings

NAME = "polmon up"
FILE = "system-key"
RATE = "100/second"


def prepare_system_key(settings: Settings) -> str:
    """Make sure that the system has a valid key of its own, in a file that only its owner can read.

    Returns:
        What whoever runs the system must be told; empty when nothing.

    Raises:
        StoreUnavailable: the database of the keys cannot be used.
    """
    if not settings.keys_demanded:
        return ""
    with closing(open_keys(settings, utc_now)) as store:
        if not _is_valid(store, _read(settings)):
            shown, _ = store.create(NAME, "operator", (), RATE)
            write_credential(settings, FILE, shown)
        valid = [key for key in store.all() if key.state(utc_now()) == "valid" and key.name != NAME]
    if valid:
        return ""
    return (
        f"note: {settings.server.host} can be reached by others, so every request needs a key, and there is none yet; "
        "`polmon keys create NAME` makes the first"
    )


def system_headers(settings: Settings) -> dict[str, str]:
    """Headers by which this machine's own requests are let in; none where no key is demanded or there is none yet."""
    shown = _read(settings) if settings.keys_demanded else ""
    return {"authorization": f"Bearer {shown}"} if shown else {}


def _read(settings: Settings) -> str:
    try:
        return credential_path(settings, FILE).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def _is_valid(store: KeyStore, shown: str) -> bool:
    found = [key for key in store.all() if key.id == id_in(shown)]
    return any(key.opened_by(shown) and key.state(utc_now()) == "valid" for key in found)
