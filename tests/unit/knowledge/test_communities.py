"""Communities and centralities of networks whose answers are known."""

import builtins
import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import political_monitoring.knowledge.communities as module
from political_monitoring.errors import MissingDependency, StoreUnavailable
from political_monitoring.knowledge.communities import Edges, centralities, communities, kept

TWO_CIRCLES = {
    **dict.fromkeys(combinations("abcd", 2), 2),
    **dict.fromkeys(combinations("wxyz", 2), 1),
    ("d", "w"): 1,
}


def test_two_circles_with_a_bridge_are_two_communities() -> None:
    found = communities(TWO_CIRCLES)

    assert [sorted(one.members) for one in found] == [list("abcd"), list("wxyz")]
    assert found[0].members[0] == "d", "the best linked first"
    assert communities(TWO_CIRCLES, smallest=5) == []


def test_resolution_makes_more_communities() -> None:
    assert len(communities(TWO_CIRCLES, resolution=20, smallest=1)) == 8
    assert len(communities(TWO_CIRCLES, resolution=0.05)) == 1


def test_no_links_no_communities() -> None:
    assert communities({}) == []
    assert centralities({}) == []


def test_centralities_of_a_path_are_what_theory_says() -> None:
    found = {one.entity_id: one for one in centralities({("a", "b"): 1, ("b", "c"): 1, ("c", "d"): 1})}

    assert [found[one].degree for one in "abcd"] == [1, 2, 2, 1]
    assert [found[one].betweenness for one in "abcd"] == [0, 2, 2, 0]
    assert sum(one.pagerank for one in found.values()) == pytest.approx(1)
    assert found["b"].pagerank == pytest.approx(found["c"].pagerank)
    assert found["b"].pagerank > found["a"].pagerank == pytest.approx(found["d"].pagerank)


def test_betweenness_of_a_large_network_is_estimated_well(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    edges = {(f"e{int(400 * chance.random() ** 3)}", f"e{chance.randrange(400)}"): 1 for _ in range(1_500)}
    exact = {one.entity_id: one.betweenness for one in centralities(edges)}
    monkeypatch.setattr(module, "PIVOTS", 150)
    estimated = {one.entity_id: one.betweenness for one in centralities(edges)}

    first = max(exact, key=lambda one: exact[one])
    assert estimated != exact
    assert max(estimated, key=lambda one: estimated[one]) == first
    assert estimated[first] == pytest.approx(exact[first], rel=0.1)
    assert sum(estimated.values()) == pytest.approx(sum(exact.values()), rel=0.1)


def test_both_directions_are_one_neighbour() -> None:
    found = centralities({("a", "b"): 1, ("b", "a"): 3})
    assert [one.degree for one in found] == [1, 1]


NAMES = st.sampled_from([f"e{number}" for number in range(12)])
EDGES = st.dictionaries(
    st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), st.integers(1, 5), max_size=40
)


@given(EDGES, st.randoms())
def test_the_order_of_the_links_does_not_matter(edges: Edges, chance: random.Random) -> None:
    pairs = list(edges.items())
    chance.shuffle(pairs)
    random.seed(chance.random())

    assert communities(dict(pairs)) == communities(edges)
    assert centralities(dict(pairs)) == centralities(edges)


def test_another_process_finds_the_same() -> None:
    chance = random.Random(7)
    edges = {(f"e{chance.randrange(200)}", f"f{chance.randrange(200)}"): 1 for _ in range(600)}
    program = (
        f"from political_monitoring.knowledge.communities import communities; print(communities({edges!r}))"
    )

    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert there.stdout.strip() == repr(communities(edges))


def test_the_random_numbers_of_others_are_left_alone() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    communities(TWO_CIRCLES)
    assert random.random() == expected


def test_without_igraph_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *arguments: Any) -> Any:
        if name == "igraph":
            raise ModuleNotFoundError(name)
        return original(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    for compute in (communities, centralities):
        with pytest.raises(MissingDependency, match=r"political-monitoring\[network\]"):
            compute(TWO_CIRCLES)


def test_what_was_computed_is_kept_for_its_key(tmp_path: Path) -> None:
    file = tmp_path / "new" / "communities.json"
    assert kept(file, "one", lambda: [["ä"]]) == [["ä"]]
    assert kept(file, "one", lambda: [["other"]]) == [["ä"]]
    assert kept(file, "two", lambda: [["other"]]) == [["other"]]
    file.write_text("{damaged", "utf-8")
    assert kept(file, "two", lambda: [["anew"]]) == [["anew"]]
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        kept(file / "below", "key", list)
