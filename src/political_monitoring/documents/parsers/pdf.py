"""PDF files, by their text layer.

A PDF knows letters and their places; lines, paragraphs and headings are worked out here.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from political_monitoring.documents.characters import one_line
from political_monitoring.documents.parsers.parsed import (
    Hints,
    Parsed,
    TextBuilder,
    check_length,
    keyword_fields,
)
from political_monitoring.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument

MOST_PAGES = 5_000
_HEADING_SIZE = 1.12
"""A heading's letters are larger than the text's by at least this factor."""
_PARAGRAPH_GAP = 1.18
"""Baselines further apart than the usual distance by this factor begin a paragraph."""
_USUAL_LEADING = 1.3
"""Distance of two baselines where it cannot be measured, as a multiple of the font size."""
_LONGEST_HEADING = 200
_HYPHENS = "\u0002\u00ad\ufffe"
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;…][)\]\"'”“’»]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    """Font size in points."""
    baseline: float
    """Distance from the page's lower edge, in points."""
    right: float
    page: int


@dataclass(frozen=True, slots=True)
class _Layout:
    body: float
    """Font size of most letters."""
    levels: dict[float, int]
    """Heading level of each larger font size."""
    step: float
    """Usual distance of two baselines in running text."""
    right: float
    """Where the longest line ends."""


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """The text of all pages, without running headers and footers.

    Raises:
        UnreadableDocument: damaged, or a password is needed.
        EmptyDocument: no text layer; scanned pages need OCR first.
        DocumentTooLarge: more pages or text than allowed.
    """
    document = _open(data)
    if len(document) > MOST_PAGES:
        raise DocumentTooLarge(f"has more than {MOST_PAGES:,} pages; split it")
    lines, unreadable = _lines(document, hints)
    if not lines:
        raise EmptyDocument(_why_empty(document, unreadable))
    builder = TextBuilder(hints.text_chars)
    for text, level in _blocks(_without_running_lines(lines, len(document))):
        if level:
            builder.heading(text, level)
        else:
            builder.block(text)
    return [_declared(document, builder, unreadable)]


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("is encrypted; save it without a password") from None
        raise UnreadableDocument("is not a readable PDF: it is damaged or cut off") from None


def _lines(document: pdfium.PdfDocument, hints: Hints) -> tuple[list[_Line], list[int]]:
    """All lines of text, and the numbers of pages that could not be read."""
    lines: list[_Line] = []
    unreadable: list[int] = []
    chars = 0
    for index in range(len(document)):
        try:
            page = document[index]
            textpage = page.get_textpage()
        except pdfium.PdfiumError:
            unreadable.append(index + 1)
            continue
        for line in _lines_of_page(textpage, index):
            lines.append(line)
            chars += len(line.text)
            check_length(chars, hints.text_chars)
        textpage.close()
        page.close()
    return lines, unreadable


def _lines_of_page(textpage: pdfium.PdfTextPage, page: int) -> Iterator[_Line]:
    """PDFium marks line ends with line breaks; a line's first visible letter gives its size and place."""
    letters: list[str] = []
    first = last = -1
    for index in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        letter = chr(code) if code and not 0xD800 <= code <= 0xDFFF else ""
        if letter in {"\r", "\n"}:
            if first >= 0:
                yield _line(textpage, "".join(letters), first, last, page)
            letters, first = [], -1
        else:
            letters.append("\u00ad" if letter in _HYPHENS else letter)
            if letter.strip():
                first, last = (index if first < 0 else first), index
    if first >= 0:
        yield _line(textpage, "".join(letters), first, last, page)


def _line(textpage: pdfium.PdfTextPage, text: str, first: int, last: int, page: int) -> _Line:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(textpage, first, x, y)
    size = pdfium_c.FPDFText_GetFontSize(textpage, first)
    return _Line(text.strip(), round(size, 1), y.value, textpage.get_charbox(last)[2], page)


def _without_running_lines(lines: list[_Line], pages: int) -> list[_Line]:
    """Drop the first and last lines that return, but for their numbers, on more than half of the pages."""
    if pages < 3:
        return lines
    edges: dict[int, list[_Line]] = {}
    for line in lines:
        edges.setdefault(line.page, []).append(line)
    outer = {line for page in edges.values() for line in _outer(page)}
    seen = Counter(_looks(line) for line in outer)
    return [line for line in lines if line not in outer or seen[_looks(line)] <= pages / 2] or lines


def _outer(page: list[_Line]) -> list[_Line]:
    depth = 2 if len(page) > 8 else 1
    return page[:depth] + page[-depth:]


def _looks(line: _Line) -> tuple[str, float]:
    return _DIGITS.sub("0", line.text), line.size


def _blocks(lines: list[_Line]) -> Iterator[tuple[str, int]]:
    """(text, heading level or 0) of each heading and paragraph."""
    layout = _layout(lines)
    block: list[_Line] = []
    for line in lines:
        if block and not _continues(block[-1], line, layout):
            yield _joined(block, layout)
            block = []
        block.append(line)
    yield _joined(block, layout)


def _layout(lines: list[_Line]) -> _Layout:
    letters = Counter[float]()
    for line in lines:
        letters[line.size] += len(line.text)
    body = letters.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if line.size > body * _HEADING_SIZE}, reverse=True)
    steps = Counter(
        round(above.baseline - below.baseline)
        for above, below in pairwise(lines)
        if above.page == below.page and above.size == below.size == body and above.baseline > below.baseline
    )
    return _Layout(
        body=body,
        levels={size: min(level, 6) for level, size in enumerate(larger, 1)},
        step=steps.most_common(1)[0][0] if steps else body * _USUAL_LEADING,
        right=max(line.right for line in lines),
    )


def _continues(before: _Line, line: _Line, layout: _Layout) -> bool:
    if layout.levels.get(before.size) != layout.levels.get(line.size):
        return False
    if before.page != line.page or line.baseline > before.baseline:  # a new page or column
        return _SENTENCE_END.search(before.text) is None
    usual = layout.step if before.size == layout.body else before.size * _USUAL_LEADING
    if before.baseline - line.baseline > usual * _PARAGRAPH_GAP:
        return False
    # A line that ends early with its sentence ends a paragraph, also where paragraphs stand close.
    return not (before.right < layout.right * 0.75 and _SENTENCE_END.search(before.text))


def _joined(block: list[_Line], layout: _Layout) -> tuple[str, int]:
    text = block[0].text
    for line in block[1:]:
        # A soft hyphen at the end of a line is PDFium's word for one the typesetter put there.
        text = text[:-1] + line.text if text.endswith("\u00ad") else f"{text} {line.text}"
    return text, layout.levels.get(block[0].size, 0) if len(text) <= _LONGEST_HEADING else 0


def _why_empty(document: pdfium.PdfDocument, unreadable: list[int]) -> str:
    if unreadable:
        return f"has no readable text; {len(unreadable)} of its {len(document)} pages could not be read"
    for index in range(min(len(document), 5)):
        if any(True for _ in document[index].get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE])):
            return "has no text layer, only images: it is a scan and needs OCR first"
    return "has no text"


def _declared(document: pdfium.PdfDocument, builder: TextBuilder, unreadable: list[int]) -> Parsed:
    """What the PDF says about itself. Its creation date tells when the file was made, so it is not used."""
    properties = document.get_metadata_dict()
    fields = keyword_fields(properties.get("Keywords", ""))
    subject = properties.get("Subject", "").strip()
    title = one_line(properties.get("Title", ""))
    origins: dict[str, str] = {}
    # Word processors leave the name of the source file in the title.
    if not title or re.search(r"\.\w{2,4}$|^Microsoft Word|^untitled", title, re.IGNORECASE):
        title, origins = next((heading.text for heading in builder.headings), ""), {"title": "first heading"}
    return Parsed(
        builder.text,
        title=title,
        headings=builder.headings,
        date=fields.get("date", ""),
        source=fields.get("source", "") or one_line(properties.get("Author", "")),
        url=fields.get("url", "") or (subject if re.match(r"https?://\S+$", subject) else ""),
        language=fields.get("language", "") or _language(document),
        kind=fields.get("type", ""),
        jurisdiction=fields.get("jurisdiction", ""),
        where="PDF properties",
        origins=origins,
        warnings=(f"{len(unreadable)} of {len(document)} pages could not be read",) if unreadable else (),
    )


def _language(document: pdfium.PdfDocument) -> str:
    size = pdfium_c.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < size < 200:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="ignore")
