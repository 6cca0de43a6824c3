"""What the tools find in a small graph: votes, deadlines, likeness, groups, versions, evolution, comparisons."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.errors import NotFound, UserError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.tool_calls import COMMISSION, FIRM, LAW, NOTICE, OLD
from political_monitoring.tools.deadlines import get_deadlines
from political_monitoring.tools.groups import get_communities, get_community_members, get_policy_clusters
from political_monitoring.tools.likeness import find_similar_entities
from political_monitoring.tools.procedures import track_policy_evolution
from political_monitoring.tools.registry import find_tool
from political_monitoring.tools.timeline import compare_timelines, find_concurrent_events
from political_monitoring.tools.versions import compare_versions
from political_monitoring.tools.votes import who_voted

BILL = Entity("bill:one", "Bill", "Bill One")
SMITH, JONES = Entity("politician:s", "Politician", "Smith"), Entity("politician:j", "Politician", "Jones")
TODAY = dt.date(2025, 7, 1)


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """A bill that passed one house and failed in the other on one day."""
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))
    day = dt.date(2025, 3, 1)
    house, senate = "Agreed by 217 to 215, Mr. Jones against.", "The Senate voted 40 to 60 with 1 abstention."
    opened.add(
        (
            episode(
                "house",
                house,
                day,
                said=(
                    Said(BILL, "status", "Agreed", "passed_house", day),
                    Said(BILL, "vote_result", "217 to 215", "217-215", day),
                    Said(JONES, "votes_against", "Mr. Jones against", on=day, upon=BILL),
                ),
            ),
            episode(
                "senate",
                f"{senate} Ms. Smith of the Senate voted for it. The count is unknown.",
                day,
                said=(
                    Said(BILL, "vote_result", senate, "40-60-1", day),
                    Said(SMITH, "votes_for", "Ms. Smith of the Senate voted for it", on=day, upon=BILL),
                    Said(BILL, "vote_result", "The count is unknown", "unanimous", day),
                ),
            ),
        )
    )
    yield opened
    opened.close()


def test_votes_are_told_by_chamber_with_counts_and_names(voted: KnowledgeGraph) -> None:
    house, senate = who_voted(voted, BILL.id)

    assert (house.chamber, senate.chamber) == ("House of Representatives", "Senate")
    assert [(one.votes_for, one.against, one.abstained) for one in house.tallies] == [(217, 215, None)]
    assert [(one.votes_for, one.against, one.abstained) for one in senate.tallies] == [(40, 60, 1)]
    assert [act.actor.name for act in house.against] == ["Jones"]
    assert [act.actor.name for act in senate.votes_for] == ["Smith"]
    assert house.votes_for == senate.against == ()
    assert who_voted(voted, BILL.id, since=dt.date(2025, 3, 2)) == ()


def test_deadlines_are_those_to_come_with_the_days_left(filled: KnowledgeGraph) -> None:
    (due,) = get_deadlines(filled, TODAY)

    assert (due.entity, due.day, due.what) == (LAW.id, dt.date(2026, 6, 6), "applies_from")
    assert due.days_left == (due.day - TODAY).days
    assert get_deadlines(filled, TODAY, after=due.day) == ()
    assert get_deadlines(filled, TODAY, until=dt.date(2026, 6, 5)) == ()
    assert get_deadlines(filled, TODAY, entity=OLD.id) == ()
    (then,) = get_deadlines(filled, TODAY, time=AsOf.on(dt.date(2025, 2, 10)))
    assert then.days_left == (due.day - dt.date(2025, 2, 10)).days


def test_the_alike_share_relations_of_the_same_kind(filled: KnowledgeGraph) -> None:
    (alike,) = find_similar_entities(filled, FIRM.id)

    assert alike.entity.name == "Latecomer"
    assert {(fact.predicate, fact.subject, fact.object) for fact in alike.shared} == {
        ("subject_to", alike.entity.id, LAW.id),
        ("fines", COMMISSION.id, alike.entity.id),
    }
    # Of four relations (subject to, fined, opposes, votes against) the two have two in common.
    assert alike.score == 0.5


def test_groups_are_whole_and_policies_are_told_alone(filled: KnowledgeGraph) -> None:
    (group,) = get_communities(filled, resolution=0.01)
    members = get_community_members(filled, LAW.id, resolution=0.01)
    (cluster,) = get_policy_clusters(filled, resolution=0.01)

    assert group.size == len(group.members) == 6
    assert {one.id for one in members.members} == {one.id for one in group.members}
    assert {one.name for one in cluster.members} == {"Widget Law", "Gadget Law", "Latecomer Act"}
    assert all(fact.subject == LAW.id or fact.object == LAW.id for fact in cluster.links)
    with pytest.raises(NotFound, match="Nothing links"):
        get_community_members(filled, LAW.id, time=AsOf.on(dt.date(2024, 1, 1)))


def test_versions_are_compared_sentence_by_sentence_with_exact_quotes(filled: KnowledgeGraph) -> None:
    told = compare_versions(filled, NOTICE)

    assert len(told.versions) == 4
    assert (told.added, told.removed, told.changed, told.same) == (1, 0, 0, 1)
    (change,) = told.changes
    assert change.before is None
    assert change.after
    newest = filled.document(NOTICE)
    assert newest
    assert change.after.span.of(newest[0].text) == change.after.quote == "The Latecomer clause is in it."
    first = compare_versions(filled, NOTICE, time=AsOf.on(known=dt.date(2025, 2, 28)))
    assert (len(first.versions), first.changes) == (1, ())
    with pytest.raises(NotFound, match="nearest are"):
        compare_versions(filled, "the notice")


def test_an_evolution_has_phases_and_what_reshapes_what(filled: KnowledgeGraph) -> None:
    life = track_policy_evolution(filled, LAW.id)

    assert [(one.group, one.days) for one in life.phases] == [("proposed", 31), ("adopted", None)]
    assert [fact.value for fact in life.effects] == ["2026-06-06"]
    assert {fact.object for fact in life.reshapes} == {OLD.id, "Bill:latecomer act"}
    assert [fact.subject for fact in track_policy_evolution(filled, OLD.id).reshaped_by] == [LAW.id]


def test_compared_timelines_have_what_both_reached(filled: KnowledgeGraph) -> None:
    told = compare_timelines(filled, (LAW.id, OLD.id))

    assert [one.entity for one in told.timelines] == [LAW.id, OLD.id]
    (common,) = told.common
    assert common.name == "amends"
    assert [one.days_after_first for one in common.reached] == [0, 0]
    with pytest.raises(UserError, match="the same entity"):
        compare_timelines(filled, (LAW.id, LAW.id))


def test_concurrent_events_are_of_others_and_within_the_days(filled: KnowledgeGraph) -> None:
    told = find_concurrent_events(filled, OLD.id, days=15, types=("Institution",))

    assert [one.event.predicate for one in told] == ["status", "amends"], "the newest event first"
    for one in told:
        assert all(OLD.id not in (fact.subject, fact.object) for fact in one.others)
        assert {fact.predicate for fact in one.others} == {"proposes", "fines"}
    assert find_concurrent_events(filled, OLD.id, days=0, since=dt.date(2025, 1, 20)) == ()


def test_of_many_facts_the_newest_are_told_and_that_there_are_more(filled: KnowledgeGraph) -> None:
    told = find_tool("get_entity_history").call(
        filled, {"entity": LAW.id, "predicates": ["status"], "limit": 1}
    )
    acts = find_tool("get_entity_relationships").call(filled, {"entity": LAW.id, "limit": 1})

    assert [one["value"] for one in told["result"]] == ["adopted"]
    assert told["more"]
    assert acts["more"]
    assert not find_tool("get_entity_history").call(filled, {"entity": LAW.id})["more"]
