"""The part of KnowledgeGraph's contract that is checked over random histories, against the oracle."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, count
from random import Random
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from political_monitoring.domain.facts import AsOf, Fact
from political_monitoring.knowledge.port import Contradiction, Event, FactQuery, KnowledgeGraph, Position
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.histories import (
    History,
    comparable,
    play,
    questions,
    random_history,
    random_query,
)
from political_monitoring.testing.oracle import Oracle

_NAMES = count()
HISTORIES = st.randoms(use_true_random=False).map(lambda random: random_history(random, f"h{next(_NAMES)}"))
RANDOMS = st.integers(0, 2**32).map(Random)


def as_known(facts: list[Fact]) -> list[Fact]:
    """Facts to compare with the oracle's, which does not say when a fact stopped being known."""
    return comparable([replace(fact, expired_at=None) for fact in facts])


class HistoryContract:
    """What every backend does alike, whatever happens to it."""

    examples: ClassVar[int] = 120
    """Histories for each test; a slower backend may try fewer."""

    def test_what_holds_and_was_known_is_what_the_oracle_says(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        @settings(max_examples=self.examples, deadline=None)
        @given(HISTORIES)
        def check(history: History) -> None:
            oracle = Oracle()
            moments = play(history, graph, clock, oracle)
            for query in questions(history, moments):
                assert as_known(graph.facts(query)) == comparable(oracle.facts(query, clock())), query

        check()

    def test_narrowed_questions_are_answered_as_by_the_oracle(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        @settings(max_examples=self.examples, deadline=None)
        @given(HISTORIES, RANDOMS)
        def check(history: History, random: Random) -> None:
            oracle = Oracle()
            moments = play(history, graph, clock, oracle)
            for _ in range(6):
                query = random_query(random, history, moments)
                found = graph.facts(query)
                assert as_known(found) == comparable(oracle.facts(query, clock())), query
                assert graph.facts(replace(query, limit=2)) == found[:2]
                begins = [fact.valid_at for fact in found if fact.valid_at]
                assert begins == sorted(begins)
                assert all(fact.valid_at is None for fact in found[len(begins) :])

        check()

    def test_contradictions_are_what_the_oracle_says(self, graph: KnowledgeGraph, clock: FrozenClock) -> None:
        @settings(max_examples=self.examples, deadline=None)
        @given(HISTORIES, RANDOMS)
        def check(history: History, random: Random) -> None:
            oracle = Oracle()
            moments = play(history, graph, clock, oracle)
            asked = [FactQuery(history.subjects, limit=None), *questions(history, moments)[::3]]
            for query in (*asked, *(random_query(random, history, moments) for _ in range(4))):
                found = graph.contradictions(query)
                assert _set_apart(found) == oracle.contradictions(query, clock()), query
                assert graph.contradictions(replace(query, limit=1)) == found[:1]
            whole = graph.contradictions(FactQuery(limit=None))
            assert [one for one in whole if one.subject in history.subjects] == graph.contradictions(asked[0])

        check()

    def test_what_is_known_follows_from_the_live_documents_alone(
        self, another: Callable[[], KnowledgeGraph], clock: FrozenClock
    ) -> None:
        @settings(max_examples=max(1, self.examples // 4), deadline=None)
        @given(HISTORIES, RANDOMS)
        def check(history: History, random: Random) -> None:
            graph, straight, oracle = another(), another(), Oracle()
            play(history, graph, clock, oracle)
            live = list(oracle.live.values())
            straight.add(tuple(random.sample(live, len(live))))
            assert graph.fingerprint() == straight.fingerprint()
            assert graph.stats() == straight.stats()
            for subject in history.subjects:
                assert graph.entity(subject) == straight.entity(subject)
            assert graph.check() == []

        check()

    def test_adding_and_withdrawing_leaves_the_graph_as_it_was(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        @settings(max_examples=max(1, self.examples // 4), deadline=None)
        @given(HISTORIES, RANDOMS)
        def check(kept: History, random: Random) -> None:
            play(kept, graph, clock, Oracle())
            before, sizes = graph.fingerprint(), graph.stats()
            # What passes through is about the same entities and ends what holds of them.
            passing = random_history(random, kept.name, documents="passing")
            play(passing, graph, clock, Oracle())
            graph.retract(tuple({step.document_id: None for step in passing.steps}), clock())
            assert graph.fingerprint() == before
            assert graph.stats() == sizes

        check()

    def test_a_graph_is_a_function_of_its_history(
        self, another: Callable[[], KnowledgeGraph], clock: FrozenClock
    ) -> None:
        @settings(max_examples=max(1, self.examples // 4), deadline=None)
        @given(HISTORIES)
        def check(history: History) -> None:
            graph, copy = another(), another()
            moments = play(history, graph, clock, Oracle())
            replay(graph, copy)
            assert list(copy.history()) == list(graph.history())
            assert copy.position() == graph.position()
            assert copy.fingerprint() == graph.fingerprint()
            assert copy.stats() == graph.stats()
            for query in questions(history, moments):
                assert copy.facts(query) == graph.facts(query), query
            assert copy.check() == []

        check()

    def test_the_history_tells_what_was_given(
        self, another: Callable[[], KnowledgeGraph], clock: FrozenClock
    ) -> None:
        @settings(max_examples=max(1, self.examples // 4), deadline=None)
        @given(HISTORIES)
        def check(history: History) -> None:
            graph = another()
            assert list(graph.history()) == []
            assert graph.position() == Position(0, None)
            given_ = []
            live: dict[str, str] = {}
            for step in history.steps:
                clock.advance(minutes=step.minutes)
                event = Event(clock(), step.document_id, step.episode)
                content = step.episode.document.content_hash if step.episode else ""
                if live.get(step.document_id, "") != content:
                    given_.append(event)
                live[step.document_id] = content
                apply(event, graph)
            assert list(graph.history()) == given_
            assert graph.position().events == len(given_)
            known = AsOf(known=graph.position().recorded_at)
            for query in (FactQuery(history.subjects, limit=None), FactQuery(history=True, limit=None)):
                assert graph.facts(replace(query, time=known)) == graph.facts(query)

        check()

    def test_what_was_known_stays_known_whatever_comes(
        self, graph: KnowledgeGraph, clock: FrozenClock
    ) -> None:
        @settings(max_examples=max(1, self.examples // 4), deadline=None)
        @given(HISTORIES)
        def check(history: History) -> None:
            seen: list[tuple[dt.datetime, list[Fact]]] = []
            for step in history.steps:
                clock.advance(minutes=step.minutes + 1)
                apply(Event(clock(), step.document_id, step.episode), graph)
                query = FactQuery(history.subjects, time=AsOf(known=clock()), history=True, limit=None)
                seen.append((clock(), graph.facts(query)))
            for known, facts in seen:
                query = FactQuery(history.subjects, time=AsOf(known=known), history=True, limit=None)
                assert graph.facts(query) == facts

        check()


def _set_apart(found: list[Contradiction]) -> set[frozenset[tuple[str, str]]]:
    """Pairs of (document, fact) on different sides and in different documents."""
    return {
        frozenset({(one.evidence.document_id, one.id), (other.evidence.document_id, other.id)})
        for contradiction in found
        for side, opposite in combinations(contradiction.sides, 2)
        for one in side
        for other in opposite
        if one.evidence.document_id != other.evidence.document_id
    }


def apply(event: Event, graph: KnowledgeGraph) -> None:
    """Let one event happen to a graph."""
    if event.episode is None:
        graph.retract((event.document_id,), event.at)
    else:
        graph.add((event.episode,), event.at)


def replay(source: KnowledgeGraph, target: KnowledgeGraph) -> None:
    """Let everything that happened to one graph happen to an empty one."""
    for event in source.history():
        apply(event, target)
