"""What a document says differently from its earlier version, sentence by sentence."""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass

from political_monitoring.documents.differences import compare
from political_monitoring.domain.documents import Passage, Span
from political_monitoring.domain.facts import AsOf, Evidence
from political_monitoring.errors import NotFound
from political_monitoring.knowledge.port import KnowledgeGraph, SearchQuery, Version
from political_monitoring.tools.arguments import PRESENT, DocumentId, Some
from political_monitoring.tools.publication import versions_then
from political_monitoring.tools.stating import Quoted

_VERSIONS = 20
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence that was reworded, added (`before` is None) or removed (`after` is None).

    Attributes:
        place: the headings above it.
        before: quoted from the older version.
        after: quoted from the newer one.
    """

    place: str
    before: Quoted | None
    after: Quoted | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a document, and from when to when it was the one that was known."""

    title: str
    date: dt.date | None
    content_hash: str
    recorded_at: dt.datetime
    expired_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """The last two versions of a document known at a time, set against each other.

    Attributes:
        versions: those known then, the newest first; where there is one, nothing is compared.
        added, removed, changed, same: numbers of sentences.
        changes: the first of them, in the order of the text.
    """

    document_id: str
    versions: tuple[VersionRow, ...]
    added: int
    removed: int
    changed: int
    same: int
    changes: tuple[Wording, ...]


def compare_versions(
    graph: KnowledgeGraph,
    document: DocumentId,
    *,
    time: AsOf = PRESENT,
    limit: Some = 20,
) -> ComparedVersions:
    """What the newest version of a document says differently from the one before, sentence by sentence.

    Only versions that were recorded by `known_at` and are dated by `as_of` count: the last two of them are compared.

    Raises:
        NotFound: no version of such a document was known then; documents that may be meant are named.
    """
    versions = versions_then(graph, document, time, _VERSIONS)
    if not versions:
        raise NotFound(_unknown(graph, document, time))
    rows = tuple(_row(one) for one in versions)
    if len(versions) == 1:
        return ComparedVersions(document, rows, 0, 0, 0, 0, ())
    new, old = versions[:2]
    compared = compare(old.document.text, new.document.text)
    edits = compared.edits
    return ComparedVersions(
        document_id=document,
        versions=rows,
        added=sum(edit.before is None for edit in edits),
        removed=sum(edit.after is None for edit in edits),
        changed=sum(edit.before is not None and edit.after is not None for edit in edits),
        same=compared.same,
        changes=tuple(
            Wording(
                _place(new, edit.after) if edit.after else _place(old, edit.before),
                _quoted(old, edit.before),
                _quoted(new, edit.after),
            )
            for edit in edits[:limit]
        ),
    )


def _row(version: Version) -> VersionRow:
    one = version.document
    return VersionRow(one.title, one.date, one.content_hash, version.recorded_at, version.expired_at)


def _quoted(version: Version, span: Span | None) -> Evidence | None:
    if span is None:
        return None
    passage = _passage(version, span)
    return Evidence(version.document.id, passage.id if passage else "", span, span.of(version.document.text))


def _place(version: Version, span: Span | None) -> str:
    passage = _passage(version, span) if span else None
    return passage.heading if passage else ""


def _passage(version: Version, span: Span) -> Passage | None:
    """The passage in which a sentence begins."""
    above = bisect_right(version.passages, span.start, key=lambda passage: passage.span.start) - 1
    return version.passages[above] if above >= 0 else None


def _unknown(graph: KnowledgeGraph, document: str, time: AsOf) -> str:
    near = graph.search(SearchQuery(document, time=time, limit=_NEAREST))
    named = ", ".join(f"{hit.document_id} ({hit.title})" for hit in near)
    hint = f"the nearest are {named}" if named else "search finds documents by words"
    return f"No document {document!r:.200} was known then; {hint}."
