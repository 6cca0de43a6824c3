"""Quotations held against the stored documents."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import Evidence
from political_monitoring.evidence.verification import Verifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import episode

TEXT = "The Council adopted the act. 🏛️ It applies from 2026."


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    settings = load_settings(
        {"POLMON_HOME": str(tmp_path_factory.mktemp("graph")), "POLMON_GRAPH_VECTORS": "off"}
    )
    opened = open_graph(settings, FrozenClock())
    opened.add((episode("act", TEXT, dt.date(2024, 5, 21)),))
    yield opened
    opened.close()


def at(start: int, end: int, quote: str, document: str = "act") -> Evidence:
    return Evidence(document, f"{document}#0", Span(start, end), quote)


def test_the_very_words_at_the_very_place_stand(graph: KnowledgeGraph) -> None:
    start = TEXT.index("It applies")

    assert Verifier(graph).stands(at(start, len(TEXT), "It applies from 2026."))


@pytest.mark.parametrize(
    "evidence",
    [
        at(0, 28, "The Council rejected the act"),
        at(1, 28, "The Council adopted the act"),
        at(0, 3, "the"),
        at(4, 4, ""),
        at(28, 29, " "),
        at(0, 500, TEXT),
        at(0, 3, "The", "no-such-document"),
    ],
)
def test_anything_else_does_not(graph: KnowledgeGraph, evidence: Evidence) -> None:
    assert not Verifier(graph).stands(evidence)


def test_the_documents_read_are_kept_for_rendering(graph: KnowledgeGraph) -> None:
    verifier = Verifier(graph)
    verifier.stands(at(0, 3, "The"))
    verifier.stands(at(0, 3, "The", "no-such-document"))

    assert list(verifier.documents) == ["act"]
