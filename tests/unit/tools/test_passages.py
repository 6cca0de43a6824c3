"""Reading on in the documents that a search finds."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import UserError
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode
from political_monitoring.tools.passages import MOST_PASSAGES, find_passages, search_by_date_range

TODAY = dt.date(2025, 6, 1)
FILLER = "Nothing of note was said about anything here, and so it went on for a while longer. " * 8
SHORT = f"Widgets are regulated.\n\n{FILLER}\n\nThe ceiling for gadgets is ten."
LONG = "\n\n".join([f"Chapter {number}. {FILLER}" for number in range(60)] + ["The widget levy is nine."])


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))
    opened.add(
        (
            episode("short", SHORT, dt.date(2025, 1, 1), title="Widgets"),
            episode("long", LONG, dt.date(2025, 2, 1), title="The widget levy"),
        )
    )
    yield opened
    opened.close()


def test_all_passages_of_a_short_document_are_read_the_one_found_first(graph: KnowledgeGraph) -> None:
    hits = find_passages(graph, "regulated widgets", TODAY, read_on=True)
    found = [hit for hit in hits if hit.document_id == "short"]

    assert "Widgets are regulated." in found[0].text
    assert any("ceiling for gadgets" in hit.text for hit in found)
    assert len({hit.passage_id for hit in found}) == len(found)
    assert all(hit.span.of(SHORT) == hit.text for hit in found)


def test_of_a_long_document_the_passages_that_share_words_are_read(graph: KnowledgeGraph) -> None:
    hits = find_passages(graph, "the levy widgets", TODAY, read_on=True)
    found = [hit for hit in hits if hit.document_id == "long"]

    assert len(found) <= MOST_PASSAGES + 1
    assert any("widget levy is nine" in hit.text for hit in found)


def test_what_is_dated_later_is_not_read(graph: KnowledgeGraph) -> None:
    found = find_passages(graph, "widget levy", TODAY, read_on=True, time=AsOf.on(dt.date(2025, 1, 15)))

    assert {hit.document_id for hit in found} == {"short"}


def test_without_reading_on_there_is_one_passage_of_each_document(graph: KnowledgeGraph) -> None:
    found = find_passages(graph, "the levy widgets", TODAY)

    assert sorted(hit.document_id for hit in found) == ["long", "short"]


def test_a_range_of_days_leaves_out_what_lies_outside(graph: KnowledgeGraph) -> None:
    february = (dt.date(2025, 2, 1), dt.date(2025, 2, 28))

    assert [hit.document_id for hit in search_by_date_range(graph, "widget", *february)] == ["long"]
    with pytest.raises(UserError, match="after until"):
        search_by_date_range(graph, "widget", *reversed(february))
