"""Search as a person asks, on a real graph."""

import datetime as dt
from collections.abc import Iterator

import pytest

from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode
from political_monitoring.tools.query import read_query
from political_monitoring.tools.search import resolve_entities, search

TODAY = dt.date(2026, 6, 1)


def bill(congress: int, name: str) -> Entity:
    value = f"{congress}-hr-12"
    return Entity(
        f"us-bill:{value}",
        "Bill",
        name,
        (Identifier("us-bill", value),),
        (f"H.R. 12 ({congress}th Congress)",),
    )


OLD, NEW = bill(118, "Harbour Lights Act"), bill(119, "River Ferries Act")
LONG_NAME = "Gesetz zur Modernisierung der Uferbefestigung (Uferbefestigungsmodernisierungsgesetz)"
SHORE = Entity("de-vorgang:77", "Bill", LONG_NAME, (Identifier("de-vorgang", "77"),))


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    opened = open_graph(load_settings(), FrozenClock())
    opened.add(
        tuple(
            episode(
                f"{entity.id}/{on}",
                f"{on}: {entity.name} was {value}. The measure concerns {subject}.",
                on,
                title=f"{entity.name}: {value}",
                about=(entity,),
                said=(Said(entity, "status", f"was {value}", value=value, on=on),),
            )
            for entity, subject, steps in (
                (OLD, "lighthouses", ((2023, 2, "introduced"), (2024, 3, "reported"))),
                (NEW, "ferries", ((2025, 2, "introduced"), (2025, 9, "reported"), (2026, 3, "passed_house"))),
                (SHORE, "Ufer", ((2024, 5, "introduced"), (2025, 5, "rejected"))),
            )
            for year, month, value in steps
            for on in (dt.date(year, month, 1),)
        )
    )
    yield opened
    opened.close()


def found(graph: KnowledgeGraph, text: str, **more: object) -> list[str]:
    return [hit.document_id for hit in search(graph, text, today=TODAY, **more)]  # type: ignore[arg-type]


def test_the_questions_own_day_hides_what_came_later(graph: KnowledgeGraph) -> None:
    asked = "Where did the River Ferries Act stand on 2025-10-01?"
    assert found(graph, asked)[0] == f"{NEW.id}/2025-09-01"
    assert found(graph, asked, dated=False)[0] == f"{NEW.id}/2026-03-01"


def test_a_day_that_is_given_wins_over_the_questions_own(graph: KnowledgeGraph) -> None:
    asked = "Where did the River Ferries Act stand on 2025-10-01?"
    assert found(graph, asked, time=AsOf.on(dt.date(2025, 3, 1)))[0] == f"{NEW.id}/2025-02-01"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Where did H.R. 12 stand on 2024-04-01?", OLD),
        ("Where did H.R. 12 stand on 2025-04-01?", NEW),
        ("Where does H.R. 12 stand?", NEW),
        ("Status of H.R. 12 on 2019-05-01?", NEW),
    ],
)
def test_a_bill_number_means_the_congress_in_session_on_the_day_else_the_newest(
    graph: KnowledgeGraph, asked: str, meant: Entity
) -> None:
    assert [one.id for one in resolve_entities(graph, read_query(asked, TODAY))] == [meant.id]


def test_a_window_gives_what_happened_within_it_newest_first(graph: KnowledgeGraph) -> None:
    asked = "What happened to the River Ferries Act between 2025-01-01 and 2025-12-31?"
    assert found(graph, asked)[:2] == [f"{NEW.id}/2025-09-01", f"{NEW.id}/2025-02-01"]
    assert f"{NEW.id}/2026-03-01" not in found(graph, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Welchen Stand hatte das Gesetzgebungsverfahren „Gesetz zur Modernisierung der Uferbefest“ am 2024-06-01?",
        "Wie war am 1. Juni 2024 der Stand beim Uferbefestigungsmodernisierungsgesetz?",
    ],
)
def test_german_titles_cut_off_and_short_names_are_found(graph: KnowledgeGraph, asked: str) -> None:
    assert found(graph, asked)[0] == f"{SHORE.id}/2024-05-01"


def test_a_companion_of_the_same_title_is_not_meant_when_a_number_is_given(graph: KnowledgeGraph) -> None:
    companion = Entity("us-bill:119-s-9", "Bill", NEW.name, (Identifier("us-bill", "119-s-9"),))
    text = "2026-04-01: the Senate measure was introduced."
    graph.add((episode("companion", text, dt.date(2026, 4, 1), title=NEW.name, about=(companion,)),))
    reading = read_query("Status of H.R. 12 (River Ferries Act)?", TODAY)
    assert resolve_entities(graph, reading)[0].id == NEW.id
    assert found(graph, reading.text)[0] == f"{NEW.id}/2026-03-01"


def test_a_description_is_searched_by_its_words(graph: KnowledgeGraph) -> None:
    assert found(graph, "lighthouses")[0].startswith(OLD.id)
    assert found(graph, "zzzzqqqq xxxyyyy") == []
