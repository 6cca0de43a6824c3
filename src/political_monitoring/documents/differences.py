"""What changed between two versions of a text, sentence by sentence, in bounded time.

Sentences that stand once in both texts and in the same order are fixed points (the idea of patience diff); only what
lies between two of them is compared in detail, and only as far as it is short. So a law of thousands of sentences
costs milliseconds, and a table of ten thousand equal lines no more.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from political_monitoring.documents.sentences import split_sentences
from political_monitoring.domain.documents import Passage, Span

SHOWN_CHANGES = 20
LONGEST_SHOWN = 300
"""Characters of a sentence in a change."""
_CELLS = 10_000
"""Sentences before, times sentences after, that are compared one with the other."""
_LEAD = 80
_SAME_SENTENCE = 0.5
"""From this share of common words on, a sentence is another one's new wording."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence that was reworded, added (`before` is None) or removed (`after` is None)."""

    before: Span | None
    after: Span | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts as their sentences correspond. `edits` are in the order of the texts."""

    edits: tuple[Edit, ...]
    same: int
    """Number of sentences that stand in both."""
    kept: Span
    """From the first to the last sentence of the new text that is the old one's, reworded or not; else 0..0."""


@dataclass(frozen=True, slots=True)
class Change:
    """One edit as a reader sees it; long sentences are cut."""

    place: str
    """The headings above it, as in a passage; empty where there are none."""
    start: int
    """Character offset in the new text; of what was removed, in the old one."""
    before: str
    """Empty: the sentence was added."""
    after: str
    """Empty: it was removed."""


@dataclass(frozen=True, slots=True)
class Differences:
    """How many sentences differ, and the first of them."""

    added: int
    removed: int
    changed: int
    same: int
    first: tuple[Change, ...]

    def __str__(self) -> str:
        counts = [
            f"{number:,} {word}"
            for number, word in (
                (self.changed, "changed"),
                (self.added, "added"),
                (self.removed, "removed"),
            )
            if number
        ]
        return f"sentences: {', '.join([*counts, f'{self.same:,} as before'])}"


type Text = tuple[str, Sequence[Passage]]
"""A text with the passages that name its places."""


def differences(old: Text, new: Text, shown: int = SHOWN_CHANGES) -> Differences:
    """What a new version says differently, with the first `shown` changes."""
    compared = compare(old[0], new[0])
    edits = compared.edits
    return Differences(
        added=sum(edit.before is None for edit in edits),
        removed=sum(edit.after is None for edit in edits),
        changed=sum(edit.before is not None and edit.after is not None for edit in edits),
        same=compared.same,
        first=tuple(_change(edit, old, new) for edit in edits[:shown]),
    )


def compare(old: str, new: str) -> Comparison:
    """The sentences of two texts set against each other. White space does not count."""
    before, after = split_sentences(old), split_sentences(new)
    first = [" ".join(span.of(old).split()) for span in before]
    second = [" ".join(span.of(new).split()) for span in after]
    same = [(-1, -1), *_same(first, second), (len(first), len(second))]
    edits = [
        Edit(None if old_one is None else before[old_one], None if new_one is None else after[new_one])
        for (i, j), (k, m) in pairwise(same)
        for old_one, new_one in _edited(first, range(i + 1, k), second, range(j + 1, m))
    ]
    kept = [after[j] for _, j in same[1:-1]] + [edit.after for edit in edits if edit.before and edit.after]
    stretch = Span(min(one.start for one in kept), max(one.end for one in kept)) if kept else Span(0, 0)
    return Comparison(tuple(edits), len(same) - 2, stretch)


def _same(first: list[str], second: list[str]) -> Iterator[tuple[int, int]]:
    """Places of equal sentences, rising in both texts."""
    ends = [*_fixed_points(first, second), (len(first), len(second))]
    for (i, j), (k, m) in pairwise([(-1, -1), *ends]):
        yield from _same_between(first, range(i + 1, k), second, range(j + 1, m))
        if (k, m) != ends[-1]:
            yield k, m


def _fixed_points(first: list[str], second: list[str]) -> list[tuple[int, int]]:
    """The longest rising series of sentences that stand exactly once in each text."""
    counts, others = Counter(first), Counter(second)
    place = {sentence: j for j, sentence in enumerate(second) if others[sentence] == 1}
    once = [(i, place[one]) for i, one in enumerate(first) if counts[one] == 1 and one in place]
    tails: list[int] = []  # the lowest place at which a series of this length ends, and who ends it
    enders: list[int] = []
    previous: list[int] = []
    for number, (_, j) in enumerate(once):
        length = bisect_left(tails, j)
        previous.append(enders[length - 1] if length else -1)
        tails[length : length + 1] = [j]
        enders[length : length + 1] = [number]
    series = []
    number = enders[-1] if enders else -1
    while number >= 0:
        series.append(once[number])
        number = previous[number]
    return series[::-1]


def _same_between(first: list[str], old: range, second: list[str], new: range) -> Iterator[tuple[int, int]]:
    """Equal sentences between two fixed points; of a long stretch only its beginning."""
    if len(old) * len(new) > _CELLS:
        for i, j in zip(old, new, strict=False):
            if first[i] != second[j]:
                return
            yield i, j
        return
    matcher = SequenceMatcher(None, first[old.start : old.stop], second[new.start : new.stop], autojunk=False)
    for i, j, length in matcher.get_matching_blocks():
        yield from ((old.start + i + step, new.start + j + step) for step in range(length))


def _edited(
    first: list[str], old: range, second: list[str], new: range
) -> Iterator[tuple[int | None, int | None]]:
    """Sentences that differ between two equal ones: reworded where they are alike, else removed and added."""
    at = old.start
    if len(old) * len(new) <= _CELLS:
        words = [Counter(first[i].split()) for i in old]
        for j in new:
            wording = Counter(second[j].split())
            alike = [(_alike(words[i - old.start], wording), -i) for i in range(at, old.stop)]
            share, best = max(alike, default=(0.0, 0))
            if share >= _SAME_SENTENCE:
                yield from ((i, None) for i in range(at, -best))
                yield -best, j
                at = 1 - best
            else:
                yield None, j
    else:
        yield from ((None, j) for j in new)
    yield from ((i, None) for i in range(at, old.stop))


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Share of words in common (Dice)."""
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)


def _change(edit: Edit, old: Text, new: Text) -> Change:
    where, (_, passages) = (edit.before, old) if edit.after is None else (edit.after, new)
    start = where.start if where else 0
    above = bisect_right(passages, start, key=lambda passage: passage.span.start) - 1
    before, after = (_flat(span, text) for span, (text, _) in ((edit.before, old), (edit.after, new)))
    # A long sentence is shown from shortly before the first word that differs.
    differing = (place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    alike = next(differing, 0)
    begin = before.rfind(" ", 0, alike - _LEAD) + 1 if alike > _LEAD else 0
    return Change(
        place=passages[above].heading if above >= 0 else "",
        start=start,
        before=_cut(before, begin),
        after=_cut(after, begin),
    )


def _flat(span: Span | None, text: str) -> str:
    return " ".join(span.of(text).split()) if span else ""


def _cut(sentence: str, begin: int) -> str:
    shown = sentence if len(sentence) <= LONGEST_SHOWN else sentence[begin : begin + LONGEST_SHOWN]
    return f"{'…' if begin and shown is not sentence else ''}{shown}{'' if sentence.endswith(shown) else '…'}"
