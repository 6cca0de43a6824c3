"""Groups and central members of the network, computed by igraph from a list of edges.

Pure functions: the same edges give the same result, in any order and process. None is meant for the path of a
request: `polmon graph communities` computes, and keeps what it found beside the graph.
"""

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from political_monitoring.errors import MissingDependency, StoreUnavailable

type Edges = Mapping[tuple[str, str], int]
"""How many documents link one entity to another: network.edges."""

SEED = 20_240_801
ROUNDS = 10
"""Passes of the Leiden algorithm; it is stable after two or three."""
PIVOTS = 500
"""Entities that betweenness is summed from, where there are more: from all of them it would take hours."""
_DAMPING = 0.85

_generator = Lock()


@dataclass(frozen=True, slots=True)
class Community:
    """Entities with more links among them than to others, the best linked first."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Centrality:
    """How central an entity is.

    Attributes:
        entity_id: which.
        degree: number of other entities it is linked to.
        betweenness: number of pairs whose shortest path leads through it; of several such paths each counts with
            its share (Freeman 1977). Beyond PIVOTS entities it is estimated from so many drawn ones (Brandes and
            Pich 2007).
        pagerank: share of a random walk along the links that it is visited in (Page et al. 1999). Either way:
            that a member introduces a bill says as much of the one as of the other.
    """

    entity_id: str
    degree: int
    betweenness: float
    pagerank: float


def communities(edges: Edges, resolution: float = 1.0, smallest: int = 2) -> list[Community]:
    """Communities of at least `smallest` members, largest first.

    Leiden algorithm on modularity (Traag, Waltman, van Eck 2019), over undirected links weighted by the number
    of documents. A higher resolution makes more and smaller communities.

    Raises:
        MissingDependency: igraph is not installed.
    """
    names, network = _network(edges)
    if not names:
        return []
    with _seeded():
        found = network.community_leiden(
            objective_function="modularity", weights="weight", resolution=resolution, n_iterations=ROUNDS
        )
    strength = network.strength(weights="weight")
    groups = (sorted(group, key=lambda one: (-strength[one], names[one])) for group in found)
    kept = [Community(tuple(names[one] for one in group)) for group in groups if len(group) >= smallest]
    return sorted(kept, key=lambda community: (-len(community.members), community.members))


def centralities(edges: Edges) -> list[Centrality]:
    """Every entity's centralities, highest PageRank first.

    Raises:
        MissingDependency: igraph is not installed.
    """
    names, network = _network(edges)
    if not names:
        return []
    rows = zip(
        names,
        network.degree(),
        _betweenness(network),
        network.pagerank(weights="weight", damping=_DAMPING),
        strict=True,
    )
    found = [Centrality(name, degree, float(between), float(rank)) for name, degree, between, rank in rows]
    return sorted(found, key=lambda one: (-one.pagerank, one.entity_id))


def _betweenness(network: Any) -> list[float]:
    count = network.vcount()
    if count <= PIVOTS:
        return list(network.betweenness())
    pivots = random.Random(SEED).sample(range(count), PIVOTS)
    return [between * count / PIVOTS for between in network.betweenness(sources=pivots)]


def kept(path: Path, key: str, compute: Callable[[], list[Any]]) -> list[Any]:
    """What the file holds for `key`; else what `compute` gives, which the file then holds.

    Raises:
        StoreUnavailable: the file cannot be written.
    """
    stamp = hashlib.sha256(key.encode()).hexdigest()
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["key"] == stamp:
            return list(found["result"])
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or not whole: it can always be computed.
        pass
    result = compute()
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({"key": stamp, "result": result}, ensure_ascii=False), "utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written: {error.strerror}") from error
    return result


def _network(edges: Edges) -> tuple[list[str], Any]:
    """The names of the vertices and the undirected network, in an order that depends on the edges alone."""
    try:
        import igraph
    except ModuleNotFoundError:
        raise MissingDependency(
            "communities and centralities need igraph: install political-monitoring[network]"
        ) from None
    names = sorted({one for pair in edges for one in pair})
    numbers = {name: number for number, name in enumerate(names)}
    pairs = sorted(edges)
    network = igraph.Graph(
        n=len(names),
        edges=[(numbers[source], numbers[target]) for source, target in pairs],
        edge_attrs={"weight": [edges[pair] for pair in pairs]},
    )
    network.simplify(combine_edges={"weight": "sum"})
    return names, network


@contextmanager
def _seeded() -> Iterator[None]:
    """igraph draws from one generator in each process: ours, from its start, for the length of the block."""
    import igraph

    with _generator:
        igraph.set_random_number_generator(random.Random(SEED))
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)
