"""Writing a kept answer again from its capsule: nothing is looked up, no model is asked."""

from dataclasses import dataclass

from political_monitoring.answering.capsules import Capsule
from political_monitoring.answering.lookup import gather
from political_monitoring.answering.synthesis import synthesise
from political_monitoring.answering.writing import write
from political_monitoring.domain.documents import Document, Passage
from political_monitoring.evidence.verification import ReadVersion
from political_monitoring.knowledge.port import Contradiction, FactQuery, KnowledgeGraph

_ALL = 100_000
"""Versions of one document looked through."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A kept answer as this version of the product writes it from what was recorded.

    Attributes:
        same: every character is as it was.
        differs_at: the step from which on it is not: "synthesise", "verify", or "" where it is the same.
        missing: documents whose version of then is no longer stored, so that it could not be read again.
    """

    text: str
    same: bool
    differs_at: str = ""
    missing: tuple[str, ...] = ()


def reproduce(capsule: Capsule, graph: KnowledgeGraph) -> Reproduction:
    """Write the answer from the recorded results, its quotations checked against the versions that were read.

    What a model wrote is its recorded output; only rules are run again.
    """
    work, ground = capsule.work, _RecordedGround(capsule, graph)
    draft = work.draft
    if work.reasoner == "local":
        draft = synthesise(work.understanding, gather(work.plan, list(work.findings)))
    cost = capsule.answer.rests_on.cost if capsule.answer.rests_on else None
    text = write(draft, work.understanding, ground, cost, work.question.wishes.style).answer.text
    same = text == capsule.answer.text
    step = "" if same else "verify" if draft == work.draft else "synthesise"
    return Reproduction(text, same, step, tuple(ground.missing))


class _RecordedGround:
    """The documents in the versions that were read, and the contradictions that were found, whatever came since."""

    def __init__(self, capsule: Capsule, graph: KnowledgeGraph) -> None:
        self._checked = capsule.work.checked
        self._read: dict[str, ReadVersion] = {one.document_id: one for one in self._checked.read}
        self._graph = graph
        self.missing: list[str] = []

    def document(self, document_id: str) -> tuple[Document, tuple[Passage, ...]] | None:
        """The version that was read; of a document that was not read then, the current one."""
        read = self._read.get(document_id)
        if read is None:
            return self._graph.document(document_id)
        if read.content_hash is None:
            return None
        for version in self._graph.versions(document_id, _ALL):
            if version.document.content_hash == read.content_hash:
                return version.document, version.passages
        self.missing.append(document_id)
        return None

    def contradictions(self, query: FactQuery) -> list[Contradiction]:
        """Those that were found then about the same subjects."""
        return [one for one in self._checked.contradictions if one.subject in query.subjects]
