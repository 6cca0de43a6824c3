"""A document in parts that a model can read at once."""

from collections.abc import Iterable, Iterator

from political_monitoring.domain.documents import Passage, Span

PART_WORDS = 3_000


def parts_of(passages: Iterable[Passage], most_words: int) -> Iterator[Span]:
    """Stretches of about 3,000 words at most, along passages, as long as there are `most_words`."""
    words = start = end = total = 0
    for passage in passages:
        here = len(passage.text.split())
        if total + here > most_words and total:
            break
        if words and words + here > PART_WORDS:
            yield Span(start, end)
            words, start = 0, passage.span.start
        words, total, end = words + here, total + here, passage.span.end
    if words:
        yield Span(start, end)
