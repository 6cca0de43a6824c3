"""What an application answers at its route prefix itself, and that it says who it is."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def at_prefix(app: ASGIApp) -> ASGIApp:
    """`app`, whose "/" also answers at the route prefix itself: /health, not only /health/."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == scope["root_path"]:
            scope = {**scope, "path": f"{scope['path']}/"}
        await app(scope, receive, send)

    return answer


def with_identity(app: ASGIApp, service: str, release: str) -> ASGIApp:
    """`app`, which says at GET /health to everybody which service at which release it is."""
    identity = {"product": "political-monitoring", "service": service, "release": release}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and _path(scope) == "/health":
            await JSONResponse(identity)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return answer


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))
