"""Sketches of documents: which are alike, and which are never compared."""

import pickle
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from political_monitoring.documents.load import iter_items, parse
from political_monitoring.domain.documents import Document
from political_monitoring.ingestion.near_duplicates import (
    BANDS,
    DAYS_APART,
    LONGEST,
    Sketch,
    bands_of,
    signature,
    sketch_of,
)
from political_monitoring.settings import load_settings
from political_monitoring.testing.syndication import alter, syndicate

SAMPLES = Path(__file__).parents[3] / "samples" / "corpus"
PROSE = " ".join(f"The minister of {one} said that the plan for {one}s would follow." for one in "abcdefghij")
ON = date(2025, 4, 23)


def _document(text: str = PROSE, day: date | None = ON, language: str = "en") -> Document:
    return Document("d", "A title", text, "h", date=day, language=language)


def _sketch(text: str = PROSE, day: date | None = ON, language: str = "en") -> Sketch:
    found = sketch_of(_document(text, day, language))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def samples() -> list[Document]:
    settings = load_settings({})
    return [
        one for item in iter_items((str(SAMPLES / "*.md"),), settings) for one in parse(item, settings.limits)
    ]


def test_a_signature_estimates_the_share_in_common() -> None:
    chance = Random(1)
    words = [f"w{number}" for number in range(2_000)]
    text = " ".join(chance.sample(words, 1_000))
    half = f"{text[: len(text) // 2]} {' '.join(words[:500])}"
    estimate = (signature(text) == signature(half)).mean()
    assert estimate == pytest.approx(_sketch(text).similarity(_sketch(half)), abs=0.15)
    assert (signature(text) == signature(" ".join(words[::-1]))).mean() < 0.05


def test_stored_bands_stay_what_they_are() -> None:
    """Those of another release must be found: a change here needs every sketch made anew."""
    assert bands_of(signature("the quick brown fox jumps over the lazy dog"))[:3] == (
        -321381584,
        2139427287,
        -915147370,
    )
    assert len(bands_of(signature("one two"))) == BANDS


@pytest.mark.parametrize(
    "text",
    [
        "Too short to tell.",
        "word " * (LONGEST // 5 + 1),
        "\n".join(f"2025-03-0{one} - HR 1: Referred to the committee on {one} words." for one in range(1, 9)) + PROSE,
        f"IN THE HOUSE OF REPRESENTATIVES\n{PROSE}",
    ],
    ids=["short", "long", "record", "statute"],
)  # fmt: skip
def test_what_is_alike_by_its_nature_is_not_compared(text: str) -> None:
    assert sketch_of(_document(text)) is None


def test_a_repetition_is_in_the_same_language_and_follows_within_days() -> None:
    original = _sketch()
    assert original.repeats(original)
    assert _sketch(day=None).repeats(original)
    assert _sketch(day=ON + timedelta(DAYS_APART)).repeats(original)
    assert not _sketch(day=ON + timedelta(DAYS_APART + 1)).repeats(original)
    assert not _sketch(language="de").repeats(original)


def test_a_sketch_is_small_and_crosses_processes() -> None:
    sketch = _sketch(PROSE + "\ud800")
    assert pickle.loads(pickle.dumps(sketch)) == sketch
    assert len(pickle.dumps(sketch)) < len(PROSE)


def test_what_says_something_else_is_never_taken_for_a_repetition(samples: list[Document]) -> None:
    chance = Random(11)
    altered = [(sketch_of(made), name, one) for one in samples for name, made in alter(one, chance)]
    assert len(altered) > 300
    wrong = [
        (name, one.id) for sketch, name, one in altered if sketch and (own := sketch_of(one)) and sketch.repeats(own)
    ]  # fmt: skip
    assert wrong == []


def test_most_of_what_publishers_bring_again_is_known(samples: list[Document]) -> None:
    chance = Random(11)
    known = 0
    for one in samples:
        copy, original = sketch_of(syndicate(one, chance)[1]), sketch_of(one)
        assert copy is not None
        assert original is not None
        known += bool(set(copy.bands) & set(original.bands)) and copy.repeats(original)
    assert known / len(samples) > 0.6


def test_two_different_samples_never_repeat_each_other(samples: list[Document]) -> None:
    """One pair of them is a near-duplicate, on purpose."""
    found = {one.id: sketch_of(one) for one in samples}
    sketches = {key: replace(sketch, day=None) for key, sketch in found.items() if sketch}  # of whatever day
    pairs = [
        {one[:27], other[:27]}
        for one, mine in sketches.items()
        for other, theirs in sketches.items()
        if one != other and mine.similarity(theirs) >= 0.3 and mine.repeats(theirs)
    ]
    assert pairs
    assert all(pair == {"2025-04-23-dma-apple-meta-f", "2025-04-23-dma-fines-agency"} for pair in pairs)
