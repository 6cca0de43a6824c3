"""Ray Serve's REST API on the dashboard: hand over a document, read what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from political_monitoring.errors import DeploymentFailed, OperatorError, TryLater

APPLICATIONS = "/api/serve/applications/"
# The first document also starts Serve's own actors, and the answer waits for them.
APPLY_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    """One deployment: its state and message, replicas by state, and how many there should be."""

    name: str
    status: str
    message: str
    replicas: Mapping[str, int]
    target_replicas: int


@dataclass(frozen=True, slots=True)
class ApplicationStatus:
    """One application; `status` is NOT_STARTED, DEPLOYING, DEPLOY_FAILED, RUNNING, UNHEALTHY or DELETING."""

    name: str
    route_prefix: str
    status: str
    message: str
    deployments: tuple[DeploymentStatus, ...]

    @property
    def running_replicas(self) -> int:
        """Replicas that take requests."""
        return sum(one.replicas.get("RUNNING", 0) for one in self.deployments)

    @property
    def target_replicas(self) -> int:
        """Replicas there should be."""
        return sum(one.target_replicas for one in self.deployments)

    def reason(self) -> str:
        """The line of its messages that says most: the last one of the traceback, or of the text."""
        for message in (*(one.message for one in self.deployments if one.status != "HEALTHY"), self.message):
            lines = [line.strip() for line in message.splitlines() if line.strip()]
            if lines:
                return lines[-1]
        return self.status.lower().replace("_", " ")


class ServeApi:
    """The client. Use as a context manager.

    Raises, from every method:
        TryLater: the dashboard does not answer.
        OperatorError: it refuses our token.
    """

    def __init__(self, dashboard: str, token: str = "", timeout: float = 30) -> None:
        """Connect lazily to `dashboard` (http://host:port); an empty token sends none."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # Proxies of the environment must not get between us and loopback.
        self._http = httpx.Client(base_url=dashboard, headers=headers, trust_env=False)
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def apply(self, document: Mapping[str, Any]) -> None:
        """Make the applications those of `document`; ones it does not list are deleted. Returns at once.

        Raises:
            DeploymentFailed: Serve rejects the document.
        """
        answer = self._send("PUT", APPLY_SECONDS, dict(document))
        if answer.status_code >= 400:
            lines = [line for line in answer.text.splitlines() if line.strip()] or [
                f"HTTP {answer.status_code}"
            ]
            raise DeploymentFailed(f"Ray Serve does not accept the configuration: {lines[-1].strip()[:300]}")

    def applications(self) -> dict[str, ApplicationStatus]:
        """The applications by name; empty before any was applied."""
        answer = self._send("GET", self._timeout)
        if answer.status_code >= 400:
            raise TryLater(f"Ray's dashboard answers HTTP {answer.status_code} about its applications")
        return {name: _application(name, raw) for name, raw in answer.json().get("applications", {}).items()}

    def _send(self, method: str, timeout: float, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            answer = self._http.request(method, APPLICATIONS, json=body, timeout=timeout)
        except httpx.HTTPError as error:
            raise TryLater(
                f"Ray's dashboard at {self._http.base_url} does not answer ({type(error).__name__})"
            ) from None
        if answer.status_code in (401, 403):
            raise OperatorError(
                f"Ray's dashboard at {self._http.base_url} refuses our token: "
                "it is not the one that `polmon up` started"
            )
        return answer


def _application(name: str, raw: Mapping[str, Any]) -> ApplicationStatus:
    return ApplicationStatus(
        name,
        raw.get("route_prefix") or "",
        raw["status"],
        raw.get("message") or "",
        tuple(_deployment(key, value) for key, value in raw.get("deployments", {}).items()),
    )


def _deployment(name: str, raw: Mapping[str, Any]) -> DeploymentStatus:
    states = [replica["state"] for replica in raw.get("replicas", [])]
    return DeploymentStatus(
        name,
        raw["status"],
        raw.get("message") or "",
        {state: states.count(state) for state in sorted(set(states))},
        raw.get("target_num_replicas", 0),
    )
