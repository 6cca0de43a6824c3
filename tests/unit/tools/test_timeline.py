"""What happened, in order."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.errors import NotFound
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.tools.entities import (
    get_entity_details,
    get_entity_history,
    get_entity_relationships,
)
from political_monitoring.tools.timeline import get_entity_timeline, what_changed

BILL = Entity("bill:one", "Bill", "Bill One")
SPONSOR = Entity("politician:smith", "Politician", "Mr. Smith")
OTHER = Entity("bill:two", "Bill", "Bill Two")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))
    opened.add(
        (
            episode(
                "introduced",
                "Bill One: Introduced in House.",
                dt.date(2025, 1, 10),
                about=[BILL],
                said=[
                    Said(BILL, "status", "Introduced in House", "introduced", dt.date(2025, 1, 10)),
                    Said(SPONSOR, "introduces", "Introduced", on=dt.date(2025, 1, 10), upon=BILL),
                ],
            ),
            episode("hearing", "A hearing on Bill One was held.", dt.date(2025, 2, 1), about=[BILL]),
            episode(
                "passed",
                "Bill One: Passed/agreed to in House.",
                dt.date(2025, 3, 1),
                about=[BILL],
                said=[Said(BILL, "status", "Passed/agreed to in House", "passed_house", dt.date(2025, 3, 1))],
            ),
            episode("elsewhere", "A hearing on Bill Two was held.", dt.date(2025, 2, 2), about=[OTHER]),
        )
    )
    yield opened
    opened.close()


def test_facts_and_documents_without_facts_are_told_in_order(graph: KnowledgeGraph) -> None:
    changes = what_changed(graph, BILL.id)

    assert [change.document_id for change in changes] == ["introduced", "hearing", "passed"]
    assert [len(change.facts) for change in changes] == [1, 0, 1]
    assert changes[1].hit
    assert changes[1].day == dt.date(2025, 2, 1)


def test_the_window_includes_both_its_days(graph: KnowledgeGraph) -> None:
    changes = what_changed(graph, BILL.id, dt.date(2025, 1, 10), dt.date(2025, 2, 1))

    assert [change.document_id for change in changes] == ["introduced", "hearing"]


def test_nothing_after_the_day_asked_about_is_told(graph: KnowledgeGraph) -> None:
    changes = what_changed(graph, BILL.id, time=AsOf.on(dt.date(2025, 2, 15)))

    assert [change.document_id for change in changes] == ["introduced", "hearing"]


def test_a_timeline_holds_superseded_facts_too(graph: KnowledgeGraph) -> None:
    told = [fact.value or fact.predicate for fact in get_entity_timeline(graph, BILL.id)]

    assert told == ["introduced", "introduces", "passed_house"], "what was done to it too"
    assert [fact.value for fact in get_entity_timeline(graph, BILL.id, since=dt.date(2025, 2, 1))] == [
        "passed_house"
    ]


def test_details_are_what_holds_and_the_newest_documents(graph: KnowledgeGraph) -> None:
    known = get_entity_details(graph, BILL.id, time=AsOf.on(dt.date(2025, 2, 15)))

    assert known.entity.name == "Bill One"
    assert [fact.value for fact in known.facts] == ["introduced"]
    assert {hit.document_id for hit in known.documents} == {"introduced", "hearing"}
    with pytest.raises(NotFound):
        get_entity_details(graph, "bill:none")
    with pytest.raises(NotFound, match="Bill One"):
        get_entity_details(graph, BILL.id, time=AsOf.on(dt.date(2025, 1, 1)))


def test_facts_about_are_chosen_by_predicate(graph: KnowledgeGraph) -> None:
    assert [fact.value for fact in get_entity_history(graph, BILL.id, ("status",))] == [
        "introduced",
        "passed_house",
    ]
    assert get_entity_history(graph, BILL.id, ("fine_amount",)) == ()


def test_who_did_something_to_an_entity_is_found_from_the_entity(graph: KnowledgeGraph) -> None:
    acts = get_entity_relationships(graph, BILL.id, direction="to").acts

    assert [(act.actor, act.fact.predicate) for act in acts] == [(SPONSOR, "introduces")]
    assert get_entity_relationships(graph, BILL.id, time=AsOf.on(dt.date(2025, 1, 9))).acts == ()
    assert [fact.object for fact in get_entity_relationships(graph, SPONSOR.id).does] == [BILL.id]
    assert get_entity_relationships(graph, SPONSOR.id, direction="to").does == ()
