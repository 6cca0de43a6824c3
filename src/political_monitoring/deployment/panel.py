"""Kodosumi's spooler, which stores what runs report, and its panel, where people start and watch them."""

import json
import os
import sys
from collections.abc import Mapping

import httpx

from political_monitoring.deployment.addresses import SystemAddresses
from political_monitoring.deployment.credentials import (
    ADMIN_PASSWORD,
    SESSION_KEY,
    credential,
    forget_lost_password,
)
from political_monitoring.deployment.launch import Launched, launch
from political_monitoring.deployment.ports import LOOPBACK
from political_monitoring.deployment.ray_head import ray_environment
from political_monitoring.settings import Settings

# Uploads over Kodosumi's own default of 1 MiB fail.
UPLOAD_CHUNK_BYTES = 8_388_608


def start_spooler(settings: Settings, ports: Mapping[str, int], addresses: SystemAddresses) -> Launched:
    """Start the spooler; it waits for runs."""
    return _start(settings, ports, addresses, "spooler", ["spool", "--block"])


def start_panel(settings: Settings, ports: Mapping[str, int], addresses: SystemAddresses) -> Launched:
    """Start the panel; it offers nothing before `panel_lacks` has registered the flow with it."""
    return _start(settings, ports, addresses, "panel", ["serve"])


def panel_lacks(http: httpx.Client, settings: Settings, panel: str, flow: str) -> str:
    """Register the flow with the panel, which keeps registrations in memory only.

    `koco serve --register` would do so once, for a flow that is already up; asking the panel itself lets the
    two start side by side, and repairs a registration that was lost.

    Args:
        http: client to ask with.
        settings: know the password.
        panel: the panel's URL.
        flow: URL of the flow's OpenAPI document; the flow must be up.

    Returns:
        What is missing until the panel lets us in and offers the flow; empty when nothing is.
    """
    login = {"name": "admin", "password": credential(settings, ADMIN_PASSWORD)}
    try:
        admitted = http.post(f"{panel}/api/login", json=login)
        if admitted.status_code != 200:
            return "it does not let us in"
        key = {"KODOSUMI_API_KEY": str(admitted.json().get("KODOSUMI_API_KEY"))}
        flows = http.get(f"{panel}/flow", headers=key, follow_redirects=True).json()
        if flow in [item.get("source") for item in flows.get("items", [])]:
            return ""
        http.post(f"{panel}/flow/register", headers=key, json={"url": [flow]})
    except (httpx.HTTPError, ValueError):
        return "it does not answer yet"
    return "the flow is not registered yet"


def _start(
    settings: Settings, ports: Mapping[str, int], addresses: SystemAddresses, name: str, arguments: list[str]
) -> Launched:
    variables = {
        **ray_environment(settings),
        # Where Ray's state API is: left to search, it gives up when this machine runs a second Ray.
        "RAY_API_SERVER_ADDRESS": addresses.dashboard,
        **_kodosumi_environment(settings, ports, addresses),
    }
    command = [sys.executable, "-m", "kodosumi.cli", *arguments]
    return launch(settings, name, command, variables, settings.home / "kodosumi")


def _kodosumi_environment(
    settings: Settings, ports: Mapping[str, int], addresses: SystemAddresses
) -> dict[str, str]:
    data = settings.home / "kodosumi"
    for folder in (data, data / "execution", data / "uploads"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = data / "admin.db"
    forget_lost_password(settings, database)
    return {
        "KODO_RAY_SERVER": f"{LOOPBACK}:{ports['ray']}",
        "KODO_RAY_DASHBOARD": addresses.dashboard,
        "KODO_APP_SERVER": f"http://{settings.server.host}:{ports['panel']}",
        "KODO_CORS_ORIGINS": json.dumps([addresses.panel]),
        "KODO_EXEC_DIR": str(data / "execution"),
        "KODO_UPLOAD_DIR": str(data / "uploads"),
        "KODO_YAML_BASE": str(data / "config" / "config.yaml"),
        "KODO_ADMIN_DATABASE": f"sqlite+aiosqlite:///{database}",
        "KODO_ADMIN_PASSWORD": credential(settings, ADMIN_PASSWORD),
        "KODO_SECRET_KEY": credential(settings, SESSION_KEY),
        "KODO_SAVE_CHUNK_SIZE": str(UPLOAD_CHUNK_BYTES),
        # Their output is in our log file already; its own copy, at DEBUG, would hold every event.
        "KODO_SPOOLER_LOG_FILE": os.devnull,
        "KODO_APP_LOG_FILE": os.devnull,
        "KODO_SPOOLER_LOG_FILE_LEVEL": "ERROR",
        "KODO_APP_LOG_FILE_LEVEL": "ERROR",
    }
