"""Where a procedure stands on a day."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf, Entity
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.tools.procedures import get_procedure_status

BILL = Entity("bill:one", "Bill", "Bill One")
INTRODUCED = episode(
    "first",
    "Introduced in House. Referred to the Committee on Ways and Means.",
    dt.date(2025, 1, 10),
    about=[BILL],
    said=[
        Said(BILL, "status", "Introduced in House", "introduced", dt.date(2025, 1, 10)),
        Said(BILL, "status", "Referred to the Committee", "in_committee", dt.date(2025, 1, 10)),
    ],
)
PASSED = episode(
    "second",
    "Passed/agreed to in House: On passage Passed by voice vote.",
    dt.date(2025, 3, 1),
    about=[BILL],
    said=[Said(BILL, "status", "Passed/agreed to in House", "passed_house", dt.date(2025, 3, 1))],
)
REPORT = episode(
    "report",
    "The press wrote that Bill One passed.",
    dt.date(2025, 3, 2),
    about=[BILL],
    said=[Said(BILL, "status", "Bill One passed", "passed_house", dt.date(2025, 3, 1))],
)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC)))
    opened.add((INTRODUCED, PASSED, REPORT))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("day", "stage", "earlier"),
    [
        (dt.date(2025, 1, 10), "in_committee", ["introduced"]),
        (dt.date(2025, 2, 28), "in_committee", ["introduced"]),
        (dt.date(2025, 3, 1), "passed_house", ["in_committee", "introduced"]),
    ],
)
def test_the_last_step_by_that_day_counts(
    graph: KnowledgeGraph, day: dt.date, stage: str, earlier: list[str]
) -> None:
    status = get_procedure_status(graph, BILL.id, time=AsOf.on(day))

    assert status
    assert status.current.stage == stage
    assert [step.stage for step in status.earlier] == earlier


def test_without_a_day_the_present_counts_and_a_step_told_twice_is_one_step(graph: KnowledgeGraph) -> None:
    status = get_procedure_status(graph, BILL.id)

    assert status
    assert [step.stage for step in (status.current, *status.earlier)] == [
        "passed_house",
        "in_committee",
        "introduced",
    ]


def test_each_step_has_the_sources_words_and_evidence(graph: KnowledgeGraph) -> None:
    status = get_procedure_status(graph, BILL.id, time=AsOf.on(dt.date(2025, 2, 1)))

    assert status
    assert status.current.words == "Referred to the Committee"
    assert status.current.evidence.document_id == "first"
    assert status.current.evidence.span.of(INTRODUCED.document.text) == status.current.evidence.quote


def test_a_step_is_credited_to_the_document_that_reported_it_first(graph: KnowledgeGraph) -> None:
    status = get_procedure_status(graph, BILL.id)

    assert status
    assert status.current.evidence.document_id == "second"


def test_before_its_first_step_a_procedure_has_no_status(graph: KnowledgeGraph) -> None:
    assert get_procedure_status(graph, BILL.id, time=AsOf.on(dt.date(2025, 1, 9))) is None
    assert get_procedure_status(graph, "bill:none") is None


def test_what_was_not_yet_recorded_is_not_known(graph: KnowledgeGraph) -> None:
    assert get_procedure_status(graph, BILL.id, time=AsOf.on(known=dt.date(2025, 5, 31))) is None
