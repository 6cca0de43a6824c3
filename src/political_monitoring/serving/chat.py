"""The `chat-server` application: the chat API in a Ray Serve replica, reading the graph in-process."""

from fastapi import FastAPI
from pydantic import BaseModel
from ray import serve
from ray.serve import Application

from political_monitoring import telemetry
from political_monitoring.access.gate import open_gate
from political_monitoring.chat.remembering import Sessions
from political_monitoring.chat.server import NAME, create_app
from political_monitoring.runtime import Workspaces, dependencies, open_runtime
from political_monitoring.serving.metrics import RayMeter
from political_monitoring.settings import load_settings


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
        self._workspaces = Workspaces(self._runtime, args.release)
        self._gate = open_gate(settings)
        self._runtime.reasoners.warm_up()

    def __serve_build_asgi_app__(self) -> FastAPI:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        runtime = self._runtime
        return create_app(
            self._workspaces,
            runtime.settings.chat,
            runtime.clock,
            RayMeter(),
            self._release,
            answers=self._workspaces if runtime.answers else None,
            gate=self._gate,
            sessions=Sessions(runtime.settings, runtime.clock),
            checks=dependencies(runtime),
        )

    def check_health(self) -> None:
        """Exercise the graph; what this raises makes Serve replace the replica."""
        self._runtime.graph.stats()


def app(args: ChatArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.chat:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(ChatServer)).bind(args)
