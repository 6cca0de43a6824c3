"""Where quoted words stand in a text, though spaces, quotation marks and dashes may be others."""

import re

from political_monitoring.domain.documents import Span

_SHORTEST = 8
"""Characters; less supports nothing."""
# Marks that models replace by their plain forms.
_ALIKE = ("'’‘`´", '"“”„«»', "-‐‑‒–—−")
_CLASS = {mark: f"[{re.escape(marks)}]" for marks in _ALIKE for mark in marks}
_EDGE = ' \t\r\n"“”„«»…'


def find_quote(quote: str, text: str, within: Span | None = None) -> Span | None:
    """The first place of the quoted words, exact to the character; None where they do not stand.

    Args:
        within: where to look; everywhere if not given.
    """
    words = quote.strip(_EDGE).removesuffix("...").split()
    if sum(map(len, words)) < _SHORTEST:
        return None
    return find_words(words, text, within)


def find_words(words: list[str], text: str, within: Span | None = None) -> Span | None:
    """The first place where these words follow each other."""
    area = within or Span(0, len(text))
    pattern = re.compile(
        r"\s+".join("".join(_CLASS.get(one) or re.escape(one) for one in word) for word in words)
    )
    found = pattern.search(text, area.start, area.end)
    return Span(found.start(), found.end()) if found else None


def find_name(name: str, text: str) -> list[Span]:
    """All places of a name, not as a part of a longer word."""
    words = name.split()
    if not words:
        return []
    inner = r"\s+".join("".join(_CLASS.get(one) or re.escape(one) for one in word) for word in words)
    return [Span(one.start(), one.end()) for one in re.finditer(rf"(?<!\w){inner}(?!\w)", text)]
