import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from political_monitoring.documents.load import Item, item_hash, parse
from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document, Origin
from political_monitoring.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    UnreadableDocument,
    UnsupportedFormat,
)
from political_monitoring.settings import LimitsSettings

Save = Callable[[str, bytes | str], Item]
RECORD = {
    "id": "r:1",
    "title": "T",
    "text": "# One\n\n  Text.  ",
    "language": "en",
    "date": "2025-01-03",
    "url": "dip21:x/1",
}


def one(item: Item, limits: LimitsSettings) -> Document:
    (document,) = parse(item, limits)
    return document


def record(**changes: object) -> Item:
    return Item(
        "r.jsonl:7",
        data=json.dumps(RECORD | changes).encode(),
        media_type="application/json",
        locator="line 7",
    )


@pytest.fixture(scope="module")
def samples() -> list[tuple[Path, Document]]:
    paths = sorted((Path(__file__).parents[3] / "samples" / "corpus").iterdir())
    return [(path, document) for path in paths for document in parse(Item(str(path), path), LimitsSettings())]


def test_every_sample_says_what_it_is(samples: list[tuple[Path, Document]]) -> None:
    assert len(samples) >= 48
    assert len({document.id for _, document in samples}) == len(samples)
    for path, document in samples:
        passages = split_passages(document)
        assert document.title, path
        assert document.source, path
        assert document.url, path
        assert document.date, path
        assert document.language in {"en", "de"}, path
        assert document.jurisdiction in {"EU", "US", "DE", "UK"}, path
        assert document.kind, path
        assert not document.warnings, path
        assert passages, path
        assert all(passage.text == passage.span.of(document.text) for passage in passages), path


def test_the_date_of_a_sample_is_the_one_in_its_name(samples: list[tuple[Path, Document]]) -> None:
    assert {
        path.name: str(document.date)
        for path, document in samples
        if path.suffix != ".xml" and not path.name.startswith(str(document.date))
    } == {}


def test_a_record_keeps_its_id_text_and_address(limits: LimitsSettings) -> None:
    document = one(record(kind="event"), limits)

    assert document == Document(
        "r:1",
        "T",
        "# One\n\n  Text.  ",
        hashlib.sha256(b"T\x1f2025-01-03\x1f# One\n\n  Text.  ").hexdigest(),
        url="dip21:x/1",
        date=date(2025, 1, 3),
        date_origin=Origin.DECLARED,
        language="en",
        media_type="application/json",
        kind="event",
        headings=document.headings,
    )


def test_a_record_without_a_usable_date_stays_undated(limits: LimitsSettings) -> None:
    wrong = one(replace(record(date="2025-02-30"), ref="export-2024-01-01.jsonl:7"), limits)

    assert (wrong.date, wrong.date_origin) == (None, Origin.ABSENT)
    assert "'2025-02-30'" in wrong.warnings[0]
    assert one(record(date=None), limits).warnings == ()


def test_an_error_names_the_file_and_the_line(limits: LimitsSettings) -> None:
    with pytest.raises(UnsupportedFormat, match=r"^r\.jsonl:7 is not a record of \{.*\}: without 'text'$"):
        parse(record(text=None), limits)


def test_an_array_gives_several_documents(save: Save, limits: LimitsSettings) -> None:
    item = save("records.json", json.dumps([RECORD, RECORD | {"id": "r:2"}]))

    assert [document.id for document in parse(item, limits)] == ["r:1", "r:2"]


def test_an_id_does_not_depend_on_the_folder(save: Save, limits: LimitsSettings, tmp_path: Path) -> None:
    item = save("a/Bürger & Recht.md", "---\nurl: https://a.eu/x\n---\nText one.")
    elsewhere = tmp_path / "b" / "Bürger & Recht.md"
    elsewhere.parent.mkdir()
    shutil.copy(str(item.path), elsewhere)

    first = one(item, limits).id

    assert first.startswith("burger-recht-")
    assert one(Item(str(elsewhere), elsewhere), limits).id == first


def test_files_of_one_name_have_different_ids_unless_they_are_versions_of_one_page(
    save: Save, limits: LimitsSettings
) -> None:
    def identify(folder: str, front: str, text: str) -> str:
        return one(save(f"{folder}/index.md", f"---\n{front}\n---\n{text}"), limits).id

    page = identify("a", "url: https://a.eu/x", "Old text.")
    assert identify("b", "url: https://A.eu/x/?utm_source=mail#top", "New text.") == page
    assert identify("c", "url: https://a.eu/y", "Old text.") != page
    assert identify("d", "title: t", "Old text.") != identify("e", "title: t", "New text.")
    assert identify("f", "id: mine", "Old text.") == "mine"


def test_content_hash_is_of_title_date_and_text(save: Save, limits: LimitsSettings) -> None:
    def content(front: str) -> str:
        return one(save("a.md", f"---\ntitle: T\n{front}\n---\nText."), limits).content_hash

    assert content("source: A") == content("source: B")
    assert content("date: 2024-01-01") != content("date: 2024-01-02")


def test_without_a_title_the_file_name_serves(save: Save, limits: LimitsSettings) -> None:
    document = one(
        save("2024-05-01_state-of-the-union.txt", "My fellow Americans, thank you. Good evening."), limits
    )

    assert document.title == "state of the union"
    assert (document.date, document.date_origin, document.language) == (date(2024, 5, 1), Origin.FILE, "en")


def test_a_guess_at_the_encoding_is_told(save: Save, limits: LimitsSettings) -> None:
    document = one(
        save("a.txt", "Der Bundestag hat über die Stärkung der Krankenhäuser beraten.".encode("cp1252")),
        limits,
    )

    assert "Stärkung" in document.text
    assert document.warnings == ("its character encoding was guessed to be cp1252",)


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://www.a.eu/news/1", "https://www.a.eu/news/1"),
        ("https://elsewhere.eu/news/1", "https://www.a.eu/news?id=1"),
        ("javascript:alert(1)", "https://www.a.eu/news?id=1"),
    ],
)
def test_a_fetched_page_may_only_name_an_address_of_its_own_site(
    canonical: str, url: str, limits: LimitsSettings
) -> None:
    head = f"<head><link rel=canonical href='{canonical}'></head>"
    page = f"<html>{head}<body><p>The Act passed.</p></body></html>"
    item = Item("https://www.a.eu/news?id=1", data=page.encode(), media_type="text/html; charset=utf-8")

    document = one(item, limits)

    assert (document.url, document.source) == (url, "www.a.eu")


def test_an_address_that_would_run_code_is_dropped(save: Save, limits: LimitsSettings) -> None:
    document = one(save("a.md", "---\nurl: 'javascript:alert(1)'\n---\nText."), limits)

    assert document.url is None
    assert "address" in document.warnings[0]


@pytest.mark.parametrize(
    ("name", "content", "error", "problem"),
    [
        ("empty.md", b"", EmptyDocument, "is empty"),
        ("blank.pdf", b" \n", EmptyDocument, "is empty"),
        ("front.md", b"---\ntitle: T\n---\n\n", EmptyDocument, "has no text"),
        ("image.html", b"<html><body><img></body></html>", EmptyDocument, "has no text"),
        ("page.pdf", b"<!doctype html><p>x", UnreadableDocument, "is named .pdf but holds HTML"),
        ("data.txt", b"\0\1\2\3", UnreadableDocument, "is binary"),
        ("sheet.xlsx", b"PK\3\4", UnsupportedFormat, "has the unsupported type .xlsx"),
        ("broken.docx", b"PK\3\4", UnreadableDocument, "is damaged"),
        ("large.txt", b"x" * 2_000_001, DocumentTooLarge, "is larger than 2,000,000 bytes"),
        ("long.txt", b"x" * 1_100_000, DocumentTooLarge, "holds more than 100,000 characters"),
    ],
)
def test_bad_files_are_refused_with_one_sentence(
    name: str, content: bytes, error: type[DocumentError], problem: str, save: Save
) -> None:
    item = save(name, content)

    with pytest.raises(error) as caught:
        parse(item, LimitsSettings(document_bytes=2_000_000, text_chars=100_000))

    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{item.ref} {problem}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_unreadable_one_are_refused(tmp_path: Path, limits: LimitsSettings) -> None:
    for path in (tmp_path / "gone.md", tmp_path):
        with pytest.raises(UnreadableDocument, match="cannot be read"):
            parse(Item(str(path), path), limits)
        with pytest.raises(UnreadableDocument, match="cannot be read"):
            item_hash(Item(str(path), path))


def test_the_hash_of_an_item_is_of_its_bytes(save: Save) -> None:
    assert (
        item_hash(save("a.md", b"abc"))
        == item_hash(Item("x", data=b"abc"))
        == hashlib.sha256(b"abc").hexdigest()
    )


def test_records_are_parsed_without_heavy_libraries() -> None:
    program = f"""
import sys
from political_monitoring.documents.load import Item, parse
from political_monitoring.documents.passages import split_passages
from political_monitoring.settings import LimitsSettings
item = Item("r", data={json.dumps(RECORD).encode()!r}, locator="line 1")
assert split_passages(parse(item, LimitsSettings())[0])
print(*sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = ran.stdout.split()

    heavy = {
        "trafilatura",
        "lxml",
        "docx",
        "pypdfium2",
        "feedparser",
        "dateparser",
        "py3langid",
        "httpx",
        "markdown_it",
    }
    assert not heavy & set(loaded)
