"""Every error leaves as an OpenAI error object with its own status, and without internals."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from political_monitoring.chat.openai_format import error_body, error_headers
from political_monitoring.errors import ModelUnknown, PolmonError, UserError

CLIENT_LEFT = 499
"""As nginx writes it into its log: the client closed the connection before the answer."""

log = logging.getLogger(__name__)


class ErrorObject(BaseModel):
    """What went wrong, for people and for machines."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorBody(BaseModel):
    """The body of every answer that is an error."""

    error: ErrorObject


_MEANINGS = {
    400: "the request is malformed; `param` names the field",
    401: "no key, or one that is not known",
    403: "the key does not allow it",
    404: "there is no such thing",
    413: "the request is too long",
    429: "too many requests; Retry-After says when to come back",
    500: "the server failed; its log says why",
    503: "overloaded, or a part of the system is down; Retry-After says when to come back",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route for the OpenAPI document: the given ones and those that any route can have."""
    every = sorted({401, 403, 413, 429, 500, 503, *statuses})
    return {status: {"model": ErrorBody, "description": _MEANINGS[status]} for status in every}


_EVENTS = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
            "required": ["data"],
        }
    }
}


def answering(whole: type[BaseModel], description: str) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that answers questions: as a whole, as events, and its errors."""
    good = {"model": whole, "content": _EVENTS, "description": description}
    return {200: good, **documented(400, 404)}


def internal_error() -> PolmonError:
    """What a client learns of an unexpected failure."""
    return PolmonError("The server failed on this request; its log says why.")


def error_of(failure: Exception) -> PolmonError:
    """An error that may be shown; an unexpected one is logged."""
    if isinstance(failure, PolmonError):
        return failure
    log.error("a request failed", exc_info=failure)
    return internal_error()


def respond(error: PolmonError, param: str | None = None) -> JSONResponse:
    """The error as an answer."""
    return JSONResponse(error_body(error, param), error.http_status, error_headers(error))


def add_error_handlers(app: FastAPI) -> None:
    """Have the application answer every error in this way."""

    async def known(_: Request, error: Exception) -> Response:
        shown = error_of(error)
        return respond(shown, "model" if isinstance(shown, ModelUnknown) else None)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
        field, sentence = _what_is_wrong(error.errors())
        return respond(UserError(sentence), field)

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        body = error_body(UserError(f"{error.detail}: see GET models and POST chat/completions."))
        return JSONResponse(body, error.status_code, error.headers)

    async def left(_: Request, __: Exception) -> Response:
        return Response(status_code=CLIENT_LEFT)  # nobody reads it; logs of requests show it

    app.add_exception_handler(ClientDisconnect, left)
    app.add_exception_handler(PolmonError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, known)


def _what_is_wrong(errors: Sequence[Any]) -> tuple[str | None, str]:
    """The field and a sentence. Of alternatives none of which fits, the one that came furthest is told."""
    if errors[0]["type"] == "json_invalid":
        return None, "The body is not JSON."
    deepest = max(errors, key=lambda one: len(one["loc"]))
    place = [str(part) for part in deepest["loc"] if part != "body"]
    field = ".".join(part for part in place if part != "str" and "[" not in part and "-" not in part)
    message = str(deepest["msg"]).removeprefix("Value error, ").rstrip(".")
    return field or None, f"{field or 'the body'}: {message}."
