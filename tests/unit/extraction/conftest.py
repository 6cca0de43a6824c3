"""Documents of a sentence or two, read without a tagger."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Extraction
from political_monitoring.extraction.local import LocalExtractor, open_local

Read = Callable[..., Extraction]
WRITTEN_ON = dt.date(2026, 1, 15)


@pytest.fixture(scope="session")
def extractor() -> LocalExtractor:
    return open_local("off")


@pytest.fixture(scope="session")
def make() -> Callable[..., Document]:
    def document(text: str, **given: Any) -> Document:
        fields = {
            "id": "doc",
            "title": "",
            "content_hash": "hash",
            "date": WRITTEN_ON,
            "language": "en",
        } | given
        return Document(text=text, **fields)

    return document


@pytest.fixture(scope="session")
def read(extractor: LocalExtractor, make: Callable[..., Document]) -> Read:
    """Extraction of a text; fields of its document by name."""

    def extraction(text: str, **given: Any) -> Extraction:
        document = make(text, **given)
        return extractor.extract(document, split_passages(document))

    return extraction


@pytest.fixture(scope="session")
def facts_of(read: Read) -> Callable[..., set[tuple[str, str, str | None]]]:
    """(predicate, object or value, day it is valid from) of every fact in a text."""

    def facts(text: str, **given: Any) -> set[tuple[str, str, str | None]]:
        return {
            (
                one.predicate,
                one.object or one.value or "",
                one.valid_at.date().isoformat() if one.valid_at else None,
            )
            for one in read(text, **given).facts
        }

    return facts
