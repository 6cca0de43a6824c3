"""Citations as data: the one form in which the chat API, the Responses API and exports give them."""

from collections.abc import Iterator, Sequence
from typing import Any

from political_monitoring.evidence.citations import Citation


def source(citation: Citation) -> dict[str, Any]:
    """All that is needed to find the quoted words and to prove them; offsets count Unicode characters."""
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "title": citation.title,
        "place": citation.place or None,
        "publisher": citation.source,
        "url": citation.url,
        "date": citation.date.isoformat() if citation.date else None,
        "passage_id": citation.passage_id,
        "content_hash": citation.content_hash,
        "quote": citation.quote,
        "quote_hash": citation.quote_hash,
        "start": citation.start,
        "end": citation.end,
    }


def url_citations(citations: Sequence[Citation], offset: int = 0) -> Iterator[dict[str, Any]]:
    """What OpenAI calls a URL citation, for each mark in an answer's text.

    Args:
        citations: the answer's.
        offset: characters before the answer in the text that the indices are to count in.
    """
    for citation in citations:
        for start, end in citation.positions:
            yield {
                "start_index": offset + start,
                "end_index": offset + end,
                "title": citation.reference,
                "url": citation.url or f"urn:polmon:document:{citation.document_id}",
            }
