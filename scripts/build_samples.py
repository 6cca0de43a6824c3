"""Build the binary documents of the sample corpus from their Markdown texts.

`samples/texts/*.md` are the sources: front matter as in the corpus, plus `format: pdf` or `format: docx`.
The result is the same, byte for byte, however often it is built (with the pinned reportlab and python-docx):
every date inside a file is the document's own date. Run from anywhere:

    python scripts/build_samples.py            write samples/corpus/*.pdf and *.docx
    python scripts/build_samples.py --check    only compare; exit code 1 when a file is missing or differs
"""

import datetime as dt
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import yaml

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
NOTE = "Sample text written for Political Monitoring; see the source for the record."
OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """One source text; `blocks` are ("heading" | "paragraph", words)."""

    name: str
    format: str
    title: str
    date: dt.date
    source: str
    url: str
    language: str
    jurisdiction: str
    type: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def published(self) -> dt.datetime:
        return dt.datetime.combine(self.date, dt.time(12), dt.UTC)

    @property
    def byline(self) -> str:
        return f"{self.source}, {self.date.day} {self.date:%B %Y}"

    @property
    def closing(self) -> tuple[str, str]:
        return f"Source: {self.url}", NOTE

    @property
    def keywords(self) -> str:
        return f"sample, jurisdiction={self.jurisdiction}, type={self.type}, language={self.language}"


def main(arguments: list[str]) -> int:
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__)
        return 2
    stale = 0
    for text in read_texts(SAMPLES / "texts"):
        target = SAMPLES / "corpus" / f"{text.name}.{text.format}"
        built = build_pdf(text) if text.format == "pdf" else build_docx(text)
        if target.exists() and target.read_bytes() == built:
            continue
        stale += 1
        if not check:
            target.write_bytes(built)
        print(f"{'differs' if check else 'written'}: {target.relative_to(SAMPLES.parent)}")
    return 1 if check and stale else 0


def read_texts(folder: Path) -> Iterator[Text]:
    """Raises ValueError for a text without front matter or with an unknown format."""
    for path in sorted(folder.glob("*.md")):
        opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        fields = yaml.safe_load(front)
        sample = fields.pop("sample")
        if opening or sample is not True or fields["format"] not in {"pdf", "docx"}:
            raise ValueError(f"{path.name}: front matter needs `sample: true` and `format: pdf` or `docx`")
        yield Text(name=path.stem, blocks=tuple(read_blocks(body)), **fields)


def read_blocks(body: str) -> Iterator[tuple[str, str]]:
    for block in body.strip().split("\n\n"):
        if block.startswith("## "):
            yield "heading", block.removeprefix("## ")
        else:
            yield "paragraph", " ".join(block.split())


def build_pdf(text: Text) -> bytes:
    """A4 with a text layer in Helvetica; Author is the source, Subject the address."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.units import cm
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    styles["BodyText"].spaceAfter = 8
    styles["BodyText"].leading = 15
    story: list[Flowable] = [
        Paragraph(escape(text.title), styles["Title"]),
        Paragraph(escape(text.byline), styles["Italic"]),
    ]
    for kind, words in text.blocks:
        story.append(Paragraph(escape(words), styles["Heading2" if kind == "heading" else "BodyText"]))
    for words in text.closing:
        story.append(Paragraph(escape(words), styles["Italic"]))

    buffer = io.BytesIO()
    pdf = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=2.5 * cm,
        rightMargin=2.5 * cm,
        title=text.title,
        author=text.source,
        subject=text.url,
        keywords=text.keywords,
        creator="Political Monitoring samples",
        lang=text.language,
        invariant=1,
    )
    # reportlab takes the creation date of an invariant file from this variable alone.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(text.published.timestamp()))
    try:
        pdf.build(story)
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
    return buffer.getvalue()


def build_docx(text: Text) -> bytes:
    """Core properties: author is the source, comments hold the address, created is the document's date."""
    from docx import Document

    document = Document()
    document.add_heading(text.title, level=0)
    document.add_paragraph(text.byline, style="Subtitle")
    for kind, words in text.blocks:
        if kind == "heading":
            document.add_heading(words, level=1)
        else:
            document.add_paragraph(words)
    for words in text.closing:
        document.add_paragraph(words, style="Quote")

    properties = document.core_properties
    properties.title = text.title
    properties.author = text.source
    properties.last_modified_by = text.source
    properties.comments = f"{text.url} ({NOTE})"
    properties.identifier = text.url
    properties.subject = text.jurisdiction
    properties.category = text.type
    properties.language = text.language
    properties.keywords = text.keywords
    properties.created = properties.modified = text.published.replace(tzinfo=None)
    properties.revision = 1

    buffer = io.BytesIO()
    document.save(buffer)
    return without_clock(buffer.getvalue())


def without_clock(archive: bytes) -> bytes:
    """The same zip archive with every entry dated alike."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, OLDEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            after.writestr(entry, before.read(name))
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
