"""Real files, made while the test runs."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from political_monitoring.documents.parsers.parsed import Hints
from political_monitoring.documents.targets import Item
from political_monitoring.settings import LimitsSettings


@pytest.fixture
def limits() -> LimitsSettings:
    return LimitsSettings(parse_seconds=30)


@pytest.fixture
def hints() -> Hints:
    return Hints(text_chars=1_000_000)


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, bytes | str], Item]:
    """Write a file and name it as an item."""

    def write(name: str, content: bytes | str) -> Item:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Item(str(path), path=path)

    return write


PdfPage = list[tuple[float, str]]


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """A PDF of pages, each a list of (font size, line); an empty line leaves a gap."""

    def make(*pages: PdfPage, encrypt: str | None = None, **properties: str) -> bytes:
        buffer = BytesIO()
        canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt, invariant=True)
        for name, value in properties.items():
            getattr(canvas, f"set{name.capitalize()}")(value)
        for page in pages:
            height = A4[1] - 72.0
            for size, line in page:
                canvas.setFont("Helvetica", size)
                canvas.drawString(72, height, line)
                height -= size * 1.25
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


@pytest.fixture
def pdf_with_stream() -> Callable[[bytes, int], bytes]:
    """A one-page PDF whose content is `piece` repeated, compressed as it is made."""

    def make(piece: bytes, times: int) -> bytes:
        packer = zlib.compressobj(9)
        stream = b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
            b"/Resources<</Font<</F1 4 0 R>>>>>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        ]
        body = b"%PDF-1.4\n"
        offsets = []
        for number, content in enumerate(objects, 1):
            offsets.append(len(body))
            body += b"%d 0 obj" % number + content + b"endobj\n"
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        trailer = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
        return body + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer

    return make
