"""Start and stop the system on this machine: a Ray head, the applications, Kodosumi's spooler and panel.

`up` and `down` hold one lock, so what they read stays true while they act. Whatever a crash, a reboot or a
killed `up` left behind, starting first ends what carries our mark, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from political_monitoring.deployment.addresses import SystemAddresses, addresses_of
from political_monitoring.deployment.capacity import check_capacity, check_update, gigabytes, needs_of
from political_monitoring.deployment.compile import compile_config
from political_monitoring.deployment.config import FLOW, DeploymentConfig, load_config
from political_monitoring.deployment.credentials import RAY_TOKEN, credential
from political_monitoring.deployment.launch import Launched
from political_monitoring.deployment.machine import measure
from political_monitoring.deployment.ours import end_all
from political_monitoring.deployment.panel import panel_lacks, start_panel, start_spooler
from political_monitoring.deployment.ports import INTERNAL, check_ports, free_ports
from political_monitoring.deployment.ray_head import (
    ATTEMPTS,
    OBJECT_STORE_BYTES,
    ROLES,
    Share,
    prepare_temp_dir,
    remove_link,
    require_ray,
    start_head,
)
from political_monitoring.deployment.readiness import Report, wait_for_kodosumi, wait_for_services
from political_monitoring.deployment.release import code_release
from political_monitoring.deployment.serve_api import ServeApi
from political_monitoring.deployment.state import (
    Member,
    SystemRecord,
    digest,
    exclusive,
    forget_record,
    read_record,
    write_record,
)
from political_monitoring.deployment.system_key import prepare_system_key, system_headers
from political_monitoring.errors import DeploymentFailed, ResourcesUnavailable, TryLater
from political_monitoring.settings import Settings

# Measured: Ray's head, Serve's controller and proxy, Kodosumi's spooler and panel, before any replica.
OVERHEAD_BYTES = 1_200_000_000
END_SECONDS = 10
KODOSUMI = {"spooler": start_spooler, "panel": start_panel}


@dataclass(frozen=True, slots=True)
class System:
    """One system as it shall run: what is configured, and where on this machine."""

    settings: Settings
    config: DeploymentConfig
    config_path: Path
    release: str
    ports: Mapping[str, int]
    share: Share

    @property
    def addresses(self) -> SystemAddresses:
        """Where it is reached."""
        return addresses_of(self.settings, self.ports)

    @property
    def document(self) -> dict[str, Any]:
        """What Ray Serve is given."""
        return compile_config(self.config, self.release, self.settings.server.host, self.ports["http"])

    @property
    def flow(self) -> str:
        """Where Kodosumi reads the flow's description; empty without a flow."""
        service = self.config.services.get(FLOW)
        return f"{self.addresses.service(service.route_prefix)}/openapi.json" if service else ""


def start_system(settings: Settings, config_path: Path, report: Report) -> SystemAddresses:
    """Start the system, or bring the running one up to `config_path`, until everything answers as itself.

    Args:
        settings: addresses, ports, POLMON_HOME.
        config_path: the services to run.
        report: called with a line for people after each step.

    Raises:
        ConfigInvalid: the configuration is wrong.
        MissingDependency: Ray or Kodosumi is not installed.
        ResourcesUnavailable: ports, CPUs or memory are not to be had; nothing was started.
        DeploymentFailed: something did not come up; all that was started has been ended.
    """
    require_ray()
    config = load_config(config_path)
    with exclusive(settings, report):
        advice = prepare_system_key(settings)
        record = read_record(settings)
        if record and not broken(settings, record):
            addresses = _refresh(settings, config, config_path, record, report)
        else:
            addresses = _start_anew(settings, config, config_path, report)
    if advice:
        report(advice)
    return addresses


def stop_system(settings: Settings) -> int:
    """End everything `start_system` started for this POLMON_HOME, and nothing else.

    Returns:
        How many processes were ended; 0 when nothing ran.
    """
    with exclusive(settings, lambda _: None):
        return _end(settings)


def serve_api(settings: Settings, dashboard: str, timeout: float = 30) -> ServeApi:
    """The client for the Ray Serve of the system whose dashboard this is."""
    token = credential(settings, RAY_TOKEN) if settings.server.ray_auth == "token" else ""
    return ServeApi(dashboard, token, timeout)


def broken(settings: Settings, record: SystemRecord) -> str:
    """Why the recorded system cannot be worked with any more; empty when it can."""
    dead = [role for role in record.dead() if role in ROLES]
    if dead:
        return f"Ray's {' and '.join(dead)} ended; `polmon up` starts everything anew"
    try:
        with serve_api(settings, addresses_of(settings, record.ports).dashboard, timeout=10) as api:
            api.applications()
    except TryLater as error:
        return str(error)
    return ""


def planned_share(settings: Settings) -> Share:
    """What Ray will be told it may use: the settings' word, or else what is free on this machine now."""
    server, machine = settings.server, measure()
    spare = max(0, machine.memory - OVERHEAD_BYTES - OBJECT_STORE_BYTES)
    return Share(server.cpus or machine.cpus, server.memory or spare)


def _plan(settings: Settings, config: DeploymentConfig, config_path: Path) -> System:
    server, share = settings.server, planned_share(settings)
    if problems := check_capacity(config, [share.capacity]):
        raise ResourcesUnavailable(f"{config_path} {problems[0]}; {_way_out(config, share)}")
    public = {
        "http": server.http_port,
        "panel": server.panel_port,
        "dashboard": server.dashboard_port,
        "ray": server.ray_port,
        "metrics": server.metrics_port,
    }
    check_ports(public, server.host)
    ports = public | free_ports(INTERNAL, public.values())
    return System(settings, config, config_path, code_release(), ports, share)


def _way_out(config: DeploymentConfig, share: Share) -> str:
    if sum(need.memory * need.count for need in needs_of(config)) > share.memory:
        own = gigabytes(OVERHEAD_BYTES + OBJECT_STORE_BYTES)
        return (
            f"that is what is free here, less {own} for Ray and Kodosumi themselves: end other programs, "
            "lower the reservations, or set POLMON_SERVER_MEMORY"
        )
    return "lower num_cpus or num_replicas, or let replicas share cores with a higher POLMON_SERVER_CPUS"


def _start_anew(
    settings: Settings, config: DeploymentConfig, config_path: Path, report: Report
) -> SystemAddresses:
    if end_all(settings.home, END_SECONDS):
        report("ended what was left of a system that no longer works")
    system = _plan(settings, config, config_path)
    for warning in check_update(config, [system.share.capacity]):
        report(f"note: {warning}")
    temp_dir = prepare_temp_dir(settings)
    try:
        _start(system, temp_dir, report)
    except BaseException:
        report("ending what was started")
        _end(settings)
        raise
    return system.addresses


def _start(system: System, temp_dir: Path, report: Report) -> None:
    report(
        f"starting Ray with {system.share.cpus} CPUs and {gigabytes(system.share.memory)} for the services"
    )
    head = _start_head(system, temp_dir, report)
    members = [_member(role, process) for role, process in head.items()]
    _record(system, str(temp_dir), members)
    report("Ray is up; starting " + ", ".join(system.config.services))
    kodosumi = _start_kodosumi(system, KODOSUMI) if system.flow else {}
    _deploy(system, report)
    _await_kodosumi(system, kodosumi, report)
    members += [_member(role, one.process) for role, one in kodosumi.items()]
    _record(system, str(temp_dir), members)


def _start_head(system: System, temp_dir: Path, report: Report) -> dict[str, psutil.Process]:
    for _ in range(ATTEMPTS - 1):
        try:
            return start_head(system.settings, system.ports, temp_dir, system.share)
        except DeploymentFailed as error:
            report(f"{error}; trying again")
            end_all(system.settings.home, END_SECONDS)
    return start_head(system.settings, system.ports, temp_dir, system.share)


def _refresh(
    settings: Settings, config: DeploymentConfig, config_path: Path, record: SystemRecord, report: Report
) -> SystemAddresses:
    share = Share(record.cpus, record.memory)
    system = System(settings, config, config_path, code_release(), record.ports, share)
    report(f"already running since {record.started_at:%Y-%m-%d %H:%M} UTC")
    if record.settings != digest(settings):
        report("note: settings have changed since; they take effect after `polmon down` and `polmon up`")
    if problems := check_capacity(config, [share.capacity]):
        raise ResourcesUnavailable(f"{config_path} {problems[0]}; the running system is left as it is")
    if record.document != digest(system.document):
        report("applying what has changed")
    _deploy(system, report, unchanged=record.document == digest(system.document))
    members = [member for member in record.members if member.alive()]
    living = {member.role for member in members}
    missing = [role for role in KODOSUMI if system.flow and role not in living]
    for role in missing:
        report(f"Kodosumi's {role} had ended; starting it again")
    kodosumi = _start_kodosumi(system, missing)
    _await_kodosumi(system, kodosumi, report)
    members += [_member(role, one.process) for role, one in kodosumi.items()]
    _record(system, record.temp_dir, members, record.started_at)
    return system.addresses


def _deploy(system: System, report: Report, unchanged: bool = False) -> None:
    settings = system.settings
    with (
        serve_api(settings, system.addresses.dashboard) as api,
        httpx.Client(timeout=5, trust_env=False, headers=system_headers(settings)) as http,
    ):
        running = [one for one in api.applications().values() if one.status == "RUNNING"] if unchanged else []
        if {one.name for one in running} != set(system.config.services):
            api.apply(system.document)
        wait_for_services(
            api,
            http,
            system.config,
            system.addresses,
            settings.chat.model_id,
            system.release,
            settings.run_path / "logs" / "ray" / "serve",
            report,
        )


def _start_kodosumi(system: System, roles: Iterable[str]) -> dict[str, Launched]:
    return {role: KODOSUMI[role](system.settings, system.ports, system.addresses) for role in roles}


def _await_kodosumi(system: System, started: Mapping[str, Launched], report: Report) -> None:
    """Wait for what was started now; the panel that ran already may have lost its registration, too."""
    if not system.flow:
        return
    settings, panel = system.settings, system.addresses.panel
    with httpx.Client(timeout=10, trust_env=False) as http:
        wait_for_kodosumi(started, lambda: panel_lacks(http, settings, panel, system.flow))
    if started:
        report(f"Kodosumi's {' and '.join(started)} are ready" if len(started) > 1 else "Kodosumi is ready")


def _member(role: str, process: psutil.Process) -> Member:
    return Member(role=role, pid=process.pid, created=process.create_time())


def _record(system: System, temp_dir: str, members: list[Member], started_at: datetime | None = None) -> None:
    write_record(
        system.settings,
        SystemRecord(
            started_at=started_at or datetime.now(UTC),
            release=system.release,
            config=str(system.config_path.absolute()),
            document=digest(system.document),
            settings=digest(system.settings),
            cpus=system.share.cpus,
            memory=system.share.memory,
            ports=dict(system.ports),
            temp_dir=temp_dir,
            members=tuple(members),
        ),
    )


def _end(settings: Settings) -> int:
    count = end_all(settings.home, END_SECONDS)
    remove_link(settings)
    forget_record(settings)
    return count
