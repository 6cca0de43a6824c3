"""A scripted OpenAI-compatible endpoint on loopback, with delays and faults as a test writes them."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in.

    Attributes:
        number: of requests before it.
        form: name of the JSON schema that the answer is to have; empty: none was given.
        instructions, content: what the system and the user said.
    """

    number: int
    form: str
    instructions: str
    content: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the stub does with a request.

    Attributes:
        content: the model's words; an object is written as JSON.
        cut: send so many bytes of the body, or so many characters of a stream's words, and break off.
        pause: in a stream, wait so many seconds behind so many characters.
        body: the whole body instead of a chat completion.
        delay: seconds before the answer, beside the stub's own latency.
    """

    content: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    cut: int | None = None
    pause: tuple[int, float] = (0, 0.0)
    body: str | None = None
    tokens: tuple[int, int] = (100, 20)
    finish: str = "stop"


Script = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was answered, between two moments of `time.monotonic`."""

    asked: Asked
    began: float
    ended: float


class _Server(ThreadingHTTPServer):
    """A client may be killed in the middle of a request: that is what some tests are about."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is that the client has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class LlmStub:
    """A running stub; `served` tells what it was asked, in the order of the answers."""

    def __init__(self, script: Script, latency: float) -> None:
        self.script = script
        self.latency = latency
        self.served: list[Served] = []
        self._lock = threading.Lock()
        self._numbers = iter(range(1_000_000))
        self._over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """For POLMON_LLM_BASE_URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def environment(self, **more: str) -> dict[str, str]:
        """POLMON_LLM_* variables that lead here, with short waits."""
        given = {
            "BASE_URL": self.url,
            "MODEL": "stub",
            "API_KEY": "sk-of-the-test",
            "TIMEOUT_SECONDS": "5",
            "RETRY_SECONDS": "0.02",
        }
        return {f"POLMON_LLM_{name}": value for name, value in (given | more).items()}

    @property
    def busy_seconds(self) -> float:
        """How long at least one request was under way: what the model holds up a run at least."""
        total, until = 0.0, 0.0
        for one in sorted(self.served, key=lambda one: one.began):
            total += max(0.0, one.ended - max(one.began, until))
            until = max(until, one.ended)
        return total

    def answer(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        """Look the answer up and wait as long as it takes."""
        began = time.monotonic()
        with self._lock:
            asked = _asked(next(self._numbers), body, headers)
            answer = self.script(asked)
        self.wait(self.latency + answer.delay)
        with self._lock:
            self.served.append(Served(asked, began, time.monotonic()))
        return answer

    def wait(self, seconds: float) -> None:
        """Take so long; ends at once when the stub is stopped."""
        self._over.wait(seconds)

    def stop(self) -> None:
        """End, also in the middle of a delay."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def llm_stub(script: Script, latency: float = 0) -> Iterator[LlmStub]:
    """A stub that ends with the block; each answer takes `latency` seconds."""
    stub = LlmStub(script, latency)
    try:
        yield stub
    finally:
        stub.stop()


def _asked(number: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Asked:
    said: dict[str, str] = {"system": "", "user": ""}
    for message in body["messages"]:
        content = message["content"]
        text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
        role = "system" if message["role"] in ("system", "developer") else "user"
        said[role] += text
    form = (body.get("response_format") or {}).get("json_schema", {}).get("name", "")
    return Asked(number, form, said["system"], said["user"], body, headers)


def _words(answer: Answer) -> str:
    return answer.content if isinstance(answer.content, str) else json.dumps(answer.content)


def _envelope(kind: str, model: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-stub",
        "object": kind,
        "created": int(time.time()),
        "model": model,
        "choices": choices,
    }


def _usage(answer: Answer) -> dict[str, int]:
    read, written = answer.tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _completion(answer: Answer, model: str) -> str:
    message = {"role": "assistant", "content": _words(answer)}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    return json.dumps(_envelope("chat.completion", model, [choice]) | {"usage": _usage(answer)})


_PIECE = 12
"""Characters in one chunk of a stream."""


def _stream(stub: LlmStub, answer: Answer, model: str) -> Iterator[bytes]:
    """Server-sent events; one that is cut ends without a finish reason."""

    def event(choices: list[dict[str, Any]], **more: Any) -> bytes:
        body = _envelope("chat.completion.chunk", model, choices) | more
        return f"data: {json.dumps(body)}\n\n".encode()

    words = _words(answer)[: answer.cut]
    behind, seconds = answer.pause
    for start in range(0, len(words), _PIECE):
        if seconds and start <= behind < start + _PIECE:
            stub.wait(seconds)
        delta = {"role": "assistant", "content": words[start : start + _PIECE]}
        yield event([{"index": 0, "delta": delta, "finish_reason": None}])
    if answer.cut is None:
        yield event([{"index": 0, "delta": {}, "finish_reason": answer.finish}])
        yield event([], usage=_usage(answer))
        yield b"data: [DONE]\n\n"


def _handler(stub: LlmStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stub.answer(body, {name.lower(): value for name, value in self.headers.items()})
            if body.get("stream") and answer.status < 400 and answer.body is None:
                self._send_stream(answer, body.get("model", ""))
                return
            said = answer.body
            if said is None and answer.status >= 400:
                said = json.dumps({"error": {"message": "as scripted", "type": "server_error", "code": None}})
            sent = (said if said is not None else _completion(answer, body.get("model", ""))).encode()
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent if answer.cut is None else sent[: answer.cut])
            except OSError:
                self.close_connection = True  # the client has gone: it waited long enough
            if answer.cut is not None:
                self.close_connection = True

        def do_GET(self) -> None:
            """The list of models; nobody is asked."""
            sent = json.dumps({"object": "list", "data": []}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def _send_stream(self, answer: Answer, model: str) -> None:
            self.close_connection = True
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for event in _stream(stub, answer, model):
                    self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
                if answer.cut is None:
                    self.wfile.write(b"0\r\n\r\n")
            except OSError:
                pass  # the client has gone: it has read, or waited for, enough

        def log_message(self, *_: object) -> None:
            """Tests say what they need to know themselves."""

    return Handler
