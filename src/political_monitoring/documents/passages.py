"""Splitting a document into passages: along its structure, near 100 words, with exact offsets.

Embedding and quoting both want short passages of one thought, so headings always separate, paragraphs are
kept whole where they fit, and only a long paragraph is divided, between sentences.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Document, Heading, Passage, Span

TARGET_WORDS = 100
MOST_WORDS = 130
"""A passage takes in one more sentence up to here."""
ENOUGH_WORDS = 60
"""From here on a passage ends with its paragraph when the next one does not fit."""
LEAST_WORDS = 20
"""A shorter remainder joins the passage before it."""
MOST_CHARS = 1_500
"""A passage of text without spaces, or of very long words, is cut here."""

_WORD = re.compile(r"\S+")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long for a passage."""

    span: Span
    words: int
    paragraph: int


def split_passages(document: Document) -> tuple[Passage, ...]:
    """The document's passages in order of their place in the text.

    They cover every non-blank character once, never run across a heading, and
    `passage.text == passage.span.of(document.text)` holds for each.
    """
    passages: list[Passage] = []
    for section, path in _sections(document):
        for group in _groups(list(_pieces(document.text, section))):
            span = Span(group[0].span.start, group[-1].span.end)
            passages.append(Passage(document.id, len(passages), span, span.of(document.text), path))
    return tuple(passages)


def _sections(document: Document) -> Iterator[tuple[Span, str]]:
    """Stretches from one heading to the next, each with the path of headings above and at its start."""
    length = len(document.text)
    headings = sorted(
        (h for h in document.headings if 0 <= h.offset < length), key=lambda heading: heading.offset
    )
    starts = [heading.offset for heading in headings] + [length]
    yield Span(0, starts[0]), ""
    above: list[Heading] = []
    for heading, end in zip(headings, starts[1:], strict=True):
        above = [*(other for other in above if other.level < heading.level), heading]
        # The document's own title says nothing about the place inside it.
        path = " > ".join(other.text for other in above if other.text != document.title)
        yield Span(heading.offset, end), path


def _pieces(text: str, section: Span) -> Iterator[_Piece]:
    start, paragraph = section.start, 0
    ends = [
        (found.start(), found.end()) for found in _PARAGRAPH_END.finditer(text, section.start, section.end)
    ]
    for end, following in [*ends, (section.end, section.end)]:
        for sentence in split_sentences(text, Span(start, max(start, end))):
            words = _count(text, sentence)
            if words <= MOST_WORDS and sentence.end - sentence.start <= MOST_CHARS:
                yield _Piece(sentence, words, paragraph)
            else:
                yield from (_Piece(part, _count(text, part), paragraph) for part in _windows(text, sentence))
        start, paragraph = following, paragraph + 1


def _count(text: str, span: Span) -> int:
    return len(text[span.start : span.end].split())


def _windows(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence too long for a passage, cut between words, or between letters where there are no spaces."""
    start, end, words = sentence.start, sentence.start, 0
    for word in _WORD.finditer(text, sentence.start, sentence.end):
        if words and (words == TARGET_WORDS or word.end() - start > MOST_CHARS):
            yield Span(start, end)
            start, words = word.start(), 0
        while word.end() - start > MOST_CHARS:
            yield Span(start, start + MOST_CHARS)
            start += MOST_CHARS
        end, words = word.end(), words + 1
    yield Span(start, end)


def _groups(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Neighbouring pieces put together to passages."""
    paragraphs: Counter[int] = Counter()
    for piece in pieces:
        paragraphs[piece.paragraph] += piece.words
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if not groups or _must_part(groups[-1], piece, paragraphs[piece.paragraph]):
            groups.append([piece])
        else:
            groups[-1].append(piece)
    if len(groups) > 1 and _words(groups[-1]) < LEAST_WORDS:
        joined = groups[-2] + groups[-1]
        if _fits(joined, MOST_WORDS + LEAST_WORDS):
            groups[-2:] = [joined]
    return groups


def _must_part(group: list[_Piece], piece: _Piece, paragraph_words: int) -> bool:
    """Whether `piece`, in a paragraph of so many words, begins a new passage after `group`."""
    words = _words(group)
    if not _fits([*group, piece], MOST_WORDS):
        return True
    if piece.paragraph == group[-1].paragraph:
        return words >= TARGET_WORDS
    return words >= ENOUGH_WORDS and words + paragraph_words > MOST_WORDS


def _words(group: list[_Piece]) -> int:
    return sum(piece.words for piece in group)


def _fits(group: list[_Piece], words: int) -> bool:
    return _words(group) <= words and group[-1].span.end - group[0].span.start <= MOST_CHARS
