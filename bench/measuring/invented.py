"""Documents in a language that does not exist, with word frequencies like those of any (Zipf)."""

import hashlib
from collections.abc import Iterator
from functools import cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from political_monitoring.domain.documents import Document, Passage, Span
from political_monitoring.domain.facts import Episode, Extraction

PASSAGES = 3
"""Passages of a document; together three hundred words."""
_WORDS = 100
_VOCABULARY = 60_000
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "is", "ol")]
_DIMENSIONS = 256


class Language:
    """A vocabulary and how often each word is used. The same seed gives the same texts."""

    def __init__(self, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._words, self._upto = _vocabulary()

    def text(self, words: int) -> str:
        """So many words as they are used."""
        return " ".join(self._words[np.searchsorted(self._upto, self._random.random(words))])

    def question(self) -> str:
        """Eight words, without the few most frequent ones that a person would also hardly type."""
        return " ".join(self._words[np.searchsorted(self._upto, 0.4 + 0.6 * self._random.random(8))])

    def episodes(self, documents: int, name: str = "invented") -> Iterator[Episode]:
        """Documents with passages and no facts."""
        for number in range(documents):
            key = f"{name}-{number}"
            texts = [self.text(_WORDS) for _ in range(PASSAGES)]
            text = "\n\n".join(texts)
            starts = np.cumsum([0, *(len(one) + 2 for one in texts[:-1])]).tolist()
            passages = tuple(
                Passage(key, at, Span(start, start + len(one)), one)
                for at, (start, one) in enumerate(zip(starts, texts, strict=True))
            )
            content = hashlib.sha256(text.encode()).hexdigest()
            yield Episode(Document(key, self.text(8), text, content, language="en"), passages, Extraction())


@cache
def _vocabulary() -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Words, the most frequent first, and the share of all use that each and those before it have."""
    random = np.random.default_rng(0)
    words: dict[str, None] = {}
    while len(words) < _VOCABULARY:
        words["".join(random.choice(_SYLLABLES, random.integers(1, 5)))] = None
    shares = 1 / np.arange(1, _VOCABULARY + 1)
    return np.array(list(words)), np.cumsum(shares / shares.sum())


class WordVectors:
    """An encoder as quick as the language is invented: a text is the mean of random vectors of its words.

    It has the size and the shape of the static embeddings of the product, which would need minutes for this much.
    """

    model = "invented"
    local = True

    def __init__(self) -> None:
        self._known = np.random.default_rng(2).standard_normal((4_096, _DIMENSIONS), np.float32)

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Shape (len(texts), 256), rows of length 1."""
        means = np.stack(
            [
                self._known[[crc32(word.encode()) % 4_096 for word in text.split()]].mean(axis=0)
                for text in texts
            ]
        )
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
