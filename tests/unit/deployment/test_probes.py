"""An answer with status 200 is not enough: it must be the right service at the right release."""

from typing import Any

import pytest

from political_monitoring.deployment.probes import identify_chat, identify_flow, identify_health, identify_mcp

HEALTH = {
    "product": "political-monitoring",
    "service": "health",
    "release": "1",
    "status": "ok",
    "checks": {"graph": {"ok": True}},
}
ELSE = "something else answers at its address"
BEFORE = "the release before still answers"


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        (HEALTH, ""),
        (HEALTH | {"release": "0"}, BEFORE),
        (HEALTH | {"service": "chat-server"}, ELSE),
        (HEALTH | {"product": "another"}, ELSE),
        (
            HEALTH | {"status": "failing", "checks": {"graph": {"ok": False, "error": "locked"}}},
            "graph: locked",
        ),
        (HEALTH | {"status": "failing", "checks": {}}, "it reports a failure"),
        (None, ELSE),
        ([], ELSE),
        ("ok", ELSE),
        ({"status": "ok"}, ELSE),
    ],
)
def test_health(body: Any, lacks: str) -> None:
    assert identify_health(body, "1") == lacks


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ({"data": [{"id": "agent"}], "release": "1"}, ""),
        ({"data": [{"id": "agent"}], "release": "0"}, BEFORE),
        ({"data": [{"id": "gpt"}], "release": "1"}, ELSE),
        ({"data": []}, ELSE),
        ({"data": "agent"}, ELSE),
        ({"data": [None]}, ELSE),
        ({"path": "v1/models"}, ELSE),
        (None, ELSE),
    ],
)
def test_chat(body: Any, lacks: str) -> None:
    assert identify_chat(body, "agent", "1") == lacks


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ({"paths": {"/": {"get": {"x-kodosumi": True}, "post": {"x-kodosumi": False}}}}, ""),
        ({"paths": {"/": {"get": {}}}}, ELSE),
        ({"paths": {"/": None}}, ELSE),
        ({"paths": []}, ELSE),
        ({}, ELSE),
        ("<html>", ELSE),
        (None, ELSE),
    ],
)
def test_flow(body: Any, lacks: str) -> None:
    assert identify_flow(body) == lacks


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ({"product": "political-monitoring", "service": "mcp", "release": "1"}, ""),
        ({"product": "political-monitoring", "service": "mcp", "release": "0"}, BEFORE),
        ({"product": "political-monitoring", "service": "health", "release": "1"}, ELSE),
        ({"path": "mcp/health"}, ELSE),
        (None, ELSE),
    ],
)
def test_mcp(body: Any, lacks: str) -> None:
    assert identify_mcp(body, "1") == lacks
