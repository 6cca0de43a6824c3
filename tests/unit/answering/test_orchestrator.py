"""Questions asked of a real graph, from words to cited answers."""

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.events import Answer, AnswerDelta, AnswerDone, StepStarted, ToolReturned
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.errors import UserError
from political_monitoring.knowledge.port import KnowledgeGraph

Ask = Callable[..., Answer]
STATUS = "What is the status of the AI Act?"


def cited(answer: Answer) -> list[str]:
    return [citation.document_id for citation in answer.citations]


def test_the_status_depends_on_the_day(ask: Ask) -> None:
    early, late = ask(STATUS, as_of=dt.date(2023, 6, 30)), ask(STATUS, as_of=dt.date(2024, 8, 15))

    assert early.text.startswith("As of 30 June 2023: The AI Act (")
    assert "was proposed on 21 April 2021" in early.text
    assert "2024" not in early.text.replace("2024/1689", "")
    assert "has been in force since 1 August 2024" in late.text
    assert "Before that: adopted (21 May 2024) [2]; proposed (21 April 2021) [3]." in late.text
    assert cited(early) == ["ai-proposed"]
    assert cited(late) == ["ai-force", "ai-adopted", "ai-proposed"]


def test_a_date_that_was_moved_for_a_part_alone_is_not_answered_with_the_laws_own(ask: Ask) -> None:
    law, part = ask("When does the AI Act apply?"), ask("When do the toy rules of the AI Act apply?")

    assert "applies from 2 August 2026" in law.text
    assert cited(law) == ["ai-dates"]
    assert "will apply from 2 December 2027" in part.text
    assert cited(part) == ["ai-moved"]
    assert cited(ask("When do the toy rules of the AI Act apply?", as_of=dt.date(2026, 4, 1))) == ["ai-dates"]


def test_a_bill_is_found_by_any_spelling_of_its_number(ask: Ask) -> None:
    for spelling in ("H.Con.Res. 72", "HCONRES 72", "H. Con. Res. 72"):
        answer = ask(f"Where did {spelling} stand on 2026-02-06?")
        assert "introduced on 2 February 2026" in answer.text
        assert "House" not in answer.text.replace("“Submitted in House”", "")
        assert cited(answer) == ["bill-1"]


def test_each_citation_quotes_its_document_and_each_mark_is_where_it_says(
    ask: Ask, graph: KnowledgeGraph
) -> None:
    for question in (STATUS, "How high is the fine in the Widget cartel?", "What happened to the AI Act?"):
        answer = ask(question)
        assert answer.citations
        for citation in answer.citations:
            found = graph.document(citation.document_id)
            assert found
            assert found[0].text[citation.start : citation.end] == citation.quote
            assert citation.positions
            assert {answer.text[start:end] for start, end in citation.positions} == {f"[{citation.number}]"}


def test_changes_are_told_in_the_order_of_time(ask: Ask) -> None:
    answer = ask("What happened to the AI Act between 2024-01-01 and 2024-12-31?")

    assert answer.text.startswith("AI Act (Regulation (EU) 2024/1689): what happened between 1 January 2024")
    assert answer.text.index("21 May 2024: adopted") < answer.text.index("1 August 2024: in force")
    assert "2021" not in answer.text
    assert cited(answer) == ["ai-adopted", "ai-force"]


def test_a_superseded_figure_is_shown_as_such(ask: Ask) -> None:
    answer = ask("How high is the fine in the Widget cartel?")

    assert "reduced from EUR 100 million [1] to EUR 80 million on 1 March 2025" in answer.text
    assert cited(answer) == ["fine-1", "fine-2"]
    assert (
        "EUR 80 million"
        not in ask("How high is the fine in the Widget cartel?", as_of=dt.date(2024, 1, 1)).text
    )


def test_a_german_question_gets_a_german_answer(ask: Ask) -> None:
    answer = ask("Wann tritt das Krankenhausversorgungsverbesserungsgesetz in Kraft?")

    assert "„Am 1. Januar 2025 trat das Krankenhausversorgungsverbesserungsgesetz in Kraft.“" in answer.text
    assert (
        "Beruht auf 1 Quelle von 1 Herausgeber; neueste: 1. Januar 2025; Stand 1. Juni 2026." in answer.text
    )


def test_the_day_of_entry_into_force_comes_from_the_step_that_was_taken(ask: Ask) -> None:
    assert "has been in force since 1 August 2024: “" in ask("When did the AI Act enter into force?").text


def test_a_follow_up_is_about_the_same_law(ask: Ask) -> None:
    assert cited(ask(STATUS, "since when?")) == ["ai-force"]
    assert cited(ask(STATUS, "And H.Con.Res. 72?")) == ["bill-2", "bill-1"]


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "What is the status of the Fooland Widget Act?",
        "How do I bake a cake?",
        "status",
        "???",
        "What is the status of Regulation (EU) 2099/1?",
    ],
)
def test_off_topic_there_is_no_evidence_and_no_claim(ask: Ask, question: str) -> None:
    answer = ask(question)

    assert answer.text.startswith("The collection holds no evidence")
    assert answer.citations == ()
    assert answer.gaps


def test_an_unknown_bill_is_named_and_nothing_else_is_quoted(ask: Ask) -> None:
    answer = ask("What is the status of H.R. 99999?")

    assert "H.R. 99999" in answer.text
    assert "not in the collection" in answer.text
    assert answer.citations == ()


def test_before_anything_was_known_there_is_no_evidence(ask: Ask) -> None:
    answer = ask(STATUS, as_of=dt.date(2019, 1, 1))

    assert answer.text.startswith(
        "The collection holds no evidence that answers this question as of 1 January 2019."
    )
    assert answer.citations == ()


def test_the_stream_ends_with_the_text_it_streamed(orchestrator: MultiAgentOrchestrator) -> None:
    async def events() -> list[object]:
        return [event async for event in orchestrator.process_query_streaming(STATUS)]

    arrived = asyncio.run(events())

    deltas = [event.text for event in arrived if isinstance(event, AnswerDelta)]
    assert isinstance(arrived[-1], AnswerDone)
    assert "".join(deltas) == arrived[-1].answer.text
    assert len(deltas) > 1
    steps = [event.step for event in arrived if isinstance(event, StepStarted)]
    assert steps == ["understand", "plan", "look_up", "synthesise", "verify"]
    tools = {event.tool for event in arrived if isinstance(event, ToolReturned)}
    assert tools == {"get_procedure_status", "search"}


def test_collected_and_streamed_are_the_same_answer(orchestrator: MultiAgentOrchestrator, ask: Ask) -> None:
    assert asyncio.run(orchestrator.process_query(STATUS)) == ask(STATUS)


def test_many_questions_at_once_do_not_mix(orchestrator: MultiAgentOrchestrator, ask: Ask) -> None:
    questions = [STATUS, "How high is the fine in the Widget cartel?", "Where does H.Con.Res. 72 stand?"] * 5

    async def together() -> list[Answer]:
        return await asyncio.gather(*(orchestrator.process_query(text) for text in questions))

    alone = {text: ask(text) for text in set(questions)}
    assert asyncio.run(together()) == [alone[text] for text in questions]


def test_leaving_early_stops_the_work(orchestrator: MultiAgentOrchestrator) -> None:
    async def leave() -> int:
        question = read_conversation([Message("user", STATUS)], dt.date(2026, 6, 1))
        events = orchestrator.answer(question)
        await anext(events)
        await events.aclose()
        return len(asyncio.all_tasks()) - 1

    assert asyncio.run(leave()) == 0


def test_an_empty_question_is_the_askers_error(orchestrator: MultiAgentOrchestrator) -> None:
    with pytest.raises(UserError):
        asyncio.run(orchestrator.process_query("  "))


def test_health_reads_the_graph(orchestrator: MultiAgentOrchestrator) -> None:
    assert asyncio.run(orchestrator.health_check()).graph.documents == 11
