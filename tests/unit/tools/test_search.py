"""Search as a person asks, on a real graph."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Entity, Identifier, Mention
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


def test_what_is_counted_over_a_period_may_have_been_reported_after_it(graph: KnowledgeGraph) -> None:
    report = "Of all lanterns 412 were lit in the year before."
    graph.add((episode("report", report, dt.date(2025, 3, 1), title="Lanterns", about=()),))
    assert found(graph, "How many lanterns were lit in 2024?")[0] == "report"
    assert "report" not in found(graph, "Which lanterns were lit in 2024?")


def test_a_title_is_asked_for_itself_and_not_for_the_law_whose_number_it_holds(graph: KnowledgeGraph) -> None:
    directive = Entity("celex:32003L0035", "Regulation", "Directive", (Identifier("celex", "32003L0035"),))
    title = "Gesetz zur Umsetzung der Richtlinie 2003/35/EG im Hafen"
    act = Entity("de-vorgang:88", "Bill", title, (Identifier("de-vorgang", "88"),))
    graph.add((episode("act", title, dt.date(2025, 1, 1), title=title, about=(act, directive)),))
    asked = read_query(f"Welchen Stand hatte „{title}“?", TODAY)
    assert resolve_entities(graph, asked)[0].id == act.id
    number = read_query("Wie ist der Stand der Richtlinie 2003/35/EG?", TODAY)
    assert resolve_entities(graph, number)[0].id == directive.id


def test_a_procedures_own_documents_stand_before_those_that_are_also_about_it(graph: KnowledgeGraph) -> None:
    rule = Entity("us-bill:119-hres-7", "Bill", "Rule", (Identifier("us-bill", "119-hres-7"),))
    own = episode("own", "H.R. 12 was read.", dt.date(2026, 4, 1), title="Reading", about=(NEW,))
    also = episode("also", "H.Res. 7 on H.R. 12.", dt.date(2026, 4, 2), title="Rule", about=(rule, NEW))
    mentions = tuple(Mention(one.id, Span(start, start + 1), True) for one, start in ((rule, 0), (NEW, 12)))
    graph.add((own, replace(also, extraction=replace(also.extraction, mentions=mentions))))
    asked = "What happened to H.R. 12 between 2026-04-01 and 2026-05-01?"
    assert found(graph, asked)[:2] == ["own", "also"]


def test_a_description_is_not_about_what_it_names_in_passing(graph: KnowledgeGraph) -> None:
    asked = (
        "The measure for harbour lights, which was reported and concerns the lighthouses, says of their lamps that "
        "they are to be kept as carefully as those that the “Ferries” of our rivers have at night."
    )
    assert found(graph, asked)[0].startswith(OLD.id)
