"""Every request has a caller, a workspace and a note for the audit: `request.state.caller`, `.workspace`, `.note`.

The middleware stands before any ASGI application of ours that asks who is asking. What it refuses is answered with
the OpenAI error object, and the body is not read.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from political_monitoring.access.auditing import Note
from political_monitoring.access.callers import Caller, Role
from political_monitoring.access.gate import Gate, refuse_key_in
from political_monitoring.chat.refusals import refuse
from political_monitoring.errors import PolmonError, TryLater

WORKSPACE_HEADER = "x-polmon-workspace"
_POLICY_VIOLATION = 1008
"""Code with which a web socket is closed, RFC 6455, 7.4.1."""

Vouched = Callable[[Mapping[str, str]], Caller | None]
"""Who stands behind a request without a key, by its headers; None: nobody who counts."""

log = logging.getLogger(__name__)


class Admission:
    """ASGI middleware: lets in whoever the gate lets in, and has it recorded.

    Args:
        app: what stands behind it.
        gate: None: whoever asks is at this machine, and nothing is recorded.
        role: that everything behind it takes.
        open_paths: below the application's root, what everybody may read (GET, no caller).
        vouched: another way in than a key.
    """

    def __init__(
        self,
        app: ASGIApp,
        gate: Gate | None = None,
        role: Role = "reader",
        open_paths: Collection[str] = (),
        vouched: Vouched = lambda _: None,
    ) -> None:
        self.app = app
        self._gate = gate or Gate()
        self._role: Role = role
        self._open_paths = open_paths
        self._vouched = vouched

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the caller and hand the request on, or refuse it."""
        if scope["type"] == "websocket":  # we offer none
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if scope["type"] != "http" or self._is_open(scope):
            await self.app(scope, receive, send)
            return
        note, at, started, status = Note(), self._gate.clock(), time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._admit(scope, receive, watched, note)
        finally:
            if self._gate.auditor is not None:
                self._gate.auditor.record(note, at, status, time.perf_counter() - started)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, note: Note) -> None:
        headers = Headers(scope=scope)
        try:
            refuse_key_in(scope["query_string"].decode("latin-1"))
            caller = self._vouched(headers) or await self._gate.admit(
                note, bearer(headers), _workspace(headers), self._role
            )
        except PolmonError as error:
            await refuse(send, _for_everybody(error))
            return
        state = {**scope.get("state", {}), "caller": caller, "workspace": note.workspace, "note": note}
        await self.app({**scope, "state": state}, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return scope["method"] == "GET" and path in self._open_paths


def _for_everybody(error: PolmonError) -> PolmonError:
    """An error without the places it names: whoever gets it has shown no key yet."""
    if error.http_status < 500:
        return error
    log.warning("Keys cannot be checked: %s", error)
    return TryLater("Keys cannot be checked at the moment; try again in a few seconds.")


def bearer(headers: Mapping[str, str]) -> str:
    """The key that is shown; empty: none."""
    scheme, _, key = headers.get("authorization", "").strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _workspace(headers: Headers) -> str:
    """The workspace that is asked for, percent-encoded or in UTF-8; empty: none."""
    return unquote(headers.get(WORKSPACE_HEADER, "").encode("latin-1").decode("utf-8", "replace"))
