"""Which software answers: its version, and a digest of the rules that shape an answer."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_RULES = ("answering", "domain", "evidence", "tools")
_KINDS = frozenset({".py", ".yaml", ".md"})
_LENGTH = 8


@cache
def software_version() -> str:
    """ "0.1.0+1f0e3dad": two that differ may answer differently, though nobody has raised the version."""
    digest = sha256()
    package = Path(__file__).parent.parent
    files = [file for part in _RULES for file in (package / part).rglob("*") if file.suffix in _KINDS]
    for file in sorted(files):
        digest.update(f"{file.relative_to(package).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return f"{version('political-monitoring')}+{digest.hexdigest()[:_LENGTH]}"
