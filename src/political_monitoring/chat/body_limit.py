"""Refuses request bodies that are too large before they are held in memory."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from political_monitoring.chat.refusals import refuse
from political_monitoring.errors import TooLarge


class BodyLimit:
    """ASGI middleware: more than `limit` bytes of request body are answered with 413."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, then hand it to the application in one piece."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.limit:
                error = TooLarge(f"The request body is over {self.limit} bytes: shorten the conversation.")
                await refuse(send, error)
                return
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)
