"""Comparing names as people write them: case, accents, punctuation and German endings do not matter. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
LONG_WORD = 8
"""From this length on, words match by their beginning: it catches endings and German compounds."""
ENDING = 2
"""Letters by which forms of one long word may differ at the end."""
_START = LONG_WORD - ENDING
COMPOUNDING = frozenset({"da", "de", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"})
"""Languages that write compounds as one word: the parts of their words are indexed too."""
_PART = 5
"""Letters of a part. Measured on German questions; four find as much and cost more, six find less."""
# How both backends look for an entity that somebody names.
IDENTIFIER = re.compile(r"([a-z][a-z-]*):(\S+)")
CONGRESS = re.compile(r"(\d+)-")
LONGEST_NAME = 12
"""Words of the longest name looked for inside a sentence; longer ones are found by their words."""
MOST_WORDS = 60
CANDIDATES = 40
COMPOUND = 12
"""Letters from which a single word is telling enough to look for it in texts."""
COMPOUND_DOCUMENTS = 200
BY_TEXT = 0.55
CUT_OFF = 20
"""A title that was cut off still has at least so many characters."""


def fold(text: str) -> str:
    """Lower case, without accents: "Maßnahme für Überläufe" is "massnahme fur uberlaufe"."""
    if text.isascii():
        return text.lower()
    # Taking a character apart can give a capital (ℌ), lowering one can give an accent (İ).
    lower = unicodedata.normalize("NFKD", text).casefold()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", lower))


def split_words(text: str) -> list[str]:
    """Folded words in order, without punctuation."""
    return _WORD.findall(fold(text))


def split_parts(text: str) -> list[str]:
    """Different stretches of five letters in the words, which beginnings and ends count as letters of.

    "Rüstungsexporte" and "Waffenexport" share "expor" and "xport": it takes no dictionary of stems and parts to
    see that. Shorter words have no parts; they are looked up as they are. The method: McNamee and
    Mayfield, "Character n-gram tokenization for European language text retrieval", 2004.
    """
    parts: dict[str, None] = {}
    for word in split_words(text):
        if len(word) >= _PART and not word.isdigit():
            bound = f"_{word}_"
            parts.update(dict.fromkeys(bound[at : at + _PART] for at in range(len(bound) - _PART + 1)))
    return list(parts)


def join_words(text: str) -> str:
    """`split_words` as the index takes them."""
    return " ".join(split_words(text))


def join_parts(text: str) -> str:
    """`split_parts` as the index takes them."""
    return " ".join(split_parts(text))


class Asked:
    """A name, a title or a sentence that names are compared with, split once."""

    def __init__(self, text: str) -> None:
        self._words = split_words(text)
        self._joined = "".join(self._words)
        self._known = _Vocabulary(self._words)

    def score(self, words: Sequence[str]) -> float:
        """How well the text names what is called by these folded words, in 0..1.

        1 the same; above 0.9 one is the other cut off; from 0.6 one contains the other, the more the longer
        the contained one; below 0.6 they only share words.
        """
        joined = "".join(words)
        if not joined or not self._joined:
            return 0.0
        if joined == self._joined:
            return 1.0
        shorter, longer = sorted((joined, self._joined), key=len)
        if len(shorter) >= CUT_OFF and longer.startswith(shorter):
            return 0.9 + 0.09 * len(shorter) / len(longer)
        small, large = (words, self._words) if len(words) <= len(self._words) else (self._words, words)
        shared = [word for word in words if self._known.has(word)]
        if not shared:
            return 0.0
        if len(shared) >= len(small) and _telling(small) and contains(large, small):
            return 0.6 + 0.3 * len(shorter) / len(longer)
        return 0.59 * min(1.0, 2 * sum(map(len, shared)) / (len(joined) + len(self._joined)))


class _Vocabulary:
    """Words to look up, endings aside."""

    def __init__(self, words: Sequence[str]) -> None:
        self._exact = frozenset(words)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in self._exact:
            self._by_start[word[:_START]].append(word)

    def has(self, word: str) -> bool:
        return word in self._exact or (
            len(word) >= _START
            and any(same_word(word, other) for other in self._by_start.get(word[:_START], ()))
        )


def contains(words: Sequence[str], part: Sequence[str]) -> bool:
    """Whether `part` stands in `words`, in one piece, endings aside."""
    size = len(part)
    return any(
        same_word(words[at], part[0])
        and all(same_word(one, other) for one, other in zip(words[at : at + size], part, strict=True))
        for at in range(len(words) - size + 1)
    )


def same_word(one: str, other: str) -> bool:
    """Equal, or long and different only in the ending: "gesetzes" is "gesetz"."""
    if one == other:
        return True
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= _START and len(long) - len(short) <= ENDING and long.startswith(short)


def _telling(words: Sequence[str]) -> bool:
    return len(words) > 1 or len(words[0]) > ENDING
