"""How passages are scored and ordered: pure functions over arrays, one number per passage or document.

The weights are measured on questions with known answers over American and German legislative records; what was
tried, and how much of it holds on questions the weights were not chosen on, is in docs/decisions/0013.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]

PART_WEIGHT = 0.2
"""A part of a word counts so much beside a word: one word has about that many parts more than one."""
TITLE_PART_WEIGHT = 0.5
"""In a title it counts more: it is there that a compound says what a text is about."""
TITLE_WEIGHT = 0.6
"""A document's title counts so much beside the passage itself."""
MEANING_WEIGHT = 0.4
"""The best cosine counts so much beside the best match of words. Equal ranks made both worse."""
LEAST_COSINE = 0.3
"""Without a common word, and less alike than this, a passage is no answer."""
ABOUT_BONUS = 0.3
"""A document about an entity asked for stands before those that only share words with the question..."""
MENTION_BONUS = 0.1
"""...and one that names it gets part of that."""
DOCUMENT_WEIGHT = 0.45
"""So much of what words tell is read off the whole document, the rest off its best passage."""
SHORT_LIST = 150
"""Documents looked at a second time."""
_SATURATION, _LENGTH, _TITLE_LENGTH = 1.2, 0.4, 0.75


def rarity(rows: int, holding: int) -> float:
    """Inverse document frequency as in BM25, never negative."""
    return math.log(1 + (rows - holding + 0.5) / (holding + 0.5))


def word_scores(rows: int, postings: Iterable[Numbers]) -> Floats:
    """Sum of the rarities of the words each row holds; `postings` has the row indices of one word each.

    How often a passage of 100 words repeats a word tells little, so only presence counts.
    """
    scores = np.zeros(rows, np.float32)
    for holding in postings:
        if holding.size:
            scores[holding] += rarity(rows, holding.size)
    return scores


def title_norms(lengths: Numbers) -> Floats:
    """A short title says more per word: pivoted length normalisation (Singhal, Buckley and Mitra 1996).

    Nothing saturates in a title, and so the divisor is not softened as in BM25.
    """
    mean = max(float(lengths.mean()), 1.0) if lengths.size else 1.0
    share: Floats = (1 - _TITLE_LENGTH) + _TITLE_LENGTH * lengths.astype(np.float32) / np.float32(mean)
    return np.reciprocal(np.maximum(share, np.float32(1 - _TITLE_LENGTH)))


def spread_scores(
    rows: int, postings: Iterable[Numbers], starts: Numbers, ends: Numbers, best: Numbers, mean: float
) -> Floats:
    """Per document of a short list: what its words score as a whole, less what its best passage has of that.

    The whole is BM25 with the number of passages that hold a word as its frequency. To rank by passage and document
    together: Bendersky and Kurland, "Utilizing passage-based language models for document retrieval", 2008.

    Args:
        rows: passages there are.
        postings: the passages that hold one word each, ascending.
        starts, ends: the stretch of passages of each document.
        best: its best passage.
        mean: passages of a document.
    """
    scores = np.zeros(starts.size, np.float32)
    share = (1 - _LENGTH) + _LENGTH * (ends - starts) / np.float32(mean)
    edges = np.concatenate([starts, ends, best, best + 1])
    for holding in postings:
        if holding.size:
            first, last, before, after = np.searchsorted(holding, edges).reshape(4, -1)
            frequency = last - first
            whole = frequency * (_SATURATION + 1) / (frequency + _SATURATION * share)
            scores += np.float32(rarity(rows, holding.size)) * (whole - (after - before)).astype(np.float32)
    return scores


_STEPS = 1_000
"""How finely scores are told apart when the strongest are looked for."""
_TINY = 1e-30


def strongest(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Indices of at least the `count` highest scores above 0, or all of those, ascending.

    Counting how many scores lie on each of a thousand steps takes a fifth of the time of a partition. Among more
    equal ones than `count` the last are taken.
    """
    best = float(scores.max(initial=0))
    if best <= 0:
        return np.zeros(0, np.intp)
    # Rounded up, so that every score above 0 is on a step above 0.
    steps = np.maximum(np.ceil(scores * np.float32(_STEPS / max(best, _TINY))), 0).astype(np.int16)
    at_least = np.cumsum(np.bincount(steps, minlength=_STEPS + 1)[::-1])[::-1]
    least = int(np.flatnonzero(at_least >= min(count, at_least[1]))[-1])
    chosen = np.flatnonzero(steps >= least)
    if chosen.size <= 2 * count:
        return chosen
    above, equal = np.flatnonzero(steps > least), np.flatnonzero(steps == least)
    return union(scores.size, above, equal[-count:])


def least_different(differences: npt.NDArray[np.uint16], count: int) -> npt.NDArray[np.intp]:
    """Indices of at least the `count` lowest numbers, ascending."""
    upto = np.cumsum(np.bincount(differences))
    return np.flatnonzero(differences <= np.searchsorted(upto, min(count, differences.size)))


def union(size: int, *chosen: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Different indices below `size` among the chosen, ascending."""
    marked = np.zeros(size, np.bool_)
    for some in chosen:
        marked[some] = True
    return np.flatnonzero(marked)


def fuse(words: Floats, cosines: Floats | None, best: float | None = None) -> Floats:
    """One score per passage from both, each relative to its best; 0 where neither says anything.

    Args:
        words: scores by words of some passages.
        cosines: of the same passages.
        best: the best score by words of all passages; None: these are all.
    """
    best = float(words.max(initial=0)) if best is None else best
    scores = words / np.float32(best or 1)
    if cosines is None:
        return scores
    nearest = float(cosines.max(initial=0))
    if nearest <= 0:
        return scores
    near = np.where((words > 0) | (cosines >= LEAST_COSINE), np.maximum(cosines, 0), 0)
    fused: Floats = scores + np.float32(MEANING_WEIGHT / nearest) * near.astype(np.float32)
    return fused


def best_passages(
    scores: Floats, documents: Numbers, starts: Numbers, limit: int
) -> list[tuple[int, int, float]]:
    """The best documents, each by its best passage: (document index, passage index, score), best first.

    Args:
        scores: one per passage; 0 or less means no match.
        documents: document index of each passage, ascending.
        starts: where each run of equal `documents` begins.
    """
    if not scores.size:
        return []
    best = np.maximum.reduceat(scores, starts)
    ends = np.append(starts[1:], scores.size)
    found = np.flatnonzero(best > 0)
    if found.size > limit:
        found = found[np.argpartition(-best[found], limit - 1)[:limit]]
    # Equal scores: the newer row first, so that the order never depends on how sorting breaks ties.
    ordered = sorted(found.tolist(), key=lambda run: (-float(best[run]), -run))
    return [
        (
            int(documents[starts[run]]),
            int(starts[run]) + int(np.argmax(scores[starts[run] : ends[run]])),
            float(best[run]),
        )
        for run in ordered
    ]


def changes_of_status(steps: Sequence[tuple[int, str, int]]) -> list[int]:
    """Documents that tell how a status changed, newest first.

    For each change the one that reports it first; for the value that holds, also the one that confirms it
    last, since it shows that nothing has happened in between.

    Args:
        steps: (moment, value, document index) of every dated status fact about one entity, oldest first and
            at one moment the most telling first.
    """
    runs: list[tuple[str, list[int]]] = []
    for _moment, value, document in steps:
        if not runs or runs[-1][0] != value:
            runs.append((value, []))
        runs[-1][1].append(document)
    if not runs:
        return []
    moments = {document: moment for moment, _, document in steps}
    first, last = runs[-1][1][0], runs[-1][1][-1]
    confirmed = [last] if moments[last] > moments[first] else []
    return list(dict.fromkeys([*confirmed, *(documents[0] for _, documents in reversed(runs))]))
