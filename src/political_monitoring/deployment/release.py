"""Which code is deployed: a name that changes when, and only when, the package's files do.

Serve keeps the old code in its replicas as long as the document it is given stays the same. The release
stands in every application's arguments: edited code is loaded, and an edited replica count is not a restart.
"""

from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
_LOADED = {".py", ".yaml", ".md", ".json"}


def code_release(package: Path = PACKAGE) -> str:
    """Name of the code in `package`: version, `+`, eight hex digits over its files."""
    digest = sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in _LOADED):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + sha256(path.read_bytes()).digest())
    try:
        installed = version("political-monitoring")
    except PackageNotFoundError:
        installed = "0"
    return f"{installed}+{digest.hexdigest()[:8]}"
