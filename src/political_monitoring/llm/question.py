"""What a model is asked, and what it answers."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel

from political_monitoring.domain.model_use import ModelUse


@dataclass(frozen=True, slots=True)
class Question[T: BaseModel]:
    """One question with the form of its answer.

    Attributes:
        instructions: ours; what the model is told to do.
        content: what it is to be done with; may come from anywhere, and is never taken for instructions.
        form: the answer's type.
        prompt: name and version of the prompt, "extract.1": another version is another question.
        small: whether the small model will do.
    """

    instructions: str
    content: str
    form: type[T]
    prompt: str
    small: bool = False

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


class Receipt:
    """Adds up what one piece of work costs, also when it comes to nothing in the end."""

    def __init__(self) -> None:
        self.use = ModelUse()

    def add(self, use: ModelUse) -> None:
        """One more call, or one more answer that was there already."""
        self.use += use
