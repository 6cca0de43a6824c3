"""Meaning as vectors: what turns texts into them, and how the store keeps and compares them.

The default is a static embedding: each token has a fixed vector, a text is their mean. Its token vectors and
tokenizer are files inside the optional package wordllama (256 dimensions, English first). They are read directly:
importing the package costs over a second and it brings nothing else we use.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from political_monitoring.settings import GraphSettings

Floats = npt.NDArray[np.float32]
Quantised = npt.NDArray[np.int8]
Sketches = npt.NDArray[np.uint64]

_DIMENSIONS = 256
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_NEEDED = ("wordllama", "tokenizers", "safetensors")
_LONGEST = 6_000
"""Characters of a text that are looked at; passages are far shorter."""
_AT_ONCE = 512
_LARGEST = 127


class Encoder(Protocol):
    """Turns texts into unit vectors. Threads may share one."""

    @property
    def model(self) -> str:
        """What the vectors are comparable within; two encoders of one name give the same vectors."""

    @property
    def local(self) -> bool:
        """Whether encoding is quick and cannot fail, so that a write may wait for it."""

    def encode(self, texts: list[str]) -> Floats:
        """Shape (len(texts), dimensions), rows of length 1; a text without meaning has a row of zeros.

        Raises:
            TryLater: the encoder cannot be reached or does not answer as it should.
        """


class StaticEncoder:
    """Static embeddings from files, which are read when the first text comes."""

    model = "wordllama-l2-supercat-256"
    local = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, texts: list[str]) -> Floats:
        """Shape (len(texts), 256), rows of length 1; a text without known tokens has a row of zeros."""
        found = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            found[start : start + _AT_ONCE] = self._encode(texts[start : start + _AT_ONCE])
        return found

    def _encode(self, texts: list[str]) -> Floats:
        tokenizer, weights = _load(self._folder)
        cut = [text[:_LONGEST] for text in texts]
        if len(cut) == 1:  # a query: not worth waking the tokenizer's threads
            tokens = [tokenizer.encode(cut[0], add_special_tokens=False).ids]
        else:
            tokens = [one.ids for one in tokenizer.encode_batch(cut, add_special_tokens=False)]
        means = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for row, ids in enumerate(tokens):
            if ids:
                means[row] = weights[ids].mean(axis=0, dtype=np.float32)
        return unit(means)


def open_encoder(settings: "GraphSettings") -> Encoder | None:
    """The encoder that the settings name; None when vectors are off or a package is not installed."""
    if settings.vectors == "off":
        return None
    if settings.embeddings_url:
        from political_monitoring.knowledge.embeddings import EndpointEncoder

        return EndpointEncoder(
            settings.embeddings_url,
            settings.embeddings_model,
            settings.embeddings_api_key.get_secret_value(),
            settings.embeddings_seconds,
        )
    if any(find_spec(name) is None for name in _NEEDED):
        return None
    spec = find_spec("wordllama")
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]) if places else None
    if folder is None or not all((folder / name).is_file() for name in (_TOKENIZER, _WEIGHTS)):
        return None
    return StaticEncoder(folder)


def passage_text(title: str, heading: str, text: str) -> str:
    """What is embedded of a passage. With its title in front it is found more often than alone."""
    return ". ".join(part for part in (title, heading, text) if part)


def unit(rows: Floats) -> Floats:
    """Rows of length 1; zeros stay zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def quantise(rows: Floats) -> Quantised:
    """Eight bits a dimension, each row relative to its largest: cosines move by less than 0.004."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    return np.rint(rows / np.where(largest > 0, largest, 1) * _LARGEST).astype(np.int8)


def cosines(rows: Quantised, vector: Floats) -> Floats:
    """Cosine of each row with a vector of length 1."""
    wide = rows.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    # Not a matrix product: for so few rows waking the threads of BLAS costs more than it saves.
    alike: Floats = np.einsum("ij,j->i", wide, vector) / np.where(lengths > 0, lengths, 1)
    return alike


def sketch(rows: npt.NDArray[np.float32 | np.int8]) -> Sketches:
    """The signs of each row, as columns of 64 bits: shape (words, rows).

    How many signs differ estimates the angle between two vectors (Charikar 2002), and comparing bits is what a
    processor does fastest. Laid out by column, because each is then one run through memory.
    """
    bits = np.packbits(rows > 0, axis=1)
    padded = np.zeros((rows.shape[0], -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(padded.view(np.uint64).T)


def differing_signs(sketches: Sketches, vector: Floats) -> npt.NDArray[np.uint16]:
    """Number of signs in which each row differs from the vector."""
    asked = sketch(vector[None, :])
    different = np.zeros(sketches.shape[1], np.uint16)
    for column, word in zip(sketches, asked[:, 0], strict=True):
        different += np.bitwise_count(column ^ word)
    return different


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
