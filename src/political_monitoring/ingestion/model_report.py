"""What a language model had to do with a run: in rows, in a line, and in numbers."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from political_monitoring.domain.model_use import ModelReading, ModelUse, total_use

_MILLION = 1_000_000


def model_rows(readings: Sequence[ModelReading], currency: str) -> list[tuple[str, str]]:
    """Rows of (what, how much); none when no model was asked."""
    if not readings:
        return []
    use = total_use(one.use for one in readings)
    rows = [
        ("model calls", f"{use.calls:,} ({use.cached:,} answers were there)"),
        ("model tokens", f"{use.input_tokens:,} read, {use.output_tokens:,} written"),
        ("model cost", _money(use, currency)),
        ("facts only the model saw", f"{sum(one.facts for one in readings):,}"),
        ("read by the rules alone", f"{sum(bool(one.fallback) for one in readings):,}"),
    ]
    dropped = _dropped(readings)
    reasons = ", ".join(f"{count:,} {why}" for why, count in sorted(dropped.items()))
    if beside := sum(one.beside for one in readings):
        rows.append(("facts of Graphiti's own, not cited", f"{beside:,}"))
    return [*rows, ("not taken from the model", reasons or "0")]


def model_line(reading: ModelReading, currency: str) -> str:
    """One document's share."""
    use = reading.use
    parts = [f"model: {use.calls} calls, {use.cached} stored, {use.tokens:,} tokens, {_money(use, currency)}"]
    parts += [f"{count} {why}" for why, count in reading.dropped]
    return ", ".join(parts)


def model_notes(readings: Sequence[ModelReading]) -> list[str]:
    """That the budget was used up, said once."""
    without = sum(one.exhausted for one in readings)
    if not without:
        return []
    return [
        f"The model's budget was used up: {without:,} documents were read, or partly read, by the rules alone. "
        "With a larger POLMON_LLM_MAX_CALLS, _MAX_TOKENS or _MAX_COST, what was answered is not paid again."
    ]


def model_totals(readings: Sequence[ModelReading], currency: str) -> dict[str, Any] | None:
    """Everything, for machines; None when no model was asked."""
    if not readings:
        return None
    use = total_use(one.use for one in readings)
    return {
        "calls": use.calls,
        "cached": use.cached,
        "input_tokens": use.input_tokens,
        "output_tokens": use.output_tokens,
        "cost": use.cost / _MILLION,
        "currency": currency,
        "facts": sum(one.facts for one in readings),
        "beside": sum(one.beside for one in readings),
        "fallbacks": sum(bool(one.fallback) for one in readings),
        "dropped": dict(_dropped(readings)),
    }


def _dropped(readings: Sequence[ModelReading]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for reading in readings:
        counted.update(dict(reading.dropped))
    return counted


def _money(use: ModelUse, currency: str) -> str:
    return f"{use.cost / _MILLION:,.4f} {currency}"
