"""An error as a whole HTTP answer, for what is refused before the application sees it."""

import json

from starlette.types import Send

from political_monitoring.chat.openai_format import error_body, error_headers
from political_monitoring.errors import KeyRefused, PolmonError


async def refuse(send: Send, error: PolmonError) -> None:
    """Answer with the OpenAI error object and its status."""
    content = json.dumps(error_body(error)).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        **({"www-authenticate": "Bearer"} if isinstance(error, KeyRefused) else {}),
        **error_headers(error),
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.http_status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
