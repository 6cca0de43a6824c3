"""Where a running system is reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from political_monitoring.deployment.ports import LOOPBACK
from political_monitoring.settings import Settings

EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class SystemAddresses:
    """URLs of a running system; `chat` is what an OpenAI client takes as base_url."""

    http: str
    panel: str
    dashboard: str
    metrics: str

    @property
    def chat(self) -> str:
        """Base URL for OpenAI clients."""
        return f"{self.http}/v1"

    def service(self, route_prefix: str) -> str:
        """URL of a service."""
        return self.http + route_prefix.rstrip("/")

    def rows(self) -> list[tuple[str, str]]:
        """(what, URL) for people."""
        return [
            ("Chat API (OpenAI base URL)", self.chat),
            ("Tools (Model Context Protocol)", f"{self.http}/mcp"),
            ("Health", f"{self.http}/health"),
            ("Kodosumi panel (user admin)", self.panel),
            ("Ray dashboard", self.dashboard),
            ("Metrics (Prometheus)", self.metrics),
        ]


def addresses_of(settings: Settings, ports: Mapping[str, int]) -> SystemAddresses:
    """URLs that reach the system from this machine."""
    host = LOOPBACK if settings.server.host in EVERYWHERE else settings.server.host
    return SystemAddresses(
        http=f"http://{host}:{ports['http']}",
        panel=f"http://{host}:{ports['panel']}",
        dashboard=f"http://{dashboard_host(settings)}:{ports['dashboard']}",
        metrics=f"http://{LOOPBACK}:{ports['metrics']}/metrics",
    )


def dashboard_host(settings: Settings) -> str:
    """Where the dashboard listens: who reaches an open one can run code, so without a token on loopback."""
    return LOOPBACK if settings.server.ray_auth == "disabled" else settings.server.host
