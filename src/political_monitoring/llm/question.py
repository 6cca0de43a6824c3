"""What a model is asked, and what it answers."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel

from political_monitoring.domain.model_use import Account, Caps, ModelUse


@dataclass(frozen=True, slots=True)
class Question[T: BaseModel]:
    """One question with the form of its answer.

    Attributes:
        instructions: ours; what the model is told to do.
        content: what it is to be done with; may come from anywhere, and is never taken for instructions.
        form: the answer's type.
        prompt: name and version of the prompt, "extract.1": another version is another question.
        small: whether the small model will do.
        most_tokens: the longest answer; 0: as the settings have it.
    """

    instructions: str
    content: str
    form: type[T]
    prompt: str
    small: bool = False
    most_tokens: int = 0

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the answer."""
        return _schema(self.form)

    def key(self, model: str, output_tokens: int) -> str:
        """Digest of everything that the answer depends on: 64 hexadecimal digits."""
        parts = (model, output_tokens, self.prompt, self.schema, self.instructions, self.content)
        plain = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


@cache
def _schema(form: type[BaseModel]) -> dict[str, Any]:
    return form.model_json_schema()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint sent back: text that should be JSON, and the tokens it says it took."""

    text: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that an endpoint says a streamed answer took; sent behind its text."""

    input_tokens: int
    output_tokens: int


def bare(text: str) -> str:
    """JSON without the Markdown fence that models like to put around it."""
    plain = text.strip()
    return plain.partition("\n")[2].removesuffix("```") if plain.startswith("```") else plain


class Receipt:
    """Adds up what one piece of work costs, also when it comes to nothing in the end.

    Attributes:
        use: everything so far.
        accounts: what the work is booked on beside the client's own account.
    """

    def __init__(self, caps: Caps = Caps(), accounts: tuple[Account, ...] = ()) -> None:  # noqa: B008 - frozen
        self.use = ModelUse()
        self.accounts = accounts
        self._caps = caps

    def add(self, use: ModelUse) -> None:
        """One more call, or one more answer that was there already."""
        self.use += use

    def allows(self, most: ModelUse) -> bool:
        """Whether a request that may use so much fits within the limits of this work alone."""
        return self._caps.allow(self.use + most)
