"""What every answer of the API has in common on OpenAI's wire: envelope, models, usage, extensions, errors."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openai.types import CompletionUsage, Model

from political_monitoring.answering.conversation import Message
from political_monitoring.answering.events import Answer
from political_monitoring.errors import PolmonError, TryLater
from political_monitoring.evidence import wire_form

# The model has existed since the first release; clients cache by it, so it never changes.
MODEL_CREATED = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
RETRY_SECONDS = 30
"""When to try again what failed for a reason that nobody knows the end of: a database that is down."""
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all parts of one answer have in common."""

    id: str
    created: int
    model: str
    system_fingerprint: str

    @classmethod
    def new(cls, kind: str, model: str, now: dt.datetime, system_fingerprint: str) -> "Envelope":
        """A fresh id that begins with `kind`; `created` in whole seconds."""
        return cls(f"{kind}{uuid.uuid4().hex}", int(now.timestamp()), model, system_fingerprint)


def usage(answer: Answer, question: Sequence[Message]) -> CompletionUsage:
    """What a model took; of the local reasoner, which has no tokenizer, about four characters a token."""
    if used := answer.cost:
        return CompletionUsage(
            prompt_tokens=used.input_tokens, completion_tokens=used.output_tokens, total_tokens=used.tokens
        )
    prompt = _tokens(sum(len(message.text) for message in question))
    written = _tokens(len(answer.text))
    return CompletionUsage(prompt_tokens=prompt, completion_tokens=written, total_tokens=prompt + written)


def extensions(answer: Answer, session_id: str | None) -> dict[str, Any]:
    """Our own fields beside OpenAI's."""
    own = {
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "sources": [wire_form.source(citation) for citation in answer.citations],
        "gaps": list(answer.gaps),
        "notes": list(answer.notes),
        "rests_on": answer.rests_on.as_data() if answer.rests_on else None,
        "reasoner": {"model": answer.model or None, "prompts": list(answer.prompts)},
    }
    return own if session_id is None else {**own, "session_id": session_id}


def models(model_id: str, release: str) -> dict[str, Any]:
    """The list of models: ours. `release` tells a probe which release answers."""
    return {"object": "list", "data": [model(model_id)], "release": release}


def model(model_id: str) -> dict[str, Any]:
    """Our model's description."""
    return Model(
        id=model_id, created=MODEL_CREATED, object="model", owned_by="political-monitoring"
    ).model_dump(exclude_unset=True)


def error_body(error: PolmonError, param: str | None = None) -> dict[str, Any]:
    """The OpenAI error object; `param` is the field that is wrong."""
    usual = "invalid_request_error" if error.http_status < 500 else "server_error"
    kind = _KINDS.get(error.http_status, usual)
    return {"error": {"message": str(error), "type": kind, "param": param, "code": error.code}}


def error_headers(error: PolmonError) -> dict[str, str]:
    """Retry-After for what may succeed later."""
    if error.http_status not in {429, 503}:
        return {}
    seconds = error.retry_after if isinstance(error, TryLater) else RETRY_SECONDS
    return {"Retry-After": str(seconds)}


def _tokens(characters: int) -> int:
    return -(-characters // 4)
