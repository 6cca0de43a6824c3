"""The part of KnowledgeGraph's contract about bad and strange input: a clear error or a right answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from political_monitoring.domain.facts import AsOf, Entity, Episode, Fact
from political_monitoring.errors import UnsoundEpisode, UserError
from political_monitoring.knowledge.port import FactQuery, KnowledgeGraph, SearchQuery
from political_monitoring.testing.episodes import Said, episode

LAW = Entity("us-bill:119-hr-77", "Bill", "Strange Act")
NAIVE = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - what is to be refused
FIRST, LAST = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
QUERIES = (
    '"',
    'Act" OR "x',
    "NEAR(strange act, 3)",
    "words: strange* AND NOT (act)",
    "-strange + {act} ^ *",
    "strange\0act",
    "🏛️ strange 🇪🇺",
    "قانون غريب",
    "\u202estrange act\u202c",
    "' ; DROP TABLE facts; --",
    "",
    "   ",
    "strange " * 20_000,
)


def told(fact: Fact | None = None, name: str = LAW.name, document_id: str = "strange") -> Episode:
    """A document with one fact, or with `fact` in its place."""
    law = replace(LAW, name=name)
    text = "The act was reported by the committee."
    one = episode(document_id, text, about=(law,), said=(Said(law, "status", text, value="reported"),))
    if fact is None:
        return one
    return replace(one, extraction=replace(one.extraction, facts=(fact,)))


FACT = told().extraction.facts[0]


class InputContract:
    """Never a traceback, never a store that is not sound."""

    @pytest.mark.parametrize(
        "fact",
        [
            replace(FACT, valid_at=NAIVE),
            replace(FACT, invalid_at=NAIVE),
            replace(FACT, valid_at=FIRST.replace(tzinfo=dt.timezone(dt.timedelta(hours=5)))),
            replace(FACT, valid_at=LAST, invalid_at=FIRST),
            replace(FACT, confidence=float("nan")),
            replace(FACT, evidence=replace(FACT.evidence, quote="Something else")),
            replace(FACT, evidence=replace(FACT.evidence, passage_id="strange#9")),
        ],
    )
    def test_a_fact_that_cannot_be_true_is_refused_by_name(self, graph: KnowledgeGraph, fact: Fact) -> None:
        before = graph.fingerprint()
        with pytest.raises(UnsoundEpisode, match="strange:0"):
            graph.add((told(document_id="sound"), told(fact)))
        assert graph.fingerprint() == before
        assert graph.check() == []

    def test_the_ends_of_the_calendar_are_times(self, graph: KnowledgeGraph) -> None:
        graph.add((told(replace(FACT, valid_at=FIRST, invalid_at=LAST)),))
        for world in (None, FIRST, LAST - dt.timedelta(microseconds=1)):
            facts = graph.facts(FactQuery((LAW.id,), time=AsOf(world)))
            assert [(one.valid_at, one.invalid_at) for one in facts] == [(FIRST, LAST)]
        assert graph.facts(FactQuery((LAW.id,), time=AsOf(LAST))) == []
        assert len(graph.facts(FactQuery(limit=10**30))) == 1
        assert graph.facts(FactQuery(limit=0)) == graph.facts(FactQuery(limit=-1)) == []
        days = FactQuery((LAW.id,), since=dt.date.min, until=dt.date.max)
        assert len(graph.facts(days)) == 1
        graph.search(SearchQuery("act", AsOf.on(dt.date.max, dt.date.min), dt.date.min, dt.date.max))

    def test_a_question_with_a_time_that_is_no_moment_is_an_error(self, graph: KnowledgeGraph) -> None:
        graph.add((told(),))
        for time in (AsOf(world=NAIVE), AsOf(known=NAIVE)):
            with pytest.raises(UserError, match="time zone"):
                graph.facts(FactQuery(time=time))
            with pytest.raises(UserError, match="time zone"):
                graph.search(SearchQuery("act", time))
        with pytest.raises(UserError, match="recorded_since"):
            graph.facts(FactQuery(recorded_since=NAIVE))
        with pytest.raises(UserError, match="time zone"):
            graph.add((told(document_id="other"),), at=NAIVE)
        with pytest.raises(UserError, match="time zone"):
            graph.retract(("strange",), at=NAIVE)

    @pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
    def test_no_words_of_a_query_are_commands(self, graph: KnowledgeGraph, query: str) -> None:
        graph.add((told(),))
        for hit in graph.search(SearchQuery(query)):
            assert hit.document_id == "strange"
        for entity, _ in graph.find_entities(query):
            assert entity.id == LAW.id
        assert graph.entity(query) is None
        assert graph.document(query) is None
        assert graph.facts(FactQuery(subjects=(query,))) == []
        assert graph.retract((query,))[0].state == "unknown"
        assert graph.check() == []

    @pytest.mark.parametrize(
        "name",
        [
            "A" * 1_000_000,
            "of the " * 140_000,
            'Act" OR NEAR(',
            "Act\0of",
            "🏛️",
            "قانون غريب",
            "\u202eAct",
            " ",
        ],
        ids=range(8),
    )
    def test_any_name_is_kept_found_and_withdrawn(self, graph: KnowledgeGraph, name: str) -> None:
        before = graph.fingerprint()
        graph.add((told(name=name),))
        kept = graph.entity(LAW.id)
        assert kept is not None
        assert kept.name == (name if name.strip() else LAW.id)
        graph.find_entities(name)
        assert graph.check() == []
        graph.retract(("strange",))
        assert graph.fingerprint() == before
        assert graph.entity(LAW.id) is None
        assert graph.check() == []

    def test_half_a_character_is_refused(self, graph: KnowledgeGraph) -> None:
        half = "\ud83c strange"
        questions: tuple[Callable[[], object], ...] = (
            lambda: graph.search(SearchQuery(half)),
            lambda: graph.find_entities(half),
            lambda: graph.facts(FactQuery(subjects=(half,))),
            lambda: graph.entity(half),
            lambda: graph.document(half),
            lambda: graph.retract((half,)),
        )
        for question in questions:
            with pytest.raises(UserError, match="surrogate"):
                question()
        with pytest.raises(UnsoundEpisode, match="surrogate"):
            graph.add((told(name=half),))

    def test_documents_that_supersede_each_other_in_a_circle_leave_both_values(
        self, graph: KnowledgeGraph
    ) -> None:
        on, quotes = dt.date(2025, 1, 1), ("First this.", "Then that.")

        def ordering(document_id: str, *values: str) -> Episode:
            said = [
                Said(LAW, "fine_amount", quote, value=value, on=on)
                for quote, value in zip(quotes, values, strict=True)
            ]
            return episode(document_id, " ".join(quotes), on, said=said)

        graph.add((ordering("x", "EUR 1", "EUR 2"), ordering("y", "EUR 2", "EUR 1")))
        facts = graph.facts(FactQuery((LAW.id,), time=AsOf.on(on)))
        assert {one.value for one in facts} == {"EUR 1", "EUR 2"}
        assert graph.check() == []
