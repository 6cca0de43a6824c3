"""JSON of the field, told apart by its keys."""

from collections.abc import Callable, Iterator
from typing import Any

from political_monitoring.documents.parsers import act_record, dip, govuk
from political_monitoring.documents.parsers.json import read_json
from political_monitoring.documents.parsers.parsed import Hints, Parsed
from political_monitoring.errors import EmptyDocument, UnsupportedFormat

_FORMS: tuple[tuple[frozenset[str], Callable[[dict[str, Any], Hints], Parsed]], ...] = (
    (govuk.KEYS, govuk.read),
    (act_record.KEYS, act_record.read),
    *((keys, dip.read) for keys in dip.KEYS),
)


def parse(data: bytes, hints: Hints) -> list[Parsed]:
    """One document for each object: alone, in a list, or in the `documents` of a DIP answer.

    Raises:
        UnreadableDocument: not JSON.
        UnsupportedFormat: an object of a form that is not known.
        EmptyDocument: nothing is said in any of them.
    """
    found = list(_objects(read_json(data, hints)))
    documents = [_read(one, hints) for one in found]
    documents = [one for one in documents if one.text.strip()]
    if not documents:
        raise EmptyDocument("says nothing: title and text are empty" if found else "holds no documents")
    return documents


def _objects(content: Any) -> Iterator[Any]:
    if isinstance(content, dict) and isinstance(content.get("documents"), list):
        yield from content["documents"]
    elif isinstance(content, list):
        yield from content
    else:
        yield content


def _read(one: Any, hints: Hints) -> Parsed:
    for keys, read in _FORMS:
        if isinstance(one, dict) and keys <= one.keys():
            return read(one, hints)
    raise UnsupportedFormat(
        "is JSON of a form that is not known here; GOV.UK, DIP and acts by article are read"
    )
