"""A real graph with a few laws in it, and questions put to it."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.domain.facts import AsOf, Entity, Episode, Identifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.episodes import Said, episode

TODAY = dt.date(2026, 6, 1)

AI_ACT = Entity(
    "celex:32024R1689",
    "Regulation",
    "Artificial Intelligence Act",
    (Identifier("celex", "32024R1689"),),
    ("AI Act", "KI-Verordnung"),
    "EU",
)
BILL = Entity(
    "us-bill:119-hconres-72",
    "Bill",
    "Emancipation Hall Resolution",
    (Identifier("us-bill", "119-hconres-72"),),
    ("H.Con.Res. 72",),
    "US",
)
AMENDMENT = Entity("bill:amendment", "Bill", "Act to amend Regulation (EU) 2024/1689 on conformity marks")
CASE = Entity("enforcementaction:widget cartel", "EnforcementAction", "Widget cartel", (), (), "EU")


def _episodes() -> tuple[Episode, ...]:
    return (
        episode(
            "ai-proposed",
            "On 21 April 2021 the European Commission proposed the Artificial Intelligence Act. "
            "It sorts uses by risk.",
            dt.date(2021, 4, 21),
            title="Commission proposes the Artificial Intelligence Act",
            source="European Commission",
            about=[AI_ACT],
            said=[
                Said(
                    AI_ACT,
                    "status",
                    "proposed the Artificial Intelligence Act",
                    "proposed",
                    dt.date(2021, 4, 21),
                )
            ],
        ),
        episode(
            "ai-adopted",
            "On 21 May 2024 the Council adopted the Artificial Intelligence Act by unanimous vote. "
            "Ministers welcomed the outcome.",
            dt.date(2024, 5, 21),
            title="Council adopts the AI Act",
            source="Council of the European Union",
            about=[AI_ACT],
            said=[
                Said(
                    AI_ACT,
                    "status",
                    "the Council adopted the Artificial Intelligence Act",
                    "adopted",
                    dt.date(2024, 5, 21),
                )
            ],
        ),
        episode(
            "ai-force",
            "The Artificial Intelligence Act entered into force on 1 August 2024. Most rules apply later.",
            dt.date(2024, 8, 1),
            title="AI Act enters into force",
            source="European Commission",
            about=[AI_ACT],
            said=[
                Said(
                    AI_ACT, "status", "entered into force on 1 August 2024", "in_force", dt.date(2024, 8, 1)
                ),
                Said(
                    AI_ACT,
                    "enters_into_force",
                    "entered into force on 1 August 2024",
                    "2024-08-01",
                    dt.date(2024, 8, 1),
                ),
            ],
        ),
        episode(
            "ai-dates",
            "The Artificial Intelligence Act applies from 2 August 2026.",
            dt.date(2025, 2, 1),
            title="AI Act published",
            source="Official Journal",
            about=[AI_ACT],
            said=[
                Said(AI_ACT, "applies_from", "applies from 2 August 2026", "2026-08-02", dt.date(2025, 2, 1))
            ],
        ),
        episode(
            "ai-moved",
            "The rules of the Artificial Intelligence Act for risky toys will apply from 2 December 2027.",
            dt.date(2026, 5, 1),
            title="Dates of the AI Act move",
            source="Council of the European Union",
            about=[AI_ACT],
        ),
        episode(
            "bill-1",
            "Referred to the House Committee on House Administration. Submitted in House.",
            dt.date(2026, 2, 2),
            title="H.Con.Res. 72: Emancipation Hall Resolution",
            source="congress.gov",
            about=[BILL],
            said=[Said(BILL, "status", "Submitted in House", "introduced", dt.date(2026, 2, 2))],
        ),
        episode(
            "bill-2",
            "Passed/agreed to in House: On passage Passed by the Yeas and Nays: 406 - 1.",
            dt.date(2026, 2, 11),
            title="H.Con.Res. 72: Emancipation Hall Resolution",
            source="congress.gov/actions",
            about=[BILL],
            said=[Said(BILL, "status", "Passed/agreed to in House", "passed_house", dt.date(2026, 2, 11))],
        ),
        episode(
            "amendment",
            "The Act to amend Regulation (EU) 2024/1689 on conformity marks was introduced.",
            dt.date(2025, 9, 1),
            source="Gazette",
            about=[AMENDMENT],
            said=[Said(AMENDMENT, "status", "was introduced", "introduced", dt.date(2025, 9, 1))],
        ),
        episode(
            "fine-1",
            "The Commission fined the Widget cartel EUR 100 million. The decision followed complaints.",
            dt.date(2023, 3, 1),
            title="Commission fines the Widget cartel",
            source="European Commission",
            about=[CASE],
            said=[Said(CASE, "fine_amount", "EUR 100 million", "100000000 EUR", dt.date(2023, 3, 1))],
        ),
        episode(
            "fine-2",
            "The General Court reduced the fine for the Widget cartel to EUR 80 million.",
            dt.date(2025, 3, 1),
            title="General Court reduces the Widget fine",
            source="Court of Justice of the European Union",
            about=[CASE],
            said=[Said(CASE, "fine_amount", "EUR 80 million", "80000000 EUR", dt.date(2025, 3, 1))],
        ),
        episode(
            "hospital",
            "Am 1. Januar 2025 trat das Krankenhausversorgungsverbesserungsgesetz in Kraft. "
            "Die Länder planen nun Leistungsgruppen.",
            dt.date(2025, 1, 1),
            title="Krankenhausreform in Kraft",
            source="Bundesministerium für Gesundheit",
            language="de",
        ),
    )


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    home = tmp_path_factory.mktemp("graph")
    settings = load_settings({"POLMON_HOME": str(home), "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2026, 5, 1, tzinfo=dt.UTC)))
    opened.add(_episodes())
    yield opened
    opened.close()


@pytest.fixture
def orchestrator(graph: KnowledgeGraph) -> MultiAgentOrchestrator:
    return MultiAgentOrchestrator(graph, FrozenClock(dt.datetime(2026, 6, 1, tzinfo=dt.UTC)))


@pytest.fixture
def ask(orchestrator: MultiAgentOrchestrator) -> Callable[..., Answer]:
    """Asks one question after another in one conversation and returns the last answer."""

    def asking(*questions: str, as_of: dt.date | None = None) -> Answer:
        messages = [Message("user", text) for text in questions]
        time = AsOf.on(as_of) if as_of else None
        return orchestrator.answer_now(read_conversation(messages, TODAY, time))

    return asking
