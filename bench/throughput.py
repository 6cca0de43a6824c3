"""Documents a second with full local extraction, by `polmon ingest`, at 1,000 and 4,000 documents.

The documents have 300 words: sentences of the sample collection put together anew. --large: 10,000 and 100,000 too,
which takes about an hour.
The bound in the same run: how fast the same machine only splits and extracts, in one process, without a store.
"""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import Figure, peak_memory, print_figures

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "corpus"
WORDS = 300
REACH = 50.0
_SENTENCE = re.compile(r"(?<=[a-zäöüß)][.!?])\s+(?=[A-ZÄÖÜ„“])")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def main() -> None:
    """Ingest each size into a new home, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    sizes = [1_000, 4_000, *([10_000, 100_000] if parser.parse_args().large else [])]
    figures: list[Figure] = []
    first = 0.0
    for size in sizes:
        rate, store, memory = ingest(size)
        first = first or rate
        figures += [
            Figure(f"documents/s at {size:,}", f"{REACH:g}", f"{rate:.0f}", rate >= REACH),
            Figure(
                "  against the first size", "within 20 %", f"{rate / first - 1:+.0%}", rate >= 0.8 * first
            ),
            Figure("  store over text", "under 3", f"{store:.2f}", store < 3),
            Figure(
                "  peak memory of one process", "under 1,500 MB", f"{memory / 1e6:,.0f} MB", memory < 1.5e9
            ),
        ]
    figures.append(Figure("bound: extraction alone, one process", "", f"{extraction_alone():.0f}", None))
    print_figures(f"ingestion with full local extraction, {os.cpu_count()} cores", figures)


def sentences() -> list[str]:
    """Sentences of the sample collection's Markdown texts."""
    found = []
    for path in sorted(SAMPLES.glob("*.md")):
        text = _FRONT.sub("", path.read_text(encoding="utf-8"))
        for paragraph in text.split("\n\n"):
            if not paragraph.startswith(("#", "|", "-")):
                found += _SENTENCE.split(" ".join(paragraph.split()))
    return [one for one in found if len(one.split()) > 4]


def documents(count: int) -> list[dict[str, str]]:
    """So many different documents; the same each time."""
    known, chance = sentences(), random.Random(1)
    made = []
    for number in range(count):
        chosen: list[str] = []
        while sum(len(one.split()) for one in chosen) < WORDS:
            chosen.append(chance.choice(known))
        paragraphs = [" ".join(chosen[at : at + 5]) for at in range(0, len(chosen), 5)]
        made.append(
            {
                "id": f"made-{number}",
                "title": f"Record {number}: {chance.choice(known)[:60]}",
                "date": f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                "source": "made",
                "text": "\n\n".join(paragraphs),
            }
        )
    return made


def ingest(count: int) -> tuple[float, float, int]:
    """(documents a second, bytes of the graph's file over bytes of text, peak memory of the largest process)."""
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "docs.jsonl", Path(folder) / "home"
        made = documents(count)
        path.write_text("".join(json.dumps(one) + "\n" for one in made), encoding="utf-8")
        text = sum(len(one["text"].encode()) for one in made)
        command = [str(Path(sys.executable).with_name("polmon")), "ingest", str(path)]
        begun = time.perf_counter()
        subprocess.run(
            command, env={**os.environ, "POLMON_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL
        )
        taken = time.perf_counter() - begun
        size = (home / "graph.db").stat().st_size
    return count / taken, size / text, peak_memory(resource.RUSAGE_CHILDREN)


def extraction_alone(count: int = 200) -> float:
    """Documents a second."""
    from political_monitoring.documents.passages import split_passages
    from political_monitoring.domain.documents import Document
    from political_monitoring.extraction.open import open_extractor
    from political_monitoring.settings import load_settings

    extractor = open_extractor(load_settings({}))
    ready = [Document(one["id"], one["title"], one["text"], one["id"]) for one in documents(count + 1)]
    extractor.extract(ready[0], split_passages(ready[0]))
    begun = time.perf_counter()
    for document in ready[1:]:
        extractor.extract(document, split_passages(document))
    return count / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
