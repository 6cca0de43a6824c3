"""What the commands about kept answers share: the archive, one answer of it, the work behind that."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from political_monitoring.errors import NotFound
from political_monitoring.settings import Settings

if TYPE_CHECKING:
    from political_monitoring.answering.archive import AnswerArchive
    from political_monitoring.answering.capsules import Capsule
    from political_monitoring.answering.record import KeptAnswer

AnswerArgument = Annotated[str, typer.Argument(metavar="ID", help="the answer's id")]


@contextmanager
def archive_of(settings: Settings) -> "Iterator[AnswerArchive]":
    """The record of the settings' workspace, which must exist."""
    from political_monitoring.answering.archive import open_archive
    from political_monitoring.knowledge.register import require_workspace

    require_workspace(settings)
    with closing(open_archive(settings)) as archive:
        yield archive


def find_answer(archive: "AnswerArchive", answer_id: str, settings: Settings) -> "KeptAnswer":
    """One answer.

    Raises:
        NotFound: it is not kept.
    """
    kept = archive.find(answer_id)
    if kept is None:
        raise no_answer(answer_id, settings)
    return kept


def find_capsule(settings: Settings, answer_id: str) -> "tuple[KeptAnswer, Capsule]":
    """One answer and the work behind it.

    Raises:
        NotFound: the answer, or the work behind it, is not kept.
        StoreUnavailable: the capsule was written by a version whose data had another shape.
    """
    from political_monitoring.answering.capsules import unpack

    with archive_of(settings) as archive:
        kept, packed = find_answer(archive, answer_id, settings), archive.capsule(answer_id)
    if packed is None:
        raise NotFound(
            f"the work behind the answer {answer_id!r} is not kept: it was too large, had to make room "
            "(POLMON_ANSWERS_CAPSULE_MEGABYTES), or is of an earlier version of the product"
        )
    return kept, unpack(packed)


def no_answer(answer_id: str, settings: Settings) -> NotFound:
    """That there is no such answer, and how to see those there are."""
    return NotFound(
        f"no answer {answer_id!r} is kept in the workspace {settings.graph.workspace!r}; "
        "`polmon answers list` shows those that are"
    )
