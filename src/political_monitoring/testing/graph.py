"""The contract of KnowledgeGraph, as tests any backend must pass.

Subclass GraphContract in a test module, with a `graph` fixture that yields an empty graph whose clock is the
`clock` fixture; pytest collects the inherited tests.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, SearchQuery
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

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


Report = tuple[int, int | None, str]
"""Number of a document, month of 2025 or undated, and the status it reports; the same number again revises it."""

REPORTS = st.tuples(
    st.integers(0, 5),
    st.none() | st.integers(1, 6),
    st.sampled_from(("introduced", "reported", "passed_house", "rejected")),
)
_EXAMPLES = count()


def expected_to_hold(reports: Sequence[Report], month: int) -> set[str | None]:
    """What must hold in a month by the rules alone: the values of the last day that anything is reported for."""
    current = {document: (at, value) for document, at, value in reports}
    by_month: dict[int, set[str | None]] = defaultdict(set)
    for at, value in current.values():
        if at is not None and at <= month:
            by_month[at].add(value)
    return by_month[max(by_month)] if by_month else set()


class GraphContract:
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

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(REPORTS, min_size=1, max_size=7))
    def test_what_holds_and_was_known_follows_from_the_documents_alone(
        self, graph: KnowledgeGraph, clock: FrozenClock, reports: list[Report]
    ) -> None:
        example = next(_EXAMPLES)
        subject = Entity(f"us-bill:119-s-{example}", "Bill", f"Act number {example}")
        moments = []
        for document, month, value in reports:
            clock.advance(hours=1)
            moments.append(clock())
            graph.add((status(f"{example}-{document}", month, value, subject),))
        for arrived, moment in enumerate(moments, start=1):
            for month in range(1, 7):
                expected = expected_to_hold(reports[:arrived], month)
                assert holding(graph, AsOf(AsOf.on(day(month)).world, moment), subject) == expected
        for month in range(1, 7):
            assert holding(graph, AsOf.on(day(month)), subject) == expected_to_hold(reports, month)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(REPORTS, min_size=1, max_size=6, unique_by=lambda report: report[0]), st.randoms())
    def test_the_order_of_arrival_does_not_matter(
        self, graph: KnowledgeGraph, reports: list[Report], random: Random
    ) -> None:
        shuffled = random.sample(reports, len(reports))
        seen = []
        for order in (reports, shuffled):
            example = next(_EXAMPLES)
            subject = Entity(f"us-bill:119-s-{example}", "Bill", f"Act number {example}")
            for document, month, value in order:
                graph.add((status(f"{example}-{document}", month, value, subject),))
            seen.append([holding(graph, AsOf.on(day(month)), subject) for month in range(1, 7)])
        assert seen[0] == seen[1]
