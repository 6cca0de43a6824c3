"""OpenDocument texts (LibreOffice and others)."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.archive import check_archive
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder, keyword_fields
from political_monitoring.documents.parsers.xml_tree import first, name_of, read_xml, words_of
from political_monitoring.errors import DocumentTooLarge, UnreadableDocument

_MIMETYPE = "application/vnd.oasis.opendocument.text"
_LINE_ENDS = frozenset({"line-break"})
_NOT_TEXT = frozenset(
    {"note", "annotation", "annotation-end", "tracked-changes", "ruby-text", "frame", "script"}
)
_SPACES_IN = 1_000
_DEEPEST = 100


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The text with headings, list marks and tables, without deleted passages and footnotes.

    Raises:
        UnreadableDocument: encrypted, damaged, or a ZIP archive of another kind.
        DocumentTooLarge: it unpacks to far more than a document holds.
    """
    check_archive(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
            if not kind.startswith(_MIMETYPE) or "content.xml" not in names:
                raise UnreadableDocument("is not an OpenDocument text")
            encrypted = "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            )
            if encrypted:
                raise UnreadableDocument("is encrypted; save it without a password")
            content, meta = (
                archive.read("content.xml"),
                archive.read("meta.xml") if "meta.xml" in names else b"",
            )
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableDocument("is damaged: a part of it cannot be unpacked") from error
    builder = TextBuilder(hints.text_chars)
    _add(first(read_xml(content), "body"), builder, 0)
    return [_declared(read_xml(meta) if meta.strip() else None, builder)]


def _add(element: Any, builder: TextBuilder, depth: int, mark: str = "") -> None:
    if element is None:
        raise UnreadableDocument("is not an OpenDocument text")
    if depth > _DEEPEST:
        raise DocumentTooLarge("is nested too deeply")
    for child in element:
        name = name_of(child)
        if name == "h":
            builder.heading(_words(child), _level(child))
        elif name == "p":
            words = _words(child)
            builder.block(mark + words if words.strip() else "")
        elif name in {"list", "list-item"}:
            _add(child, builder, depth + 1, "- ")
        elif name == "table-row":
            cells = (one_line(_words(cell), 100_000) for cell in child if name_of(cell) == "table-cell")
            builder.block(" | ".join(filter(None, cells)))
        elif name not in _NOT_TEXT:
            _add(child, builder, depth + 1, mark)


def _level(heading: Any) -> int:
    level = next((value for key, value in heading.items() if key.endswith("}outline-level")), "1")
    return int(level) if level.isdigit() else 1


def _words(element: Any) -> str:
    return "".join(_parts(element, 0))


def _parts(element: Any, depth: int) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = name_of(child)
        if name == "s":
            count = next((value for key, value in child.items() if key.endswith("}c")), "1")
            yield " " * min(int(count) if count.isdigit() else 1, _SPACES_IN)
        elif name == "tab":
            yield " "
        elif name in _LINE_ENDS:
            yield "\n"
        elif name not in _NOT_TEXT and depth < _DEEPEST:
            yield from _parts(child, depth + 1)
            yield " " if name == "p" else ""
        yield child.tail or ""


def _declared(meta: Any, builder: TextBuilder) -> Parsed:
    """What its properties say. Their dates tell when the file was made, so they are not used."""

    def given(name: str) -> str:
        return one_line(words_of(first(meta, name))) if meta is not None else ""

    keywords = (
        ",".join(words_of(one) for one in meta.iter() if name_of(one) == "keyword")
        if meta is not None
        else ""
    )
    fields = keyword_fields(keywords)
    title = given("title")
    return Parsed(
        builder.text,
        title=title or next((heading.text for heading in builder.headings), ""),
        headings=builder.headings,
        date=fields.get("date", ""),
        source=fields.get("source", "") or given("creator") or given("initial-creator"),
        url=fields.get("url", ""),
        language=fields.get("language", "") or given("language"),
        kind=fields.get("type", ""),
        jurisdiction=fields.get("jurisdiction", ""),
        where="document properties",
        origins={} if title else {"title": "first heading"},
    )
