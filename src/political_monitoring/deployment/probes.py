"""Is it itself? An application counts as up when it answers with its own identity at this release.

While an application deploys, another one with a wider route answers its URLs with 200; so does the old
release while it drains.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from political_monitoring.deployment import config

PRODUCT = "political-monitoring"


def ask(http: httpx.Client, url: str, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON behind `url`, or None when there is none (yet)."""
    try:
        answer = http.get(url, headers=headers, follow_redirects=True)
        return answer.json()
    except (httpx.HTTPError, ValueError):
        return None


def probe_service(http: httpx.Client, name: str, address: str, model_id: str, release: str) -> str:
    """What is missing until the service at `address` answers as itself; empty when it does.

    Services that are not ours have no identity to check: for them Serve's own word is enough.
    """
    match name:
        case config.HEALTH:
            return identify_health(ask(http, address), release)
        case config.CHAT:
            return identify_chat(ask(http, f"{address}/models"), model_id, release)
        case config.FLOW:
            return identify_flow(ask(http, f"{address}/openapi.json"))
        case config.MCP:
            return identify_mcp(ask(http, f"{address}/health"), release)
        case _:
            return ""


def identify_health(body: Any, release: str) -> str:
    """The health service says who it is, at which release, and that all it exercised works."""
    if not isinstance(body, dict) or (body.get("product"), body.get("service")) != (PRODUCT, "health"):
        return "something else answers at its address"
    if body.get("release") != release:
        return "the release before still answers"
    failing = [
        f"{name}: {check.get('error', 'failing')}"
        for name, check in body.get("checks", {}).items()
        if not check.get("ok")
    ]
    return "; ".join(failing) if failing or body.get("status") == "ok" else "it reports a failure"


def identify_chat(body: Any, model_id: str, release: str) -> str:
    """The chat server lists our model, at this release."""
    models = body.get("data") if isinstance(body, dict) else None
    if not isinstance(models, list) or model_id not in [
        one.get("id") for one in models if isinstance(one, dict)
    ]:
        return "something else answers at its address"
    return "" if body.get("release") == release else "the release before still answers"


def identify_flow(body: Any) -> str:
    """The flow's OpenAPI document marks at least one path as a Kodosumi entry point."""
    paths = body.get("paths") if isinstance(body, dict) else None
    routes = [route for route in paths.values() if isinstance(route, dict)] if isinstance(paths, dict) else []
    operations = [operation for route in routes for operation in route.values()]
    if any(isinstance(one, dict) and one.get("x-kodosumi") for one in operations):
        return ""
    return "something else answers at its address"


def identify_mcp(body: Any, release: str) -> str:
    """The server of the Model Context Protocol says who it is, and at which release."""
    if not isinstance(body, dict) or (body.get("product"), body.get("service")) != (PRODUCT, config.MCP):
        return "something else answers at its address"
    return "" if body.get("release") == release else "the release before still answers"
