"""Near-duplicates: the same report brought by several publishers, under other headlines and datelines, cut or framed.

Two questions, asked one after the other. *Which documents are alike?* is answered by MinHash (Broder 1997): of the
three-word sequences of a text, each of 60 random orders keeps the least; texts that share much share many of these.
They are looked up in bands of three (locality-sensitive hashing), so a lookup does not depend on how many
documents there are. *Is it a repetition?* is answered by the words: see `says_nothing_new`. The first question alone
would lose documents, since companion bills, yearly forms and a correction of one number are alike and not the same.
"""

import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import shake_128
from typing import TYPE_CHECKING, Any

from political_monitoring.domain.documents import Document
from political_monitoring.extraction.genre import Genre, genre_of
from political_monitoring.ingestion.novelty import Report, says_nothing_new

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHINGLE = 3
"""Words in a sequence."""
BANDS = 20
ROWS = 3
"""Minima in a band. Texts alike by 0.5 share one of 20 bands of 3 in 93 % of cases, alike by 0.2 in 15 %."""
FEWEST_WORDS = 50
"""A shorter text is all formula."""
LONGEST = 40_000
"""Characters; what is longer is a work of its own, and no news."""
DAYS_APART = 3
"""A repetition follows within days; a form that is used again next year does not."""

_ESTIMATE = 0.2
"""Three standard deviations of a share that 60 minima estimate."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a document to find those that repeat it, about two kilobytes for a page of text."""

    bands: tuple[int, ...]
    """Signed 32-bit numbers; an equal number is an equal band, by chance in one of millions."""
    minima: bytes
    """The lowest byte of each minimum of the signature."""
    language: str
    day: int | None
    """Ordinal of the document's date."""
    report: bytes
    """Its words, compressed."""

    def may_be_alike(self, other: "Sketch", threshold: float) -> bool:
        """Whether `similarity` may reach the threshold, told at once: of 1,000 that do this misses one."""
        alike = sum(mine == theirs for mine, theirs in zip(self.minima, other.minima, strict=True))
        return alike >= (threshold - _ESTIMATE) * BANDS * ROWS

    def similarity(self, other: "Sketch") -> float:
        """Share of three-word sequences that the two have in common (Jaccard), in 0..1."""
        mine, theirs = (shingles(read_report(one.report).text) for one in (self, other))
        return len(mine & theirs) / max(len(mine | theirs), 1)

    def repeats(self, other: "Sketch") -> bool:
        """Whether a document so alike only repeats what the other says."""
        near = self.day is None or other.day is None or abs(self.day - other.day) <= DAYS_APART
        return (
            near
            and self.language == other.language
            and says_nothing_new(read_report(self.report), read_report(other.report))
        )


def sketch_of(document: Document) -> Sketch | None:
    """A document's sketch; None for what is never taken for a near-duplicate.

    Statutes and records are alike by their nature, and each is a document of its own; so are the very short and long.
    """
    if len(document.text) > LONGEST or genre_of(document) is not Genre.PROSE:
        return None
    if len(_WORD.findall(document.text)) < FEWEST_WORDS:
        return None
    import numpy as np

    report = [
        document.title,
        document.url,
        document.date.isoformat() if document.date else None,
        document.text,
    ]
    minima = signature(document.text)
    return Sketch(
        bands=bands_of(minima),
        minima=minima.astype(np.uint8).tobytes(),
        language=document.language,
        day=document.date.toordinal() if document.date else None,
        report=zlib.compress(json.dumps(report, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    )


def read_report(stored: bytes) -> Report:
    """What was kept of a document's words."""
    return Report(*json.loads(zlib.decompress(stored).decode("utf-8", "surrogatepass")))


def bands_of(signature: "npt.NDArray[np.uint32]") -> tuple[int, ...]:
    """The bands of a MinHash signature; the same in every process and release."""
    import numpy as np

    minima = signature.astype(np.uint64).reshape(BANDS, ROWS)
    band = np.arange(BANDS, dtype=np.uint64)
    for row in range(ROWS):
        band = _mixed(band ^ minima[:, row])
    return tuple((band >> np.uint64(32)).astype(np.uint32).view(np.int32).tolist())


def signature(text: str) -> "npt.NDArray[np.uint32]":
    """The least value of the text's word sequences under each of BANDS * ROWS random functions.

    datasketch does the same and is no quicker, but costs every process two seconds and 80 MB to import.
    """
    import numpy as np

    words = np.array(
        [zlib.crc32(one.encode("utf-8", "surrogatepass")) for one in _words(text)], dtype=np.uint64
    )
    sequences = np.zeros(max(len(words) - SHINGLE + 1, 1), dtype=np.uint64)
    for place in range(SHINGLE if len(words) >= SHINGLE else 0):
        sequences = _mixed(sequences ^ words[place : place + len(sequences)])
    # Multiply-shift (Dietzfelbinger 1996): the high half of a*x + b for random 64-bit a and b, a odd.
    factors, terms = _functions()
    values = sequences[:, None] * factors + terms
    return (values >> np.uint64(32)).min(axis=0).astype(np.uint32)


@cache
def _functions() -> "tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]":
    """Random numbers that are the same for ever: stored signatures depend on them."""
    import numpy as np

    count = BANDS * ROWS
    drawn = np.frombuffer(shake_128(b"near-duplicates").digest(16 * count), dtype="<u8").astype(np.uint64)
    return drawn[:count] | np.uint64(1), drawn[count:]


def _mixed(numbers: "npt.NDArray[Any]") -> "npt.NDArray[np.uint64]":
    """Each number's bits mixed (the finaliser of splitmix64)."""
    import numpy as np

    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def shingles(text: str) -> set[tuple[str, ...]]:
    """The three-word sequences of a text, without case and punctuation."""
    words = _words(text)
    return set(zip(*(words[place:] for place in range(SHINGLE)), strict=False))
