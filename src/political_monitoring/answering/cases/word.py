"""A case as a DOCX document, which carries the case as a custom XML part: the one place Word keeps what is not text."""

import re
import zipfile
import zlib
from io import BytesIO
from lzma import LZMAError
from typing import TYPE_CHECKING

from political_monitoring.answering.cases.case import Case
from political_monitoring.answering.cases.labels import LABELS
from political_monitoring.answering.cases.page import Drawn, Section, drawn, sections, stretches
from political_monitoring.answering.cases.sealing import NO_SEAL, case_json, seal_of
from political_monitoring.documents.parsers.archive import check_archive
from political_monitoring.errors import DocumentError, UserError

if TYPE_CHECKING:
    from docx.document import Document

_PART = "customXml/item2.xml"
"""The first one is of the template."""
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_CARRIED = re.compile(rb'<case xmlns="urn:political-monitoring:case" seal="([0-9a-f]{64})">([^<]*)</case>')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSOUND = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError, NotImplementedError)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write_docx(case: Case) -> bytes:
    """The document, sealed."""
    import docx

    document = docx.Document()
    _draw(document, case)
    _carry(document, case)
    saved = BytesIO()
    document.save(saved)
    parts = _parts(saved.getvalue())
    parts[_PART] = parts[_PART].replace(NO_SEAL.encode(), _seal(parts).encode(), 1)
    return _zipped(parts)


def read_docx(content: bytes) -> tuple[bytes, str, str]:
    """The case's JSON, the seal the document carries, and the one it should.

    Raises:
        UserError: it is no document that was exported.
    """
    parts = _parts(content)
    found = _CARRIED.search(parts.get(_PART, b""))
    if found is None:
        raise UserError(
            "the document carries no case: it was not exported by `polmon answers export`, "
            "or was saved by another program"
        )
    seal = found[1]
    parts[_PART] = parts[_PART].replace(seal, NO_SEAL.encode(), 1)
    case = found[2].replace(b"&lt;", b"<").replace(b"&gt;", b">").replace(b"&amp;", b"&")
    return case, seal.decode(), _seal(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        check_archive(content)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise UserError(
                    "the document holds a part twice: it was not exported by `polmon answers export`"
                )
            return {name: archive.read(name) for name in names}
    except (*_UNSOUND, DocumentError) as error:
        raise UserError(f"the file is not a sound DOCX document: {error}") from error


def _seal(parts: dict[str, bytes]) -> str:
    return seal_of("".join(f"{name}\0{seal_of(parts[name])}\n" for name in sorted(parts)).encode("utf-8"))


def _zipped(parts: dict[str, bytes]) -> bytes:
    """The parts in their order, without the time: the same case gives the same bytes."""
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return zipped.getvalue()


def _carry(document: "Document", case: Case) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    block = (
        case_json(case).replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").decode("ascii")
    )
    content = f'<case xmlns="urn:political-monitoring:case" seal="{NO_SEAL}">{block}</case>'
    part = Part(PackURI(f"/{_PART}"), "application/xml", content.encode("ascii"), document.part.package)
    document.part.relate_to(part, _CUSTOM_XML)


def _draw(document: "Document", case: Case) -> None:
    say = LABELS[case.language]
    document.core_properties.title = _text(f"{say['case']} {case.id}")
    document.core_properties.author = "political-monitoring"
    document.core_properties.created = document.core_properties.modified = case.asked_at.replace(tzinfo=None)
    document.add_heading(_text(case.question), 1)
    if case.conversation:
        rows = tuple((one.role, one.text) for one in case.conversation)
        _section(document, Section(say["conversation"], rows))
    document.add_heading(say["answer"], 2)
    paragraph = document.add_paragraph()
    for text, number in stretches(case):
        paragraph.add_run(_text(text)).bold = number is not None
    if case.sources:
        document.add_heading(say["sources"], 2)
    for source in case.sources:
        _source(document, drawn(source, case))
    for section in sections(case):
        _section(document, section)
    document.add_paragraph(say["check"])


def _source(document: "Document", one: Drawn) -> None:
    document.add_heading(_text(f"[{one.number}] {one.title}"), 3)
    if one.url:
        document.add_paragraph(_text(one.url))
    words = document.add_paragraph(style="Quote")
    words.add_run(_text(one.before))
    words.add_run(_text(one.quote)).bold = True
    words.add_run(_text(one.after))
    _table(document, one.rows)


def _section(document: "Document", section: Section) -> None:
    if section.heading:
        document.add_heading(section.heading, 2)
    _table(document, (section.head, *section.rows) if section.head else section.rows)


def _table(document: "Document", rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = _text(text)


def _text(text: str) -> str:
    """What XML can hold; the case that the document carries has the rest."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
