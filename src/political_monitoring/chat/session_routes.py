"""GET sessions, GET and DELETE sessions/{id}: a caller's own stored conversations."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from political_monitoring.chat.desk import caller_of
from political_monitoring.chat.failures import documented
from political_monitoring.chat.remembering import Sessions
from political_monitoring.chat.requests import SessionId
from political_monitoring.chat.session_export import as_data, as_markdown, headline_as_data

SessionInPath = Annotated[SessionId, Path(description="the name its client gave it")]


class SessionLine(BaseModel):
    """A conversation in a list; `title` is its first question."""

    id: str
    object: Literal["session"]
    workspace: str
    started_at: str
    last_at: str
    turns: int
    title: str


class SessionList(BaseModel):
    """Conversations, those that went on last first."""

    object: Literal["list"]
    data: list[SessionLine]


class WholeSession(SessionLine):
    """A conversation with its messages; those of the assistant have their `answer_id` and `sources`."""

    messages: list[dict[str, Any]]


class SessionDeleted(BaseModel):
    """What is gone."""

    id: str
    object: Literal["session.deleted"]
    deleted: bool


def session_routes(sessions: Sessions) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.get("/sessions", response_model=SessionList, responses=documented(400))
    async def list_sessions(
        http: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> dict[str, Any]:
        found = await sessions.newest(caller_of(http).key_id, limit)
        return {"object": "list", "data": [headline_as_data(one) for one in found]}

    @router.get(
        "/sessions/{session_id}",
        response_model=WholeSession,
        responses={
            200: {"content": {"text/markdown": {"schema": {"type": "string"}}}},
            **documented(400, 404),
        },
    )
    async def export_session(
        http: Request, session_id: SessionInPath, form: Literal["json", "markdown"] = "json"
    ) -> Any:
        key_id = caller_of(http).key_id
        session = await sessions.find(key_id, session_id)
        turns = await sessions.turns(key_id, session_id)
        if form == "markdown":
            return PlainTextResponse(as_markdown(session, turns), media_type="text/markdown")
        return as_data(session, turns)

    @router.delete("/sessions/{session_id}", response_model=SessionDeleted, responses=documented(400, 404))
    async def delete_session(http: Request, session_id: SessionInPath) -> dict[str, Any]:
        await sessions.delete(caller_of(http).key_id, session_id)
        return {"id": session_id, "object": "session.deleted", "deleted": True}

    return router
