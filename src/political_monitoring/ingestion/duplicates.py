"""Duplicates: what is in the graph under another document's id enters it no second time.

Exact ones have the content of another document; near ones say what another one says, in nearly its words (see
near_duplicates). Both are claimed before anything is written, in one transaction, by whoever comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union_all,
)

from political_monitoring.database.engine import insert_new
from political_monitoring.database.storable import storable
from political_monitoring.database.tables import (
    bands,
    documents,
    items,
    originals,
    runs,
    sketches,
)
from political_monitoring.domain.documents import Document
from political_monitoring.ingestion.near_duplicates import BANDS, DAYS_APART, Sketch

COMPARED = 5
"""Documents that one is compared with, those that share most bands with it."""
SHOWN_PLACES = 20
_LOOKED_AT = 40
"""Documents of which language and day are looked at."""
_OF_A_BAND = 50
"""Sketches counted in a band, the newest: a form letter's band has thousands."""
_TURN = 0x6E656172
"""Any number, the same in every process: PostgreSQL's advisory lock for claims of near-duplicates."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a document is to be written."""

    original: str | None = None
    """The id of the document that it repeats; None: it repeats none, and is ours to write."""
    similarity: float | None = None
    """To a document that it nearly repeats, in 0..1; None where the content is the very same."""
    revises: bool = False
    """The graph holds another version of the document."""


def claim_contents(
    connection: Connection,
    run_id: str,
    batch: Sequence[Document],
    known: Mapping[str, Sketch],
    threshold: float,
) -> list[Claim]:
    """For each document whether it is the first to bring its content.

    A content that nobody has brought is claimed for the first document of the batch that has it, before
    anything is written, so that two runs at once agree. New content under an id that is in the graph already
    is a revision, never a duplicate, whoever else has that content.

    Args:
        known: sketches by content hash, of those that are compared with what is nearly like them.
        threshold: from this similarity on.
    """
    if known and connection.dialect.name == "postgresql":
        # Two runs that look before either has written would both find nothing. (SQLite lets in one at a time.)
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
    owners = _claim_exactly(connection, run_id, batch)
    in_graph = _in_graph(connection, batch)
    kept = set(connection.scalars(select(sketches.c.content_hash).where(sketches.c.content_hash.in_(known))))
    claims: list[Claim] = []
    nearly: dict[str, Claim] = {}
    for document in batch:
        content, document_id = document.content_hash, storable(document.id)
        version, owner = in_graph.get(document_id), owners[content]
        if document_id != owner and version is None:
            claims.append(nearly.get(content, Claim(owner)))
            continue
        sketch = known.get(content) if document_id == owner and content not in kept else None
        near = _nearest(connection, document_id, sketch, threshold) if sketch and version is None else None
        if near:
            nearly[content] = near
            connection.execute(delete(originals).where(originals.c.content_hash == content))
        elif sketch:
            _keep(connection, content, sketch)
            kept.add(content)
        claims.append(near or Claim(revises=version not in {None, content}))
    return claims


def _claim_exactly(connection: Connection, run_id: str, batch: Sequence[Document]) -> dict[str, str]:
    """Who brings each content of the batch: the id of a document, by content hash."""
    firsts: dict[str, str] = {}
    for document in batch:
        firsts.setdefault(document.content_hash, storable(document.id))
    insert_new(
        connection,
        originals,
        [
            {"content_hash": content, "document_id": firsts[content], "run_id": run_id}
            for content in sorted(firsts)  # in one order everywhere, or two runs could wait for each other
        ],
    )
    claims = select(originals.c.content_hash, originals.c.document_id).where(
        originals.c.content_hash.in_(firsts)
    )
    return dict(connection.execute(claims).all())


def _in_graph(connection: Connection, batch: Sequence[Document]) -> dict[str, str]:
    """Content hashes by id, of those of the documents that the graph holds in some version."""
    ids = [storable(document.id) for document in batch]
    written = select(documents.c.id, documents.c.content_hash).where(
        documents.c.id.in_(ids), documents.c.duplicate_of.is_(None)
    )
    return dict(connection.execute(written).all())


def _nearest(connection: Connection, document_id: str, sketch: Sketch, threshold: float) -> Claim | None:
    """The claim of a document that nearly repeats another one; None when it repeats none."""
    wanted = {f"band{number}": value for number, value in enumerate(sketch.bands)}
    days = (-_ANY_DAY, _ANY_DAY) if sketch.day is None else (sketch.day - DAYS_APART, sketch.day + DAYS_APART)
    wanted |= dict(zip(("since", "until"), days, strict=True))
    found: list[tuple[float, str, Sketch]] = []
    for other_id, *kept in connection.execute(
        _ALIKE, wanted | {"language": sketch.language, "id": document_id}
    ):
        other = Sketch((), *kept)
        if sketch.may_be_alike(other, threshold) and (similarity := sketch.similarity(other)) >= threshold:
            found.append((similarity, other_id, other))
    for similarity, other_id, other in sorted(found, key=lambda one: -one[0]):
        if sketch.repeats(other):
            return Claim(other_id, similarity)
    return None


def _keep(connection: Connection, content: str, sketch: Sketch) -> None:
    row = {
        "content_hash": content,
        "minima": sketch.minima,
        "language": sketch.language,
        "day": sketch.day,
        "report": sketch.report,
    }
    key = connection.execute(insert(sketches), row).inserted_primary_key
    if key is not None:
        connection.execute(insert(bands), [{"value": value, "sketch": key[0]} for value in set(sketch.bands)])


def release_contents(connection: Connection, document_ids: Sequence[str]) -> None:
    """Give up the claims of documents that could not be written, and of contents that a revision replaced."""
    connection.execute(delete(originals).where(originals.c.document_id.in_(document_ids), ~_WRITTEN))


def release_abandoned(connection: Connection) -> None:
    """Give up the claims of runs that ended before they wrote the document."""
    running = select(runs.c.id).where(runs.c.state == "running")
    connection.execute(delete(originals).where(originals.c.run_id.not_in(running), ~_WRITTEN))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document that the graph holds was seen, too."""

    ref: str
    """The item: a file, a URL or a line of a JSONL."""
    document_id: str
    similarity: float | None
    """None: the very same content."""


def places_of(connection: Connection, document_id: str) -> list[Place]:
    """Where repetitions of a document were found, in the order of the ledger's refs; at most SHOWN_PLACES."""
    repetitions = (
        select(items.c.ref, documents.c.id, documents.c.similarity)
        .join_from(documents, items, items.c.key == documents.c.item_key)
        .where(documents.c.duplicate_of == storable(document_id))
        .order_by(items.c.ref, documents.c.id)
        .limit(SHOWN_PLACES)
    )
    return [Place(*row) for row in connection.execute(repetitions)]


_WRITTEN = exists().where(
    and_(
        documents.c.id == originals.c.document_id,
        documents.c.content_hash == originals.c.content_hash,
        documents.c.duplicate_of.is_(None),
    )
)

_ANY_DAY = 2**31 - 1


def _alike() -> Select[Any]:
    """The documents that share most bands with one, each band looked up in its index and only so far."""
    newest = [
        select(bands.c.sketch)
        .where(bands.c.value == bindparam(f"band{number}"))
        .order_by(bands.c.sketch.desc())
        .limit(_OF_A_BAND)
        .subquery()
        for number in range(BANDS)
    ]
    found = union_all(*(select(one.c.sketch) for one in newest)).subquery()
    count = func.count().label("bands")
    shared = (
        select(found.c.sketch, count)
        .group_by(found.c.sketch)
        .order_by(count.desc(), found.c.sketch.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    return (
        select(
            originals.c.document_id,
            sketches.c.minima,
            sketches.c.language,
            sketches.c.day,
            sketches.c.report,
        )
        .join_from(shared, sketches, sketches.c.id == shared.c.sketch)
        .join(originals, originals.c.content_hash == sketches.c.content_hash)
        .where(
            originals.c.document_id != bindparam("id"),
            sketches.c.language == bindparam("language"),
            or_(sketches.c.day.is_(None), sketches.c.day.between(bindparam("since"), bindparam("until"))),
        )
        .order_by(shared.c.bands.desc(), sketches.c.id)
        .limit(COMPARED)
    )


_ALIKE = _alike()
