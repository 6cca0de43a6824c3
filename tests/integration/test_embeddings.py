"""Embeddings from an endpoint: a real HTTP server on loopback, with and without faults."""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from political_monitoring.errors import ConfigInvalid, TryLater
from political_monitoring.knowledge.embeddings import EndpointEncoder
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph, SearchQuery
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode

MEANINGS = (("tobacco", "cigarette", "smoking"), ("railway", "train"), ("parliament", "bill", "committee"))
"""Words of one line mean the same to the server: each line is a dimension."""
DIMENSIONS = len(MEANINGS) + 1
SECONDS = 30.0

pytestmark = pytest.mark.integration


class Endpoint:
    """An OpenAI-compatible `/embeddings` whose vectors say which of MEANINGS a text speaks of."""

    def __init__(self) -> None:
        self.fault = ""
        self.requests: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.url = ""

    def answer(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and JSON."""
        self.requests.append(body)
        if self.fault == "status 500":
            return 500, {"error": {"message": "broken"}}
        if self.fault == "refuses":
            return 401, {"error": {"message": "no such key"}}
        if self.fault == "no JSON we know":
            return 200, {"vectors": []}
        rows = [self._embed(text) for text in body["input"]]
        if self.fault == "wrong dimension":
            rows = [row[:2] for row in rows]
        if self.fault == "too few":
            rows = rows[1:]
        # Not in the order asked for: `index` says which is which.
        return 200, {"data": [{"index": at, "embedding": row} for at, row in reversed([*enumerate(rows)])]}

    def _embed(self, text: str) -> list[float]:
        words = text.lower()
        return [float(sum(word in words for word in line)) for line in MEANINGS] + [0.1]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served = Endpoint()
    with _serving(served):
        yield served


@contextmanager
def _serving(endpoint: Endpoint) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.keys.add(self.headers["Authorization"])
            if endpoint.fault == "timeout":
                endpoint.requests.append(body)
                self.rfile.read(1)  # until the client has enough
                return
            status_code, answer = endpoint.answer(body) if self.path == "/v1/embeddings" else (404, {})
            data = json.dumps(answer).encode()
            self.send_response(status_code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def opened(
    home: Path, clock: FrozenClock, endpoint: Endpoint, model: str = "three"
) -> Iterator[KnowledgeGraph]:
    settings = load_settings(
        {
            "POLMON_HOME": str(home),
            "POLMON_GRAPH_EMBEDDINGS_URL": endpoint.url,
            "POLMON_GRAPH_EMBEDDINGS_MODEL": model,
            "POLMON_GRAPH_EMBEDDINGS_API_KEY": "sesame",
            "POLMON_GRAPH_EMBEDDINGS_SECONDS": "0.5",
        }
    )
    graph = open_graph(settings, clock)
    try:
        yield graph
    finally:
        graph.close()


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def embedded(home: Path, model: str) -> int:
    with sqlite3.connect(home / "graph.db") as stored:
        return int(
            stored.execute(
                "SELECT count(*) FROM vectors v JOIN encoders e ON e.id = v.encoder WHERE e.model = ?",
                (model,),
            ).fetchone()[0]
        )


EPISODES = tuple(
    episode(f"doc{number}", f"The {word} question, number {number}.")
    for number, word in enumerate(("cigarette", "railway", "harbour", "harbour"))
)
BY_MEANING = SearchQuery("smoking")


def test_passages_are_embedded_after_the_write_and_found_by_meaning(
    polmon_home: Path, clock: FrozenClock, endpoint: Endpoint
) -> None:
    with opened(polmon_home, clock, endpoint) as graph:
        graph.add(EPISODES)
        until(lambda: embedded(polmon_home, "three") == len(EPISODES), "not all were embedded")
        assert [hit.document_id for hit in graph.search(BY_MEANING)][:1] == ["doc0"]
    assert endpoint.keys == {"Bearer sesame"}
    assert {request["model"] for request in endpoint.requests} == {"three"}


@pytest.mark.parametrize(
    "fault", ["timeout", "status 500", "refuses", "no JSON we know", "wrong dimension", "too few"]
)
def test_search_goes_on_with_words_and_says_so(
    polmon_home: Path,
    clock: FrozenClock,
    endpoint: Endpoint,
    fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with opened(polmon_home, clock, endpoint) as graph:
        graph.add(EPISODES)
        until(lambda: embedded(polmon_home, "three") == len(EPISODES), "not all were embedded")
        endpoint.fault = fault
        with caplog.at_level(logging.WARNING, "political_monitoring"):
            found = graph.search(SearchQuery("railway"))
        assert [hit.document_id for hit in found] == ["doc1"]
        assert graph.search(BY_MEANING) == []
    assert "searching by words only" in caplog.text


def test_after_a_failure_questions_are_not_held_up_again(polmon_home: Path, endpoint: Endpoint) -> None:
    now = [0.0]
    encoder = EndpointEncoder(endpoint.url, "three", monotonic=lambda: now[0])
    endpoint.fault = "status 500"
    for _ in range(3):
        with pytest.raises(TryLater):
            encoder.encode(["a question"])
    assert len(endpoint.requests) == 1
    endpoint.fault, now[0] = "", 60.0
    assert encoder.encode(["a question"]).shape == (1, DIMENSIONS)


def test_another_model_replaces_the_vectors_and_goes_on_where_it_was_interrupted(
    polmon_home: Path, clock: FrozenClock, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("political_monitoring.knowledge.embedded.embedding.AT_ONCE", 2)
    with opened(polmon_home, clock, endpoint) as graph:
        graph.add(EPISODES)
        until(lambda: embedded(polmon_home, "three") == len(EPISODES), "not all were embedded")
    with sqlite3.connect(polmon_home / "graph.db") as stored:  # as a killed process leaves it: half done
        stored.execute("INSERT INTO encoders (model, dimensions) VALUES ('other', ?)", (DIMENSIONS,))
        stored.execute("UPDATE vectors SET encoder = (SELECT max(id) FROM encoders) WHERE passage > 2")
    stored.close()
    done = len(endpoint.requests)
    with opened(polmon_home, clock, endpoint, "other") as graph:
        # What the new model has made so far serves at once, and words find the rest.
        assert [hit.document_id for hit in graph.search(SearchQuery("railway"))][:1] == ["doc1"]
        until(lambda: embedded(polmon_home, "other") == len(EPISODES), "not all were embedded again")
        assert [hit.document_id for hit in graph.search(BY_MEANING)][:1] == ["doc0"]
    texts = [text for request in endpoint.requests[done:] for text in request["input"] if "number" in text]
    assert len(texts) == 2, "only what lacked a vector was sent"
    assert embedded(polmon_home, "three") == 0


def test_a_model_that_changes_its_dimension_is_not_mixed(
    polmon_home: Path, clock: FrozenClock, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(polmon_home, clock, endpoint) as graph:
        graph.add(EPISODES[:1])
        until(lambda: embedded(polmon_home, "three") == 1, "it was not embedded")
        endpoint.fault = "wrong dimension"
        with caplog.at_level(logging.WARNING, "political_monitoring"):
            graph.add(EPISODES[1:])
            until(lambda: "a different model needs a different name" in caplog.text, "it was not said")
        assert graph.search(SearchQuery("railway"))[0].document_id == "doc1"
    assert embedded(polmon_home, "three") == 1


def test_many_texts_are_sent_in_batches_and_come_back_in_order(endpoint: Endpoint) -> None:
    words = ["tobacco", "train", "bill", ""] * 50
    rows = EndpointEncoder(f"{endpoint.url}/embeddings", "three").encode(words)
    assert rows.shape == (200, DIMENSIONS)
    assert np.argmax(rows, axis=1).tolist() == [0, 1, 2, 3] * 50
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0)
    assert [len(request["input"]) for request in endpoint.requests] == [64, 64, 64, 8]


def test_nobody_listens() -> None:
    with pytest.raises(TryLater, match="does not answer"):
        EndpointEncoder("http://127.0.0.1:9/v1", "three").encode(["a question"])


def test_an_endpoint_without_a_model_is_a_mistake(polmon_home: Path) -> None:
    with pytest.raises(ConfigInvalid, match="EMBEDDINGS_MODEL"):
        load_settings({"POLMON_GRAPH_EMBEDDINGS_URL": "http://127.0.0.1:9/v1"})
