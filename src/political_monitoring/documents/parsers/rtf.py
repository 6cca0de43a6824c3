"""Rich Text Format."""

import re

from striprtf.striprtf import rtf_to_text

from political_monitoring.documents.characters import clean, one_line
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder
from political_monitoring.errors import UnreadableDocument

_INFO = re.compile(r"\{\\info\b")
_FIELD = re.compile(r"\{\\(?P<name>title|author|subject|company)\s+(?P<words>[^{}]{0,2000})\}")
_LANGUAGE = re.compile(r"\\(?:deflang|lang)(\d{3,5})\b")
_LANGUAGES = (
    dict.fromkeys((1031, 2055, 3079), "de") | dict.fromkeys((1033, 2057), "en") | {1036: "fr", 1040: "it"}
)
"""Microsoft's language identifiers for the languages met most."""
_INFO_LENGTH = 20_000


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The words; a short first line is the title if the properties have none.

    Raises:
        UnreadableDocument: no RTF, or one that breaks off.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableDocument("is not RTF")
    source = data.decode("latin-1")  # what is not ASCII is escaped, and latin-1 loses nothing
    try:
        text = _plain(source)
    except (ValueError, IndexError, KeyError, LookupError) as error:
        raise UnreadableDocument("is damaged RTF") from error
    builder = TextBuilder(hints.text_chars)
    blocks = [block for block in re.split(r"\n\s*\n|\n", clean(text)) if block.strip()]
    for block in blocks:
        builder.block(block)
    fields = _info(source)
    first = blocks[0].strip() if blocks else ""
    is_title = 0 < len(first) <= 200 and first[-1] not in ".:;,"
    language = _LANGUAGE.search(source)
    return [
        Parsed(
            builder.text,
            title=fields.get("title", "") or (first if is_title else ""),
            source=fields.get("company", "") or fields.get("author", ""),
            language=_LANGUAGES.get(int(language[1]), "") if language else "",
            where="RTF properties",
            origins={} if fields.get("title") else {"title": "first line"},
        )
    ]


def _info(source: str) -> dict[str, str]:
    begins = _INFO.search(source)
    if begins is None:
        return {}
    found = _FIELD.finditer(source, begins.end(), begins.end() + _INFO_LENGTH)
    return {one["name"]: one_line(_plain("{\\rtf1 " + one["words"] + "}")) for one in found}


def _plain(source: str) -> str:
    return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
