"""Every request has a caller: `request.state.caller`."""

from starlette.types import ASGIApp, Receive, Scope, Send

from political_monitoring.access.callers import LOCAL


class Admission:
    """ASGI middleware: says who is asking."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the caller, then hand the request on."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["caller"] = LOCAL
        await self.app(scope, receive, send)
