"""The deployed chat server stands behind the gate of its settings."""

import asyncio

import httpx
import pytest

from political_monitoring.serving.chat import ChatArgs, ChatServer


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 200), ("0.0.0.0", 401)])
def test_where_others_can_reach_it_a_key_is_demanded(
    host: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLMON_SERVER_HOST", host)
    app = ChatServer(ChatArgs()).__serve_build_asgi_app__()

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/models")

    assert asyncio.run(call()).status_code == status
