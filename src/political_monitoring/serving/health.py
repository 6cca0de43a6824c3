"""The `health` application: says who it is and exercises what the system depends on."""

from fastapi import FastAPI
from pydantic import BaseModel
from ray import serve
from ray.serve import Application
from starlette.types import ASGIApp, Receive, Scope, Send

from political_monitoring import telemetry
from political_monitoring.chat.health import health_routes
from political_monitoring.runtime import Runtime, dependencies, open_runtime
from political_monitoring.settings import load_settings

NAME = "health"


class HealthArgs(BaseModel):
    """What config.yaml passes to the application."""

    release: str = "dev"


class Health:
    """One replica answering GET /health with 200 when every dependency works, else 503."""

    def __init__(self, args: HealthArgs) -> None:
        settings = load_settings()
        telemetry.configure(settings.log.level, settings.log.format)
        self._release = args.release
        self._runtime = open_runtime(settings)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        return at_prefix(create_app(self._runtime, self._release))


def create_app(runtime: Runtime, release: str) -> FastAPI:
    """GET / and /ready report each dependency; GET /live, that the process answers."""
    app = FastAPI(title="Political Monitoring health", version=release, docs_url=None, redoc_url=None)
    app.include_router(health_routes(NAME, release, dependencies(runtime), path=""))
    return app


def at_prefix(app: ASGIApp) -> ASGIApp:
    """`app`, whose "/" also answers at the route prefix itself: /health, not only /health/."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == scope["root_path"]:
            scope = {**scope, "path": f"{scope['path']}/"}
        await app(scope, receive, send)

    return answer


def app(args: HealthArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.health:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(Health)).bind(args)
