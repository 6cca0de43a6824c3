"""Which entity is meant, and what is said when that is not clear."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.errors import Ambiguous, NotFound
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.tool_calls import FIRM, KNOWN_EARLY, LAW
from political_monitoring.tools.naming import named_entity, resolve
from political_monitoring.tools.registry import TOOLS, Tool

HOUSE = Entity("institution:house-eu", "Institution", "European Commission")
TRADE = Entity("institution:trade", "Institution", "Federal Trade Commission")
BILL = Entity("us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),))
PERSON, PARTY = Entity("politician:grün", "Politician", "Grün"), Entity("party:grün", "Party", "Grün")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))
    text = "The European Commission and the Federal Trade Commission read the Example Act, H.R. 1."
    said = (Said(HOUSE, "supports", "read the Example Act", upon=BILL),)
    about = (HOUSE, TRADE, BILL, PERSON, PARTY)
    opened.add((episode("note", text, dt.date(2025, 1, 1), about=about, said=said),))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        (BILL.id, BILL),
        ("H.R. 1", BILL),
        ("hr1", BILL),
        (" example act ", BILL),
        ("European Commission", HOUSE),
        ("the Federal Trade Commission", TRADE),
    ],
)
def test_an_entity_is_known_by_id_identifier_and_name(
    graph: KnowledgeGraph, name: str, entity: Entity
) -> None:
    assert resolve(graph, name).id == entity.id


@pytest.mark.parametrize(("name", "candidates"), [("Commission", (HOUSE, TRADE)), ("Grün", (PERSON, PARTY))])
def test_where_several_may_be_meant_they_are_listed_instead_of_guessed(
    graph: KnowledgeGraph, name: str, candidates: tuple[Entity, ...]
) -> None:
    with pytest.raises(Ambiguous) as caught:
        resolve(graph, name)

    assert all(one.id in str(caught.value) for one in candidates)
    assert BILL.id not in str(caught.value)
    assert named_entity(graph, name) in candidates, "for commands that show one"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Exmaple Act", BILL), ("European Comission", HOUSE), ("Commission of Trade and Industry", TRADE)],
)
def test_an_unknown_name_gets_the_nearest(graph: KnowledgeGraph, name: str, nearest: Entity) -> None:
    with pytest.raises(NotFound, match=f"There is no entity '{name}'.*{nearest.name}"):
        resolve(graph, name)


def test_where_nothing_is_near_that_is_said(graph: KnowledgeGraph) -> None:
    with pytest.raises(NotFound, match="search finds documents by words"):
        resolve(graph, "Xylophon")


def test_what_has_been_withdrawn_since_is_known_to_an_earlier_knowledge(filled: KnowledgeGraph) -> None:
    gone = "Company:withdrawn"

    assert resolve(filled, gone, AsOf.on(known=KNOWN_EARLY)).name == "withdrawn"
    for time in (AsOf(), AsOf.on(known=dt.date(2025, 1, 1))):
        with pytest.raises(NotFound):
            resolve(filled, gone, time)


@pytest.mark.parametrize(
    "tool",
    [one for one in TOOLS.values() if "entity" in one.parameters["properties"]],
    ids=lambda one: one.name,
)
def test_every_tool_says_whom_it_took_a_name_for(filled: KnowledgeGraph, tool: Tool) -> None:
    with pytest.raises(NotFound, match="Widget Law"):
        tool.call(filled, {"entity": "Widget Levy"})
    told = tool.call(filled, {"entity": "widget law"})
    assert [one["id"] for one in told["entities"]] == [LAW.id]
    assert FIRM.id not in str(told["entities"])
