import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from political_monitoring.documents.targets import Item, Refused, iter_items
from political_monitoring.errors import (
    DocumentTooLarge,
    EmptyDocument,
    FetchError,
    NotFound,
    UnreadableDocument,
    UserError,
)
from political_monitoring.settings import LimitsSettings, Settings

Save = Callable[[str, bytes | str], Item]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", limits=LimitsSettings(document_bytes=1_000))


def names(found: list[Item | Refused], tmp_path: Path) -> list[str]:
    return [one.ref.removeprefix(f"{tmp_path}/") for one in found]


def test_a_folder_is_read_to_its_depth_in_order_without_hidden_files(
    tmp_path: Path, save: Save, settings: Settings
) -> None:
    for name in ("b.md", "a.md", ".hidden.md", "sub/c.md", "sub/deep/d.md", ".git/e.md"):
        save(name, "x")

    assert names(list(iter_items([str(tmp_path)], settings)), tmp_path) == [
        "a.md",
        "b.md",
        "sub/c.md",
        "sub/deep/d.md",
    ]


def test_patterns_match_files_and_folders_and_each_file_comes_once(
    tmp_path: Path, save: Save, settings: Settings
) -> None:
    for name in ("a.md", "a.txt", "sub/b.md"):
        save(name, "x")
    (tmp_path / "same.md").symlink_to(tmp_path / "a.md")
    targets = [
        str(tmp_path / "a.md"),
        str(tmp_path / "*.md"),
        str(tmp_path / "s*"),
        str(tmp_path / "**/*.md"),
    ]

    assert names(list(iter_items(targets, settings)), tmp_path) == ["a.md", "sub/b.md"]


def test_a_name_with_pattern_characters_that_exists_is_that_file(
    tmp_path: Path, save: Save, settings: Settings
) -> None:
    save("report[1].md", "x")

    assert names(list(iter_items([str(tmp_path / "report[1].md")], settings)), tmp_path) == ["report[1].md"]


@pytest.mark.parametrize("missing", ["missing.md", "missing/*.md"])
def test_a_missing_target_ends_the_call_before_anything_is_yielded(
    missing: str, tmp_path: Path, save: Save, settings: Settings
) -> None:
    with pytest.raises(NotFound, match=r"missing"):
        iter_items([save("a.md", "x").ref, str(tmp_path / missing)], settings)


def test_only_web_addresses_are_addresses(settings: Settings) -> None:
    with pytest.raises(UserError, match="only http and https") as caught:
        iter_items(["ftp://user:secret@a.eu/x"], settings)

    assert "secret" not in str(caught.value)


def test_records_are_listed_line_by_line(tmp_path: Path, save: Save, settings: Settings) -> None:
    item = save("r.jsonl", b'\xef\xbb\xbf{"id": 1}\r\n\n{"id": 2}\n{"id": 3}')

    assert list(iter_items([item.ref], settings)) == [
        Item(f"{item.ref}:1", item.path, b'{"id": 1}', "application/json", "line 1"),
        Item(f"{item.ref}:3", item.path, b'{"id": 2}', "application/json", "line 3"),
        Item(f"{item.ref}:4", item.path, b'{"id": 3}', "application/json", "line 4"),
    ]


def test_any_number_of_records_streams(tmp_path: Path, settings: Settings) -> None:
    pipe = tmp_path / "big.jsonl"
    pipe.write_bytes(b'{"id": 1}\n' * 100_000)
    items = iter_items([str(pipe)], settings)

    first = next(items)
    pipe.unlink()

    assert first.ref.endswith(":1")
    assert sum(1 for _ in items) == 99_999


def test_a_line_that_is_too_long_is_refused_and_the_next_is_not(save: Save, settings: Settings) -> None:
    item = save("r.jsonl", b'{"id": 1}\n' + b"x" * 5_000 + b'\n{"id": 3}\n')

    first, second, third = iter_items([item.ref], settings)

    assert isinstance(second, Refused)
    assert isinstance(second.error, DocumentTooLarge)
    assert (first.ref, second.ref, third.ref) == tuple(f"{item.ref}:{line}" for line in (1, 2, 3))


@pytest.mark.parametrize(
    ("content", "error", "problem"),
    [
        (b"", EmptyDocument, "is empty"),
        (b"\n \n", EmptyDocument, "is empty"),
        (b'{\n"id": 1\n}', UnreadableDocument, "name it .json"),
        (b"\0\1\2\n\3", UnreadableDocument, "binary"),
    ],
)
def test_what_is_no_jsonl_is_refused_once(
    content: bytes, error: type[Exception], problem: str, save: Save, settings: Settings
) -> None:
    (found,) = iter_items([save("r.jsonl", content).ref], settings)

    assert isinstance(found, Refused)
    assert isinstance(found.error, error)
    assert problem in str(found.error)


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path, settings: Settings) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere")

    found = list(iter_items([str(tmp_path)], settings))

    assert [str(one.error).removeprefix(f"{tmp_path}/") for one in found if isinstance(one, Refused)] == [
        "broken.md points to nothing",
        "pipe.md is not a regular file",
    ]


def test_a_url_that_may_not_be_read_is_refused_and_the_rest_goes_on(save: Save, settings: Settings) -> None:
    refused, item = iter_items(["http://127.0.0.1:9/private", save("a.md", "x").ref], settings)

    assert isinstance(refused, Refused)
    assert isinstance(refused.error, FetchError)
    assert isinstance(item, Item)


def test_items_travel_between_processes(save: Save, settings: Settings) -> None:
    items = list(iter_items([save("r.jsonl", b'{"id": 1}\n').ref], settings))

    assert pickle.loads(pickle.dumps(items)) == items
