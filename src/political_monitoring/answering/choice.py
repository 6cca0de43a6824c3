"""Who thinks about a question: the local reasoner, or the one that asks a model."""

from typing import TYPE_CHECKING

from political_monitoring.answering.conversation import Question
from political_monitoring.answering.local import LocalReasoner
from political_monitoring.answering.reasoner import Mode, Reasoner, Surroundings
from political_monitoring.answering.wording import say
from political_monitoring.clock import Clock
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.answering.llm.model import AnswerModel


class Choice:
    """Reasoners by the wish of who asks, else by default."""

    def __init__(self, default: Mode = "local", model: "AnswerModel | None" = None) -> None:
        self._default = default
        self._model = model

    def reasoner(self, question: Question, within: Surroundings) -> Reasoner:
        """A new one for each question."""
        if (question.wishes.mode or self._default) == "local":
            return LocalReasoner(question, within)
        if self._model is None:
            return LocalReasoner(question, within, (say(question.language, "llm_not_set"),))
        from political_monitoring.answering.llm.reasoner import LlmReasoner

        asking = self._model.asking(question.wishes)
        return LlmReasoner(LocalReasoner(question, within), asking, self._model.name, question, within)

    async def model_trouble(self) -> str | None:
        """Why the model would not answer now, found out at no cost; "": it would; None: none is set."""
        return await self._model.trouble() if self._model else None

    def warm_up(self) -> None:
        """Have a model that is the default get ready in the background, so that the first answer need not wait."""
        if self._model and self._default == "llm":
            self._model.warm_up()

    def close(self) -> None:
        """Let go of the model's connections."""
        if self._model:
            self._model.close()


def open_choice(settings: Settings, clock: Clock) -> Choice:
    """Reasoners as the settings have them; nothing is asked yet."""
    if not settings.llm.base_url:
        return Choice(settings.chat.mode)
    from political_monitoring.answering.llm.model import AnswerModel

    return Choice(settings.chat.mode, AnswerModel(settings, clock))
