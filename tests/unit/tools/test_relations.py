"""What hangs together, as the agents ask for it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from political_monitoring.domain.facts import Entity
from political_monitoring.domain.ontology import load_ontology
from political_monitoring.errors import NotFound, UserError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.tools.registry import find_tool
from political_monitoring.tools.relations import (
    BOUND_BY,
    REACHES,
    analyze_entity_impact,
    traverse_from_entity,
)

COMMISSION = Entity("institution:commission", "Institution", "Commission")
LAW = Entity("celex:1", "Regulation", "Law One")
OLD = Entity("celex:0", "Regulation", "Old Law")
FIRM = Entity("company:firm", "Company", "Firm")
RIVAL = Entity("company:rival", "Company", "Rival")
LOBBY = Entity("lobbygroup:lobby", "LobbyGroup", "Lobby")
DAY = dt.date(2025, 1, 1)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    opened = open_graph(
        load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"}),
        FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)),
    )
    text = (
        "The Law amends the old one; the Firm is subject to it, the Rival to the old; the Lobby opposes it."
    )
    said = tuple(
        Said(subject, predicate, text, on=DAY, upon=upon)
        for subject, predicate, upon in (
            (LAW, "amends", OLD),
            (FIRM, "subject_to", LAW),
            (RIVAL, "subject_to", OLD),
            (LOBBY, "opposes", LAW),
            (COMMISSION, "proposes", LAW),
        )
    )
    everyone = (COMMISSION, LAW, OLD, FIRM, RIVAL, LOBBY)
    opened.add((episode("note", text, DAY, said=said, about=everyone, language="en"),))
    yield opened
    opened.close()


def test_impact_follows_what_acts_on_what_and_nothing_else(graph: KnowledgeGraph) -> None:
    touched = analyze_entity_impact(graph, LAW.id)

    assert [(one.entity.id, one.hops, one.through) for one in touched] == [
        (OLD.id, 1, LAW.id),
        (FIRM.id, 1, LAW.id),
        (RIVAL.id, 2, OLD.id),
    ]
    assert [fact.predicate for fact in touched[2].facts] == ["subject_to"]
    assert [one.entity.id for one in analyze_entity_impact(graph, LAW.id, most_hops=1, limit=1)] == [OLD.id]
    assert analyze_entity_impact(graph, FIRM.id) == (), "a firm does not touch the law it is subject to"


def test_a_network_is_circles_with_their_links(graph: KnowledgeGraph) -> None:
    found = traverse_from_entity(graph, FIRM.id)

    assert [one.id for one in found.entities] == [FIRM.id, LAW.id, OLD.id, COMMISSION.id, LOBBY.id]
    assert {fact.predicate for fact in found.links} == {"subject_to", "amends", "opposes", "proposes"}
    assert found.types == {"Company": 1, "Institution": 1, "LobbyGroup": 1, "Regulation": 2}
    assert found.complete
    cut = traverse_from_entity(graph, LAW.id, limit=2)
    assert len(cut.entities) <= 3
    assert not cut.complete
    assert {one for fact in cut.links for one in (fact.subject, fact.object)} <= {e.id for e in cut.entities}


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("get_entity_neighbors", {"entity": LAW.id, "types": ["Company"]}, 1),
        ("get_entity_neighbors", {"entity": LAW.id, "languages": ["de"]}, 0),
        ("get_entity_neighbors", {"entity": LAW.id, "as_of": "2024-01-01"}, 0),
        ("find_paths_between_entities", {"start": FIRM.id, "end": RIVAL.id}, 1),
        ("find_paths_between_entities", {"start": FIRM.id, "end": RIVAL.id, "most_hops": 2}, 0),
        ("analyze_entity_impact", {"entity": LAW.id, "most_hops": 1}, 2),
    ],
)
def test_tools_take_json_and_are_bounded(
    graph: KnowledgeGraph, tool: str, arguments: dict[str, Any], expected: int
) -> None:
    assert len(find_tool(tool).call(graph, arguments)["result"]) == expected


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_entity_neighbors", {"entity": LAW.id, "limit": 101}),
        ("find_paths_between_entities", {"start": LAW.id, "end": OLD.id, "most_hops": 7}),
        ("analyze_entity_impact", {"entity": LAW.id, "most_hops": 0}),
        ("traverse_from_entity", {"entity": LAW.id, "limit": 0}),
    ],
)
def test_bounds_are_in_the_schema_and_kept(
    graph: KnowledgeGraph, tool: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(UserError, match=f"{tool}: argument"):
        find_tool(tool).call(graph, arguments)


@pytest.mark.parametrize("tool", ["get_entity_neighbors", "analyze_entity_impact", "traverse_from_entity"])
def test_an_unknown_entity_is_said(graph: KnowledgeGraph, tool: str) -> None:
    with pytest.raises(NotFound, match="company:none"):
        find_tool(tool).call(graph, {"entity": "company:none"})


def test_the_predicates_that_act_point_one_way() -> None:
    assert not REACHES & BOUND_BY
    known = {"amends", "annuls", "designates", "fines", "rejects", "repeals", "vetoes"}
    assert known <= load_ontology().predicates.keys() & REACHES
