"""Graphiti's questions in our words: what is asked, and that nothing is asked after a failure."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphiti_core.llm_client.config import ModelSize
from graphiti_core.prompts.models import Message
from pydantic import BaseModel

from political_monitoring.errors import ModelError
from political_monitoring.knowledge.graphiti.clients import MOST_CALLS, OurModel
from political_monitoring.llm.question import Question, Receipt

MESSAGES = [Message(role="system", content="Read."), Message(role="user", content="A text.")]


class Form(BaseModel):
    said: str


@dataclass
class Client:
    """Answers what it is asked, or fails for one text."""

    fails_for: str = ""
    asked: list[Question[Any]] = field(default_factory=list)
    ended: int = 0

    async def ask(self, question: Question[Any], receipt: Receipt) -> BaseModel:
        self.asked.append(question)
        if question.content == self.fails_for:
            raise ModelError("no answer")
        await asyncio.sleep(0)  # others get their turn
        await asyncio.sleep(0)
        self.ended += 1
        return Form(said=question.content)


def model(client: Client) -> OurModel:
    return OurModel(client, Receipt())  # type: ignore[arg-type]


def about(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


def test_a_question_keeps_instructions_apart_from_the_text() -> None:
    client = Client()
    answer = asyncio.run(
        model(client).generate_response(MESSAGES, Form, model_size=ModelSize.small, prompt_name="extract")
    )
    (question,) = client.asked
    assert answer == {"said": "A text."}
    assert question.instructions.startswith("Read.")
    assert (question.content, question.form, question.small) == ("A text.", Form, True)
    assert "extract" in question.prompt


def test_after_a_failure_nothing_is_asked_and_what_is_under_way_is_waited_for() -> None:
    client = Client(fails_for="bad")

    async def ask() -> OurModel:
        one = model(client)
        with pytest.raises(ModelError, match="no answer"):
            await asyncio.gather(
                *(one.generate_response(about(text), Form) for text in ("good", "bad", "other"))
            )
        with pytest.raises(ModelError, match="no answer"):
            await one.generate_response(about("late"), Form)
        await one.settled()
        return one

    assert str(asyncio.run(ask()).failure) == "no answer"
    assert [one.content for one in client.asked] == ["good", "bad", "other"]
    assert client.ended == 2


def test_a_question_without_a_form_is_not_asked() -> None:
    client = Client()
    with pytest.raises(ModelError, match="without a form"):
        asyncio.run(model(client).generate_response(MESSAGES, prompt_name="summary"))
    assert client.asked == []


def test_questions_have_an_end() -> None:
    client = Client()

    async def ask() -> None:
        one = model(client)
        for number in range(MOST_CALLS + 1):
            await one.generate_response(about(str(number)), Form)

    with pytest.raises(ModelError, match=f"more than {MOST_CALLS} questions"):
        asyncio.run(ask())
    assert len(client.asked) == MOST_CALLS
