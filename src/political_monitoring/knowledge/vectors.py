"""Static embeddings: each token has a fixed vector, a text is their mean.

The token vectors and the tokenizer are files inside the optional package wordllama (256 dimensions, English
first). They are read directly: importing the package costs over a second and it brings nothing else we use.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DIMENSIONS = 256
STORED = np.dtype("<f2")

_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_NEEDED = ("wordllama", "tokenizers", "safetensors")
_LONGEST = 6_000
"""Characters of a text that are looked at; passages are far shorter."""
_AT_ONCE = 512


class Encoder:
    """Turns texts into unit vectors. Files are read when the first text comes. Threads may share one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, texts: list[str]) -> npt.NDArray[np.float16]:
        """Shape (len(texts), DIMENSIONS), rows of length 1; a text without known tokens has a row of zeros."""
        found = np.zeros((len(texts), DIMENSIONS), STORED)
        for start in range(0, len(texts), _AT_ONCE):
            found[start : start + _AT_ONCE] = self._encode(texts[start : start + _AT_ONCE])
        return found

    def _encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        tokenizer, weights = _load(self._folder)
        cut = [text[:_LONGEST] for text in texts]
        if len(cut) == 1:  # a query: not worth waking the tokenizer's threads
            tokens = [tokenizer.encode(cut[0], add_special_tokens=False).ids]
        else:
            tokens = [one.ids for one in tokenizer.encode_batch(cut, add_special_tokens=False)]
        means = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, ids in enumerate(tokens):
            if ids:
                means[row] = weights[ids].mean(axis=0, dtype=np.float32)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return (means / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def open_encoder() -> Encoder | None:
    """The encoder, or None when a package it needs is not installed."""
    if any(find_spec(name) is None for name in _NEEDED):
        return None
    spec = find_spec("wordllama")
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]) if places else None
    if folder is None or not all((folder / name).is_file() for name in (_TOKENIZER, _WEIGHTS)):
        return None
    return Encoder(folder)


def passage_text(title: str, heading: str, text: str) -> str:
    """What is embedded of a passage. With its title in front it is found more often than alone."""
    return ". ".join(part for part in (title, heading, text) if part)


@cache
def _load(folder: Path) -> tuple["Tokenizer", npt.NDArray[np.float16]]:
    from safetensors import safe_open
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with safe_open(folder / _WEIGHTS, "np") as tensors:
        weights: npt.NDArray[np.float16] = tensors.get_tensor("embedding.weight")
    return tokenizer, weights
