"""How workspaces may be called, and what their folders are called."""

import re
import unicodedata
from hashlib import blake2b

_LONGEST_NAME = 100


def workspace_name(name: str) -> str:
    """The one spelling of a workspace's name, which may hold spaces and letters of any script.

    Raises:
        ValueError: it is empty, over 100 characters, or has a slash, a control character or dots alone.
    """
    spelt = unicodedata.normalize("NFC", name).strip()
    unfit = any(one in "/\\" or unicodedata.category(one) in {"Cc", "Cs"} for one in spelt)
    if unfit or not spelt.strip(".") or len(spelt) > _LONGEST_NAME:
        raise ValueError(
            f"{name!r:.120} cannot name a workspace: give 1 to {_LONGEST_NAME} characters, "
            "no slashes or control characters"
        )
    return spelt


def workspace_folder(name: str) -> str:
    """A folder's name for a workspace, safe on every file system: what can be read of it, and a digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    digest = blake2b(name.encode(), digest_size=6).hexdigest()
    return f"{readable}-{digest}" if readable else digest
