"""Wait until every application answers as itself; say early and plainly when one will not."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.config import DeploymentConfig
from political_monitoring.deployment.launch import Launched, last_line
from political_monitoring.deployment.probes import probe_service
from political_monitoring.deployment.serve_api import ApplicationStatus, ServeApi
from political_monitoring.errors import DeploymentFailed, TryLater

START_SECONDS = 300
POLL_SECONDS = 0.5

Report = Callable[[str], None]


def wait_for_services(
    api: ServeApi,
    http: httpx.Client,
    config: DeploymentConfig,
    addresses: SystemAddresses,
    model_id: str,
    release: str,
    logs: Path,
    report: Report,
) -> None:
    """Return when all services run and answer as themselves at `release`.

    Args:
        api: tells how far Serve is.
        http: asks the services themselves.
        config: which services, at which routes.
        addresses: where they answer.
        model_id: the chat server's model.
        release: the release that must answer.
        logs: named in errors.
        report: called once for each service, when it is ready.

    Raises:
        DeploymentFailed: one failed, or was not ready in time; with its own reason.
    """
    started, waiting = time.monotonic(), dict(config.services)
    while waiting:
        applications = _applications(api)
        for name, service in list(waiting.items()):
            application = applications.get(name)
            lacks = _lacks(application) or probe_service(
                http, name, addresses.service(service.route_prefix), model_id, release
            )
            elapsed = time.monotonic() - started
            if not lacks:
                del waiting[name]
                report(f"{name} is ready ({elapsed:.0f} s)")
            elif application and application.status == "DEPLOY_FAILED":
                raise DeploymentFailed(f"{name} does not start: {application.reason()}; see {logs}")
            elif elapsed > START_SECONDS:
                raise DeploymentFailed(f"{name} was not ready after {START_SECONDS} s: {lacks}; see {logs}")
        if waiting:
            time.sleep(POLL_SECONDS)


def wait_for_kodosumi(started: Mapping[str, Launched], lacks: Callable[[], str]) -> None:
    """Return when the panel offers the flow.

    Args:
        started: processes started just now, by role; all of them must live.
        lacks: says what is still missing, empty when nothing is.

    Raises:
        DeploymentFailed: a process ended, or the panel was not ready in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while missing := lacks():
        _ensure_alive(started)
        if time.monotonic() > deadline:
            raise DeploymentFailed(f"Kodosumi's panel was not ready after {START_SECONDS} s: {missing}")
        time.sleep(POLL_SECONDS)
    _ensure_alive(started)


def _ensure_alive(started: Mapping[str, Launched]) -> None:
    for role, launched in started.items():
        if launched.ended():
            raise DeploymentFailed(
                f"Kodosumi's {role} has ended: {last_line(launched.log)}; see {launched.log}"
            )


def _applications(api: ServeApi) -> dict[str, ApplicationStatus]:
    try:
        return api.applications()
    except TryLater:
        # Busy with starting everything at once; the deadline decides.
        return {}


def _lacks(application: ApplicationStatus | None) -> str:
    if application is None:
        return "Ray Serve has not begun with it"
    return "" if application.status == "RUNNING" else application.reason()
