"""How well and how fast near-duplicates are known.

Positives: the sample collection as other publishers would bring it (testing/syndication.py), and its one pair of
near-duplicates. Negatives: every other pair of samples, and samples with one thing changed (a number, a name, a "not"),
nearly all of them alike by more than 0.9. A document counts as found when its bands lead to its original, and as a
repetition when it is alike by the threshold and says nothing new. Precision is shown without that question and with it.

--documents FILE.jsonl: what would be dropped among other documents, also if bills and records were not left out.
--large: the ledger with 100,000 documents instead of 20,000.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import batched, combinations
from pathlib import Path
from random import Random

import datasketch
import numpy as np
from measuring import Figure, print_figures
from throughput import documents as made_documents

from political_monitoring.documents.load import iter_items, parse
from political_monitoring.documents.passages import split_passages
from political_monitoring.domain.documents import Document
from political_monitoring.extraction.genre import Genre
from political_monitoring.extraction.open import open_extractor
from political_monitoring.ingestion import near_duplicates
from political_monitoring.ingestion.duplicates import COMPARED
from political_monitoring.ingestion.ledger import open_ledger
from political_monitoring.ingestion.near_duplicates import BANDS, ROWS, Sketch, signature, sketch_of
from political_monitoring.settings import Settings, load_settings
from political_monitoring.testing.syndication import alter, syndicate

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "corpus"
ONE_PAIR = ("2025-04-23-dma-apple-meta-fines", "2025-04-23-dma-fines-agency-report")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
COPIES = 10
SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents that are one report, or are not, and what was found."""

    repetition: bool
    similarity: float
    found: bool
    """They share a band."""
    nothing_new: bool
    what: str


def main() -> int:
    """Print every table; 1 when something that is no repetition would be dropped."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", action="append", default=[], type=Path)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    samples = read_samples()
    pairs = [*positives(samples), *altered(samples), *different(samples)]
    print_quality(pairs)
    for path in arguments.documents:
        print_dropped(path)
    print_figures(f"speed on one CPU, load {os.getloadavg()[0]:.1f}", speed(samples))
    print_figures("the ledger", claims(100_000 if arguments.large else 20_000))
    return int(any(one.found and one.nothing_new and not one.repetition for one in pairs))


def read_samples() -> list[Document]:
    """The sample collection."""
    settings = load_settings({})
    return [one for item in iter_items((str(SAMPLES),), settings) for one in parse(item, settings.limits)]


def positives(samples: Sequence[Document]) -> Iterator[Pair]:
    """Samples as others bring them, and the pair that is one report."""
    chance = Random(2)
    for one in samples:
        for _ in range(COPIES):
            what, copy = syndicate(one, chance)
            yield judged(copy, one, what, repetition=True)
    first, second = (next(one for one in samples if one.id.startswith(name)) for name in ONE_PAIR)
    yield judged(second, first, "the pair in the collection", repetition=True)


def altered(samples: Sequence[Document]) -> Iterator[Pair]:
    """Samples in which one thing is not so."""
    chance = Random(2)
    for one in samples:
        for what, other in alter(one, chance):
            yield judged(other, one, what, repetition=False)


def different(samples: Sequence[Document]) -> Iterator[Pair]:
    """Every pair of samples but the one, whatever their days."""
    for one, other in combinations(samples, 2):
        if not (one.id.startswith(ONE_PAIR[0]) and other.id.startswith(ONE_PAIR[1])):
            yield judged(other, one, "another sample", repetition=False)


def judged(document: Document, original: Document, what: str, *, repetition: bool) -> Pair:
    """What is found of a pair."""
    mine, theirs = sketch_of(document), sketch_of(original)
    if mine is None or theirs is None:
        return Pair(repetition, 0.0, False, False, what)
    similarity = mine.similarity(theirs)
    alike = similarity >= min(THRESHOLDS)
    return Pair(
        repetition,
        similarity,
        bool(set(mine.bands) & set(theirs.bands)),
        alike and mine.repeats(theirs),
        what,
    )


def print_quality(pairs: Sequence[Pair]) -> None:
    """Precision and recall at each threshold."""
    right = [one for one in pairs if one.repetition]
    print(f"{len(right)} repetitions, {len(pairs) - len(right)} pairs that are none")
    print("threshold   alike alone: precision  recall   and nothing new: precision  recall   wrongly dropped")
    for threshold in THRESHOLDS:
        near = [one for one in pairs if one.found and one.similarity >= threshold]
        taken = [one for one in near if one.nothing_new]
        wrong = [one.what for one in taken if not one.repetition]
        cells = [score(near, right), score(taken, right)]
        print(
            f"{threshold:9.1f}   {cells[0]:>30}   {cells[1]:>34}   {len(wrong)} {', '.join(sorted(set(wrong)))}"
        )
    for name in ("cut", "dateline", "byline", "tail", "reworded"):
        these = [one for one in right if name in one.what.split()]
        known = sum(one.found and one.nothing_new and one.similarity >= 0.5 for one in these)
        print(f"  known at 0.5 of those with {name:9} {known / len(these):.2f} of {len(these)}")


def score(taken: Sequence[Pair], right: Sequence[Pair]) -> str:
    """Precision and recall."""
    hits = sum(one.repetition for one in taken)
    return f"{hits / max(len(taken), 1):.3f}   {hits / len(right):.3f}"


def print_dropped(path: Path) -> None:
    """What would be dropped of a JSONL of documents: with all guards, and with bills and records taken for news."""
    read = list(read_documents(path))
    for title, genre in (("as it is", None), ("if every text were taken for news", Genre.PROSE)):
        real: Callable[[Document], Genre] = near_duplicates.genre_of
        if genre is not None:
            near_duplicates.genre_of = lambda _document: Genre.PROSE
        try:
            sketched = [(one, sketch) for one in read if (sketch := sketch_of(one))]
        finally:
            near_duplicates.genre_of = real
        alike, dropped = repetitions(sketched)
        print(f"\n{path.parent.name}, {title}: {len(read):,} documents, {len(sketched):,} compared")
        print(f"  {alike:,} pairs alike by 0.5 and more, {len(dropped)} would be dropped")
        for similarity, one, other in dropped[:10]:
            print(f"    {one.id} as {other.id} ({similarity:.0%}): {one.title[:80]} / {other.title[:80]}")


def read_documents(path: Path) -> Iterator[Document]:
    """Documents of a JSONL."""
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            day = date.fromisoformat(row["date"]) if row.get("date") else None
            yield Document(
                row["id"],
                row["title"],
                row["text"],
                row["id"],
                url=row.get("url"),
                date=day,
                language=row["language"],
            )


def repetitions(
    sketched: Sequence[tuple[Document, Sketch]],
) -> tuple[int, list[tuple[float, Document, Document]]]:
    """How many are alike, and those of them that say nothing new, each against those before it."""
    places: dict[int, list[int]] = {}
    alike, dropped = 0, []
    for number, (one, sketch) in enumerate(sketched):
        shared: dict[int, int] = {}
        for band in sketch.bands:
            for place in places.setdefault(band, [])[-50:]:
                shared[place] = shared.get(place, 0) + 1
            places[band].append(number)
        for place in sorted(shared, key=lambda key: -shared[key])[:COMPARED]:
            other, theirs = sketched[place]
            if (similarity := sketch.similarity(theirs)) >= 0.5:
                alike += 1
                if sketch.repeats(theirs):
                    dropped.append((similarity, one, other))
                    break
    return alike, dropped


def speed(samples: Sequence[Document]) -> list[Figure]:
    """Documents in a second of one CPU: the sketch, the library's signature beside it, and the bound."""
    extractor = open_extractor(load_settings({}))
    prepared = [(one, split_passages(one)) for one in samples]
    extractor.extract(*prepared[0])
    ours = per_second(sketch_of, samples)
    bound = per_second(lambda pair: extractor.extract(*pair), prepared)
    theirs = per_second(lambda one: library_signature(one.text), samples)
    texts = [one.text for one in samples]
    own = per_second(signature, texts)
    sketches = [sketch for one in samples if (sketch := sketch_of(one))]
    copies = [sketch for one in samples if (sketch := sketch_of(syndicate(one, Random(3))[1]))]
    checked = per_second(lambda pair: pair[0].repeats(pair[1]), list(zip(copies, sketches, strict=True)))
    return [
        Figure("sketches/s", "10 times the bound", f"{ours:,.0f}", ours >= 10 * bound),
        Figure("  its signature alone", "", f"{own:,.0f}", None),
        Figure("  datasketch's signature", "", f"{theirs:,.0f}", None),
        Figure("pairs asked whether one says something new/s", "", f"{checked:,.0f}", None),
        Figure("bound: extraction, documents/s", "", f"{bound:,.0f}", None),
    ]


def library_signature(text: str) -> "np.ndarray":
    """The same by datasketch."""
    minhash = datasketch.MinHash(num_perm=BANDS * ROWS)
    minhash.update_batch([" ".join(one).encode() for one in near_duplicates.shingles(text)])
    return minhash.hashvalues


def per_second[T](work: Callable[[T], object], given: Sequence[T]) -> float:
    """How often in a second of CPU time: other work on the machine counts for little."""
    done, begun = 0, time.process_time()
    while time.process_time() - begun < SECONDS:
        for one in given:
            work(one)
        done += len(given)
    return done / (time.process_time() - begun)


def claims(count: int) -> list[Figure]:
    """What a document costs the ledger, as it fills."""
    made = [
        Document(
            row["id"], row["title"], row["text"], sha256(row["text"].encode()).hexdigest(), language="en"
        )
        for row in made_documents(count)
    ]
    sketches = {one.content_hash: sketch for one in made if (sketch := sketch_of(one))}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        times = []
        with closing(open_ledger(settings)) as ledger, ledger.run("bench", []) as run_id:
            for batch in batched(made, 50):
                begun = time.process_time()
                known = {one.content_hash: sketches[one.content_hash] for one in batch}
                ledger.claim_contents(run_id, batch, known)
                times.append(time.process_time() - begun)
            empty = time.process_time()
            for batch in batched(made, 50):
                ledger.claim_contents(run_id, batch)
            empty = time.process_time() - empty
        size = Path(folder, "ledger.db").stat().st_size
    part = len(times) // 10
    first, last = (sum(some) / (part * 50) * 1_000 for some in (times[:part], times[-part:]))
    return [
        Figure(f"CPU ms for a document, the first tenth of {count:,}", "", f"{first:.2f}", None),
        Figure("  the last tenth", "at most 2", f"{last:.2f}", last <= 2),
        Figure("  without near-duplicates", "", f"{empty / count * 1_000:.2f}", None),
        Figure("KB of the ledger for a document of 300 words", "", f"{size / count / 1_000:.1f}", None),
    ]


if __name__ == "__main__":
    sys.exit(main())
