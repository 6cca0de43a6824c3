"""Parsing in another process, which may hang, swell or die without harm to this one."""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, cast

from pydantic import TypeAdapter

import political_monitoring
from political_monitoring.documents.characters import one_line
from political_monitoring.documents.formats import Format
from political_monitoring.documents.parsers.parsed import Parsed
from political_monitoring.errors import (
    DocumentTooLarge,
    EmptyDocument,
    MissingDependency,
    PolmonError,
    ResourcesUnavailable,
    UnreadableDocument,
    UnsupportedFormat,
)
from political_monitoring.settings import LimitsSettings

_ERRORS: dict[str, type[PolmonError]] = {
    error.code: error
    for error in (UnsupportedFormat, UnreadableDocument, EmptyDocument, DocumentTooLarge, MissingDependency)
}
_GRACE_SECONDS = 60
"""For starting the worker and importing the parser on a busy machine, beside the file's own time."""
_ROOT = Path(political_monitoring.__file__).parents[1]
_parsed = TypeAdapter(list[Parsed])


def parse_apart(parser: Format, data: bytes, charset: str, limits: LimitsSettings) -> list[Parsed]:
    """Parse one file in a worker process under `limits`.

    Raises:
        DocumentError: the parser's own, or DocumentTooLarge over a limit. Its text is a predicate.
        MissingDependency: the parser's library is not installed.
        ResourcesUnavailable: no worker process could be started.
    """
    request = {
        "format": parser.value,
        "size": len(data),
        "seconds": limits.parse_seconds,
        "memory": limits.parse_memory,
        "text_chars": limits.text_chars,
        "charset": charset,
    }
    reply = _workers.ask(request, data)
    try:
        answer = json.loads(reply)
        if "error" not in answer:
            return _parsed.validate_python(answer["documents"])
        error = _ERRORS[answer["error"]](one_line(answer["message"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise UnreadableDocument("is damaged: its parser gave no usable answer") from None
    raise error


class _Broken(Exception):
    """The worker died or does not answer."""


class _Worker:
    """A running worker process; see `parsers.worker` for what is said over its pipes."""

    def __init__(self) -> None:
        # -P: a json.py in the current folder must not be taken for the library. A session of its own: Ctrl-C
        # is meant for this process, which then closes the pipe. Nothing of the environment: keys are in it.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "political_monitoring.documents.parsers.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT)},
            start_new_session=True,
            bufsize=0,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)

    def ask(self, request: dict[str, Any], data: bytes) -> bytes:
        """The answer to one request; _Broken when there will be none."""
        deadline = time.monotonic() + request["seconds"] + _GRACE_SECONDS
        unsent = memoryview(json.dumps(request).encode() + b"\n" + data)
        try:
            while unsent:
                unsent = unsent[self._requests.write(unsent) :]
            head = b""
            while not head.endswith(b"\n"):
                head += self._read(1, deadline)
            return self._read(int(head), deadline)
        except (OSError, ValueError) as error:
            raise _Broken from error

    def _read(self, size: int, deadline: float) -> bytes:
        ready = select.poll()
        ready.register(self._replies, select.POLLIN)
        parts: list[bytes] = []
        while size > 0:
            left = deadline - time.monotonic()
            part = self._replies.read(min(size, 1 << 20)) if left > 0 and ready.poll(left * 1000) else b""
            if not part:
                raise _Broken
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close this process's ends of the pipes; an idle worker ends when nobody holds them."""
        self._requests.close()
        self._replies.close()
        self._process.returncode = self._process.returncode or 0


class _Workers:
    """The idle workers of this process: as many as there were threads parsing at once."""

    def __init__(self) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any], data: bytes) -> bytes:
        """The answer of an idle or new worker; a broken one is replaced once."""
        for _ in range(2):
            worker = self._take()
            answered = False
            try:
                reply = worker.ask(request, data)
                answered = True
            except _Broken:
                continue
            finally:
                if answered:
                    self._give_back(worker)
                else:  # also when interrupted: its answer must not meet the next question
                    worker.stop()
            return reply
        raise ResourcesUnavailable(
            "the process that parses files keeps dying; look at memory and installation"
        )

    def _take(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            return _Worker()
        except OSError as error:
            problem = error.strerror
            raise ResourcesUnavailable(
                f"the process that parses files cannot be started: {problem}"
            ) from error

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def stop(self) -> None:
        """End all idle workers."""
        with self._lock:
            while self._idle:
                self._idle.pop().stop()

    def forget(self) -> None:
        """After a fork: the workers are the parent's, and two must not talk over one pipe."""
        self._lock = threading.Lock()
        while self._idle:
            self._idle.pop().let_go()


# One set for the process, because starting an interpreter for each file would cost more than parsing it.
_workers = _Workers()
atexit.register(_workers.stop)
os.register_at_fork(after_in_child=_workers.forget)
