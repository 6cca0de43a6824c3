"""Who voted how: from the chambers' own files to the names in an answer."""

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.documents.load import Item
from political_monitoring.evaluation.answers import people_named, uncited_sentences
from political_monitoring.knowledge.open import open_graph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.reading import read_into
from political_monitoring.testing.roll_calls import RollCall

STATES = ("PA", "NV", "CA", "FL", "NY", "OH", "TX", "WA", "MA", "MI", "NJ", "OR", "VA", "CO", "IL", "AZ")
NAYS = (
    *(("Biggs (AZ)", "R", "AZ"), ("García (IL)", "D", "IL"), ("Scott, Austin", "R", "GA")),
    *(("O'Neil", "D", "NY"), ("Van Drew", "R", "NJ"), ("Watson Coleman", "D", "NJ")),
)
MANY = tuple((f"{name} ({state})", "D", state) for name in ("Lee", "Kim") for state in STATES)
HOUSE = RollCall(
    "H R 7001",
    dt.date(2025, 5, 7),
    119,
    "Stop Widget Harvesting Act of 2025",
    {"Yea": MANY, "Nay": NAYS, "Not Voting": (("Jones", "R", "TX"),), "Present": (("Amo", "D", "RI"),)},
)
SENATE = RollCall(
    "H.R. 7001",
    dt.date(2025, 6, 3),
    44,
    "Stop Widget Harvesting Act of 2025",
    {"Yea": (("Lee", "R", "UT"),), "Nay": (("Van Hollen", "D", "MD"), ("King", "I", "ME"))},
    question="On Passage of the Bill",
    result="Bill Passed",
)
UNANIMOUS = RollCall("H R 7002", dt.date(2025, 5, 8), 120, "Widget Names Act", {"Yea": MANY})
AMENDMENT = RollCall(
    "H R 7002",
    dt.date(2025, 5, 9),
    121,
    "Widget Names Act",
    {"Nay": NAYS},
    question="On Agreeing to the Amendment",
)

EARLIER = RollCall("H R 7003", dt.date(2025, 6, 1), 130, "Widget Rooms Act", {"Nay": NAYS, "Yea": MANY})
LATER = Item(
    "later.json",
    data=json.dumps(
        {
            "id": "later",
            "title": "HR 7003: Widget Rooms Act",
            "date": "2025-07-01",
            "text": "2025-07-01 - HR 7003 (Widget Rooms Act): Passed/agreed to in Senate: Passed Senate by Yea-Nay "
            "Vote. 300 - 100. Record Vote Number: 9.",
        }
    ).encode(),
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    clock = FrozenClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    home = str(tmp_path_factory.mktemp("roll-calls"))
    graph = open_graph(load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"}), clock)
    files = (HOUSE.house(), SENATE.senate(), UNANIMOUS.house(), AMENDMENT.house(), EARLIER.house())
    read_into(graph, [*(Item(f"{number}.xml", data=data) for number, data in enumerate(files)), LATER])
    agents = MultiAgentOrchestrator(graph, clock)

    def asking(text: str) -> Answer:
        return agents.answer_now(read_conversation([Message("user", text)], clock().date()))

    yield asking
    graph.close()


def members(some: tuple[tuple[str, str, str], ...]) -> frozenset[str]:
    return frozenset(f"{name} ({party}-{state})" for name, party, state in some)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Which members of the House voted against HR 7001 (Stop Widget Harvesting Act of 2025) on 2025-05-07?",
            NAYS,
        ),
        ("Who opposed H.R. 7001 on 2025-05-07?", NAYS),
        ("List the nays on H.R. 7001 in the House.", NAYS),
        ("Which representatives voted no on the Stop Widget Harvesting Act of 2025?", NAYS),
        ("On 2025-05-07, which members voted against H.R. 7001?", NAYS),
        ("Wer stimmte am 2025-05-07 gegen H.R. 7001?", NAYS),
        ("Welche Abgeordneten haben am 2025-05-07 gegen H.R. 7001 gestimmt?", NAYS),
        (
            "Which Democrats in the House voted against H.R. 7001?",
            tuple(one for one in NAYS if one[1] == "D"),
        ),
        ("Which members of the House voted for H.R. 7001?", MANY),
        ("Which members of the House did not vote on H.R. 7001?", (("Jones", "R", "TX"),)),
        ("Who abstained from the vote on H.R. 7001?", (("Amo", "D", "RI"),)),
        ("Which senators voted no on H.R. 7001?", SENATE.votes["Nay"]),
        ("Welche Senatoren stimmten gegen H.R. 7001?", SENATE.votes["Nay"]),
        ("Who voted against H.R. 7001?", SENATE.votes["Nay"]),
        ("Which senators voted for H.R. 7001?", SENATE.votes["Yea"]),
        ("Which members of the House voted against HR 7002 on 2025-05-08?", ()),
    ],
)
def test_exactly_those_are_named_who_voted_so(
    ask: Callable[[str], Answer], question: str, expected: tuple[tuple[str, str, str], ...]
) -> None:
    answer = ask(question)

    assert people_named(answer.text) == members(expected)
    assert answer.citations
    assert not uncited_sentences(answer)


def test_a_unanimous_vote_says_that_nobody_was_against(ask: Callable[[str], Answer]) -> None:
    english, german = ask("Who voted against H.R. 7002?"), ask("Wer stimmte gegen H.R. 7002?")

    assert english.text.startswith("Nobody voted against H.R. 7002")
    assert "stimmte am 8. Mai 2025 niemand" in german.text
    assert "not the names" not in english.text


def test_a_vote_on_an_amendment_is_none_on_the_bill(ask: Callable[[str], Answer]) -> None:
    assert not people_named(ask("Which members voted against H.R. 7002?").text)


def test_a_title_says_neither_chamber_nor_party_nor_side(ask: Callable[[str], Answer]) -> None:
    answer = ask("Who opposed HR 7001 (No Vote for the Democratic Senate Act) on 2025-05-07?")

    assert people_named(answer.text) == members(NAYS)


def test_of_a_day_with_a_count_alone_nobody_else_is_named(ask: Callable[[str], Answer]) -> None:
    answer = ask("Who voted against H.R. 7003 on 2025-07-01?")

    assert not people_named(answer.text)
    assert "was 300 to 100" in answer.text
    assert "not the names" in answer.text


def test_each_name_is_in_the_words_that_are_cited_for_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("Which members of the House voted for H.R. 7001?")

    assert len(answer.citations) > 1
    cited = " ".join(citation.quote for citation in answer.citations)
    assert all(name in cited for name in members(MANY))
