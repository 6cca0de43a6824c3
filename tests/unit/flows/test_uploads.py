"""Uploads that arrive late, in pieces or not at all."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import httpx
import pytest

from political_monitoring.errors import OperatorError
from political_monitoring.flows.data_ingestion import uploads
from political_monitoring.flows.data_ingestion.uploads import fetch_uploads


class Content:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self) -> Iterable[bytes]:
        yield self.data[:3]
        yield self.data[3:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Files:
    """What a run's files look like, listing after listing; the last one stays."""

    def __init__(self, *listings: dict[str, bytes]) -> None:
        self.listings = list(listings)
        self.held: dict[str, bytes] = {}

    def ls(self, path: str = "in") -> list[dict[str, object]]:
        self.held = self.listings.pop(0) if len(self.listings) > 1 else self.listings[0]
        if not self.held:
            raise FileNotFoundError(path)
        return [{"path": f"in/{name}", "size": len(data)} for name, data in self.held.items()]

    def open(self, path: str) -> Content:
        return Content(self.held[path.removeprefix("in/").replace("%20", " ")])


def test_files_that_arrive_one_by_one_are_all_kept(tmp_path: Path) -> None:
    first, whole = {"a b.md": b"# A"}, {"a b.md": b"# A bill", "acts/b.md": b"# B"}

    fetch_uploads(["a b.md", "acts/b.md"], Files({}, first, whole), tmp_path)

    assert (tmp_path / "a b.md").read_bytes() == b"# A bill"
    assert (tmp_path / "acts" / "b.md").read_bytes() == b"# B"


def test_a_file_that_still_grows_is_waited_for(tmp_path: Path) -> None:
    fetch_uploads(["a.md"], Files({"a.md": b"# A"}, {"a.md": b"# A bi"}, {"a.md": b"# A bill"}), tmp_path)

    assert (tmp_path / "a.md").read_bytes() == b"# A bill"


def test_files_that_never_arrive_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "ARRIVE_SECONDS", 0)
    with pytest.raises(OperatorError, match=r"uploaded files have not all arrived in 0 s, b\.md among them"):
        fetch_uploads(["a.md", "b.md"], Files({"a.md": b"# A"}), tmp_path)


def test_a_panel_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    class Gone(Files):
        def ls(self, path: str = "in") -> list[dict[str, object]]:
            raise httpx.ConnectError("refused")

    with pytest.raises(OperatorError, match="cannot be fetched from the panel: ConnectError"):
        fetch_uploads(["a.md"], Gone({}), tmp_path)
