"""Local answers over HTTP through Ray Serve, against a deployment that does nothing in the same system.

One client asks in turn, so that the time is the time of an answer; then 32 at once show that one replica
bears them, without an error and without growing.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
from measuring import Figure, print_figures

from political_monitoring.settings import Settings, environment_for_children
from political_monitoring.testing.system import processes_named, running_system, settings_of_its_own

FOLDER = Path(__file__).resolve().parent
SAMPLES = FOLDER.parent / "samples" / "corpus"
CONFIG = """
services:
  chat-server:
    import_path: political_monitoring.serving.chat:app
    route_prefix: /v1
    ray_actor_options: {num_cpus: 0.25, memory: 500000000}
  no-op:
    import_path: measuring.noop:app
    route_prefix: /no-op
    ray_actor_options: {num_cpus: 0.1, memory: 200000000}
"""
QUESTIONS = (
    "What is the status of the AI Act?",
    "How high is the fine against Google in the Android case?",
    "Was ist der Stand beim Krankenhausversorgungsverbesserungsgesetz?",
    "What happened to the AI Act in 2024?",
    "When does the Digital Services Act apply?",
    "What does the Commission say about batteries?",
)
ROUNDS = 40
CLIENTS = 32
SECONDS = 120
TIMES_A_NO_OP = 3.0
FIRST_BYTE_MS = 60.0
GROWTH = 0.05


def main() -> None:
    """One client in turn, then many at once."""
    os.environ["PYTHONPATH"] = str(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of_its_own(Path(folder) / "home")
        ingest(settings)
        config = Path(folder) / "config.yaml"
        config.write_text(CONFIG, "utf-8")
        with running_system(settings, config) as system:
            with httpx.Client(base_url=system.http, timeout=60) as http:
                nothing, answer, first = in_turn(http)
            errors, answered, growth = asyncio.run(together(system.http, settings))
    print_figures(
        f"{len(QUESTIONS)} questions in turn, {ROUNDS} times each; p50; {os.cpu_count()} cores",
        [
            Figure("nothing through Serve, ms", "", f"{nothing:.1f}", None),
            Figure("answer, ms", "", f"{answer:.1f}", None),
            Figure(
                "  times as long as nothing",
                f"{TIMES_A_NO_OP:g}",
                f"{answer / nothing:.2f}",
                answer <= TIMES_A_NO_OP * nothing,
            ),
            Figure("first streamed byte, ms", f"{FIRST_BYTE_MS:g}", f"{first:.1f}", first < FIRST_BYTE_MS),
        ],
    )
    print_figures(
        f"{CLIENTS} clients for {SECONDS} s, every other one streaming, one replica",
        [
            Figure("answers a second", "", f"{answered / SECONDS:.0f}", None),
            Figure("errors", "0", str(errors), errors == 0),
            Figure(
                "memory, end against one third", f"{1 + GROWTH:.2f}", f"{growth:.2f}", growth <= 1 + GROWTH
            ),
        ],
    )


def ingest(settings: Settings) -> None:
    """Our sample documents, into the system's graph."""
    command = [str(Path(sys.executable).with_name("polmon")), "ingest", str(SAMPLES), "--json"]
    environment = {**os.environ, **environment_for_children(settings)}
    subprocess.run(command, env=environment, check=True, capture_output=True)


def asked(number: int, *, stream: bool = False) -> dict[str, object]:
    """A request."""
    text = QUESTIONS[number % len(QUESTIONS)]
    return {
        "model": "political-monitoring-agent",
        "messages": [{"role": "user", "content": text}],
        "stream": stream,
    }


def in_turn(http: httpx.Client) -> tuple[float, float, float]:
    """Medians in milliseconds: nothing, an answer, the first byte of a stream. Taken in alternation."""

    def nothing(number: int) -> None:
        http.post("/no-op/", json=asked(number)).raise_for_status()

    def answer(number: int) -> None:
        http.post("/v1/chat/completions", json=asked(number)).raise_for_status()

    def first_byte(number: int) -> None:
        with http.stream("POST", "/v1/chat/completions", json=asked(number, stream=True)) as response:
            response.raise_for_status()
            pieces = response.iter_raw()
            next(pieces)
            taken.append(time.perf_counter() - begun)
            for _ in pieces:
                pass

    taken: list[float] = []
    times: dict[Callable[[int], None], list[float]] = {nothing: [], answer: []}
    for number in range(ROUNDS * len(QUESTIONS)):
        for work, seconds in times.items():
            begun = time.perf_counter()
            work(number)
            seconds.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        first_byte(number)
    return tuple(1_000 * statistics.median(one) for one in (times[nothing], times[answer], taken))  # type: ignore[return-value]


async def together(base_url: str, settings: Settings) -> tuple[int, int, float]:
    """Errors, answers, and the replica's memory at the end over that after a third of the time."""
    replica = processes_named(settings, r"chat-server")[0]
    failures: Counter[str] = Counter()
    answered = 0
    memory: list[int] = []
    end = time.monotonic() + SECONDS

    async def client(number: int, http: httpx.AsyncClient) -> None:
        nonlocal answered
        while time.monotonic() < end:
            if failure := await failure_of(http, number):
                failures[failure] += 1
            else:
                answered += 1
            number += 1

    async def watch() -> None:
        while time.monotonic() < end:
            memory.append(replica_memory(replica))
            await asyncio.sleep(1)

    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=base_url, timeout=60, limits=limits) as http:
        await asyncio.gather(watch(), *(client(number, http) for number in range(CLIENTS)))
    for failure, count in failures.most_common():
        print(f"{count} times: {failure}", file=sys.stderr)
    third = memory[len(memory) // 3 :]
    return failures.total(), answered, statistics.mean(third[-10:]) / statistics.mean(third[:10])


async def failure_of(http: httpx.AsyncClient, number: int) -> str:
    """What is wrong with the answer to a request; empty: nothing."""
    stream = bool(number % 2)
    try:
        response = await http.post("/v1/chat/completions", json=asked(number // 2, stream=stream))
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    if response.status_code != httpx.codes.OK:
        return f"{response.status_code} {response.text[:300]}"
    if stream:
        return "" if response.text.rstrip().endswith("data: [DONE]") else "a stream without its end"
    return "" if json.loads(response.text)["choices"][0]["message"]["content"] else "an empty answer"


def replica_memory(replica: psutil.Process) -> int:
    """Bytes that are the process's own."""
    return int(replica.memory_full_info().uss)


if __name__ == "__main__":
    main()
