"""The chat API: OpenAI-compatible, one path for JSON and for streams.

An answer is a stream of events; the JSON form collects it. The first event is awaited before the status is
chosen, so whatever fails at the start has its proper status; what fails later is an SSE error event.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Path
from pydantic import BaseModel

from political_monitoring.access.gate import Gate
from political_monitoring.answering.record import AnswerLog
from political_monitoring.chat import openai_format as wire
from political_monitoring.chat.admission import Admission
from political_monitoring.chat.body_limit import BodyLimit
from political_monitoring.chat.completions import completions
from political_monitoring.chat.desk import Answering, Desk
from political_monitoring.chat.failures import add_error_handlers, documented
from political_monitoring.chat.health import PATHS, Checks, health_routes, knowing
from political_monitoring.chat.remembering import Sessions
from political_monitoring.chat.responses import responses
from political_monitoring.chat.session_routes import session_routes
from political_monitoring.chat.slots import Slots
from political_monitoring.clock import Clock
from political_monitoring.settings import ChatSettings
from political_monitoring.telemetry import Meter

NAME = "chat-server"


class ModelObject(BaseModel):
    """A model that can be asked; `created` in seconds, always the same."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(BaseModel):
    """The models; `release` says which release answers."""

    object: Literal["list"]
    data: list[ModelObject]
    release: str


def create_app(  # noqa: PLR0913, PLR0917 - the composition root names each part
    orchestrator: Answering,
    settings: ChatSettings,
    clock: Clock,
    meter: Meter,
    release: str,
    prefix: str = "",
    answers: AnswerLog | None = None,
    gate: Gate | None = None,
    sessions: Sessions | None = None,
    checks: Checks = {},  # noqa: B006 - read only
) -> FastAPI:
    """The chat application.

    Args:
        orchestrator: answers questions.
        settings: model id and limits.
        clock: the present, which "yesterday" in a question counts from.
        meter: receives `chat_requests_total{model,stream}`.
        release: shown as `system_fingerprint`.
        prefix: path in front of the routes when nobody else adds it ("/v1" on a plain server).
        answers: keeps what was answered, under the id of the completion; None: nothing is kept.
        gate: who may ask; None: whoever reaches the server.
        sessions: keeps conversations; None: none are kept.
        checks: what GET health exercises.
    """
    app = FastAPI(
        title="Political Monitoring chat",
        version=release,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit, limit=settings.max_request_bytes)
    gate = gate or Gate()
    app.add_middleware(Admission, gate=gate, open_paths=PATHS)
    add_error_handlers(app)
    slots = Slots(settings.max_concurrent, settings.max_waiting, settings.wait_seconds)
    if sessions is not None and not sessions.keeps:
        sessions = None
    desk = Desk(orchestrator, settings, clock, meter, release, slots, answers, sessions)
    app.include_router(_models(desk), prefix=prefix)
    app.include_router(completions(desk), prefix=prefix)
    app.include_router(responses(desk), prefix=prefix)
    if sessions is not None:
        app.include_router(session_routes(sessions), prefix=prefix)
    app.include_router(health_routes(NAME, release, checks, knowing(gate)))
    return app


def _models(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/models", response_model=ModelList, responses=documented())
    async def list_models() -> dict[str, Any]:
        return wire.models(desk.settings.model_id, desk.release)

    @router.get("/models/{model_id}", response_model=ModelObject, responses=documented(404))
    async def retrieve_model(model_id: Annotated[str, Path()]) -> dict[str, Any]:
        desk.check_model(model_id)
        return wire.model(model_id)

    return router
