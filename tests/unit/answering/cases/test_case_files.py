"""Case files: whatever the format, they hold the case, and one letter more or less is found."""

import datetime as dt
import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from political_monitoring.answering.cases.case import Case, Context, Source
from political_monitoring.answering.cases.checking import FileFormat, check_file, write_case
from political_monitoring.answering.cases.sealing import seal_of
from political_monitoring.errors import UserError

FORMATS: tuple[FileFormat, ...] = ("html", "docx", "json")
HOSTILE = '</script><script>alert(1)</script><img src="https://evil.example/x.png" onerror=alert(2)>&amp;'
BEFORE = f"\u202eBefore {HOSTILE}\x07 "
QUOTE = "The “Act” – entered <b>into</b> force\ud800 on 1 August 2024"


def case(**changes: object) -> Case:
    answer = f"In force: {QUOTE} [1].\n\nRests on 1 source."
    mark = answer.index("[1]")
    source = Source(
        number=1,
        document_id="ai-force",
        content_hash="c" * 64,
        title=f"AI Act {HOSTILE}",
        place="Art. 6(1)",
        publisher="Official Journal",
        url="https://example.org/a?b=1&c=2",
        date=dt.date(2024, 8, 1),
        passage_id="ai-force#0",
        quote=QUOTE,
        quote_hash=seal_of(QUOTE.encode("utf-8", "surrogatepass")),
        start=100 + len(BEFORE),
        end=100 + len(BEFORE) + len(QUOTE),
        positions=((mark, mark + 3),),
        context=Context(
            start=100,
            end=100 + len(BEFORE) + len(QUOTE) + 6,
            heading="Chapter I",
            text=f"{BEFORE}{QUOTE}. End.",
        ),
    )
    values: dict[str, object] = {
        "format": "political-monitoring-case-1",
        "id": "ask-1",
        "workspace": "Müller & Söhne",
        "version": "0.1",
        "release": "r1",
        "language": "en",
        "asked_at": dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC),
        "as_of": None,
        "known_at": None,
        "position": (7, dt.datetime(2026, 5, 1, tzinfo=dt.UTC)),
        "conversation": (),
        "question": f"Is it in force? {HOSTILE}",
        "answer": answer,
        "sources": (source,),
        "gaps": ("One tool failed.",),
        "rests_on": {
            "contradictions": [
                {
                    "subject": "celex:1",
                    "predicate": "status",
                    "day": "2024-08-01",
                    "sides": [{"value": "vetoed", "citations": [1]}, {"value": "signed", "citations": []}],
                }
            ]
        },
        "work": {
            "understanding": {"intent": "status", "entities": [{"name": "AI Act", "id": "celex:1"}]},
            "reasoner": "llm",
            "model": "small",
            "prompts": ["understand.1", f"write.{HOSTILE}"],
            "calls": [{"tool": "search", "arguments": {"text": "x"}}, {"tool": "paths", "arguments": {}}],
            "findings": [{"call": 0, "result": [1, 2]}, {"call": 1, "error": ["TryLater", "too slow"]}],
        },
    }
    return Case.model_validate(values | changes)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_gives_its_case_back_and_is_the_same_each_time(file_format: FileFormat) -> None:
    content = write_case(case(), file_format)
    found = check_file(content)
    assert found.problems == ()
    assert found.case == case()
    assert found.format == file_format
    assert write_case(case(), file_format) == content
    assert check_file(content, found.seal.upper()).problems == ()
    assert check_file(content, "0" * 64).problems


FILES = {file_format: write_case(case(), file_format) for file_format in FORMATS}


def altered(content: bytes, at: int, by: int) -> bytes:
    """Another letter or digit in the place of one."""
    places = [match.start() for match in re.finditer(rb"[A-Za-z0-9]", content)]
    place = places[at % len(places)]
    letters = [letter for letter in b"abcdefABCDEF0123456789" if letter != content[place]]
    return content[:place] + bytes([letters[by % len(letters)]]) + content[place + 1 :]


def is_found(content: bytes) -> bool:
    try:
        return bool(check_file(content).problems)
    except UserError:
        return True


@settings(max_examples=400)
@given(file_format=st.sampled_from(["html", "json"]), at=st.integers(0, 10**6), by=st.integers(0, 20))
def test_one_letter_that_was_altered_is_found(file_format: FileFormat, at: int, by: int) -> None:
    assert is_found(altered(FILES[file_format], at, by))


@settings(max_examples=200)
@given(part=st.integers(0, 100), at=st.integers(0, 10**6), by=st.integers(0, 20))
def test_one_letter_of_a_docx_that_was_altered_is_found(part: int, at: int, by: int) -> None:
    with zipfile.ZipFile(BytesIO(FILES["docx"])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = list(parts)[part % len(parts)]
    parts[name] = altered(parts[name], at, by)
    changed = BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    assert is_found(changed.getvalue())


@settings(max_examples=100)
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_damaged_docx_never_breaks_the_check(at: int, bit: int) -> None:
    content = bytearray(FILES["docx"])
    content[at % len(content)] ^= 1 << bit
    is_found(bytes(content))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"quote": "The Act"}, "do not stand at their place"),
        ({"start": 101}, "do not stand at their place"),
        ({"quote_hash": "d" * 64}, "do not have the hash"),
        ({"positions": ((0, 3),)}, "no mark"),
        ({"positions": ()}, "no mark"),
        ({"number": 2}, "not numbered"),
        ({"end": 9_999}, "do not fit"),
    ],
)
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_case_sealed_anew_still_has_to_prove_its_quotations(
    file_format: FileFormat, change: dict[str, object], problem: str
) -> None:
    forged = case(sources=(case().sources[0].model_copy(update=change),))
    assert any(problem in one for one in check_file(write_case(forged, file_format)).problems)


class Page(HTMLParser):
    """What a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "src"
            if name == "href":
                self.links.append(value or "")
        if tag == "script":
            self.scripts.append(dict(attrs).get("type"))


def test_a_page_needs_nothing_and_runs_nothing() -> None:
    page = Page()
    page.feed(FILES["html"].decode("utf-8"))
    assert page.tags.isdisjoint({"img", "link", "iframe", "object", "embed", "form", "b"})
    assert page.scripts == ["application/json"]
    assert set(page.links) == {"#source-1", "https://example.org/a?b=1&c=2"}


def test_a_source_is_linked_only_where_a_browser_may_go() -> None:
    source = case().sources[0].model_copy(update={"url": "javascript:alert(1)"})
    page = Page()
    page.feed(write_case(case(sources=(source,)), "html").decode("utf-8"))
    assert page.links == ["#source-1"]


def test_a_docx_reads_as_a_document() -> None:
    import docx

    document = docx.Document(BytesIO(FILES["docx"]))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "entered <b>into</b> force" in text
    assert "[1] AI Act" in text
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"Official Journal", "c" * 64, "too slow", "2"} <= set(cells)


def test_a_german_case_is_told_in_german() -> None:
    page = write_case(case(language="de"), "html").decode("utf-8")
    assert "<h2>Quellen</h2>" in page
    assert "Widersprüche zwischen Quellen" in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"{}",
        b"{",
        b'{"case": {}, "seal": "x"}',
        b'{"case": 1, "case": 2, "seal": "x"}',
        b'{"case": NaN, "seal": "x"}',
        b"[" * 100_000,
        b"PK\x03\x04",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_case_file_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UserError):
        check_file(content)
