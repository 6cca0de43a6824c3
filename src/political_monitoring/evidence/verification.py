"""Whether quoted words really stand where a citation says they stand."""

from political_monitoring.domain.documents import Document
from political_monitoring.domain.facts import Evidence
from political_monitoring.knowledge.port import KnowledgeGraph


class Verifier:
    """Checks quotations of one answer against the stored documents, reading each document once."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._documents: dict[str, Document | None] = {}

    @property
    def documents(self) -> dict[str, Document]:
        """The documents read so far, by id."""
        return {key: document for key, document in self._documents.items() if document}

    def stands(self, evidence: Evidence) -> bool:
        """True when the document holds exactly these words, and at least one, at exactly this place."""
        document = self.document(evidence.document_id)
        if document is None or not evidence.quote.strip():
            return False
        span, quote = evidence.span, evidence.quote
        return span.end - span.start == len(quote) and span.of(document.text) == quote

    def document(self, document_id: str) -> Document | None:
        """The stored document; None when there is none."""
        if document_id not in self._documents:
            found = self._graph.document(document_id)
            self._documents[document_id] = found[0] if found else None
        return self._documents[document_id]
