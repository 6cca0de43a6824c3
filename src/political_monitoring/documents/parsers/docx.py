"""Word documents (Office Open XML)."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.archive import check_archive
from political_monitoring.documents.parsers.parsed import Hints, Parsed, TextBuilder, keyword_fields
from political_monitoring.errors import UnreadableDocument

_ADDRESS = re.compile(r"https?://[^\s()<>]+")
_HEADING_STYLE = re.compile(r"heading (\d)$", re.IGNORECASE)

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), {qn("w:br"), qn("w:cr")}
# Deleted and moved-away text, drawings' second version for old readers, and properties are not the text.
_SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:sectPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The main text with headings, list marks and tables; tracked insertions count, tracked deletions do not.

    Raises:
        UnreadableDocument: encrypted, an old .doc, or damaged.
        DocumentTooLarge: it unpacks to far more than a document holds.
    """
    check_archive(data)
    try:
        document = docx.Document(BytesIO(data))
    except (KeyError, ValueError) as error:
        raise UnreadableDocument("is not a Word document, or a part of it is missing") from error
    builder = TextBuilder(hints.text_chars)
    for element in _blocks(document.element.body):
        if element.tag == _TABLE:
            for row in element.iter(_ROW):
                builder.block(" | ".join(filter(None, (_cell(cell) for cell in row.iterchildren(_CELL)))))
        else:
            _add_paragraph(element, document, builder)
    return [_declared(document, builder)]


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those inside content controls and tracked insertions."""
    for element in parent:
        if element.tag in {_PARAGRAPH, _TABLE}:
            yield element
        elif element.tag not in _SKIPPED:
            yield from _blocks(element)


def _add_paragraph(paragraph: Any, document: Any, builder: TextBuilder) -> None:
    text = "".join(_words(paragraph))
    style = _style(paragraph, document)
    heading = _HEADING_STYLE.match(style)
    if heading or style.lower() == "title":
        builder.heading(text, int(heading[1]) + 1 if heading else 1)
    elif text.strip():
        numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
        in_list = numbered or style.lower().startswith("list")
        builder.block(f"- {text.strip()}" if in_list else text)


def _style(paragraph: Any, document: Any) -> str:
    """The style's English name, whatever Word's language."""
    style_id = paragraph.style
    style = document.styles.element.get_by_id(style_id) if style_id else None
    return str(style.name_val or "") if style is not None else ""


def _words(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB:
            yield " "
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag not in _SKIPPED:
            yield from _words(child)


def _cell(cell: Any) -> str:
    return one_line(" ".join("".join(_words(paragraph)) for paragraph in cell.iter(_PARAGRAPH)), 100_000)


def _declared(document: Any, builder: TextBuilder) -> Parsed:
    """What the file's properties say. `created` is when the file was made, not a date of publication."""
    properties = document.core_properties
    fields = keyword_fields(properties.keywords)
    address = _ADDRESS.search(f"{properties.identifier} {properties.subject} {properties.comments}")
    title = one_line(properties.title)
    first = next((heading.text for heading in builder.headings), "")
    from_heading = not title or title.lower() == "word document"
    return Parsed(
        builder.text,
        title=first if from_heading else title,
        headings=builder.headings,
        date=fields.get("date", ""),
        source=fields.get("source", "") or one_line(properties.author).removeprefix("python-docx"),
        url=fields.get("url", "") or (address[0] if address else ""),
        language=fields.get("language", "") or properties.language,
        kind=fields.get("type", "") or one_line(properties.category),
        jurisdiction=fields.get("jurisdiction", ""),
        where="document properties",
        origins={"title": "first heading"} if from_heading else {},
    )
