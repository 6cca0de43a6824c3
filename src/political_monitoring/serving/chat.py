"""The `chat-server` application: the chat API in a Ray Serve replica, reading the graph in-process."""

from fastapi import FastAPI
from pydantic import BaseModel
from ray import serve
from ray.serve import Application

from political_monitoring import telemetry
from political_monitoring.chat.server import create_app
from political_monitoring.runtime import open_runtime
from political_monitoring.serving.metrics import RayMeter
from political_monitoring.settings import load_settings

NAME = "chat-server"


class ChatArgs(BaseModel):
    """What config.yaml passes to the application."""

    release: str = "dev"


class ChatServer:
    """One replica: its own readers on the graph, its own answering slots."""

    def __init__(self, args: ChatArgs) -> None:
        settings = load_settings()
        telemetry.configure(settings.log.level, settings.log.format)
        self._release = args.release
        self._runtime = open_runtime(settings, release=args.release)
        self._runtime.reasoners.warm_up()

    def __serve_build_asgi_app__(self) -> FastAPI:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        runtime = self._runtime
        return create_app(
            runtime.orchestrator,
            runtime.settings.chat,
            runtime.clock,
            RayMeter(),
            self._release,
            answers=runtime.answers,
        )

    def check_health(self) -> None:
        """Exercise the graph; what this raises makes Serve replace the replica."""
        self._runtime.graph.stats()


def app(args: ChatArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.chat:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(ChatServer)).bind(args)
