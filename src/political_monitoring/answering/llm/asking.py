"""One answer's dealings with the model: its time, its money, its prompts, and why it is not asked any more."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import BaseModel, ValidationError

from political_monitoring.answering.llm.forms import Sentence, Sentences
from political_monitoring.answering.prompting import load_prompt
from political_monitoring.errors import ModelError, OperatorError
from political_monitoring.llm.failures import Nonsense, Unfit
from political_monitoring.llm.items import ItemReader
from political_monitoring.llm.question import Question, Receipt
from political_monitoring.llm.service import ModelService


class Asking:
    """Asks; what fails is written down and never raised.

    Attributes:
        trouble: why the last question had no usable answer, or no whole one; empty: it had.
        prompts: those that were used, by name and version.
    """

    def __init__(self, service: ModelService, receipt: Receipt, seconds: float, output_tokens: int) -> None:
        self.trouble = ""
        self.prompts: list[str] = []
        self.receipt = receipt
        self._service = service
        self._deadline = time.monotonic() + seconds
        self._output_tokens = output_tokens
        self._given_up = False

    @property
    def able(self) -> bool:
        """Whether it makes sense to ask once more. A model that talks nonsense may do better; one that is away not."""
        return not self._given_up and time.monotonic() < self._deadline

    async def ask[T: BaseModel](
        self, prompt: str, form: type[T], content: str, *, small: bool = False, **blanks: object
    ) -> T | None:
        """The answer in its form; None: there is none, and `trouble` says why."""
        question = self._question(prompt, form, content, small=small, **blanks)
        self.trouble = ""
        try:
            return await self._service.ask(question, self.receipt, self._deadline)
        except (ModelError, OperatorError) as error:
            self._heed(error)
            return None

    async def sentences(self, prompt: str, content: str) -> AsyncGenerator[Sentence]:
        """Each sentence as it is complete; `trouble` says afterwards why there are no more."""
        question = self._question(prompt, Sentences, content)
        reader = ItemReader()
        self.trouble = ""
        try:
            async with aclosing(self._service.stream(question, self.receipt, self._deadline)) as pieces:
                async for piece in pieces:
                    for item in reader.feed(piece):
                        yield _sentence(item)
        except (ModelError, OperatorError) as error:
            if not (
                reader.closed and isinstance(error, Nonsense)
            ):  # of a whole list each item is judged for itself
                self._heed(error)

    def _question[T: BaseModel](
        self, prompt: str, form: type[T], content: str, *, small: bool = False, **blanks: object
    ) -> Question[T]:
        loaded = load_prompt(prompt)
        self.prompts.append(loaded.id)
        instructions = loaded.text.format(**blanks) if blanks else loaded.text
        return Question(instructions, content, form, loaded.id, small, self._output_tokens)

    def _heed(self, error: ModelError | OperatorError) -> None:
        self.trouble = str(error).rstrip(".")
        self._given_up = not isinstance(error, Nonsense | Unfit)


def _sentence(item: object) -> Sentence:
    """An item that has not the form is a sentence that says nothing: it will not pass."""
    try:
        return Sentence.model_validate(item)
    except ValidationError:
        return Sentence()
