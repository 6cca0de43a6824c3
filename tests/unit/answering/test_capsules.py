"""Capsules: what was done for an answer comes back as it was, and gives the same answer again."""

import datetime as dt
import json
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from political_monitoring.answering.capsules import Capsule, as_data, pack, unpack
from political_monitoring.answering.conversation import Message, read_conversation
from political_monitoring.answering.lookup import Finding
from political_monitoring.answering.orchestrator import MultiAgentOrchestrator
from political_monitoring.answering.planning import ToolCall
from political_monitoring.answering.reproducing import reproduce
from political_monitoring.domain.facts import AsOf
from political_monitoring.errors import StoreUnavailable, TryLater
from political_monitoring.knowledge.port import KnowledgeGraph

TODAY = dt.date(2026, 6, 1)
QUESTIONS = (
    "What is the status of the AI Act?",
    "Wie ist der Stand der KI-Verordnung?",
    "Who proposed the AI Act?",
    "When does the AI Act apply?",
    "How high is the fine of the Widget cartel?",
    "What was the vote on H.Con.Res. 72?",
    "What changed about the AI Act since 2024?",
    "Since when?",
    "and in Germany?",
    "Seit wann gilt das Krankenhausversorgungsverbesserungsgesetz?",
    "What of the moon?",
    "What is the status of H.R. 9999?",
)

Answered = Callable[..., Capsule]


@pytest.fixture
def answered(orchestrator: MultiAgentOrchestrator) -> Answered:
    def answering(*texts: str, as_of: dt.date | None = None) -> Capsule:
        messages = [Message("user", text) for text in texts]
        done = orchestrator.work_now(read_conversation(messages, TODAY, AsOf.on(as_of) if as_of else None))
        assert done.work
        return Capsule(done.answer, done.work)

    return answering


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=3),
    as_of=st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)),
)
def test_any_answer_comes_back_and_is_written_again_to_the_letter(
    answered: Answered, graph: KnowledgeGraph, texts: list[str], as_of: dt.date | None
) -> None:
    capsule = answered(*texts, as_of=as_of)
    back = unpack(pack(capsule))
    assert back == capsule
    again = reproduce(back, graph)
    assert (again.text, again.same, again.missing) == (capsule.answer.text, True, ())


@given(words=st.text(min_size=1).filter(str.strip))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_comes_back(answered: Answered, words: str) -> None:
    capsule = answered(words)
    assert unpack(pack(capsule)) == capsule


def test_what_failed_and_what_was_asked_beyond_the_plan_comes_back(answered: Answered) -> None:
    capsule = answered(QUESTIONS[0])
    more = ToolCall(
        "get_entity_history", {"entity": "celex:32024R1689", "predicates": ("status",), "as_of": None}
    )
    written = {"as_of": "2024-01-01", "ids": ["a"], "more": {"date": ("x", dt.date(2024, 1, 1))}, "n": None}
    beside = Finding(ToolCall("search", written), result=[])
    failed = Finding(more, error=TryLater("get_entity_history took longer than 5 seconds."))
    work = replace(
        capsule.work, findings=(*capsule.work.findings, beside, failed), reasoner="llm", prompts=("write.1",)
    )

    back = unpack(pack(replace(capsule, work=work))).work

    assert back.plan == work.plan
    assert back.findings[:-1] == work.findings[:-1]
    assert back.findings[-2].call.arguments == written
    assert back.findings[-1].call == more
    assert isinstance(back.findings[-1].error, TryLater)
    assert str(back.findings[-1].error) == str(failed.error)
    assert back.prompts == ("write.1",)


def test_a_key_is_in_no_part_of_it(answered: Answered) -> None:
    capsule = answered("My password: hunter2", "With api_key=hunter3, what of hunters?")
    assert "hunter2" not in json.dumps(as_data(capsule))
    assert "hunter3" not in json.dumps(as_data(capsule))


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data | {"format": 99},
        lambda data: data | {"work": data["work"] | {"calls": [{"tool": "gone", "arguments": {}}]}},
        lambda data: data | {"answer": {"text": 3}},
        lambda data: {},
    ],
)
def test_what_another_version_wrote_is_refused_in_a_sentence(
    answered: Answered, broken: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    data = broken(as_data(answered(QUESTIONS[0])))
    with pytest.raises(StoreUnavailable, match="cannot be read by this version"):
        unpack(zlib.compress(json.dumps(data).encode()))


def test_damaged_bytes_are_refused(answered: Answered) -> None:
    with pytest.raises(StoreUnavailable):
        unpack(pack(answered(QUESTIONS[0]))[:-9])
