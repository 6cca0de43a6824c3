"""Exact duplicates: the same content under several document ids enters the graph once."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, exists, select

from political_monitoring.database.engine import insert_new
from political_monitoring.database.tables import documents, originals, runs, storable
from political_monitoring.domain.documents import Document


def claim_contents(connection: Connection, run_id: str, batch: Sequence[Document]) -> list[str | None]:
    """For each document the id of the one that brought its content first, or None: it is the first itself.

    A content that nobody has brought is claimed for the first document of the batch that has it, before
    anything is written, so that two runs at once agree. New content under an id that is in the graph already
    is a revision, never a duplicate, whoever else has that content.
    """
    firsts: dict[str, str] = {}
    ids = [storable(document.id) for document in batch]
    for document, document_id in zip(batch, ids, strict=True):
        firsts.setdefault(document.content_hash, document_id)
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
    owners = dict(connection.execute(claims).all())
    first_ids = [owners[document.content_hash] for document in batch]
    repeats = [document_id for document_id, first in zip(ids, first_ids, strict=True) if document_id != first]
    in_graph = set(
        connection.scalars(
            select(documents.c.id).where(documents.c.id.in_(repeats), documents.c.duplicate_of.is_(None))
        )
    )
    return [
        None if document_id == first or document_id in in_graph else first
        for document_id, first in zip(ids, first_ids, strict=True)
    ]


def release_contents(connection: Connection, document_ids: Sequence[str]) -> None:
    """Give up the claims of documents that could not be written, and of contents that a revision replaced."""
    connection.execute(delete(originals).where(originals.c.document_id.in_(document_ids), ~_WRITTEN))


def release_abandoned(connection: Connection) -> None:
    """Give up the claims of runs that ended before they wrote the document."""
    running = select(runs.c.id).where(runs.c.state == "running")
    connection.execute(delete(originals).where(originals.c.run_id.not_in(running), ~_WRITTEN))


_WRITTEN = exists().where(
    and_(
        documents.c.id == originals.c.document_id,
        documents.c.content_hash == originals.c.content_hash,
        documents.c.duplicate_of.is_(None),
    )
)
