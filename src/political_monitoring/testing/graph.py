"""The contract of KnowledgeGraph, as tests any backend must pass.

Subclass GraphContract in a test module; pytest collects the inherited tests. They want three fixtures: `clock`,
a FrozenClock; `graph`, an empty graph with this clock; and `another`, a callable that opens one more empty graph
with it at each call. The fixtures close what they opened. `examples` says how many random histories are tried.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.knowledge.port import (
    FactQuery,
    GraphStats,
    KnowledgeGraph,
    Retracted,
    SearchQuery,
)
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.testing.graph_histories import HistoryContract
from political_monitoring.testing.graph_input import InputContract

BILL = Entity("us-bill:119-hr-1", "Bill", "Example Act", (Identifier("us-bill", "119-hr-1"),), ("EXA",))
OTHER = Entity("us-bill:119-hr-2", "Bill", "Second Act", (Identifier("us-bill", "119-hr-2"),))


def day(month: int) -> dt.date:
    """The first of a month of 2025."""
    return dt.date(2025, month, 1)


def status(document_id: str, month: int | None, value: str, subject: Entity = BILL) -> Episode:
    """A document saying that a bill reached a stage, dated with the event."""
    text = f"{subject.name} was {value} by the chamber ({document_id})."
    on = day(month) if month else None
    said = (Said(subject, "status", text, value=value, on=on),)
    return episode(document_id, text, on, title=f"{subject.name}: {value}", about=(subject,), said=said)


def holding(graph: KnowledgeGraph, time: AsOf, subject: Entity = BILL) -> set[str | None]:
    """Values of the status that hold at a time."""
    query = FactQuery(subjects=(subject.id,), predicates=("status",), time=time)
    return {fact.value for fact in graph.facts(query)}


CHAIN = (
    status("a", 1, "introduced"),
    status("b", 3, "reported"),
    status("c", 5, "passed_house"),
    status("o", 4, "introduced", OTHER),
)


def names(graph: KnowledgeGraph, entity_id: str) -> list[str]:
    """All names of an entity, the first one first."""
    entity = graph.entity(entity_id)
    return [entity.name, *entity.aliases] if entity else []


class GraphContract(HistoryContract, InputContract):
    """What every backend does alike."""

    def test_a_functional_value_holds_until_the_next_one_begins(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        assert holding(graph, AsOf.on(dt.date(2024, 12, 31))) == set()
        assert holding(graph, AsOf.on(day(2))) == {"introduced"}
        assert holding(graph, AsOf.on(day(3))) == {"reported"}
        assert holding(graph, AsOf()) == {"passed_house"}

    def test_facts_about_different_things_never_touch_each_other(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        assert holding(graph, AsOf(), OTHER) == {"introduced"}

    def test_adding_again_changes_nothing(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        before = graph.stats()
        assert {one.state for one in graph.add(CHAIN)} == {"unchanged"}
        assert graph.stats() == before

    def test_nothing_is_known_before_it_was_recorded(self, graph: KnowledgeGraph, clock: FrozenClock) -> None:
        graph.add(CHAIN[:1])
        first = clock()
        clock.advance(days=1)
        graph.add(CHAIN[1:])
        assert holding(graph, AsOf(known=first)) == {"introduced"}
        assert holding(graph, AsOf(known=first - dt.timedelta(days=1))) == set()
        hits = graph.search(SearchQuery("Example Act", AsOf(known=first)))
        assert [hit.document_id for hit in hits] == ["a"]

    def test_an_older_document_that_comes_late_is_filed_behind(self, graph: KnowledgeGraph) -> None:
        graph.add((CHAIN[2],))
        graph.add((CHAIN[0],))
        assert holding(graph, AsOf()) == {"passed_house"}
        assert holding(graph, AsOf.on(day(2))) == {"introduced"}

    def test_contradictions_of_one_day_stand_side_by_side(self, graph: KnowledgeGraph) -> None:
        graph.add((status("x", 3, "reported"), status("y", 3, "rejected")))
        assert holding(graph, AsOf.on(day(4))) == {"reported", "rejected"}

    def test_contradictions_are_told_with_the_evidence_of_each_side(self, graph: KnowledgeGraph) -> None:
        graph.add((status("x", 3, "reported"), status("y", 3, "rejected"), status("z", 3, "reported")))
        (found,) = graph.contradictions(FactQuery())
        assert (found.subject, found.predicate, found.day) == (BILL.id, "status", day(3))
        said = [[(one.value, one.evidence.document_id) for one in side] for side in found.sides]
        assert said == [[("reported", "x"), ("reported", "z")], [("rejected", "y")]]
        assert all(one.evidence.quote for side in found.sides for one in side)
        assert graph.contradictions(FactQuery(predicates=("fine_amount", "supports"))) == []
        assert graph.contradictions(FactQuery(types=("Company",))) == []
        assert graph.contradictions(FactQuery(time=AsOf.on(day(2)))) == []

    def test_a_later_value_or_one_of_the_same_document_contradicts_nothing(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        graph.add((*CHAIN, status("u", None, "withdrawn"), status("also", 5, "passed_senate")))
        assert graph.contradictions(FactQuery(history=True)) == []
        graph.add((status("same day", 5, "rejected"),))
        before = clock()
        clock.advance(days=1)
        assert len(graph.contradictions(FactQuery())) == 1
        graph.add((status("after", 6, "introduced"),))
        assert graph.contradictions(FactQuery()) == []
        assert len(graph.contradictions(FactQuery(history=True))) == 1
        assert len(graph.contradictions(FactQuery(time=AsOf(known=before)))) == 1
        graph.retract(("same day",))
        assert graph.contradictions(FactQuery(history=True)) == []

    def test_an_undated_document_closes_nothing_and_is_not_seen_on_a_day(self, graph: KnowledgeGraph) -> None:
        graph.add((CHAIN[0], status("u", None, "withdrawn")))
        assert "introduced" in holding(graph, AsOf())
        assert holding(graph, AsOf.on(day(6))) == {"introduced"}
        hits = graph.search(SearchQuery("Example Act", AsOf.on(day(6))))
        assert [hit.document_id for hit in hits] == ["a"]

    def test_a_revision_replaces_what_the_old_version_said(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        graph.add((status("a", 1, "introduced"),))
        before = clock()
        clock.advance(days=1)
        assert [one.state for one in graph.add((status("a", 1, "rejected"),))] == ["revised"]
        assert holding(graph, AsOf()) == {"rejected"}
        assert holding(graph, AsOf(known=before)) == {"introduced"}

    def test_a_fact_holds_again_when_a_revision_withdraws_the_one_that_ended_it(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        graph.add(CHAIN[:2])
        before = clock()
        clock.advance(days=1)
        graph.add((episode("b", "The report was never made.", day(3)),))
        assert holding(graph, AsOf()) == {"introduced"}
        assert holding(graph, AsOf(known=before)) == {"reported"}

    def test_search_hides_what_came_later_and_shows_exact_passages(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        hits = graph.search(SearchQuery("Example Act", AsOf.on(day(3))))
        assert {hit.document_id for hit in hits} == {"a", "b"}
        for hit in hits:
            stored = graph.document(hit.document_id)
            assert stored is not None
            assert hit.span.of(stored[0].text) == hit.text

    def test_recency_puts_the_newest_change_of_the_entity_first(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        query = SearchQuery("status", AsOf.on(day(4)), entities=(BILL.id,), order="recency")
        assert [hit.document_id for hit in graph.search(query)][:2] == ["b", "a"]

    def test_windows_include_both_ends(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        hits = graph.search(SearchQuery("Example Act", since=day(3), until=day(5)))
        assert {hit.document_id for hit in hits} >= {"b", "c"}
        assert "a" not in {hit.document_id for hit in hits}

    def test_entities_are_found_by_identifier_name_and_alias(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        for text in ("us-bill:119-hr-1", "us-bill:hr-1", "example act", "EXA"):
            found = graph.find_entities(text)
            assert found, text
            assert found[0][0].id == BILL.id, text

    def test_documents_are_listed_with_their_current_version(self, graph: KnowledgeGraph) -> None:
        graph.add(CHAIN)
        assert [document.id for document in graph.documents()] == ["a", "b", "c", "o"]
        assert graph.document("nowhere") is None

    def test_every_version_of_a_document_can_be_read(self, graph: KnowledgeGraph, clock: FrozenClock) -> None:
        told = [status("a", 1, value) for value in ("introduced", "reported", "rejected")]
        times = []
        for one in told:
            graph.add((one, CHAIN[1]))
            times.append(clock())
            clock.advance(days=1)
        newest, *older = graph.versions("a")
        assert [one.document for one in (newest, *older)] == [one.document for one in reversed(told)]
        assert newest.passages == told[2].passages
        assert [one.recorded_at for one in (newest, *older)] == times[::-1]
        assert [one.expired_at for one in (newest, *older)] == [None, times[2], times[1]]
        assert graph.versions("a", limit=2) == [newest, older[0]]
        graph.retract(("a",))
        assert graph.versions("a")[0].expired_at == clock()
        assert graph.versions("nobody") == []

    def test_a_withdrawn_document_takes_back_what_only_it_said(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        graph.add(CHAIN)
        before = clock()
        clock.advance(days=1)
        assert graph.retract(("c", "nowhere"), clock()) == (
            Retracted("retracted", facts=1, entities=0, reopened=1),
            Retracted("unknown", facts=0, entities=0, reopened=0),
        )
        assert holding(graph, AsOf()) == {"reported"}
        assert holding(graph, AsOf(known=before)) == {"passed_house"}
        assert graph.document("c") is None
        assert "c" not in {hit.document_id for hit in graph.search(SearchQuery("Example Act"))}
        assert graph.retract(("c",))[0].state == "unknown"

    def test_an_entity_goes_with_the_last_document_that_names_it(self, graph: KnowledgeGraph) -> None:
        graph.add((status("a", 1, "introduced"), status("b", 2, "reported")))
        assert graph.retract(("a",))[0].entities == 0
        assert graph.entity(BILL.id) == BILL
        assert graph.retract(("b",))[0].entities == 1
        assert graph.entity(BILL.id) is None
        for text in (BILL.id, "us-bill:hr-1", "119-hr-1", "Example Act", "EXA"):
            assert graph.find_entities(text) == [], text
        assert graph.stats() == GraphStats(0, 0, 0, 0)
        assert [one.state for one in graph.add((status("a", 1, "introduced"),))] == ["added"]
        assert graph.entity(BILL.id) == BILL

    def test_a_name_goes_with_the_last_version_that_used_it(self, graph: KnowledgeGraph) -> None:
        renamed = Entity(BILL.id, "Bill", "Better Act", BILL.identifiers, ("BETTER",))
        graph.add((status("a", 1, "introduced"), status("b", 2, "reported", renamed)))
        assert {"Example Act", "Better Act", "EXA", "BETTER"} <= set(names(graph, BILL.id))
        graph.add((status("a", 1, "introduced", renamed),))
        assert set(names(graph, BILL.id)) == {"Better Act", "BETTER"}
        assert [one.id for one, score in graph.find_entities("Example Act") if score > 0.6] == []

    def test_what_most_documents_say_of_an_entity_counts_in_any_order(
        self, another: Callable[[], KnowledgeGraph]
    ) -> None:
        other = Entity(BILL.id, "Regulation", "Sample Act", BILL.identifiers, jurisdiction="US")
        said = [status("a", 1, "introduced"), status("b", 2, "reported", other), status("c", 3, "rejected")]
        for order in (said, said[::-1]):
            graph = another()
            for one in order:
                graph.add((one,))
            merged = graph.entity(BILL.id)
            assert merged == Entity(
                BILL.id, "Bill", "Example Act", BILL.identifiers, ("Sample Act", "EXA"), "US"
            )
            graph.retract(("a", "c"))
            assert graph.entity(BILL.id) == other

    def test_the_past_can_be_asked_by_type_after_an_entity_has_gone(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        graph.add((CHAIN[0],))
        before = clock()
        clock.advance(days=1)
        graph.retract(("a",))
        assert len(graph.facts(FactQuery(types=("Bill",), time=AsOf(known=before)))) == 1
        assert graph.facts(FactQuery(types=("Bill",))) == []

    def test_the_fingerprint_tells_graphs_apart(self, graph: KnowledgeGraph) -> None:
        seen = {graph.fingerprint()}
        for one in CHAIN:
            graph.add((one,))
            seen.add(graph.fingerprint())
        graph.add((status("a", 1, "rejected"),))
        seen.add(graph.fingerprint())
        assert len(seen) == len(CHAIN) + 2

    def test_nothing_is_recorded_before_what_has_been_recorded(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        late = clock() + dt.timedelta(days=3)
        graph.add((CHAIN[0],), at=late)
        graph.add((CHAIN[1],), at=late - dt.timedelta(days=2))
        graph.retract(("a",), at=late - dt.timedelta(days=1))
        assert [event.at for event in graph.history()] == [late, late, late]
        assert holding(graph, AsOf(known=late - dt.timedelta(hours=1))) == set()

    def test_the_history_keeps_what_was_given_apart_from_what_was_derived(
        self, graph: KnowledgeGraph
    ) -> None:
        given = status("a", 1, "introduced")
        unnamed = replace(
            given, extraction=replace(given.extraction, mentions=(), warnings=("read in a hurry",))
        )
        closing = status("b", 3, "reported")
        graph.add((unnamed, closing))
        assert [event.episode for event in graph.history()] == [unnamed, closing]

    def test_a_sound_graph_has_no_problems(self, graph: KnowledgeGraph, clock: FrozenClock) -> None:
        assert graph.check() == []
        graph.add(CHAIN)
        clock.advance(days=1)
        graph.add((status("a", 1, "rejected"),))
        graph.retract(("b",))
        assert graph.check() == []
