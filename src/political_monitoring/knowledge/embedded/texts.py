"""Texts of the embedded store: compressed in parts, so that a passage of a long law costs no more than its part."""

import sqlite3
import struct
import zlib
from itertools import accumulate, pairwise

from political_monitoring.domain.documents import Span

PART = 16_384
"""Characters of a part. Longer ones compress no better (the window of deflate has 32 KB), and take longer to read."""
_NUMBER = struct.Struct("<I")


def pack(text: str) -> bytes:
    """A text as a column: how many parts there are, the size of each in bytes, the parts (UTF-8, deflated)."""
    parts = [zlib.compress(text[start : start + PART].encode("utf-8")) for start in range(0, len(text), PART)]
    return b"".join([*map(_NUMBER.pack, (len(parts), *map(len, parts))), *parts])


def unpack(packed: bytes, span: Span | None = None) -> str:
    """The text, or its characters within a span.

    Raises:
        zlib.error, struct.error, UnicodeDecodeError: the column is damaged.
    """
    (count,) = _NUMBER.unpack_from(packed)
    sizes = struct.unpack_from(f"<{count}I", packed, _NUMBER.size)
    places = list(pairwise(accumulate(sizes, initial=_NUMBER.size * (count + 1))))
    first, last = (0, count) if span is None else (span.start // PART, -(-span.end // PART))
    parts = [zlib.decompress(packed[start:end]).decode("utf-8") for start, end in places[first:last]]
    text = "".join(parts)
    return text if span is None else span.shifted(-first * PART).of(text)


def read_text(connection: sqlite3.Connection, version: int, span: Span | None = None) -> str:
    """The text of a document version, or its characters within a span.

    Raises:
        sqlite3.DatabaseError: it is not there, or damaged.
    """
    found = connection.execute("SELECT text FROM texts WHERE document = ?", (version,)).fetchone()
    if found is None:
        raise sqlite3.DatabaseError(f"the text of document version {version} is not there")
    try:
        return unpack(found["text"], span)
    except (zlib.error, struct.error, UnicodeDecodeError) as error:
        raise sqlite3.DatabaseError(
            f"the text of document version {version} cannot be read: {error}"
        ) from error
