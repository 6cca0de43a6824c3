"""The `health` application: says who it is and exercises what the system depends on."""

from fastapi import FastAPI
from pydantic import BaseModel
from ray import serve
from ray.serve import Application
from starlette.types import ASGIApp

from political_monitoring import telemetry
from political_monitoring.access.gate import open_gate
from political_monitoring.chat.health import health_routes, knowing
from political_monitoring.runtime import Runtime, dependencies, open_runtime
from political_monitoring.serving.paths import at_prefix
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
    """GET / and /ready report each dependency; GET /live, that the process answers.

    Everybody may ask; where keys are demanded, only who shows one is told what is wrong, for that names places.
    """
    app = FastAPI(title="Political Monitoring health", version=release, docs_url=None, redoc_url=None)
    gate = open_gate(runtime.settings, runtime.clock)
    app.include_router(health_routes(NAME, release, dependencies(runtime), knowing(gate), path=""))
    return app


def app(args: HealthArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.health:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(Health)).bind(args)
