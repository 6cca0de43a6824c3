"""Hybrid search at 10,000 facts: the embedded graph beside Graphiti's own search on FalkorDB, same data, same run.

Each document reports one fact in one passage, so that both look through as many texts: Graphiti through the
10,000 facts, we through the 10,000 passages. Both embed with the same encoder; its time is in both figures.
"""

import argparse
import asyncio
import datetime as dt
import statistics
import tempfile
from collections.abc import Sequence
from itertools import batched
from pathlib import Path
from random import Random
from time import perf_counter

from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph, SearchQuery
from political_monitoring.knowledge.vectors import Encoder, open_encoder
from political_monitoring.settings import GraphSettings, load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.falkordb import FalkorServer, running_falkordb
from political_monitoring.testing.graphiti_clients import graphiti_on

GROUP = "bench"
AS_OF = dt.date(2025, 12, 31)
TOPICS = (
    *("harbour", "tidal", "railway", "broadband", "pension", "fisheries", "battery", "pesticide", "housing"),
    *("vaccine", "copyright", "lottery", "forestry", "satellite", "minimum wage", "data centre", "hydrogen"),
    *("school meals", "river", "museum", "asylum", "credit card", "drone", "organic farming", "rare earths"),
)
PLACES = (
    *("Northern", "Coastal", "Alpine", "Eastern", "Metropolitan", "Rural", "Island", "Southern", "Baltic"),
    *("Danube", "Atlantic", "Federal", "Municipal", "Regional", "Continental", "Overseas"),
)
KINDS = ("Protection", "Funding", "Licensing", "Safety", "Reform", "Transparency", "Access", "Support")
STEPS = {
    "introduced": "was introduced by its sponsors and read for the first time",
    "reported": "was reported by the committee with amendments after two hearings",
    "passed_house": "was passed by the lower chamber with a broad majority",
    "rejected": "was rejected by the upper chamber on its final reading",
}


def main() -> None:
    """Fill both, ask both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=40)
    given = parser.parse_args()
    encoder = open_encoder(GraphSettings())
    if encoder is None:
        raise SystemExit("this needs the extra `vectors`: both sides embed with it")
    random = Random(20_251)  # the same corpus in every run
    laws = [law(random, number) for number in range(max(1, given.facts // len(STEPS)))]
    episodes = [report(one, step) for one in laws for step in range(len(STEPS))]
    asked = [(one, question(one)) for one in random.sample(laws, min(given.questions, len(laws)))]
    with tempfile.TemporaryDirectory(prefix="bench") as name, running_falkordb(Path(name)) as server:
        measure(Path(name), server, encoder, episodes, asked)


def measure(
    folder: Path,
    server: FalkorServer,
    encoder: Encoder,
    episodes: Sequence[Episode],
    asked: Sequence[tuple[Entity, str]],
) -> None:
    """Print a line for each way to search."""
    common = {"POLMON_HOME": str(folder), "POLMON_GRAPH_URI": server.uri, "POLMON_GRAPH_WORKSPACE": GROUP}
    embedded = open_graph(load_settings({"POLMON_HOME": str(folder)}), FrozenClock())
    falkordb = open_graph(load_settings({**common, "POLMON_GRAPH_BACKEND": "graphiti"}), FrozenClock())
    writing = [fill(graph, episodes) for graph in (embedded, falkordb)]
    ours = [ask_ours(embedded, asked), ask_ours(falkordb, asked)]
    theirs = asyncio.run(ask_graphiti(server, encoder, asked))
    print(
        f"{len(episodes)} facts in as many documents and passages; {len(asked)} questions by words and meaning"
    )
    print(f"{'':44} {'p50 ms':>8} {'p95 ms':>8} {'right law first':>16} {'facts/s written':>16}")
    line("embedded", ours[0], writing[0])
    line("Graphiti backend, our search", ours[1], writing[1])
    line("Graphiti's own search() on the same FalkorDB", theirs, None)
    ratio = statistics.median(theirs[0]) / statistics.median(ours[0][0])
    print(f"the embedded graph is {ratio:.0f} times faster than Graphiti's search (goal: 25 times)")
    embedded.close()
    falkordb.close()


def law(random: Random, number: int) -> Entity:
    """A law with a name of its own."""
    name = f"{random.choice(PLACES)} {random.choice(TOPICS).title()} {random.choice(KINDS)} Act {number}"
    return Entity(f"us-bill:119-hr-{number}", "Bill", name, (Identifier("us-bill", f"119-hr-{number}"),))


def report(about: Entity, step: int) -> Episode:
    """A document that reports one step of a law."""
    value, told = list(STEPS.items())[step]
    on = dt.date(2025, 1 + 3 * step, 1)
    text = f"The {about.name} {told}. Observers expect further debate about its costs and its reach."
    said = Said(about, "status", text.split(".", maxsplit=1)[0], value=value, on=on)
    return episode(f"{about.id}/{step}", text, on, title=about.name, about=(about,), said=(said,))


def question(about: Entity) -> str:
    """What a person would ask about it."""
    return f"Was the {about.name} reported by the committee?"


def fill(graph: KnowledgeGraph, episodes: Sequence[Episode]) -> float:
    """Facts written per second."""
    began = perf_counter()
    for part in batched(episodes, 500):
        graph.add(part)
    return len(episodes) / (perf_counter() - began)


type Answers = tuple[list[float], float]
"""Seconds of each search, and the share of questions whose first hit is about the law asked for."""


def ask_ours(graph: KnowledgeGraph, asked: Sequence[tuple[Entity, str]]) -> Answers:
    """Through the port, as of a day."""
    graph.search(SearchQuery("warm up", AsOf.on(AS_OF)))
    seconds, right = [], 0
    for about, text in asked:
        began = perf_counter()
        hits = graph.search(SearchQuery(text, AsOf.on(AS_OF)))
        seconds.append(perf_counter() - began)
        right += bool(hits) and hits[0].document_id.startswith(f"{about.id}/")
    return seconds, right / len(asked)


async def ask_graphiti(
    server: FalkorServer, encoder: Encoder, asked: Sequence[tuple[Entity, str]]
) -> Answers:
    """Through Graphiti's client: words and vectors of facts, fused by reciprocal ranks."""
    graphiti = graphiti_on(server, GROUP, encoder)
    try:
        await graphiti.search("warm up", group_ids=[GROUP])
        seconds, right = [], 0
        for about, text in asked:
            began = perf_counter()
            edges = await graphiti.search(text, group_ids=[GROUP])
            seconds.append(perf_counter() - began)
            right += bool(edges) and edges[0].attributes["subject"] == about.id
        return seconds, right / len(asked)
    finally:
        await graphiti.driver.client.connection.connection_pool.disconnect()
        await graphiti.close()


def line(name: str, answers: Answers, written: float | None) -> None:
    """One row of the table."""
    seconds, right = answers
    ordered = sorted(seconds)
    p50, p95 = statistics.median(ordered) * 1000, ordered[int(0.95 * (len(ordered) - 1))] * 1000
    print(f"{name:44} {p50:8.1f} {p95:8.1f} {right:16.2f} {'' if written is None else f'{written:16.0f}'}")


if __name__ == "__main__":
    main()
