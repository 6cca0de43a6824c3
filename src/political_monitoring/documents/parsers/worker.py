"""Where untrusted files are parsed: `python -P -m political_monitoring.documents.parsers.worker`.

It reads requests from standard input and answers on standard output. For each file it forks a child that
gives up what it does not need, limits its own memory and time, parses, and ends. So the heavy imports are
paid once, each file starts from the same clean state, and nothing a file does to a parser outlives it. A
plain program with pipes works where multiprocessing does not: inside daemonic and Ray worker processes.

Request: a line of JSON {"format", "size", "seconds", "memory", "text_chars", "charset"}, then `size` bytes.
Answer: a line with the size, then JSON {"documents": [...]} or {"error": code, "message": words}. JSON,
because the answer comes from a process that a hostile file may have taken over.
"""

import json
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from typing import Any, BinaryIO

from political_monitoring.documents.parsers.parsed import Hints, Parser
from political_monitoring.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    MissingDependency,
    UnreadableDocument,
)

_CHUNK = 1 << 16
_LONGEST_MESSAGE = 500
_MEMORY = "needs more memory to parse than a document may"
_SURE, _UNSURE = b"=", b"?"
"""First byte of the child's answer: it stands; it stands unless memory ran short."""
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Serve requests until standard input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # a library that prints must not write into the answer
        os.dup2(nothing, standard)
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        reply = _answer(request, data, (requests, replies))
        replies.write(b"%d\n" % len(reply) + reply)
        replies.flush()


def _answer(request: dict[str, Any], data: bytes, private: tuple[BinaryIO, BinaryIO]) -> bytes:
    try:
        parser: Parser = import_module(f"political_monitoring.documents.parsers.{request['format']}").parse
    except ImportError as error:
        return _failure(
            MissingDependency.code, f"the {request['format']} parser needs {error.name}: install it"
        )
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        for stream in private:
            os.close(stream.fileno())
        _work(parser, request, data, writer)
    os.close(writer)
    try:
        return _collect(child, reader, request)
    finally:
        os.close(reader)


def _work(parser: Parser, request: dict[str, Any], data: bytes, writer: int) -> None:
    """In the child: parse, write the answer, end without running anything of the parent's."""
    try:
        _limit(request)
        answer = _parse(parser, data, Hints(request["text_chars"], request["charset"]))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _limit(request: dict[str, Any]) -> None:
    seconds = int(request["seconds"]) + 1
    # The deadline is the parent's to keep; processor time is the second net, should the parent die.
    for kind, most in (
        (resource.RLIMIT_AS, int(request["memory"])),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (most, most))


def _parse(parser: Parser, data: bytes, hints: Hints) -> bytes:
    """The answer, after a byte that says whether it stands whatever else is seen."""
    try:
        documents = [asdict(document) for document in parser(data, hints)]
        return _SURE + json.dumps({"documents": documents}, ensure_ascii=False).encode()
    except (EmptyDocument, UnreadableDocument) as error:
        return _UNSURE + _failure(error.code, str(error))
    except DocumentError as error:
        return _SURE + _failure(error.code, str(error))
    except MemoryError:
        return _SURE + _failure(DocumentTooLarge.code, _MEMORY)
    except RecursionError:
        return _SURE + _failure(DocumentTooLarge.code, "is nested too deeply")
    except Exception as error:  # noqa: BLE001 - whatever a library raises on a damaged file means just that
        return _UNSURE + _failure(UnreadableDocument.code, f"is damaged ({type(error).__name__})")


def _failure(code: str, message: str) -> bytes:
    return json.dumps({"error": code, "message": message[:_LONGEST_MESSAGE]}).encode()


def _collect(child: int, reader: int, request: dict[str, Any]) -> bytes:
    """The child's answer, or why there is none. The child is gone when this returns."""
    answer = _read(reader, request)
    os.kill(child, signal.SIGKILL)  # it has said what it has to say, or had its time
    _, _, usage = os.wait4(child, 0)
    if isinstance(answer, str):
        return _failure(DocumentTooLarge.code, answer)
    if answer.startswith(_SURE):
        return answer.removeprefix(_SURE)
    # Native parsers that are refused memory abort, or find the file damaged or empty, each in its own way.
    if usage.ru_maxrss * _MAXRSS_UNIT > request["memory"] / 3:
        return _failure(DocumentTooLarge.code, _MEMORY)
    if answer.startswith(_UNSURE):
        return answer.removeprefix(_UNSURE)
    return _failure(UnreadableDocument.code, "is damaged: its parser broke down on it")


def _read(reader: int, request: dict[str, Any]) -> bytes | str:
    """All that comes through the pipe, or the limit it went over."""
    most = 8 * request["text_chars"] + 16_000_000
    deadline = time.monotonic() + request["seconds"]
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    parts: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        if ready.poll(left * 1000):
            part = os.read(reader, _CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)
            most -= len(part)
            if most < 0:
                return "holds more text than a document may"
    return f"takes longer than {request['seconds']:g} seconds to parse"


if __name__ == "__main__":
    main()
