"""Who stands where, asked of a real graph in both languages."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.sides import positions_asked
from political_monitoring.domain.facts import AsOf, Entity, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

ACT = Entity(
    "celex:32024R1689", "Regulation", "Widget Act", (Identifier("celex", "32024R1689"),), ("Widgetgesetz",)
)
AGENCY = Entity("Institution:widget agency", "Institution", "Widget Agency")
ACME, UNION = Entity("Company:acme", "Company", "Acme"), Entity("Party:union", "Party", "Union")
GREENS, LEFT = Entity("Party:greens", "Party", "Greens"), Entity("Party:left", "Party", "Left")
ADA, BEA = (Entity(f"Politician:{one.lower()}", "Politician", one) for one in ("Ada Adler", "Bea Berg"))


def said(subject: Entity, predicate: str, quote: str, day: int, upon: Entity = ACT) -> Said:
    return Said(subject, predicate, quote, on=dt.date(2026, 3, day), upon=upon)


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MultiAgentOrchestrator]:
    home = str(tmp_path_factory.mktemp("positions"))
    clock = FrozenClock(dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    graph = open_graph(load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"}), clock)
    first, second = "Greens and Left voted against the Widget Act", "Union voted against the Widget Act"
    graph.add(
        (
            episode(
                "protest",
                "Acme opposes the Widget Act. Union supports the Widget Act.",
                dt.date(2026, 3, 2),
                about=[ACT],
                said=[
                    said(ACME, "opposes", "Acme opposes the Widget Act", 2),
                    said(UNION, "supports", "Union supports the Widget Act", 2),
                ],
            ),
            episode(
                "protest again",
                "Acme still opposes the Widget Act.",
                dt.date(2026, 3, 2),
                about=[ACT],
                said=[said(ACME, "opposes", "Acme still opposes the Widget Act", 2)],
            ),
            episode(
                "early vote",
                f"{second}.",
                dt.date(2026, 3, 5),
                about=[ACT],
                said=[said(UNION, "votes_against", second, 5)],
            ),
            episode(
                "vote",
                f"{first}. The result was 300 to 200.",
                dt.date(2026, 3, 9),
                about=[ACT],
                said=[
                    said(GREENS, "votes_against", first, 9),
                    said(LEFT, "votes_against", first, 9),
                    Said(ACT, "vote_result", "300 to 200", "300-200", dt.date(2026, 3, 9)),
                ],
            ),
            *(
                episode(
                    f"head {day}",
                    f"{who.name} leads the Widget Agency.",
                    dt.date(2026, 3, day),
                    about=[AGENCY],
                    said=[said(AGENCY, "led_by", f"{who.name} leads the Widget Agency", day, who)],
                )
                for day, who in ((3, ADA), (12, BEA))
            ),
        )
    )
    yield MultiAgentOrchestrator(graph, clock)
    graph.close()


@pytest.fixture
def ask(agents: MultiAgentOrchestrator) -> Callable[..., Answer]:
    def asking(text: str, day: int | None = None) -> Answer:
        time = AsOf.on(dt.date(2026, 3, day)) if day else None
        return agents.answer_now(read_conversation([Message("user", text)], dt.date(2026, 4, 1), time))

    return asking


def sources(answer: Answer) -> set[str]:
    return {citation.document_id for citation in answer.citations}


def test_who_opposes_is_answered_from_the_facts_of_all_documents(ask: Callable[..., Answer]) -> None:
    answer = ask("Which companies oppose the Widget Act?")
    assert "Acme opposes the Widget Act" in answer.text
    assert answer.text.count("Acme opposes the Widget Act (") == 1
    assert {"protest", "protest again"} <= sources(answer)
    assert "Union supports" not in answer.text


def test_who_supports_is_not_who_opposes(ask: Callable[..., Answer]) -> None:
    answer = ask("Who supports the Widget Act?")
    assert "Union supports the Widget Act" in answer.text
    assert sources(answer) == {"protest"}


def test_names_of_a_vote_stand_before_its_count(ask: Callable[..., Answer]) -> None:
    answer = ask("Who voted against the Widget Act?")
    assert answer.text.startswith("Greens and Left voted against the Widget Act")
    assert "300 to 200" in answer.text
    assert "not the names" not in answer.text
    assert "Union" not in answer.text, "that was another day's vote"
    assert sources(answer) == {"vote"}


def test_the_vote_of_the_day_asked_about_is_told(ask: Callable[..., Answer]) -> None:
    assert ask("Who voted against the Widget Act?", 5).text.startswith(
        "As of 5 March 2026: Union voted against the Widget Act"
    )


def test_without_names_the_count_is_what_there_is(ask: Callable[..., Answer]) -> None:
    answer = ask("Who voted for the Widget Act?")
    assert "300 to 200" in answer.text
    assert "not the names" in answer.text


def test_whoever_leads_is_the_one_of_the_day(ask: Callable[..., Answer]) -> None:
    assert "led by Bea Berg" in ask("Who leads the Widget Agency?").text
    earlier = ask("Who leads the Widget Agency?", 4)
    assert "led by Ada Adler" in earlier.text
    assert "Bea" not in earlier.text


def test_positions_are_told_in_german(ask: Callable[..., Answer]) -> None:
    assert "Acme lehnt das Widgetgesetz" in ask("Wer lehnt das Widgetgesetz ab?").text
    assert "Stimmen von Greens und Left" in ask("Wer stimmte gegen das Widgetgesetz?").text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Who voted against the act?", "votes_against"),
        ("Wer hat gegen das Gesetz gestimmt?", "votes_against"),
        ("Who voted in favour of the act?", "votes_for"),
        ("Who is lobbying against it?", "lobbies_against"),
        ("Who opposed it?", "opposes"),
        ("Wer unterstützt es?", "supports"),
        ("Who heads the agency?", "led_by"),
        ("Wer leitet die Behörde?", "led_by"),
        ("Who introduced the act?", ""),
        ("What is the status?", ""),
    ],
)
def test_what_is_asked_is_read_off_the_words(text: str, first: str) -> None:
    assert (*positions_asked(text), "")[0] == first
