"""A look at a ZIP archive before anything of it is unpacked."""

import zipfile
from io import BytesIO

from political_monitoring.errors import DocumentTooLarge, UnreadableDocument

MOST_ENTRIES = 5_000
MOST_UNPACKED = 500_000_000
HIGHEST_RATIO = 100
_SMALL = 1_000_000
"""Below this many bytes a high ratio is no threat: blank pages compress well."""
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def check_archive(data: bytes) -> None:
    """Look at a ZIP's directory before anything is unpacked.

    The sizes in it bind: zipfile stops reading an entry at its declared size.

    Raises:
        UnreadableDocument: not a ZIP archive.
        DocumentTooLarge: too many entries, too much unpacked, or packed 100 to 1 and more.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            raise UnreadableDocument("is encrypted; save it without a password")
        raise UnreadableDocument("is in the old binary Word format; save it as .docx")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableDocument("is damaged: it is not a complete ZIP archive") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument("is encrypted; save it without a password")
    total = sum(entry.file_size for entry in entries)
    swollen = any(_swells(entry.file_size, entry.compress_size) for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_UNPACKED or swollen or _swells(total, len(data)):
        amount = f"{total:,} bytes in {len(entries):,} parts"
        raise DocumentTooLarge(f"unpacks to {amount}, far more than a document holds")


def _swells(unpacked: int, packed: int) -> bool:
    return unpacked > _SMALL and unpacked > HIGHEST_RATIO * packed
