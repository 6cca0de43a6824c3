"""Whoever is logged in to the panel may use the flow: the panel hands its user's session on with each request.

A session is a token that the panel has signed with the key which `polmon up` generates for it
(`deployment/credentials`, mode 0600), so a valid one proves that the panel has let its bearer in. The panel cannot
be told to send a key of ours.
"""

from collections.abc import Mapping

from jose import JWTError, jwt  # type: ignore[import-untyped]
from kodosumi.const import ALGORITHM, HEADER_KEY, TOKEN_KEY
from starlette.requests import cookie_parser

from political_monitoring.access.callers import Caller
from political_monitoring.chat.admission import Vouched
from political_monitoring.deployment.credentials import SESSION_KEY, credential_path
from political_monitoring.settings import Settings


def vouched_by_panel(settings: Settings) -> Vouched:
    """Who stands behind a request that the panel hands on: its user, or nobody."""
    path = credential_path(settings, SESSION_KEY)

    def vouched(headers: Mapping[str, str]) -> Caller | None:
        token = headers.get(HEADER_KEY) or cookie_parser(headers.get("cookie", "")).get(TOKEN_KEY)
        if not token or not path.exists():
            return None
        try:
            session = jwt.decode(token, path.read_text("ascii").strip(), algorithms=[ALGORITHM])
        except JWTError:
            return None
        return Caller("", f"user {session.get('sub', '')} of the panel", "operator")

    return vouched
