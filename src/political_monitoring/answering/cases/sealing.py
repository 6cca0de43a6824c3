"""The seal of a case file: SHA-256 over everything in it but the seal itself, and the canonical JSON it is taken of.

It needs no key, so it tells an altered file from the one that was exported, and does not tell who exported it. Whoever
noted the seal elsewhere can tell a file that was sealed anew, too.
"""

import json
from hashlib import sha256
from typing import Any

from political_monitoring.answering.cases.case import Case
from political_monitoring.errors import UserError

NO_SEAL = "0" * 64
"""Stands in the seal's place while it is computed."""


def seal_of(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return sha256(content).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON values in the one form that is sealed: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def case_json(case: Case) -> bytes:
    """A case in canonical form."""
    # Not model_dump_json: it refuses half a surrogate pair, which a document may hold.
    return canonical(case.model_dump(mode="json"))


def read_json(content: bytes) -> Any:
    """JSON values, strictly: no name may come twice, so that no two readers see different things.

    Raises:
        UserError: it is not such JSON.
    """
    try:
        return json.loads(content, object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise UserError(f"the case in the file is not JSON: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")
