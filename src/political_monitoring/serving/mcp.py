"""The `mcp` application: the tools over the Model Context Protocol, in a Ray Serve replica."""

from pydantic import BaseModel
from ray import serve
from ray.serve import Application
from starlette.types import ASGIApp

from political_monitoring import telemetry
from political_monitoring.access.gate import open_gate
from political_monitoring.chat.admission import Admission
from political_monitoring.mcp_server import create_mcp, http_app
from political_monitoring.runtime import Runtime, Workspaces, open_runtime
from political_monitoring.serving.paths import at_prefix, with_identity
from political_monitoring.settings import load_settings

NAME = "mcp"


class McpArgs(BaseModel):
    """What config.yaml passes to the application."""

    release: str = "dev"


class Mcp:
    """One replica, with its own readers on the graph. It keeps nothing between two requests."""

    def __init__(self, args: McpArgs) -> None:
        settings = load_settings()
        telemetry.configure(settings.log.level, settings.log.format)
        self._release = args.release
        self._runtime = open_runtime(settings, release=args.release)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """The ASGI application Serve wraps; the route prefix is added by Serve."""
        return create_app(self._runtime, self._release)

    def check_health(self) -> None:
        """Exercise the graph; what this raises makes Serve replace the replica."""
        self._runtime.graph.stats()


def create_app(runtime: Runtime, release: str) -> ASGIApp:
    """POST / speaks the protocol, to whom the middleware lets in; GET /health tells everybody who it is."""
    settings = runtime.settings
    server = create_mcp(runtime, Workspaces(runtime, release).use)
    protocol = http_app(server, settings.server.host, settings.chat.max_request_bytes)
    admitted = Admission(protocol, open_gate(settings, runtime.clock))
    return with_identity(at_prefix(admitted), NAME, release)


def app(args: McpArgs) -> Application:
    """Serve's builder: `political_monitoring.serving.mcp:app`."""
    return serve.deployment(name=NAME)(serve.ingress()(Mcp)).bind(args)
