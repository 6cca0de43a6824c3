"""What runs now: read from the record, the processes, Ray Serve and the services themselves."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from political_monitoring.deployment.addresses import SystemAddresses, addresses_of
from political_monitoring.deployment.credentials import ADMIN_PASSWORD, RAY_TOKEN, credential_path
from political_monitoring.deployment.ours import our_processes
from political_monitoring.deployment.probes import probe_service
from political_monitoring.deployment.processes import broken, serve_api
from political_monitoring.deployment.serve_api import ApplicationStatus
from political_monitoring.deployment.state import SystemRecord, read_record
from political_monitoring.deployment.system_key import system_headers
from political_monitoring.errors import TryLater
from political_monitoring.settings import Settings

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One service: Ray Serve's word for it, its replicas, and what it lacks (empty: it answers as itself)."""

    name: str
    status: str
    replicas: int
    target_replicas: int
    address: str
    lacks: str


@dataclass(frozen=True, slots=True)
class SystemState:
    """The system of one POLMON_HOME.

    Attributes:
        status: stopped; running; degraded (something lacks); broken (`polmon up` starts it anew).
        problem: why it is degraded or broken, one sentence.
        since: when it was started.
        release: the code it runs.
        config: the configuration it was started with.
        addresses: where it answers.
        services: what Ray Serve runs.
        processes: whether each essential process lives, by role.
        password_file: holds the panel's password for `admin`.
        token_file: holds the token that Ray's dashboard asks for; None when it asks for none.
        logs: folder of all logs.
    """

    status: str
    problem: str = ""
    since: datetime | None = None
    release: str = ""
    config: str = ""
    addresses: SystemAddresses | None = None
    services: tuple[ServiceState, ...] = ()
    processes: dict[str, bool] | None = None
    password_file: Path | None = None
    token_file: Path | None = None
    logs: Path | None = None


def system_state(settings: Settings) -> SystemState:
    """Look at the system; changes nothing, and works when none runs."""
    record = read_record(settings)
    if record is None:
        left = len(our_processes(settings.home))
        if not left:
            return SystemState("stopped")
        return SystemState(
            "broken", f"{left} processes of an unfinished start; `polmon up` goes on, `polmon down` ends them"
        )
    problem = broken(settings, record)
    services = () if problem else _services(settings, record)
    dead = [member.role for member in record.members if not member.alive()]
    lacking = [f"{service.name}: {service.lacks}" for service in services if service.lacks]
    lacking += [f"Kodosumi's {role} has ended" for role in dead]
    return SystemState(
        status="broken" if problem else "degraded" if lacking else "running",
        problem=problem or "; ".join(lacking),
        since=record.started_at,
        release=record.release,
        config=record.config,
        addresses=addresses_of(settings, record.ports),
        services=services,
        processes={member.role: member.role not in dead for member in record.members},
        password_file=credential_path(settings, ADMIN_PASSWORD),
        token_file=credential_path(settings, RAY_TOKEN) if settings.server.ray_auth == "token" else None,
        logs=settings.run_path / "logs",
    )


def _services(settings: Settings, record: SystemRecord) -> tuple[ServiceState, ...]:
    addresses = addresses_of(settings, record.ports)
    try:
        with serve_api(settings, addresses.dashboard, ANSWER_SECONDS) as api:
            applications = api.applications()
    except TryLater:
        return ()
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False, headers=system_headers(settings)) as http:
        return tuple(_service(settings, record, addresses, http, one) for one in applications.values())


def _service(
    settings: Settings,
    record: SystemRecord,
    addresses: SystemAddresses,
    http: httpx.Client,
    application: ApplicationStatus,
) -> ServiceState:
    address = addresses.service(application.route_prefix)
    lacks = (
        probe_service(http, application.name, address, settings.chat.model_id, record.release)
        if application.status == "RUNNING"
        else application.reason()
    )
    return ServiceState(
        application.name,
        application.status,
        application.running_replicas,
        application.target_replicas,
        address,
        lacks,
    )
