"""What is asked of language models, what it costs, and what it may cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Calls of a language model, and what they took.

    Attributes:
        calls: requests sent, repeated ones too.
        cached: answers that were there already and cost nothing.
        cost: millionths of the currency that prices are given in: whole numbers, so that sums are exact.
    """

    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0

    def __add__(self, other: "ModelUse") -> "ModelUse":
        return ModelUse(
            self.calls + other.calls,
            self.cached + other.cached,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost + other.cost,
        )

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.input_tokens + self.output_tokens


def millionths(money: float) -> int:
    """An amount of money as `ModelUse.cost` counts it."""
    return round(money * 1_000_000)


def total_use(uses: Iterable[ModelUse]) -> ModelUse:
    """All of it together."""
    return reduce(add, uses, ModelUse())


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be used; 0: no limit. `cost` in millionths, as in `ModelUse`."""

    calls: int = 0
    tokens: int = 0
    cost: int = 0

    def allow(self, use: ModelUse) -> bool:
        """Whether so much may be used."""
        pairs = ((self.calls, use.calls), (self.tokens, use.tokens), (self.cost, use.cost))
        return all(not cap or used <= cap for cap, used in pairs)


@dataclass(frozen=True, slots=True)
class Account:
    """What requests are booked on, and the most that may be.

    Attributes:
        period: what the limits are for, as it ends a sentence: "in this run", "today".
        begins: whether it is made by the first request that is booked on it; else somebody has opened it.
    """

    id: str
    caps: Caps = Caps()
    period: str = "in this run"
    begins: bool = False


@dataclass(frozen=True, slots=True)
class ModelReading:
    """How a language model took part in reading a document.

    Attributes:
        facts: that it added to what the rules had found.
        dropped: what it said and was not taken, as (why, how often).
        fallback: why the document, or a part of it, was read by the rules alone; empty: it was not.
        beside: facts that Graphiti found and the graph holds beside ours; without a quotation, so never cited.
        exhausted: that was because the budget is used up.
    """

    use: ModelUse = ModelUse()
    facts: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    fallback: str = ""
    exhausted: bool = False
    beside: int = 0
