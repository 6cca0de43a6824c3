"""Conversations over the sample corpus: what the last message is about, of what kind, for when, and what is cited."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from political_monitoring.answering.conversation import Message, Question, read_conversation
from political_monitoring.answering.events import Answer
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.understanding import Understanding, understand
from political_monitoring.documents.load import Item
from political_monitoring.evaluation.answers import cited_evidence, uncited_sentences
from political_monitoring.evidence.verification import Verifier
from political_monitoring.knowledge.open import open_graph
from political_monitoring.knowledge.port import KnowledgeGraph
from political_monitoring.settings import load_settings
from political_monitoring.testing.clock import FrozenClock
from political_monitoring.testing.reading import read_into

pytestmark = pytest.mark.timeout(300)

CORPUS = Path(__file__).parents[2] / "samples" / "corpus"
TODAY = dt.date(2026, 9, 1)

AI, DMA, DSA, DATA = "celex:32024R1689", "celex:32022R1925", "celex:32022R2065", "celex:32023R2854"
CHIPS_EU, CHIPS_US = "celex:32023R1781", "us-bill:117-hr-4346"
CANNABIS, HOSPITALS, HEATING, SUPPLY = (
    *("de-bgbl:2024-I-109", "de-bgbl:2024-I-400", "de-bgbl:2023-I-280", "de-bgbl:2021-I-S2959"),
)
SAFETY, ORDER, NIS2 = "uk-act:2023/50", "us-eo:14110", "celex:32022L2555"


@dataclass(frozen=True, slots=True)
class Talk:
    """Messages of a user, and what is expected of the last one.

    `cited`: how the id of the first cited document begins; "" for an answer that cites nothing.
    """

    said: tuple[str, ...]
    about: str
    intent: str
    cited: str
    when: str = ""
    language: str = "en"


STATUS_AI = "What is the status of the AI Act?"
STATUS_CHIPS = "What is the status of the Chips Act?"
YEAR = "2024-01-01..2024-12-31"
TALKS = [
    # since when, why, before
    Talk((STATUS_AI, "since when?"), AI, "date", "2025-08-02-ai-act"),
    Talk(("Is the AI Act in force?", "Since when?"), AI, "date", "2024-08-01-ai-act"),
    Talk((STATUS_AI, "and before that?"), AI, "status", "2025-02-02-ai-act", "2025-08-01"),
    Talk(
        (STATUS_AI, "and before that?", "and before that?"),
        *(AI, "status", "2024-08-01-ai-act", "2025-02-01"),
    ),
    Talk(("How high is the fine on Apple?", "why?"), "Company:apple", "reason", "2024-03-04-apple"),
    Talk(
        ("How high is the fine in the Google Android case?", "And before that?"),
        *("EnforcementAction:google eur 4300000000", "amount", "2026-07-02-google", "2022-09-13"),
    ),
    # another subject, another place, another chamber
    Talk(
        ("What is the status of the Online Safety Act?", "and the Digital Services Act?"),
        *(DSA, "status", "2022-11-16"),
    ),
    Talk((STATUS_AI, "what about the DMA?"), DMA, "status", "2022-11-01-dma"),
    Talk(
        ("When did the Digital Services Act enter into force?", "and the DMA?"),
        *(DMA, "date", "2022-11-01-dma"),
    ),
    Talk(("What is the status of NIS2?", "and in Germany?"), "", "status", "2024-11-28-nis2"),
    Talk(("What does the Data Act regulate?", "and NIS2?"), NIS2, "content", "2024-11-28-nis2"),
    Talk(
        ("How high is the fine on Apple under the DMA?", "and on Meta?"),
        *("Company:meta", "amount", "2025-04-23"),
    ),
    Talk(("How high is the fine on Meta?", "and on TikTok?"), "Company:tiktok", "amount", ""),
    Talk(
        ("What was the vote on the CHIPS Act in the House?", "what about the Senate?"),
        *(CHIPS_US, "vote", "2022-08-09-chips"),
    ),
    Talk(
        ("What happened to the Cannabis Act in 2024?", "what about the Bundesrat?"),
        *(CANNABIS, "changes", "2024-02", YEAR),
    ),
    # who
    Talk((STATUS_AI, "Who proposed it?"), AI, "who", "2021-04-21-ai-act"),
    Talk(("Who proposed the AI Act?", "and who adopted it?"), AI, "who", "2021-04-21-ai-act"),
    Talk(
        ("What was the vote on the CHIPS and Science Act?", "Who voted against it?"),
        *(CHIPS_US, "vote", "2022-08-09"),
    ),
    Talk(
        ("Who signed the CHIPS and Science Act?", "when did he sign it?"),
        *(CHIPS_US, "date", "2022-08-09-chips"),
    ),
    # pronouns over several turns
    Talk(
        ("What is the status of Executive Order 14110?", "who revoked it?", "when was that?"),
        *(ORDER, "date", "2025-01-20-executive-order"),
    ),
    Talk(
        ("How high is the fine in the Google Android case?", "who reduced it?", "when?"),
        *("EnforcementAction:google eur 4300000000", "date", "2026-07-02-google"),
    ),
    Talk(
        ("What is the status of the Online Safety Act?", "when did it receive Royal Assent?"),
        *(SAFETY, "date", "2023-10"),
    ),
    Talk(
        ("What is the status of the Data Act?", "does it apply to cars?"),
        *(DATA, "general", "2025-09-12-data-act"),
    ),
    # corrections
    Talk(
        ("When did the AI Act enter into force?", "no, I meant the Digital Markets Act"),
        *(DMA, "date", "2022-11-01"),
    ),
    Talk(
        ("When did the AI Act enter into force?", "I meant the DSA, not the AI Act"),
        *(DSA, "date", "2022-11-16"),
    ),
    Talk((STATUS_AI, "not the AI Act, the Data Act"), DATA, "status", "2025-09-12-data-act"),
    Talk((STATUS_AI, "sorry, the Data Act"), DATA, "status", "2025-09-12-data-act"),
    # days that move
    Talk((f"{STATUS_AI[:-1]} as of 2023-06-30?", "and today?"), AI, "status", "2025-08-02"),
    Talk(
        (f"{STATUS_AI[:-1]} as of 2023-06-30?", "and a year later?"),
        *(AI, "status", "2024-07-12", "2024-06-30"),
    ),
    Talk(
        ("What was the status of the CHIPS and Science Act on 2022-07-27?", "two days later?"),
        *(CHIPS_US, "status", "2022-07-28-chips", "2022-07-29"),
    ),
    Talk(
        ("What happened to the AI Act between 2024-01-01 and 2024-12-31?", "and in 2025?"),
        *(AI, "changes", "2025-02-02-ai-act", "2025-01-01..2025-12-31"),
    ),
    Talk(
        ("What happened to the AI Act in 2024?", "and since then?"),
        *(AI, "changes", "2025-02-02", "2025-01-01.."),
    ),
    # which one?
    Talk((STATUS_CHIPS,), "", "status", ""),
    Talk((STATUS_CHIPS, "the second"), CHIPS_US, "status", "2022-08-09-chips"),
    Talk((STATUS_CHIPS, "the US one"), CHIPS_US, "status", "2022-08-09-chips"),
    Talk((STATUS_CHIPS, "the 117th"), CHIPS_US, "status", "2022-08-09-chips"),
    Talk((STATUS_CHIPS, "the 2023 one"), CHIPS_EU, "status", "2023-09-21-eu-chips"),
    Talk((STATUS_CHIPS, "H.R. 4346"), CHIPS_US, "status", "2022-08-09-chips"),
    Talk((STATUS_CHIPS, "the first", "since when?"), CHIPS_EU, "date", "2023-09-21-eu-chips"),
    # courtesies, and what stands alone
    Talk((STATUS_AI, "thanks", "and the DMA?"), DMA, "status", "2022-11-01-dma"),
    Talk((STATUS_AI, "thanks a lot!"), "", "general", ""),
    Talk((STATUS_AI, "How high is the fine on Meta?"), "Company:meta", "amount", "2025-04-23"),
    Talk((STATUS_AI, "What is the status of H.R. 99999?"), "", "status", ""),
    # German, and from one language to the other
    Talk(
        ("Wie ist der Stand der Krankenhausreform?", "seit wann?"),
        *(HOSPITALS, "date", "2025-01-01", "", "de"),
    ),
    Talk(
        ("Wie ist der Stand der Krankenhausreform?", "seit wann?", "und davor?"),
        *(HOSPITALS, "status", "2024-11-22-krankenhausreform", "2024-12-31", "de"),
    ),
    Talk(
        ("Wie ist der Stand der Krankenhausreform?", "Wer hat dagegen gestimmt?"),
        *(HOSPITALS, "vote", "2024-10-17", "", "de"),
    ),
    Talk(
        ("Wann trat das Cannabisgesetz in Kraft?", "Wie ging die Abstimmung aus?"),
        *(CANNABIS, "vote", "2024-02", "", "de"),
    ),
    Talk(
        ("Wann trat das Cannabisgesetz in Kraft?", "nein, ich meinte das Heizungsgesetz"),
        *(HEATING, "date", "2023-09-29", "", "de"),
    ),
    Talk(
        ("Ist das Cannabisgesetz in Kraft?", "Und wer war dagegen?"),
        *(CANNABIS, "vote", "2024-02-23", "", "de"),
    ),
    Talk(
        ("Wer hat das Lieferkettengesetz beschlossen?", "ab wann gilt es?"),
        *(SUPPLY, "date", "2021-06-11", "", "de"),
    ),
    Talk(
        ("Was geschah mit der Krankenhausreform zwischen 2024-01-01 und 2024-12-31?", "und 2025?"),
        *(HOSPITALS, "changes", "2025-01-01", "2025-01-01..2025-12-31", "de"),
    ),
    Talk(
        ("Wie ist der Stand beim Chips Act?", "der europäische"),
        *(CHIPS_EU, "status", "2023-09-21", "", "de"),
    ),
    Talk((STATUS_AI, "in German, please"), AI, "status", "2025-08-02", "", "de"),
    Talk((STATUS_AI, "und auf Deutsch?"), AI, "status", "2025-08-02", "", "de"),
    Talk(("Wie ist der Stand beim AI Act?", "auf Englisch, bitte"), AI, "status", "2025-08-02"),
    Talk(("Was ist der Stand beim AI Act?", "and what about the Data Act?"), DATA, "status", "2025-09-12"),
    Talk(
        ("What is the status of the Data Act?", "Danke", "Wann gilt es?"),
        *(DATA, "date", "2025-09-12", "", "de"),
    ),
    Talk(("Danke!",), "", "general", "", "", "de"),
]  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The sample corpus, read by rules alone."""
    home = str(tmp_path_factory.mktemp("talks"))
    settings = load_settings({"POLMON_HOME": home, "POLMON_GRAPH_VECTORS": "off"})
    opened = open_graph(settings, FrozenClock(dt.datetime(2026, 8, 1, tzinfo=dt.UTC)))
    read_into(opened, (Item(path.name, path=path) for path in sorted(CORPUS.iterdir())))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def agents(graph: KnowledgeGraph) -> MultiAgentOrchestrator:
    return MultiAgentOrchestrator(graph, FrozenClock(dt.datetime(2026, 9, 1, tzinfo=dt.UTC)))


def talk(agents: MultiAgentOrchestrator, *said: str) -> tuple[Question, Answer]:
    """The last question and its answer; the answers before it are in the conversation."""
    messages: list[Message] = []
    for text in said:
        messages.append(Message("user", text))
        question = read_conversation(messages, TODAY)
        answer = agents.answer_now(question)
        messages.append(Message("assistant", answer.text))
    return question, answer


def window(understood: Understanding) -> str:
    if understood.since or understood.until:
        return f"{understood.since or ''}..{understood.until or ''}"
    return str(understood.as_of or "")


@pytest.mark.parametrize("case", TALKS, ids=lambda case: " | ".join(case.said))
def test_the_last_message_is_understood_in_its_conversation(
    agents: MultiAgentOrchestrator, graph: KnowledgeGraph, case: Talk
) -> None:
    question, answer = talk(agents, *case.said)
    understood = understand(question, graph, TODAY)

    first = answer.citations[0].document_id if answer.citations else ""
    assert understood.intent == case.intent
    if case.about:
        assert understood.entities[0].id == case.about
    assert window(understood) == case.when
    assert understood.language == case.language
    assert first.startswith(case.cited)
    assert bool(first) == bool(case.cited)
    assert not uncited_sentences(answer)
    verifier = Verifier(graph)
    assert all(verifier.stands(cited_evidence(citation)) for citation in answer.citations)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Hello!", "Hello. Ask me"),
        ("Guten Tag", "Guten Tag. Fragen Sie"),
        ("Thank you very much", "You are welcome."),
        ("Vielen Dank!", "Gern geschehen."),
        ("What can you do?", "Ask where a law or bill stands"),
        ("Was kannst du?", "Fragen Sie, wo ein Gesetz"),
    ],
)
def test_a_courtesy_is_answered_in_its_language_and_claims_nothing(
    agents: MultiAgentOrchestrator, text: str, answer: str
) -> None:
    _, found = talk(agents, text)

    assert found.text.startswith(answer)
    assert not found.citations
    assert not found.gaps


def test_asking_back_lists_the_candidates_with_their_numbers(agents: MultiAgentOrchestrator) -> None:
    _, answer = talk(agents, STATUS_CHIPS)

    assert answer.text == (
        "Which one do you mean?\n"
        "1. European Chips Act – Regulation (EU) 2023/1781\n"
        "2. CHIPS and Science Act – H.R. 4346 (117th Congress)"
    )
    assert not answer.gaps


def test_what_tells_them_apart_is_not_asked_back(agents: MultiAgentOrchestrator) -> None:
    for text in ("What is the status of the US CHIPS Act?", "Did the Senate vote on the CHIPS Act?"):
        _, answer = talk(agents, text)
        assert answer.citations, text
        assert "Which one" not in answer.text


def test_no_evidence_says_what_is_held_and_what_is_not(agents: MultiAgentOrchestrator) -> None:
    _, answer = talk(agents, "What did the French parliament decide on pensions?")

    assert "Searched for: French parliament decide pensions." in answer.text
    assert "documents of 2019–2026 from the European Union, Germany" in answer.text
    assert "It holds none from France." in answer.text


def test_a_window_that_holds_nothing_tells_the_nearest_outside_it(agents: MultiAgentOrchestrator) -> None:
    _, answer = talk(agents, "What happened to the AI Act between 2019-01-01 and 2019-12-31?")

    assert "between 1 January 2019 and 31 December 2019: nothing is recorded. The nearest" in answer.text
    assert "21 April 2021: proposed" in answer.text
    assert answer.citations
