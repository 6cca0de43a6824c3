"""Amounts of money as written, English and German: "EUR 4.125 billion", "376,36 Millionen Euro"."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from political_monitoring.domain.documents import Span

_NUMBER = r"\d{1,3}(?:[   ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_SCALES = {
    "thousand": 3,
    "tausend": 3,
    "million": 6,
    "millions": 6,
    "millionen": 6,
    "mio": 6,
    "mn": 6,
    "m": 6,
    "billion": 9,
    "bn": 9,
    "milliarde": 9,
    "milliarden": 9,
    "mrd": 9,
}
_GERMAN_SCALES = frozenset({"tausend", "millionen", "mio", "milliarde", "milliarden", "mrd"})
_SCALE = r"(?:" + "|".join(sorted(_SCALES, key=len, reverse=True)) + r")\b\.?"
_CURRENCIES = {
    "EUR": r"€|EUR\b|[Ee]uros?\b",
    "USD": r"US\$|\$|USD\b|(?:US[- ])?[Dd]ollars?\b|US-Dollar\b",
    "GBP": r"£|GBP\b|[Pp]ounds?(?: sterling)?\b|Pfund\b",
    "CHF": r"CHF\b|(?:Swiss )?[Ff]rancs?\b|Franken\b",
}
_CURRENCY = "|".join(f"(?P<{code}{{0}}>{forms})" for code, forms in _CURRENCIES.items())
_MONEY = re.compile(
    rf"(?:(?:{_CURRENCY.format(1)})\s?(?P<n1>{_NUMBER})(?:\s?(?P<s1>(?i:{_SCALE})))?)"
    rf"|(?<![\w.,])(?P<n2>{_NUMBER})\s?(?:(?P<s2>(?i:{_SCALE}))\s)?(?:{_CURRENCY.format(2)})"
)
_NEAR = 40
# "von 4,34 auf 4,125 Milliarden Euro": the first number has the unit of the second.
_SHARES_UNIT = re.compile(rf"\b(?:from|von)\s(?P<number>{_NUMBER})\s(?:to|auf)\s$")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole units of its currency (ISO 4217 code)."""

    amount: int
    currency: str
    span: Span

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def find_money(text: str) -> list[Money]:
    """Amounts in order of appearance."""
    found: list[Money] = []
    for match in _MONEY.finditer(text):
        form = "1" if match["n1"] else "2"
        currency = next(code for code in _CURRENCIES if match[f"{code}{form}"])
        scale = (match[f"s{form}"] or "").rstrip(".")
        shared = (
            _SHARES_UNIT.search(text, max(0, match.start() - _NEAR), match.start()) if form == "2" else None
        )
        if shared and (first := _amount(shared["number"], scale)) is not None:
            found.append(Money(first, currency, Span(shared.start("number"), shared.end("number"))))
        amount = _amount(match[f"n{form}"], scale)
        if amount is not None:
            found.append(Money(amount, currency, Span(match.start(), match.end())))
    return found


def _amount(digits: str, scale: str) -> int | None:
    """A number written the English or the German way; the word behind it ("billion", "Mrd.") tells which.

    Without such a word, separators before three digits group thousands.
    """
    compact = re.sub(r"[   ]", "", digits)
    marks = {one for one in compact if one in ".,"}
    if scale:
        decimal = "," if scale.casefold() in _GERMAN_SCALES else "."
    elif len(marks) == 2:
        decimal = max(marks, key=compact.rfind)
    else:
        decimal = "" if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", compact) else "".join(marks)
    grouping = "".join(marks - {decimal})
    plain = compact.replace(grouping, "") if grouping else compact
    try:
        return int(
            (
                Decimal(plain.replace(decimal or ".", ".")) * 10 ** _SCALES.get(scale.casefold(), 0)
            ).to_integral_value()
        )
    except InvalidOperation:  # several decimal marks: no number after all
        return None
